"""Real kernels of both ends of the version range that run the cells of a built-in snippet."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from kernel_client import TIMEOUT, Answer, KernelClient, kernel_pythons
from polling import eventually

from runtime_kit.snippets import find_snippet, render_snippet

__all__ = ["Answer", "SnippetKernel", "error_of", "kernel_pythons", "snippet_kernel", "sources"]

STAND_INS = Path(__file__).parent / "stand_ins"


def sources(snippet_id: str, **values: Any) -> list[str]:
    """The code cells of a snippet in its standalone form, as a click inserts them."""
    snippet = find_snippet(snippet_id, "standalone")
    assert snippet is not None, snippet_id
    cells = render_snippet(snippet, values)
    return [cell.source for cell in cells if cell.cell_type == "code"]


def error_of(answer: Answer) -> tuple[str, str]:
    """Name and message of the error that a cell ended with."""
    errors = [content for kind, content in answer.outputs if kind == "error"]
    assert errors, answer.outputs
    return errors[-1]["ename"], errors[-1]["evalue"]


class SnippetKernel(KernelClient):
    """A kernel in a folder of its own, where `runtime_kit` cannot be imported."""

    def __init__(self, manager: KernelManager, client: Any) -> None:
        super().__init__(client)
        self._manager = manager

    @property
    def pid(self) -> int:
        return int(self._manager.provisioner.process.pid)  # type: ignore[union-attr]

    def must(self, code: str) -> str:
        """Run a cell that is to end well; return what it printed."""
        answer = self.run(code)
        assert answer.status == "ok", error_of(answer)
        return answer.text("stdout")

    def insert(self, snippet_id: str, **values: Any) -> Answer:
        """Run the cells of a snippet up to the first error; return the last answer with all
        that was printed."""
        outputs: list[tuple[str, dict[str, Any]]] = []
        for source in sources(snippet_id, **values):
            answer = self.run(source)
            outputs += answer.outputs
            if answer.status != "ok":
                break
        answer.outputs = outputs
        return answer

    def value(self, expression: str) -> str:
        """The text of an expression's value."""
        answer = self.run("", silent=True, expression=expression)
        assert answer.status == "ok", answer.outputs
        return answer.value

    def begin(self, code: str) -> None:
        """Start a cell and return while it runs."""
        self._client.execute(code, allow_stdin=False, stop_on_error=False)

    def wait_for(self, text: str) -> None:
        """Return when a cell has printed `text`."""
        printed = ""
        while text not in printed:
            message = self._client.get_iopub_msg(timeout=TIMEOUT)
            assert message["msg_type"] != "error", message["content"]["traceback"]
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]

    def wait_for_update(self) -> None:
        """Return when something that was displayed has changed, also while no cell runs."""
        while self._client.get_iopub_msg(timeout=TIMEOUT)["msg_type"] != "update_display_data":
            pass

    def published(self, seconds: float) -> dict[str, Any]:
        """The next message on iopub; `queue.Empty` where none comes."""
        return dict(self._client.get_iopub_msg(timeout=seconds))

    def wait_for_status(self, state: str) -> None:
        """Return when the kernel says that it is `busy` or `idle`."""
        while True:
            message = self._client.get_iopub_msg(timeout=TIMEOUT)
            if message["content"].get("execution_state") == state:
                return

    def beside(self, expression: str) -> str:
        """The text of an expression's value, evaluated in a subshell while a cell runs."""
        session = self._client.session
        create = session.msg("create_subshell_request", {})
        self._client.control_channel.send(create)
        reply = self._client.get_control_msg(timeout=TIMEOUT)
        content = {"code": "", "silent": True, "user_expressions": {"value": expression}}
        request = session.msg("execute_request", content)
        request["header"]["subshell_id"] = reply["content"]["subshell_id"]
        self._client.shell_channel.send(request)
        while reply["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            reply = self._client.get_shell_msg(timeout=TIMEOUT)
        value = reply["content"]["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return str(value["data"]["text/plain"])

    def interrupt(self) -> None:
        """What the notebook's stop button does; returns when the kernel is idle again."""
        self._manager.interrupt_kernel()
        self.wait_for_status("idle")

    def kill(self) -> None:
        """SIGKILL, at once and without a word to the kernel."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Return when its process is no more."""
        process = self._manager.provisioner.process  # type: ignore[union-attr]
        eventually(lambda: process.poll() is not None, "the end of the kernel's process")

    def ask(self, expression: str) -> None:
        """Send a silent question, and return without an answer."""
        self._client.execute("", silent=True, user_expressions={"value": expression})

    def restart(self) -> None:
        """Another process in its place, as a server starts one."""
        self._manager.restart_kernel(now=True)
        self._client.wait_for_ready(timeout=TIMEOUT)


@contextmanager
def snippet_kernel(python: Path, folder: Path, **environ: str) -> Iterator[SnippetKernel]:
    """Start a kernel whose home and working directory are in `folder`, and end it."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    manager = KernelManager()
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    own = {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": "",
        **environ,
    }
    inherited = dict(os.environ)
    inherited.pop("PYTEST_CURRENT_TEST", None)  # ipykernel looks for it and is another then
    manager.start_kernel(cwd=str(folder), env={**inherited, **own})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        yield SnippetKernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
