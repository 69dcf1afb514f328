"""Sees which cell an execute request is for, as it passes through the server's websocket.

JupyterLab puts the cell's id into the request's metadata; what the kernel answers on iopub carries
the request's header only. The websocket sees both, for kernels of any language.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1

from .recorders import Recorders

_V1 = "v1.kernel.websocket.jupyter.org"


def observed(base: type, recorders: Recorders) -> type:
    """Make a connection class that tells ``recorders`` of requests and else does as ``base``."""

    class ObservedConnection(base):
        """A kernel's websocket connection whose execute requests are noted."""

        _runtime_kit_session: str | None = None

        def connect(self) -> Any:
            _guarded(self, self._note_opened)
            connected = super().connect()
            _guarded(self, self._note_connected)
            return connected

        def create_stream(self) -> None:
            recorder = recorders.get(self.kernel_id)
            stdin = recorder and recorder.hand_over_stdin(self.session.session)
            if stdin is None:
                super().create_stream()
                return
            # A second socket of this identity would take the questions away from the one that
            # stood in for this page (ipykernel: ROUTER_HANDOVER), or get none (other kernels).
            for channel in ("iopub", "shell", "control"):
                connect = getattr(self.kernel_manager, f"connect_{channel}")
                self.channels[channel] = connect(identity=self.session.bsession)
            self.channels["stdin"] = stdin
            for channel, stream in self.channels.items():
                stream.channel = channel

        def disconnect(self) -> Any:
            _guarded(self, self._note_leaving)
            disconnected = super().disconnect()
            _guarded(self, self._note_closed)
            return disconnected

        def handle_incoming_message(self, incoming_msg: Any) -> None:
            _guarded(self, self._note_incoming, incoming_msg)
            super().handle_incoming_message(incoming_msg)

        def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
            channel = getattr(stream, "channel", stream)
            if channel == "stdin":
                _guarded(self, self._note_stdin, outgoing_msg)
            elif channel == "iopub":
                _guarded(self, self._note_iopub, outgoing_msg)
            super().handle_outgoing_message(stream, outgoing_msg)

        def show_input_request(self, parts: list[Any], password: bool) -> None:
            """Show a question that was asked of another page."""
            self._runtime_kit_password = password
            stdin = self.channels.get("stdin")
            if stdin is not None:
                super().handle_outgoing_message(stdin, parts)

        def _note_opened(self) -> None:
            if recorders.get(self.kernel_id) is None:
                recorders.watch(self.kernel_id)
            recorder = recorders.get(self.kernel_id)
            if recorder is not None and self._runtime_kit_session is None:
                self._runtime_kit_session = self.session.session
                recorder.page_opened(self, self._runtime_kit_session)

        def _note_leaving(self) -> None:
            recorder = recorders.get(self.kernel_id)
            session = self._runtime_kit_session
            if recorder is None or session is None:
                return
            # Of the last page the server keeps all channels; one that is there twice has others.
            if len(recorder.connections) > 1 and recorder.sessions.get(session) == 1:
                recorder.adopt_stdin(session, self.channels)

        def _note_connected(self) -> None:
            recorder = recorders.get(self.kernel_id)
            if recorder is not None:
                recorder.page_connected()

        def _note_closed(self) -> None:
            session, self._runtime_kit_session = self._runtime_kit_session, None
            recorder = recorders.get(self.kernel_id)
            if recorder is not None and session is not None:
                recorder.page_closed(self, session)

        def _note_incoming(self, incoming: Any) -> None:
            recorder = recorders.get(self.kernel_id)
            if recorder is None:
                return
            request = _request(incoming, getattr(self, "subprotocol", None))
            if request is None:
                return
            header, metadata, content = request
            if header["msg_type"] == "execute_request":
                # A silent request gives no output and belongs to no cell.
                if not content.get("silent"):
                    # Each time: a notebook may have been renamed.
                    self._runtime_kit_note = asyncio.ensure_future(
                        recorders.note_notebook(self.kernel_id)
                    )
                    cell = metadata.get("cellId")
                    cell = cell if isinstance(cell, str) else None
                    subshell = header.get("subshell_id")
                    subshell = subshell if isinstance(subshell, str) else None
                    session = self.session.session
                    recorder.saw_request(header["msg_id"], cell, session, subshell)
            elif isinstance(content.get("value"), str):
                password = getattr(self, "_runtime_kit_password", False)
                recorder.saw_input_reply(content["value"], password)

        def _note_iopub(self, outgoing: list[Any]) -> None:
            recorder = recorders.get(self.kernel_id)
            if recorder is not None and recorder.settling:
                recorder.saw_iopub(outgoing)

        def _note_stdin(self, outgoing: list[Any]) -> None:
            recorder = recorders.get(self.kernel_id)
            if recorder is None:
                return
            _, parts = self.session.feed_identities(outgoing)
            header, parent, content = (json.loads(bytes(parts[i])) for i in (1, 2, 4))
            if header["msg_type"] == "input_request" and parent.get("msg_id"):
                self._runtime_kit_password = bool(content.get("password"))
                recorder.saw_input_request(parent["msg_id"], header, content)
                recorder.asked_page(parent["msg_id"], outgoing, self._runtime_kit_password)

    ObservedConnection.__name__ = base.__name__
    ObservedConnection.__qualname__ = base.__qualname__
    return ObservedConnection


def _request(
    incoming: Any, subprotocol: str | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | None:
    """Header, metadata and content of an execute request or input reply; None for all others."""
    head = incoming[:2048]
    wanted = ("execute_request", "input_reply")
    if subprotocol == _V1:
        if not any(name.encode() in head for name in wanted):
            return None
        _, parts = deserialize_msg_from_ws_v1(incoming)
        header, metadata, content = (json.loads(parts[i]) for i in (0, 2, 3))
    else:
        if isinstance(incoming, bytes):
            return None  # the old protocol with buffers: no execute request has any
        if not any(name in incoming for name in wanted):
            return None
        message = json.loads(incoming)
        header, metadata, content = message["header"], message["metadata"], message["content"]
    return (header, metadata, content) if header["msg_type"] in wanted else None


def _guarded(connection: Any, note: Any, *arguments: Any) -> None:
    """Noting must never keep a message from its kernel."""
    try:
        note(*arguments)
    except Exception:
        connection.log.warning("runtime-kit: a message was not noted", exc_info=True)
