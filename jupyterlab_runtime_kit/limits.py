"""What this server itself does to kernels that nobody uses, read from its configuration.

The REST API of jupyter_server tells none of it, so without this a front end can only guess
when an idle kernel or the server goes away.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class KernelCulling(TypedDict):
    """When an idle kernel is shut down. ``idle_timeout`` is None where none ever is."""

    idle_timeout: float | None  # seconds
    interval: float  # seconds between two looks at all kernels
    connected: bool  # also kernels with an open connection
    busy: bool  # also kernels that run code


class Limits(TypedDict):
    """The answer of ``GET runtime-kit/limits``. Durations are seconds, None is "no limit"."""

    format: int
    started: str | None  # ISO 8601, UTC
    kernels: KernelCulling | None  # None: other software manages the kernels, limits unknown
    server_shutdown_no_activity: float | None
    terminal_idle_timeout: float | None
    hub: bool  # started by a JupyterHub, which may have limits of its own


def read_limits(server_app: ServerApp, environ: Mapping[str, str] = os.environ) -> Limits:
    """Collect the limits that ``server_app`` was configured with.

    Parameters
    ----------
    server_app
        the running server
    environ
        environment of the server process: tells whether a JupyterHub started it

    """
    settings = server_app.web_app.settings
    started = settings.get("started")
    return {
        "format": 1,
        "started": started.isoformat() if isinstance(started, datetime) else None,
        "kernels": _kernel_culling(server_app.kernel_manager),
        "server_shutdown_no_activity": _timeout(server_app, "shutdown_no_activity_timeout"),
        "terminal_idle_timeout": _timeout(
            settings.get("terminal_manager"), "cull_inactive_timeout"
        ),
        "hub": bool(environ.get("JUPYTERHUB_API_URL")),
    }


def _kernel_culling(manager: Any) -> KernelCulling | None:
    # A gateway's kernels live on another server, whose culler is not in this process;
    # the settings that its client class inherits have no effect.
    if type(manager).__name__.startswith("Gateway") or not hasattr(manager, "cull_idle_timeout"):
        return None
    return {
        "idle_timeout": _timeout(manager, "cull_idle_timeout"),
        "interval": float(manager.cull_interval),
        "connected": bool(manager.cull_connected),
        "busy": bool(manager.cull_busy),
    }


def _timeout(owner: Any, name: str) -> float | None:
    """Jupyter spells "never" as zero or less."""
    value = getattr(owner, name, 0)
    return float(value) if value and value > 0 else None
