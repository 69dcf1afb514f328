"""A real kernel of one of the environments, and what it answers to a cell."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parents[2]
COLAB = ROOT / ".venv-colab" / "bin" / "python"
TIMEOUT = 60


def kernel_pythons() -> list[Any]:
    """Both ends of the supported range, as parameters of a fixture."""
    missing = pytest.mark.skipif(
        not COLAB.exists(), reason="scripts/colab-kernel-env.py has not made .venv-colab"
    )
    return [
        pytest.param(Path(sys.executable), id="current"),
        pytest.param(COLAB, id="colab", marks=missing),
    ]


@dataclass
class Answer:
    """What came back for one request."""

    status: str = ""
    execution_count: int = 0
    payload: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Message type and content of what was published, in its order."""
    value: str = ""
    """The text of the expression, if one was sent along."""

    def text(self, stream: str) -> str:
        parts = (content for kind, content in self.outputs if kind == "stream")
        return "".join(content["text"] for content in parts if content["name"] == stream)


class KernelClient:
    """Runs cells one after another."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def run(
        self, code: str, *, silent: bool = False, cell_id: str = "", expression: str = ""
    ) -> Answer:
        """Run a cell to its end; an error is an answer too."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {"value": expression} if expression else {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        metadata = {"cellId": cell_id} if cell_id else {}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        answer = Answer()
        for kind, published in self._published(request):
            if kind == "status" and published["execution_state"] == "idle":
                break
            if kind not in ("status", "execute_input"):
                answer.outputs.append((kind, published))
        reply: dict[str, Any] = {}
        while reply.get("parent_header", {}).get("msg_id") != request:
            reply = self._client.get_shell_msg(timeout=TIMEOUT)
        answer.status = reply["content"]["status"]
        answer.execution_count = reply["content"].get("execution_count", 0)
        answer.payload = reply["content"].get("payload", [])
        if expression and answer.status == "ok":
            result = reply["content"]["user_expressions"]["value"]
            assert result["status"] == "ok", result
            answer.value = result["data"]["text/plain"]
        return answer

    def _published(self, request: str) -> Iterator[tuple[str, dict[str, Any]]]:
        while True:
            message = self._client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == request:
                yield message["msg_type"], message["content"]


class RunningKernel(KernelClient):
    """A kernel of its own, and a client of it."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        super().__init__(client)
        self._manager = manager

    @contextmanager
    def other_client(self) -> Iterator[KernelClient]:
        with _connected(self._manager) as client:
            yield KernelClient(client)


@contextmanager
def running_kernel(python: Path, folder: Path) -> Iterator[RunningKernel]:
    """Start a kernel that can import `runtime_kit`, and end it."""
    manager = KernelManager()
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.start_kernel(cwd=str(folder), env={**_environment(folder), "PYTHONPATH": str(ROOT)})
    try:
        with _connected(manager) as client:
            yield RunningKernel(manager, client)
    finally:
        manager.shutdown_kernel(now=True)


def _environment(folder: Path) -> dict[str, str]:
    # Nothing of the developer's own profile, and no history on the disk.
    return {
        **os.environ,
        "IPYTHONDIR": str(folder / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@contextmanager
def _connected(manager: KernelManager) -> Iterator[BlockingKernelClient]:
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        yield client
    finally:
        client.stop_channels()
