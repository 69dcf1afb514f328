"""Listens to kernels and appends what they print to their journals."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.session import Session
from jupyter_core.utils import ensure_async

from .compact import write_compacted
from .journal import FORMAT, MAX_RECORD, JournalFile, journal_path, write_about
from .reader import JournalReader

if TYPE_CHECKING:
    from .settings import OutputJournal

#: Messages of iopub that make up a cell's outputs.
_OUTPUTS = frozenset(
    ("stream", "display_data", "execute_result", "error", "clear_output", "update_display_data")
)
#: How long a new subscription is checked against what pages receive, in seconds.
_SETTLES = 5.0
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
        self._path: Path = journal_path(options.folder_path, kernel_id)
        self._journal: JournalFile | None = None
        self._stream: Any = None
        self._session: Session | None = None
        self._seq = 0
        self._lost = 0
        self._compact_at = _COMPACT_FROM
        self._compacting = False
        # Executions whose messages are kept: those that a cell asked for, or that have begun.
        self._known: set[str] = set()
        self.running: set[str] = set()
        self.sessions: dict[str, int] = {}  # connected pages, by session id
        self._about: dict[str, Any] = {}
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
        self._stream = kernel.connect_iopub()
        self._stream.on_recv(self._on_iopub)

    def disconnect(self) -> None:
        if self._stream is not None and not self._stream.closed():
            self._stream.close()
        self._stream = None

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
        parent = (message.get("parent_header") or {}).get("msg_id")
        if not parent:
            return
        content = cast(bytes, fed[4])
        if kind == "status":
            self._on_status(parent, message, content)
        elif kind == "execute_input":
            self._known.add(parent)
            self.running.add(parent)
            self._write(kind, parent, message, content)
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

    def saw_request(self, message_id: str, cell: str | None, session: str | None) -> None:
        """A page sent an execute request."""
        self._known.add(message_id)
        self._append("request", message_id, {"c": {"cell": cell, "session": session}})

    def saw_input_request(self, parent: str, header: dict[str, Any], content: Any) -> None:
        """The kernel asked a page for a line of input."""
        if parent in self._known:
            self._append("input_request", parent, {"h": header, "c": content})

    def saw_input_reply(self, text: str, password: bool) -> None:
        """A page answered; a password is kept as the dots that the page shows."""
        for parent in self.running:
            shown = ("········" if password else text) + "\n"
            self._append("input_reply", parent, {"c": {"text": shown}})

    def page_opened(self, session: str) -> None:
        self.sessions[session] = self.sessions.get(session, 0) + 1

    def page_closed(self, session: str) -> None:
        left = self.sessions.get(session, 0) - 1
        if left > 0:
            self.sessions[session] = left
        else:
            self.sessions.pop(session, None)

    def tell_notebook(self, path: str | None) -> None:
        """Note which notebook the kernel belongs to, so that its journal is found by it."""
        kernel = self._manager.get_kernel(self.kernel_id)
        about = {"kernel": self.kernel_id, "name": getattr(kernel, "kernel_name", ""), "path": path}
        if path and about != self._about:
            self._about = about
            write_about(self._path, about)

    # -- the kernel's end

    def ended(self, *, final: bool) -> None:
        """The kernel was restarted (not final), shut down, or died."""
        if self._journal is not None:
            self._append("ended", None, {"c": {"final": final}})
        self.running.clear()
        # The kernel that follows needs a new subscription.
        self._settles_at = None
        if final:
            self.close()

    def close(self) -> None:
        self.disconnect()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    # -- writing

    def _write(self, kind: str, parent: str, message: dict[str, Any], content: bytes) -> None:
        header = message["header"]
        date = header.get("date")
        date = date.isoformat() if hasattr(date, "isoformat") else date
        self._append(kind, parent, {"m": header["msg_id"], "d": date}, content)

    def _append(
        self,
        kind: str,
        parent: str | None,
        more: dict[str, Any],
        content: bytes | None = None,
    ) -> None:
        if content is not None and len(content) > min(MAX_RECORD, self._options.max_bytes // 2):
            self._lost += 1
            content = None
            kind, more = "lost", {"c": {"messages": 1}}
        try:
            journal = self._open_journal()
            if self._lost and kind != "lost":
                self._put(journal, "lost", None, {"c": {"messages": self._lost}}, None)
            self._put(journal, kind, parent, more, content)
            self._lost = 0
        except OSError as reason:
            if not self._lost:
                self._log.warning(
                    "runtime-kit: can't keep outputs of kernel %s: %s", self.kernel_id, reason
                )
            self._lost += 1
            return
        if journal.size > self._compact_at and not self._compacting:
            self._compacting = True
            asyncio.get_running_loop().create_task(self._compact())

    def _put(
        self,
        journal: JournalFile,
        kind: str,
        parent: str | None,
        more: dict[str, Any],
        content: bytes | None,
    ) -> None:
        self._seq += 1
        record = {"n": self._seq, "t": round(time.time(), 3), "k": kind, "p": parent, **more}
        journal.append(record, content)

    def _open_journal(self) -> JournalFile:
        """Open the file at the first record: a kernel that prints nothing leaves none."""
        if self._journal is None:
            self._journal = journal = JournalFile(self._path)
            if journal.size == 0:
                about = {"format": FORMAT, "kernel": self.kernel_id}
                self._put(journal, "open", None, {"c": about}, None)
        return self._journal

    def restart_file(self) -> None:
        """Begin a new file at the next record: the old one is being deleted."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
            self._about = {}

    async def _compact(self) -> None:
        """Fold the file in a thread; what arrives meanwhile is appended behind."""
        journal = self._journal
        try:
            if journal is None:
                return
            limit = self._options.max_bytes // 2
            target, read_to = await asyncio.to_thread(write_compacted, self._path, limit)
            if self._journal is journal:
                journal.replace_from(target, read_to)
                self._compact_at = max(_COMPACT_FROM, 2 * journal.size)
                self._compact_at = max(
                    journal.size + _COMPACT_FROM, min(self._compact_at, self._options.max_bytes)
                )
            else:
                target.unlink(missing_ok=True)
        except OSError as reason:
            self._log.warning("runtime-kit: can't compact %s: %s", self._path, reason)
            if journal is not None:
                self._compact_at = journal.size + _COMPACT_FROM
        finally:
            self._compacting = False


