"""A standalone cell keeps no lock: what tells another kernel that it may be training."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from kernels import snippet_kernel
from training import NAMES, setup

from runtime_kit import Run
from runtime_kit.checkpoint.run_dir.layout import LOCK
from runtime_kit.telemetry.actions import act
from runtime_kit.telemetry.runs import RunReader

pytest.importorskip("torch", reason="PyTorch is not installed")

# An epoch ends when the test says so.
TRAIN = """
import os, time
for epoch in run.epochs(4):
    print(f"<epoch {epoch}>", flush=True)
    while not os.path.exists(f"end {epoch}"):
        time.sleep(0.02)
"""


def look(folder: Path) -> dict[str, Any]:
    told = RunReader().read(folder)
    assert told is not None
    return told


def saved(folder: Path, step: int) -> float:
    state = json.loads((folder / f"step-{step:012d}" / "state.json").read_bytes())
    return float(state["time"])


def test_a_training_in_another_kernel(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        kernel.must(setup())
        kernel.insert("checkpoint-resume", RUN_FOLDER=str(tmp_path), **NAMES)
        kernel.begin(TRAIN)
        kernel.wait_for("<epoch 0>")
        first = look(folder)
        assert first["committed"] == 0 and not (folder / LOCK).exists()
        assert first["written"] == saved(folder, 0) and first["due"] > time.time() + 3600

        (tmp_path / "end 0").touch()
        kernel.wait_for("<epoch 1>")
        second = look(folder)
        assert second["written"] == saved(folder, 5) > first["written"]
        assert second["due"] == second["written"] + 900, "an epoch of a moment"
        # The user was asked before this epoch ended.
        answer = act("delete", {"folder": str(folder), "seen": first["sign"]})
        assert not answer["ok"] and "written to in the meantime" in answer["text"]
        assert look(folder)["committed"] == 5

        # A step that is being written.
        begun = folder / ".step-000000000010.tmp-0123abcd"
        begun.mkdir()
        (begun / "state.pt").write_bytes(b"half")
        os.utime(begun / "state.pt", (second["written"] + 60, second["written"] + 60))
        writing = look(folder)
        assert writing["written"] == second["written"] + 60
        assert writing["sign"] != second["sign"]
        answer = act("delete", {"folder": str(folder), "seen": second["sign"]})
        assert not answer["ok"]

        for epoch in (1, 2, 3):
            (tmp_path / f"end {epoch}").touch()
        kernel.wait_for("All 4 epochs")
    finished = look(folder)
    assert finished["finished"] and finished["written"] is None and finished["due"] is None
    assert act("delete", {"folder": str(folder), "seen": finished["sign"]})["ok"]
    assert not folder.exists()


def test_an_epoch_of_hours_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with snippet_kernel(Path(sys.executable), tmp_path) as kernel:
        kernel.must(setup())
        kernel.insert("checkpoint-resume", RUN_FOLDER=str(tmp_path), **NAMES)
        # The clock of the cell: two hours an epoch.
        kernel.must(
            "import time\nreal, now, time.time = time.time, [1e9], lambda: now[0]\n"
            "for epoch in run.epochs(4):\n    now[0] += 7200\n    if epoch == 2: break\n"
            "time.time = real"
        )
    told = look(folder)
    assert (told["written"], told["due"]) == (1e9 + 14400, 1e9 + 14400 + 3 * 7200)


def test_a_lock_tells_where_there_is_one(tmp_path: Path) -> None:
    run = Run("digits", tmp_path, every=1, keep=2).track(state={"weights": [0.0]})
    for _ in run.steps(3):
        pass
    run.manager.close()
    told = look(run.folder)
    assert (told["written"], told["due"]) == (None, None)
    # Its mirror has none.
    (run.folder / LOCK).unlink()
    told = look(run.folder)
    assert told["written"] == told["saved"] and told["due"] > told["written"]
