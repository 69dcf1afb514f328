"""The Checkpoint & resume cells in real kernels that are killed without a word."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import time
import zlib
from pathlib import Path

import pytest
from kernels import SnippetKernel, error_of, kernel_pythons, snippet_kernel
from rclone_remotes import SETTINGS, mount_processes, unmount_below, why_no_fuse
from training import EPOCHS, NAMES, TRAIN, Notebook, setup

pytest.importorskip("torch", reason="PyTorch is not installed")

BALLAST = 1_000_000
"""Floats: a save takes long enough to be hit."""


@pytest.fixture(params=kernel_pythons())
def python(request: pytest.FixtureRequest) -> Path:
    return request.param


def start(kernel: SnippetKernel, folder: Path, ballast: int = BALLAST) -> str:
    """Run the notebook's first cells; returns what the inserted ones printed."""
    kernel.must(setup(ballast))
    answer = kernel.insert("checkpoint-resume", RUN_FOLDER=str(folder), **NAMES)
    assert answer.status == "ok", error_of(answer)
    return answer.text("stdout")


def finish(kernel: SnippetKernel) -> str:
    kernel.must(TRAIN)
    return kernel.value("digest()")


def straight(folder: Path, ballast: int = BALLAST) -> str:
    notebook = Notebook(setup(ballast))
    notebook.insert(RUN_FOLDER=str(folder), **NAMES)
    notebook.run(TRAIN)
    return repr(notebook.digest())


def wait_for_unfinished(folder: Path, seen: set[str]) -> None:
    """Return when a save begins that has not been seen before, or after the last one."""
    while not (folder / f"step-{5 * EPOCHS:012d}").exists():
        names = {name for name in os.listdir(folder) if ".tmp-" in name}
        if names - seen:
            seen |= names
            return
        time.sleep(0.001)


def test_killed_again_and_again(tmp_path: Path) -> None:
    """SIGKILL at random moments, most of them while a checkpoint is written; the kernels of both
    ends of the version range take turns on one run. Nothing that was committed is lost, and the
    end is that of an uninterrupted training."""
    expected = straight(tmp_path / "straight")
    pythons = [param.values[0] for param in kernel_pythons() if not param.marks]
    chance = random.Random(1)
    run = tmp_path / "run"
    unfinished: set[str] = set()
    torn = 0
    for attempt in range(8):  # until a save was hit, five at least
        python = pythons[attempt % len(pythons)]
        with snippet_kernel(python, tmp_path / f"kernel-{attempt}") as kernel:
            committed = sorted(run.glob("step-*"))
            printed = start(kernel, tmp_path)
            if committed:
                assert f"Resumed {committed[-1]}" in printed
            assert not list(run.glob(".step-*"))
            kernel.begin(TRAIN)
            for _ in range(chance.choice([1, 2])):
                wait_for_unfinished(run, unfinished)
            time.sleep(chance.uniform(0, 0.03))
            kernel.kill()
        torn += bool(list(run.glob(".step-*")))
        assert max(run.glob("step-*"), default=run) >= max(committed, default=run)
        if torn and attempt >= 4:
            break
    assert torn, "no save was hit"
    before = sorted(path.name for path in run.glob("step-*"))
    last = [f"step-{5 * epoch:012d}" for epoch in (EPOCHS - 1, EPOCHS)]
    with snippet_kernel(pythons[0], tmp_path / "kernel-last") as kernel:
        start(kernel, tmp_path)
        assert finish(kernel) == expected
    steps = sorted(path.name for path in run.iterdir())
    # Only a save prunes. Where the last kill came between the last commit and its pruning, nothing
    # is left to save: opening a finished run deletes none of its checkpoints.
    assert steps == (before if before[-1] == last[-1] else last)
    assert steps[-2:] == last and len(steps) <= 3


def test_stop_button(python: Path, tmp_path: Path) -> None:
    """An epoch is interrupted; then only the training cell is run again."""
    expected = straight(tmp_path / "straight", 10)
    with snippet_kernel(python, tmp_path / "kernel") as kernel:
        start(kernel, tmp_path, 10)
        kernel.must(
            "import time\ndef in_the_middle(epoch, number):\n"
            "    if (epoch, number) == (3, 2):\n        print('<here>', flush=True); time.sleep(60)"
        )
        kernel.begin(TRAIN)
        kernel.wait_for("<here>")
        kernel.interrupt()
        kernel.must("def in_the_middle(epoch, number): pass")
        assert finish(kernel) == expected


def test_without_a_model(python: Path, tmp_path: Path) -> None:
    with snippet_kernel(python, tmp_path / "kernel") as kernel:
        answer = kernel.insert("checkpoint-resume")
        assert error_of(answer) == ("NameError", "name 'model' is not defined")
        shown = re.sub(r"\x1b\[[\d;]*m", "", "".join(answer.outputs[-1][1]["traceback"]))
        assert "MODEL = model" in shown  # the line to correct
        assert sorted(path.name for path in (tmp_path / "kernel").iterdir()) == ["home"]


def test_on_a_mount(tmp_path: Path) -> None:
    """Checkpoints go through an rclone mount; when it dies, that is no reason to start anew."""
    if reason := why_no_fuse(tmp_path / "fuse"):
        pytest.skip(reason)
    expected = straight(tmp_path / "straight", 50_000)
    (tmp_path / "remote").mkdir()
    (tmp_path / "rclone.conf").write_text(f"[box]\ntype = alias\nremote = {tmp_path / 'remote'}\n")
    config = {**SETTINGS, "RCLONE_CONFIG": str(tmp_path / "rclone.conf")}
    run = "runtime-kit-runs/run"
    try:
        with snippet_kernel(Path(sys.executable), tmp_path / "kernel", **config) as kernel:
            where = str(tmp_path / "drive")
            mounted = kernel.insert("drive-mount", MOUNT_POINT=where, RCLONE_REMOTE="box")
            assert mounted.status == "ok"
            kernel.must(setup(50_000))
            assert kernel.insert("checkpoint-resume", **NAMES).status == "ok"
            kernel.must(TRAIN.replace(f"epochs({EPOCHS})", "epochs(3)"))
            last = tmp_path / "remote" / run / "step-000000000015"
            while not arrived(last):
                time.sleep(0.05)
            (pid,) = mount_processes(tmp_path)
            os.kill(pid, 9)
            name, message = error_of(kernel.run(TRAIN))
            assert name in ("OSError", "ConnectionAbortedError"), message
            assert "<begins" not in kernel.run(TRAIN).text("stdout")
            assert finish_elsewhere(kernel, tmp_path / "remote") == expected
    finally:
        unmount_below(tmp_path)


def arrived(step: Path) -> bool:
    """All files are there as COMMIT.json has them: a mount uploads after a file was closed, and
    the small ones may be first."""
    try:
        files = json.loads((step / "COMMIT.json").read_bytes())["files"]
        contents = {name: (step / name).read_bytes() for name in files}
    except (FileNotFoundError, ValueError):
        return False
    return all(zlib.crc32(contents[name]) == int(files[name]["crc32"], 16) for name in files)


def finish_elsewhere(kernel: SnippetKernel, folder: Path) -> str:
    """Go on with a copy of the run, as on another machine."""
    shutil.copytree(folder, folder.parent / "copy")
    kernel.must(setup(50_000))
    answer = kernel.insert(
        "checkpoint-resume", RUN_FOLDER=str(folder.parent / "copy" / "runtime-kit-runs"), **NAMES
    )
    assert "epoch 3 is next" in answer.text("stdout")
    return finish(kernel)