class Recorders:
    """The recorders of a server, one a kernel."""

    def __init__(self, server_app: Any, options: OutputJournal) -> None:
        self._manager = server_app.kernel_manager
        self._sessions = server_app.session_manager
        self.reader = JournalReader(options.folder_path)
        self.options = options
        self._recorders: dict[str, KernelRecorder] = {}

    @property
    def available(self) -> bool:
        """Whether the kernels' messages reach this server: a gateway's do not."""
        return self.options.enabled and hasattr(self._manager, "start_watching_activity")

    def follow_manager(self) -> None:
        """Record each kernel from its start on, whoever starts it.

        The server begins to watch a kernel's activity at its start and when a restart changed its
        ports; the events that it emits tell of neither a changed port nor a death.
        """
        start = self._manager.start_watching_activity

        def start_watching(kernel_id: str) -> None:
            start(kernel_id)
            self.watch(kernel_id)

        self._manager.start_watching_activity = start_watching
        remove = self._manager.remove_kernel

        def remove_kernel(kernel_id: str) -> Any:
            self.forget(kernel_id)
            return remove(kernel_id)

        self._manager.remove_kernel = remove_kernel
        restart = self._manager.restart_kernel

        async def restart_kernel(kernel_id: str, *arguments: Any, **options: Any) -> Any:
            result = await ensure_async(restart(kernel_id, *arguments, **options))
            recorder = self._recorders.get(kernel_id)
            if recorder is not None:
                recorder.ended(final=False)
            return result

        self._manager.restart_kernel = restart_kernel

    def watch(self, kernel_id: str) -> None:
        """Listen to a kernel, also again after a restart."""
        recorder = self._recorders.get(kernel_id)
        try:
            if recorder is None:
                recorder = KernelRecorder(kernel_id, self._manager, self.options)
                recorder.connect()
                self._recorders[kernel_id] = recorder
                for event in ("restart", "dead"):
                    self._manager.add_restart_callback(kernel_id, recorder_ended(recorder), event)
            else:
                recorder.connect()
        except Exception:  # keeping outputs must never keep a kernel from starting
            self.options.log.exception("runtime-kit: can't listen to kernel %s", kernel_id)

    def forget(self, kernel_id: str) -> None:
        recorder = self._recorders.pop(kernel_id, None)
        if recorder is not None:
            recorder.ended(final=True)

    def get(self, kernel_id: str) -> KernelRecorder | None:
        return self._recorders.get(kernel_id)

    async def note_notebook(self, kernel_id: str) -> None:
        """Note which notebook a kernel belongs to, as the server's sessions say."""
        for session in await ensure_async(self._sessions.list_sessions()):
            recorder = self._recorders.get(kernel_id)
            if recorder is not None and (session.get("kernel") or {}).get("id") == kernel_id:
                recorder.tell_notebook(str(session.get("path") or "") or None)

    def prune(self) -> None:
        """Delete journals that are older than the settings keep them."""
        self.reader.prune(self.options.keep_days, set(self._recorders))


def recorder_ended(recorder: KernelRecorder) -> Any:
    """A callback for a kernel that died."""

    def ended() -> None:
        recorder.ended(final=False)

    return ended
