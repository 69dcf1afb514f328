"""The server part: one authenticated GET that tells the limits of a real server."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyter_process import JupyterProcess

PATH = "runtime-kit/limits"
Start = Callable[..., JupyterProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    servers: list[JupyterProcess] = []

    def start_server(*arguments: str, **environ: str) -> JupyterProcess:
        folder = tmp_path / f"server-{len(servers)}"
        servers.append(JupyterProcess(folder, *arguments, **environ))
        return servers[-1]

    yield start_server
    for server in servers:
        server.stop()


def test_tells_what_the_server_was_configured_with(start: Start) -> None:
    server = start(
        "--ServerApp.base_url=/at/",
        "--MappingKernelManager.cull_idle_timeout=3600",
        "--MappingKernelManager.cull_interval=60",
        "--MappingKernelManager.cull_connected=True",
        "--ServerApp.shutdown_no_activity_timeout=7200",
        "--TerminalManager.cull_inactive_timeout=1800",
        JUPYTERHUB_API_URL="http://127.0.0.1:9/hub/api",
    )
    limits = server.json(PATH)
    started = server.json("api/status")["started"]
    assert limits.pop("started") == started.replace("Z", "+00:00")
    assert limits == {
        "format": 1,
        "kernels": {"idle_timeout": 3600, "interval": 60, "connected": True, "busy": False},
        "server_shutdown_no_activity": 7200,
        "terminal_idle_timeout": 1800,
        "hub": True,
    }


def test_only_reads_only_for_the_authenticated_and_is_no_activity(start: Start) -> None:
    server = start()
    active = server.json("api/status")["last_activity"]

    limits = server.json(PATH)
    assert limits["kernels"]["idle_timeout"] is None
    assert limits["server_shutdown_no_activity"] is None
    assert limits["hub"] is False

    for token in (None, "wrong"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.get(PATH, token=token)
        assert refused.value.code == 403

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.get(PATH, method=method)
        assert refused.value.code == 405

    # Asking must not keep a server alive that is to end without activity.
    assert server.json("api/status")["last_activity"] == active


def test_a_gateways_culler_is_not_ours_to_tell() -> None:
    from jupyter_server.gateway.managers import GatewayMappingKernelManager

    from jupyterlab_runtime_kit.limits import _kernel_culling

    manager = GatewayMappingKernelManager.__new__(GatewayMappingKernelManager)
    assert _kernel_culling(manager) is None
