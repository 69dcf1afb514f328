"""Jupyter servers for tests: real processes, each with folders and a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

TOKEN = "a-token-for-this-test"


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class JupyterProcess:
    """A running server; ``url`` ends with a slash.

    Parameters
    ----------
    folder
        for the files, the configuration and the log of the server: an empty folder, or that of
        a server that has ended
    arguments
        for its command line
    python
        the environment to run it in
    module
        what to run: ``jupyter_server``, or ``jupyterlab``
    environ
        further environment variables

    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        python: str | Path = sys.executable,
        module: str = "jupyter_server",
        **environ: str,
    ) -> None:
        for name in ("root", "runtime", "config", "data"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.log = folder / "server.log"
        self._runtime = folder / "runtime"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    *(str(python), "-m", module, "--no-browser", "--allow-root"),
                    *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={free_port()}"),
                    f"--ServerApp.root_dir={folder / 'root'}",
                    *arguments,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "JUPYTER_TOKEN": TOKEN,
                    "JUPYTER_RUNTIME_DIR": str(self._runtime),
                    "JUPYTER_CONFIG_DIR": str(folder / "config"),
                    "JUPYTER_DATA_DIR": str(folder / "data"),
                    **environ,
                },
            )
        self.url = self._wait()

    def _wait(self) -> str:
        file = self._runtime / f"jpserver-{self.process.pid}.json"
        while self.process.poll() is None:
            if file.exists() and (text := file.read_text()):
                server = json.loads(text)
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", server["port"])) == 0:
                        return str(server["url"])
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def get(self, path: str, method: str = "GET", token: str | None = TOKEN) -> bytes:
        """The body of a reply; raises ``urllib.error.HTTPError`` for a refusal."""
        headers = {"Authorization": f"token {token}"} if token else {}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return bytes(reply.read())

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
