"""Messages to the front ends, from any thread."""

from __future__ import annotations

import sys
from typing import Any


def shell() -> Any:
    """IPython's shell of this process, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def can_publish() -> bool:
    """Whether this is a kernel whose own thread sends what others publish (ipykernel)."""
    kernel = getattr(shell(), "kernel", None)
    return hasattr(kernel, "session") and hasattr(kernel, "iopub_socket")


def has_subshells() -> bool:
    """What the kernel says of itself to a front end, which may ask behind a cell of hours only."""
    info = getattr(getattr(shell(), "kernel", None), "kernel_info", None) or {}
    return "kernel subshells" in info.get("supported_features", ())


def publish(comm_id: str, data: dict[str, Any]) -> None:
    """Send on a comm that the front ends opened in their own books only.

    It has no parent: it is no output of the cell that happens to run.
    """
    kernel = shell().kernel
    content = {"comm_id": comm_id, "data": data}
    kernel.session.send(
        kernel.iopub_socket, "comm_msg", content, parent={}, ident=f"comm-{comm_id}".encode()
    )


def current_request() -> Any:
    """A copy of the request that this thread answers."""
    request = _request()
    return {**request, "header": dict(request.get("header") or {})}


def hide_idle() -> None:
    """Have servers and front ends pass over the status ``idle`` that ends this request.

    They take it for the kernel's: the page says Idle over a running cell, and a culler ends it.
    Both leave out what answers a request of certain types (``untracked_message_types``).
    """
    header = _request().get("header")
    if header:
        header["msg_type"] = "comm_info_request"


def _request() -> Any:
    get_parent = getattr(getattr(shell(), "kernel", None), "get_parent", None)
    return (get_parent("shell") or {}) if get_parent is not None else {}


def publish_busy(request: Any) -> None:
    """Say again that the kernel runs a cell.

    What made the subshell ended with the status ``idle`` too, and JupyterLab 4.4 counts that of
    every request.
    """
    kernel = shell().kernel
    kernel.session.send(
        kernel.iopub_socket,
        "status",
        {"execution_state": "busy"},
        parent=request,
        ident=b"status",
    )
