"""Has each kernel of a server recorded."""

from __future__ import annotations

from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from .about import rename_notebook
from .reader import JournalReader
from .recorder import KernelRecorder
from .settings import OutputJournal


class Recorders:
    """The recorders of a server, one a kernel."""

    def __init__(self, server_app: Any, options: OutputJournal) -> None:
        self._manager = server_app.kernel_manager
        self._sessions = server_app.session_manager
        self._connections = server_app.web_app.settings.get("kernel_websocket_connection_class")
        self.reader = JournalReader(options.folder_path)
        self.options = options
        self._recorders: dict[str, KernelRecorder] = {}

    @property
    def available(self) -> bool:
        """Whether the kernels' messages reach this server by ZeroMQ: a gateway's do not."""
        return (
            self.options.enabled
            and issubclass(self._connections or object, ZMQChannelsWebsocketConnection)
            and hasattr(self._manager, "start_watching_activity")
        )

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
        buffering = getattr(self._manager, "start_buffering", None)
        if buffering is not None:

            def start_buffering(kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
                buffering(kernel_id, session_key, channels)
                recorder = self._recorders.get(kernel_id)
                stdin = channels.get("stdin")
                if recorder is not None and stdin is not None and not stdin.closed():
                    buffer = self._manager._kernel_buffers[kernel_id]["buffer"]
                    recorder.page_buffered(session_key.partition(":")[2], buffer, stdin)

            self._manager.start_buffering = start_buffering
        unbuffering = getattr(self._manager, "stop_buffering", None)
        if unbuffering is not None:

            def stop_buffering(kernel_id: str) -> None:
                recorder = self._recorders.get(kernel_id)
                kept = self._manager._kernel_buffers.get(kernel_id)
                if recorder is not None and kept:
                    recorder.adopt_stdin(kept["session_key"].partition(":")[2], kept["channels"])
                unbuffering(kernel_id)

            self._manager.stop_buffering = stop_buffering
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

    def all(self) -> list[tuple[str, KernelRecorder]]:
        return list(self._recorders.items())

    async def note_notebook(self, kernel_id: str) -> None:
        """Note which notebook a kernel belongs to, as the server's sessions say."""
        sessions = await ensure_async(self._sessions.list_sessions())
        paths = {
            str(session.get("path") or "")
            for session in sessions
            if (session.get("kernel") or {}).get("id") == kernel_id
        }
        recorder = self._recorders.get(kernel_id)
        if recorder is not None:
            recorder.note_notebooks(sorted(path for path in paths if path))

    async def note_rename(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        """Keep the journals of a notebook that the contents manager renamed or moved."""
        if data.get("action") == "rename":
            try:
                rename_notebook(self.options.folder_path, data["source_path"], data["path"])
            except OSError as reason:
                self.options.log.warning("runtime-kit: can't note a renamed file: %s", reason)

    def prune(self) -> None:
        """Delete journals that are older than the settings keep them."""
        self.reader.prune(self.options.keep_days, set(self._recorders))


def recorder_ended(recorder: KernelRecorder) -> Any:
    """A callback for a kernel that died."""

    def ended() -> None:
        recorder.ended(final=False)

    return ended
