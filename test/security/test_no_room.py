"""A home that is read-only and disks that are full: what is trained goes on, what fails is said."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_process import JupyterProcess
from mounts import remount, small_disk
from planted import ROOT

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(params=["read-only", "full"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing can be written."""
    with small_disk(tmp_path / "disk", "1m") as folder:
        if request.param == "read-only":
            remount(folder, "ro")
        else:
            with (
                contextlib.suppress(OSError),
                open(folder / "filler", "wb", buffering=0) as file,
            ):
                while file.write(b"x" * 4096):
                    pass
        yield folder


TRAIN = """
import json, os, sys, torch
from pathlib import Path
from runtime_kit import Run, drive, stage
from runtime_kit.storage.errors import StorageError
from runtime_kit.telemetry.sampler import Sampler

run = Run("digits", folder="runs")
run.track(model=torch.nn.Linear(2, 2))
for epoch in run.epochs(2):
    run.log(loss=1.0)
run.save(wait=True)
sample = Sampler().take(busy=False, whole=True)
Path("source").mkdir()
Path("source", "data").write_text("data")
try:
    drive.mount(remote="box", timeout=10)
    told = ""
except StorageError as error:
    told = str(error)
print(json.dumps({
    "runs": [each["name"] for each in sample["runs"]],
    "staged": (stage("source", "staged", progress=False) / "data").read_text(),
    "told": told,
}))
"""


def test_a_training_needs_no_home(disk: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    config = tmp_path / "rclone.conf"
    config.write_text("[box]\ntype = memory\n")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("XDG_")
    } | {"HOME": str(disk), "RCLONE_CONFIG": str(config), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", TRAIN],
        env=environment, cwd=work, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["runs"] == ["digits"] and found["staged"] == "data"
    # A tmpfs that is full still has room for folders.
    assert "RUNTIME_KIT_STATE" in found["told"] or "disk is full" in found["told"]


@pytest.mark.nightly
def test_a_server_and_its_kernels(disk: Path, tmp_path: Path) -> None:
    """The journal of outputs cannot be written there, and no cell is the worse for it."""
    # IPython's own files cannot be made in a full home: no kernel starts there, with us or without.
    environment = {"IPYTHONDIR": str(tmp_path / "ipython"), "HOME": str(disk)}
    server = JupyterProcess(tmp_path / "server", JUPYTER_DATA_DIR=str(disk), **environment)
    try:
        assert server.json("runtime-kit/limits")["format"] == 1
        kernel = json.loads(server.get("api/kernels", "POST"))["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(tmp_path / "server" / "runtime" / f"kernel-{kernel}.json"))
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            reply = client.execute_interactive("print(6 * 7)", timeout=60)
            assert reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
        assert server.json("runtime-kit/limits")["format"] == 1
        assert server.process.poll() is None
    finally:
        server.stop()
