"""Runs on the disk and runs that are alive, as the monitor tells and saves them."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime_kit import Run
from runtime_kit.telemetry import link, live, runs
from runtime_kit.telemetry.actions import act
from runtime_kit.telemetry.runs import RunReader, thin

Train = Callable[..., Run]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    def train_steps(name: str, count: int, *, finish: bool = True) -> Run:
        run = Run(name, tmp_path, every=1, keep=2).track(state={"weights": [0.0]})
        for step in run.steps(count):
            run.log(loss=1 / (step + 1))
        run.finish() if finish else run.manager.close()
        return run

    return train_steps


def only(folder: Path) -> dict[str, Any]:
    (run,) = RunReader().read_folder(folder)
    return run


def test_a_finished_run(train: Train, tmp_path: Path) -> None:
    train("digits", 5)
    run = only(tmp_path)
    assert (run["name"], run["step"], run["committed"], run["state"]) == ("digits", 5, 5, "local")
    assert run["finished"] is True and run["live"] is False and run["size"] > 0
    assert run["metrics"] == {"loss": 0.2}
    assert run["history"][0] == (0, {"loss": 1.0})


def test_a_run_that_was_left_is_not_finished(train: Train, tmp_path: Path) -> None:
    train("digits", 5, finish=False)
    assert only(tmp_path)["finished"] is False
    train("digits", 7)
    assert only(tmp_path)["finished"] is True


def test_a_damaged_step_is_told_and_the_good_one_is_shown(train: Train, tmp_path: Path) -> None:
    run = train("digits", 5)
    newest = Path(run.folder) / "step-000000000005"
    for path in newest.glob("*.safetensors"):
        os.truncate(path, 0)
    os.truncate(newest / "state.json", 3)
    found = only(tmp_path)
    assert (found["state"], found["committed"]) == ("damaged", 4)


def test_a_run_is_read_again_only_when_it_changed(train: Train, tmp_path: Path) -> None:
    train("digits", 3)
    reader = RunReader()
    first = reader.read_folder(tmp_path)
    state = tmp_path / "digits/step-000000000003/state.json"
    content = state.read_bytes()
    state.write_bytes(b"")
    assert reader.read_folder(tmp_path) == first
    state.write_bytes(content)
    train("digits", 6)
    assert reader.read_folder(tmp_path)[0]["step"] == 6


def test_a_mount_that_failed_for_a_moment_leaves_no_damage(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train("digits", 3)
    reader = RunReader()

    def fail(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        assert reader.read_folder(tmp_path)[0]["state"] == "damaged"
    (run,) = reader.read_folder(tmp_path)
    assert (run["state"], run["saved"] is not None, run["finished"]) == ("local", True, True)


@pytest.mark.parametrize(
    "gone", [["step-000000000005"], ["step-000000000004", "step-000000000005"]]
)
def test_a_step_that_goes_while_it_is_read_is_no_damage(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: list[str]
) -> None:
    """A training deletes older steps, and a step between two of its schedule after each save."""
    train("digits", 5)
    train("next", 6)
    real = runs.read_commit

    def read(path: Path, step: int) -> Any:
        for name in gone:
            if (tmp_path / "digits" / name).exists():
                shutil.rmtree(tmp_path / "digits" / name)
                newer = tmp_path / "digits" / "step-000000000006"
                if not newer.exists():
                    shutil.copytree(tmp_path / "next" / newer.name, newer)
        return real(path, step)

    monkeypatch.setattr(runs, "read_commit", read)
    found = RunReader().read(tmp_path / "digits")
    assert found and (found["state"], found["step"]) == ("local", 6)


def test_other_folders_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "notes.txt").write_text("")
    assert RunReader().read_folder(tmp_path) == []
    assert RunReader().read_folder(tmp_path / "nowhere") == []


def test_a_long_history_is_thinned_and_keeps_its_end() -> None:
    history = [{"step": step, "epoch": 0, "time": 0.0, "loss": float(step)} for step in range(999)]
    told = thin(history)
    assert len(told) <= 200 and told[-1] == (998, {"loss": 998.0})


def test_a_checkpoint_is_made_at_the_next_boundary(tmp_path: Path) -> None:
    """Asked from another thread, as over a subshell, while the loop is in a step."""
    run = Run("digits", tmp_path, every=10**9).track(state={"weights": [0.0]})
    answers = []
    committed = None
    for step in run.steps(1000):
        if step == 3:
            ask = threading.Thread(
                target=lambda: answers.append(link.checkpoint(str(run.folder), True))
            )
            ask.start()
            ask.join()
        if step > 3:
            run.manager.wait()
            committed = run.manager.newest()
            break
    (answer,) = answers
    assert answer["ok"] and answer["folder"] == str(run.folder)
    assert committed == 4, "the step that was under way, and no other"
    told = live.describe(run, RunReader())
    assert told["live"] and told["committed"] == 4 and told["saved"] >= answer["since"]
    run.manager.close()


def test_an_idle_run_is_saved_at_once(tmp_path: Path) -> None:
    run = Run("digits", tmp_path, every=10**9).track(state={"weights": [0.0]})
    assert link.checkpoint("other", False)["ok"] is False
    answer = link.checkpoint("digits", False)
    assert answer["ok"] and answer["step"] == 0 == run.manager.newest()
    beside = link.checkpoint("digits", True)
    assert not beside["ok"] and "does not train this run" in beside["text"]
    run.manager.close()
    assert link.checkpoint("digits", False)["ok"] is False


def test_a_failure_is_told_with_the_moment_that_was_to_be_saved(tmp_path: Path) -> None:
    state = {"weights": [0.0] * 100_000}
    run = Run("digits", tmp_path, every=10**9).track(state=state)
    run.save(wait=True)
    before = time.time()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, limits[1]))
    try:
        state["weights"][0] = 1.0
        answer = link.checkpoint("digits", False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    after = time.time()
    told = live.describe(run, RunReader())
    assert not answer["ok"] and told["failed"]
    assert before <= told["failed_at"] <= after
    assert link.checkpoint("digits", False)["ok"]
    told = live.describe(run, RunReader())
    assert not told["failed"] and told["failed_at"] is None
    run.manager.close()


def test_actions(train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    run = train("digits", 4)
    folder = {"folder": str(run.folder)}
    assert act("verify", folder)["ok"]
    out = tmp_path / "weights.safetensors"
    assert act("export", {**folder, "step": "last", "out": str(out)})["ok"] and out.exists()
    damaged = Path(run.folder) / "step-000000000003/state.json"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b" ")
    answer = act("verify", folder)
    assert not answer["ok"] and "state.json" in answer["text"]
    assert act("delete", {**folder, "step": "3"})["ok"] and not damaged.exists()
    assert "not a run" in act("delete", {"folder": str(tmp_path / "pictures")})["text"]
    assert act("flush", {})["text"].startswith("Nothing is mounted")
    notes = Path(run.folder) / "notes.txt"
    notes.write_text("of the user's")
    answer = act("delete", folder)
    assert answer["ok"] and "notes.txt" in answer["text"]
    assert [path.name for path in Path(run.folder).iterdir()] == ["notes.txt"]


def test_a_step_that_another_one_needs_is_not_deleted(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    state = {"fixed": torch.ones(1_000_000), "weights": torch.zeros(10)}
    run = Run("digits", tmp_path, every=1).track(state=state)
    for _ in run.steps(2):
        state["weights"] += 1
    run.finish()
    folder = {"folder": str(run.folder)}
    answer = act("delete", {**folder, "step": "1"})
    assert not answer["ok"] and "needs them" in answer["text"]
    assert act("verify", folder)["ok"]
    assert act("delete", {**folder, "step": "2"})["ok"] and act("verify", folder)["ok"]
    assert act("delete", folder)["ok"] and not Path(run.folder).exists()


def test_a_run_that_somebody_writes_is_not_deleted(tmp_path: Path) -> None:
    code = (
        "import sys; from runtime_kit import Run\n"
        f"run = Run('digits', {str(tmp_path)!r}).track(state={{'w': [0.0]}})\n"
        "run.save(wait=True); print('saved', flush=True); sys.stdin.read()"
    )
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )
    with process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline().strip() == b"saved"
        answer = act("delete", {"folder": str(tmp_path / "digits")})
        process.stdin.close()
    assert not answer["ok"] and "is being trained" in answer["text"]
    assert act("delete", {"folder": str(tmp_path / "digits")})["ok"]
    shutil.rmtree(tmp_path / "digits", ignore_errors=True)


@pytest.mark.parametrize(
    "odd",
    [
        {"metrics": {"loss": float("nan"), "count": 10**400, "name": "x", "good": 1}},
        {"metrics": [1], "epoch": {"of": 3}, "time": "yesterday"},
        {"history": [3, {"step": "first"}, {"step": None}, {"step": 2, "loss": float("inf")}]},
        {"history": {"step": 3}, "metrics": "loss"},
    ],
)
def test_a_run_with_odd_entries_takes_no_other_along(
    train: Train, tmp_path: Path, odd: dict[str, Any]
) -> None:
    train("digits", 1)
    train("odd", 1)
    step = tmp_path / "odd/step-000000000001"
    body = json.dumps({**json.loads((step / "state.json").read_bytes()), **odd}).encode()
    commit = json.loads((step / "COMMIT.json").read_bytes())
    commit["files"]["state.json"]["size"] = len(body)
    (step / "state.json").write_bytes(body)
    (step / "COMMIT.json").write_text(json.dumps(commit))
    found = RunReader().read_folder(tmp_path)
    # JSON as browsers read it.
    json.dumps(found, allow_nan=False)
    told = {run["name"]: run for run in found}
    assert set(told) == {"digits", "odd"} and told["odd"]["committed"] == 1
    assert set(told["odd"]["metrics"]) <= {"good", "loss"}
    assert isinstance(told["odd"]["epoch"], int | None)


def test_a_run_that_is_being_deleted_takes_no_other_along(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train("digits", 1)
    train("gone", 1)
    look = runs._maybe

    def deleted_meanwhile(entry: os.DirEntry[str]) -> bool:
        if entry.name == "gone":
            shutil.rmtree(entry.path)
            return True
        return look(entry)

    monkeypatch.setattr(runs, "_maybe", deleted_meanwhile)
    assert [run["name"] for run in RunReader().read_folder(tmp_path)] == ["digits"]


def test_folders_that_are_too_many_to_be_read_are_counted(train: Train, tmp_path: Path) -> None:
    train("digits", 1)
    for number in range(runs._MOST + 3):
        shutil.copytree(tmp_path / "digits", tmp_path / f"run-{number}")
    reader = RunReader()
    found = reader.read_folders([tmp_path, tmp_path / "nothing"])
    assert (len(found[tmp_path]), reader.left_out) == (runs._MOST, 4)
    for number in range(4):
        shutil.rmtree(tmp_path / f"run-{number}")
    reader.read_folders([tmp_path])
    assert reader.left_out == 0


@pytest.mark.parametrize("out", ["-dash-1.safetensors", "~/home.safetensors"])
def test_an_export_goes_where_a_user_means(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    run = train("-dash", 1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = act("export", {"folder": str(run.folder), "out": out})
    assert answer["ok"], answer
    assert (tmp_path / out.removeprefix("~/")).exists()


def test_a_run_in_a_linked_folder_is_told_once(tmp_path: Path) -> None:
    real, link_to_it = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link_to_it.symlink_to(real)
    alive = Run("alive", link_to_it, every=1).track(state={"weights": [0.0]})
    left = Run("left", link_to_it, every=1).track(state={"weights": [0.0]})
    for run in (alive, left):
        for _ in run.steps(1):
            pass
    left.manager.close()
    reader = RunReader()
    found = reader.read_folders([link_to_it, real])
    assert list(found) == [link_to_it]
    every = live.merged([run for runs in found.values() for run in runs], reader)
    mine = {"alive", "left"}
    told = [(run["name"], run["live"]) for run in every if run["name"] in mine]
    assert sorted(told) == [("alive", True), ("left", False)]
    alive.manager.close()
