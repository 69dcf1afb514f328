"""The server part: one authenticated GET that tells the limits of a real server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TOKEN = "a-token-for-this-test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A jupyter_server process of its own on a free port."""

    def __init__(self, folder: Path, *arguments: str, **environ: str) -> None:
        for name in ("runtime", "root"):
            (folder / name).mkdir()
        self._runtime = folder / "runtime"
        self._log = (folder / "server.log").open("w+")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *(f"--ServerApp.port={free_port()}", "--ServerApp.ip=127.0.0.1"),
                "--ServerApp.base_url=/at/",
                f"--ServerApp.root_dir={folder / 'root'}",
                *arguments,
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "JUPYTER_TOKEN": TOKEN,
                "JUPYTER_RUNTIME_DIR": str(self._runtime),
                "JUPYTER_CONFIG_DIR": str(folder / "config"),
                **environ,
            },
        )
        self.url = self._address()

    def _address(self) -> str:
        file = self._runtime / f"jpserver-{self.process.pid}.json"
        while self.process.poll() is None:
            if file.exists() and (text := file.read_text()):
                server = json.loads(text)
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", server["port"])) == 0:
                        return str(server["url"])
            time.sleep(0.1)
        self._log.seek(0)
        pytest.fail(f"the server did not start:\n{self._log.read()}")

    def request(self, path: str, method: str = "GET", token: str | None = TOKEN) -> Any:
        headers = {"Authorization": f"token {token}"} if token else {}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start_server(*arguments: str, **environ: str) -> Server:
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder, *arguments, **environ))
        return servers[-1]

    yield start_server
    for server in servers:
        server.stop()


def test_tells_what_the_server_was_configured_with(start: Callable[..., Server]) -> None:
    server = start(
        "--MappingKernelManager.cull_idle_timeout=3600",
        "--MappingKernelManager.cull_interval=60",
        "--MappingKernelManager.cull_connected=True",
        "--ServerApp.shutdown_no_activity_timeout=7200",
        "--TerminalManager.cull_inactive_timeout=1800",
        JUPYTERHUB_API_URL="http://127.0.0.1:9/hub/api",
    )
    limits = server.request("runtime-kit/limits")
    assert limits.pop("started") == server.request("api/status")["started"].replace("Z", "+00:00")
    assert limits == {
        "format": 1,
        "kernels": {"idle_timeout": 3600, "interval": 60, "connected": True, "busy": False},
        "server_shutdown_no_activity": 7200,
        "terminal_idle_timeout": 1800,
        "hub": True,
    }


def test_reads_only_for_the_authenticated_and_leaves_no_trace(start: Callable[..., Server]) -> None:
    server = start()
    active = server.request("api/status")["last_activity"]

    limits = server.request("runtime-kit/limits")
    assert limits["kernels"]["idle_timeout"] is None
    assert limits["server_shutdown_no_activity"] is None
    assert limits["hub"] is False

    for token in (None, "wrong"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.request("runtime-kit/limits", token=token)
        assert refused.value.code == 403

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            server.request("runtime-kit/limits", method=method)
        assert refused.value.code == 405

    # Asking must not keep a server alive that is to end without activity.
    assert server.request("api/status")["last_activity"] == active


def test_a_gateways_culler_is_not_ours_to_tell() -> None:
    from jupyter_server.gateway.managers import GatewayMappingKernelManager

    from jupyterlab_runtime_kit.limits import _kernel_culling

    assert _kernel_culling(GatewayMappingKernelManager.__new__(GatewayMappingKernelManager)) is None
