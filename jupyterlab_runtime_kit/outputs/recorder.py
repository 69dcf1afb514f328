"""Listens to kernels and appends what they print to their journals."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import zmq
from jupyter_client.session import Session

from .about import read_about, write_about
from .compact import fold_file, write_compacted
from .input_requests import InputRequests
from .journal import FORMAT, MAX_RECORD, JournalFile, journal_path

if TYPE_CHECKING:
    from .settings import OutputJournal

#: Messages of iopub that make up a cell's outputs.
_OUTPUTS = frozenset(
    ("stream", "display_data", "execute_result", "error", "clear_output", "update_display_data")
)
#: Records that tell which cell ran and when it ended.
_NEEDED = frozenset(("request", "execute_input", "idle", "ended"))
#: So many of them wait in memory for room on the disk.
_WAITING = 1000
#: Seconds between two log messages about a full disk.
_WARN_EVERY = 60.0
#: How long a new subscription is checked against what pages receive, in seconds.
_SETTLES = 5.0
#: Messages that may wait here; a page's websocket has room for 1,000.
_BURST = 200_000
#: Messages that are taken at once before a page is answered.
_AT_ONCE = 10_000
#: A journal smaller than this is never compacted.
_COMPACT_FROM = 2 * 2**20


class KernelRecorder:
    """Writes the journal of one kernel.

    Subscribes to iopub as jupyter_server's own activity watcher does, so it counts as nothing for
    the culler, and knows the cells from the requests that pass through the server's websockets.
    """

    def __init__(self, kernel_id: str, manager: Any, options: OutputJournal) -> None:
        self.kernel_id = kernel_id
        self._manager = manager
        self._options = options
        self._log = options.log
        self.path: Path = journal_path(options.folder_path, kernel_id)
        self._journal: JournalFile | None = None
        self._stream: Any = None
        self._session: Session | None = None
        self._seq = 0
        # What the disk had no room for: how many messages of each execution, and records without
        # which others mean nothing, to be written later.
        self._lost: Counter[str] = Counter()
        self._warn_at = 0.0
        self._waiting: deque[tuple[dict[str, Any], bytes | None]] = deque(maxlen=_WAITING)
        self._compact_at = _COMPACT_FROM
        self._compacting = False
        # Executions whose messages are kept: those that a cell asked for, or that have begun.
        self._known: set[str] = set()
        self.running: set[str] = set()
        self.sessions: dict[str, int] = {}  # connected pages, by session id
        self.connections: set[Any] = set()  # their websockets
        #: When the last page was closed, in seconds since 1970. None: a page is connected, none
        #: ever was, or one may come back: its connection was lost, or only its kernel changed.
        self.left_at: float | None = None
        self._may_come_back: set[str] = set()
        # Open requests and the session whose page sent each.
        self._asking: dict[str, str] = {}
        # Questions that a page was asked, and nobody has answered yet.
        self._unanswered: dict[str, tuple[list[bytes], bool]] = {}
        # The session whose messages the server keeps until it comes back.
        self._buffered: str | None = None
        self._input_requests = InputRequests(self._on_input_request)
        # Until when messages that a page received are taken too: a fresh subscription can miss
        # the first ones. None: nothing has arrived here yet.
        self._settles_at: float | None = None
        self._early: set[str] = set()

    # -- listening

    def connect(self) -> None:
        """Subscribe, also again after a restart that may have changed the kernel's ports."""
        kernel = self._manager.get_kernel(self.kernel_id)
        self.disconnect()
        # Signatures are checked: another process may get the port of a kernel that died.
        # The same message may come twice while this settles: that is no replay attack.
        self._session = Session(
            config=kernel.session.config, key=kernel.session.key, digest_history_size=0
        )
        self._settles_at = None
        self._stream = _connect_iopub(kernel)
        self._stream.on_recv(self._on_iopub)

    def disconnect(self) -> None:
        if self._stream is not None and not self._stream.closed():
            self._stream.close()
        self._stream = None

    def catch_up(self) -> None:
        """Take what has arrived and was not handled yet."""
        if self._stream is not None and not self._stream.closed():
            self._stream.flush(zmq.POLLIN, _AT_ONCE)
        if self._waiting or self._lost:
            with contextlib.suppress(OSError):
                journal = self._open_journal()
                self._write_waiting(journal)
                self._note_lost(journal)

    def _on_iopub(self, parts: list[bytes]) -> None:
        if self._settles_at is None:
            self._settles_at = time.monotonic() + _SETTLES
        self._take(parts)

    @property
    def settling(self) -> bool:
        """Whether this subscription may still miss what a page's receives."""
        if self._settles_at is None or time.monotonic() < self._settles_at:
            return True
        self._early.clear()
        return False

    def saw_iopub(self, parts: list[bytes]) -> None:
        """A page received this; call it only while :attr:`settling`."""
        self._take(parts)

    def _take(self, parts: list[bytes]) -> None:
        assert self._session is not None
        try:
            _, fed = self._session.feed_identities(parts)
            message = self._session.deserialize(fed, content=False)
        except Exception as reason:  # a message that can't be read is the kernel's matter
            self._log.debug("runtime-kit: kernel %s: %s", self.kernel_id, reason)
            return
        if self.settling:
            message_id = message["header"]["msg_id"]
            if message_id in self._early:
                return
            self._early.add(message_id)
        kind = message["header"]["msg_type"]
        request = message.get("parent_header") or {}
        parent = request.get("msg_id")
        if not parent:
            return
        content = cast(bytes, fed[4])
        if kind == "status":
            self._on_status(parent, message, content)
        elif kind == "execute_input":
            self._known.add(parent)
            self.running.add(parent)
            subshell = request.get("subshell_id")
            self._write(kind, parent, message, content, **({"s": subshell} if subshell else {}))
        elif kind in _OUTPUTS:
            # An update changes what other executions show.
            if parent in self._known or kind == "update_display_data":
                self._write(kind, parent, message, content)
        elif kind == "comm_msg" and b'"msg_id"' in content:
            self._on_capture(parent, content)

    def _on_status(self, parent: str, message: dict[str, Any], content: bytes) -> None:
        if parent in self._known and b'"idle"' in content:
            self._write("idle", parent, message, b"null")
            self.running.discard(parent)
            self._unanswered.pop(parent, None)
            if self._asking.pop(parent, None) is not None:
                self.wait_for_questions()

    def _on_capture(self, parent: str, content: bytes) -> None:
        """An Output widget of ipywidgets captures an execution while its ``msg_id`` is set."""
        try:
            message = json.loads(content)
            captured = message["data"]["state"]["msg_id"]
            comm = message["comm_id"]
        except (ValueError, KeyError, TypeError):
            return
        if isinstance(captured, str) and isinstance(comm, str):
            self._append("comm_msg", parent, {"c": {"comm_id": comm, "msg_id": captured}})

    # -- what the websockets see

    def saw_request(
        self, message_id: str, cell: str | None, session: str | None, subshell: str | None = None
    ) -> None:
        """A page sent an execute request."""
        self._known.add(message_id)
        if session is not None:
            self._asking[message_id] = session
        content = {"cell": cell, "session": session, "subshell": subshell}
        self._append("request", message_id, {"c": content})

    def saw_input_request(self, parent: str, header: dict[str, Any], content: Any) -> None:
        """The kernel asked a page for a line of input."""
        if parent in self._known:
            self._append("input_request", parent, {"h": header, "c": content})

    def asked_page(self, parent: str, parts: list[bytes], password: bool) -> None:
        """The question was sent to the page that it is for, which may be about to go."""
        self._unanswered[parent] = (parts, password)

    def saw_input_reply(self, text: str, password: bool) -> None:
        """A page answered; a password is kept as the dots that the page shows."""
        self._unanswered.clear()
        for parent in self.running:
            shown = ("········" if password else text) + "\n"
            self._append("input_reply", parent, {"c": {"text": shown}})

    def page_opened(self, connection: Any, session: str) -> None:
        """A page is about to connect."""
        self.connections.add(connection)
        self.sessions[session] = self.sessions.get(session, 0) + 1
        self.left_at = None

    def adopt_stdin(self, session: str, channels: dict[str, Any]) -> None:
        """Keep the stdin channel of a page whose channels are about to be closed, if its cells
        may still ask."""
        stdin = channels.get("stdin")
        if session in self._asking.values() and stdin is not None and not stdin.closed():
            self._input_requests.adopt(session, channels.pop("stdin"))
            if self._buffered == session:
                self._buffered = None

    def hand_over_stdin(self, session: str) -> Any:
        """The channel that stood in for a page that is back; None: there is none."""
        return self._input_requests.hand_over(session)

    def page_connected(self) -> None:
        """A page has connected; what was kept for another is gone."""
        self._buffered = None
        self.wait_for_questions()

    def page_closed(self, connection: Any, session: str) -> None:
        """A page has disconnected."""
        self.connections.discard(connection)
        left = self.sessions.get(session, 0) - 1
        if left > 0:
            self.sessions[session] = left
        else:
            self.sessions.pop(session, None)
            # 1001: the browser leaves the page. Whatever else, the notebook may still be open.
            if connection.websocket_handler.close_code == 1001:
                self._may_come_back.discard(session)
            else:
                self._may_come_back.add(session)
        if not self.sessions and not self._may_come_back:
            self.left_at = time.time()
        for parent, asking in self._asking.items():
            if asking == session not in self.sessions and parent in self._unanswered:
                self._show_question(*self._unanswered.pop(parent))
        self.wait_for_questions()

    def page_buffered(self, session: str, buffer: list[Any], stdin: Any) -> None:
        """The server keeps a page's channels open; a question there is noted too."""
        self._buffered = session

        def keep(parts: list[bytes]) -> None:
            buffer.append(("stdin", parts))
            self._on_input_request(parts)

        stdin.on_recv(keep)

    def wait_for_questions(self) -> None:
        """Have questions to pages that have gone come here."""
        gone = set(self._asking.values()) - self.sessions.keys() - {self._buffered}
        kernel = self._manager.get_kernel(self.kernel_id) if gone else None
        self._input_requests.wait_for(gone, kernel)

    def _on_input_request(self, parts: list[bytes]) -> None:
        """A kernel asked a page that has gone: any page that is connected can answer."""
        assert self._session is not None
        try:
            _, fed = self._session.feed_identities(parts)
            message = self._session.deserialize(fed)
            if message["header"]["msg_type"] != "input_request":
                return
            header = json.loads(cast(bytes, fed[1]))
            parent = message["parent_header"]["msg_id"]
        except Exception as reason:  # a message that can't be read is the kernel's matter
            self._log.debug("runtime-kit: kernel %s: %s", self.kernel_id, reason)
            return
        self.saw_input_request(parent, header, message["content"])
        self._show_question(parts, bool(message["content"].get("password")))

    def _show_question(self, parts: list[bytes], password: bool) -> None:
        for connection in list(self.connections):
            connection.show_input_request(parts, password)

    def note_notebooks(self, paths: list[str]) -> None:
        """Note which notebooks the kernel belongs to, so that its journal is found by them."""
        known = read_about(self.path)
        paths = [*(path for path in known["paths"] if path not in paths), *paths]
        if paths != known["paths"]:
            name = getattr(self._manager.get_kernel(self.kernel_id), "kernel_name", "")
            about = {"kernel": self.kernel_id, "name": name, "paths": paths}
            write_about(self.path, about)

    # -- the kernel's end

    def ended(self, *, final: bool) -> None:
        """The kernel was restarted (not final), shut down, or died."""
        if self._journal is not None:
            self._append("ended", None, {"c": {"final": final}})
        self.running.clear()
        self._asking.clear()
        self._unanswered.clear()
        self._input_requests.close()
        # The kernel that follows needs a new subscription.
        self._settles_at = None
        if final:
            self.close()

    def close(self) -> None:
        self.disconnect()
        self._input_requests.close()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    # -- writing

    def _write(
        self, kind: str, parent: str, message: dict[str, Any], content: bytes, **more: Any
    ) -> None:
        header = message["header"]
        date = header.get("date")
        date = date.isoformat() if hasattr(date, "isoformat") else date
        self._append(kind, parent, {"m": header["msg_id"], "d": date, **more}, content)

    def _append(
        self,
        kind: str,
        parent: str | None,
        more: dict[str, Any],
        content: bytes | None = None,
    ) -> None:
        record: dict[str, Any] | None = {
            "n": 0, "t": round(time.time(), 3), "k": kind, "p": parent, **more
        }  # fmt: skip
        if content is not None and len(content) > min(MAX_RECORD, self._options.max_bytes // 2):
            self._lost[parent or ""] += 1
            record = None
        try:
            journal = self._open_journal()
            self._write_waiting(journal)
            if record is not None:
                self._put(journal, record, content)
            record = None
            self._note_lost(journal)
        except OSError as reason:
            if time.monotonic() > self._warn_at:
                self._warn_at = time.monotonic() + _WARN_EVERY
                self._log.warning(
                    "runtime-kit: can't keep outputs of kernel %s: %s", self.kernel_id, reason
                )
            if record is not None and kind in _NEEDED:
                self._waiting.append((record, content))
            elif record is not None:
                self._lost[parent or ""] += 1
            return
        if journal.size > self._compact_at and not self._compacting:
            self._compacting = True
            asyncio.get_running_loop().create_task(self._compact())

    def _write_waiting(self, journal: JournalFile) -> None:
        """Write what the disk had no room for.

        :raises OSError: there still is none.
        """
        while self._waiting:
            self._put(journal, *self._waiting[0])
            self._waiting.popleft()

    def _note_lost(self, journal: JournalFile) -> None:
        """Say what is missing.

        :raises OSError: there is no room for it yet.
        """
        for parent, messages in list(self._lost.items()):
            record = {"n": 0, "t": round(time.time(), 3), "k": "lost", "p": parent or None}
            self._put(journal, {**record, "c": {"messages": messages}}, None)
            del self._lost[parent]

    def _put(self, journal: JournalFile, record: dict[str, Any], content: bytes | None) -> None:
        journal.append({**record, "n": self._seq + 1}, content)
        self._seq += 1

    def _open_journal(self) -> JournalFile:
        """Open the file at the first record: a kernel that prints nothing leaves none."""
        if self._journal is None:
            self._journal = journal = JournalFile(self.path)
            if journal.size == 0:
                about = {"format": FORMAT, "kernel": self.kernel_id}
                record = {"n": 0, "t": round(time.time(), 3), "k": "open", "p": None, "c": about}
                self._put(journal, record, None)
            else:
                # A kernel that an earlier server had: its journal continues.
                self._seq = fold_file(self.path)[0].seq
        return self._journal

    def restart_file(self) -> None:
        """Begin a new file at the next record: the old one is being deleted."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    async def _compact(self) -> None:
        """Fold the file in a thread; what arrives meanwhile is appended behind."""
        journal = self._journal
        try:
            if journal is None:
                return
            limit = self._options.max_bytes // 2
            target, read_to = await asyncio.to_thread(write_compacted, self.path, limit)
            if self._journal is journal:
                journal.replace_from(target, read_to)
                self._compact_at = max(_COMPACT_FROM, 2 * journal.size)
                self._compact_at = max(
                    journal.size + _COMPACT_FROM, min(self._compact_at, self._options.max_bytes)
                )
            else:
                target.unlink(missing_ok=True)
        except OSError as reason:
            self._log.warning("runtime-kit: can't compact %s: %s", self.path, reason)
            if journal is not None:
                self._compact_at = journal.size + _COMPACT_FROM
        finally:
            self._compacting = False


def _connect_iopub(kernel: Any) -> Any:
    """Subscribe with room for a burst: ZeroMQ drops what doesn't fit, the end of a cell too."""
    defaults = kernel.context.sockopts
    before = dict(defaults)
    defaults[zmq.RCVHWM] = _BURST
    try:
        return kernel.connect_iopub()
    finally:
        defaults.clear()
        defaults.update(before)
