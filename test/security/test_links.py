"""Nothing that a link in a run's folder leads to is emptied, deleted or written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from training import NAMES, TRAIN, Notebook, setup

from runtime_kit._os import delete
from runtime_kit._os.file_lock import file_lock, locked
from runtime_kit.checkpoint import Run
from runtime_kit.snippets.format.catalog import find_snippet
from runtime_kit.snippets.format.render import render_snippet
from runtime_kit.telemetry import actions

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

THESIS = "five years of work"
FIRST = "step-000000000000"


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    folder = tmp_path / "precious"
    (folder / "chapters").mkdir(parents=True)
    for name in ("thesis.txt", "chapters/1.txt"):
        (folder / name).write_text(THESIS)
    return folder


def assert_whole(precious: Path) -> None:
    names = sorted(path.relative_to(precious).as_posix() for path in precious.rglob("*"))
    assert names == ["chapters", "chapters/1.txt", "thesis.txt"]
    assert {path.read_text() for path in precious.rglob("*.txt")} == {THESIS}


def library(runs: Path, steps: int = 6) -> Path:
    run = Run("digits", folder=runs, keep=2)
    model = torch.nn.Linear(2, 2)
    run.track(model=model)
    for epoch in run.epochs(steps):
        run.log(loss=1.0 / (epoch + 1))
        run.save(wait=True)
    return runs / "digits"


def left(runs: Path, steps: int) -> Path:
    """A run that nobody trains any more."""
    run = shutil.copytree(library(runs / "trained", steps), runs / "left")
    (run / ".lock").unlink()
    return run


def standalone(runs: Path, steps: int = 6) -> Path:
    notebook = Notebook(setup(64))
    notebook.insert(RUN_FOLDER=str(runs), RUN="digits", **NAMES)
    notebook.run(TRAIN.replace("epochs(8)", f"epochs({steps})"))
    return runs / "digits"


TRAININGS = pytest.mark.parametrize("train", [library, standalone])


@TRAININGS
@pytest.mark.parametrize("name", [".step-2.tmp-abcd", ".step-000000000002.tmp-0a1b2c3d"])
def test_an_unfinished_step_that_is_a_link(
    train: Callable[..., Path], name: str, tmp_path: Path, precious: Path
) -> None:
    (tmp_path / "digits").mkdir()
    (tmp_path / "digits" / name).symlink_to(precious)
    run = train(tmp_path)
    assert_whole(precious)
    assert not os.path.lexists(run / name)


@pytest.mark.parametrize("name", [".step-1.old-abcd", ".step-1.tmp-abcd"])
def test_a_replaced_step_that_is_a_link(name: str, tmp_path: Path, precious: Path) -> None:
    (tmp_path / "digits").mkdir()
    (tmp_path / "digits" / name).symlink_to(precious)
    library(tmp_path, 4)
    library(tmp_path, 8)
    assert_whole(precious)


@TRAININGS
def test_a_step_that_is_a_link(train: Callable[..., Path], tmp_path: Path, precious: Path) -> None:
    (tmp_path / "digits").mkdir()
    (tmp_path / "digits" / "step-000000000001").symlink_to(precious)
    for steps in (3, 9):
        try:
            train(tmp_path, steps)
        except Exception as error:  # told that the step is damaged
            assert "step" in str(error) or "checkpoint" in str(error).lower()
    assert_whole(precious)


@TRAININGS
def test_a_link_in_a_step(train: Callable[..., Path], tmp_path: Path, precious: Path) -> None:
    """`state.pt -> thesis.txt`, a link to a folder and a hard link, in a step that is pruned."""
    run = train(tmp_path, 2)
    for step in run.glob("step-*"):
        os.symlink(precious / "thesis.txt", step / "more.txt")
        os.symlink(precious / "chapters", step / "folder")
        os.link(precious / "chapters" / "1.txt", step / "hard.txt")
    train(tmp_path, 12)
    assert_whole(precious)


@TRAININGS
def test_a_backup_of_hard_links_stays_whole(train: Callable[..., Path], tmp_path: Path) -> None:
    """`cp -al runs backup`, and train on."""
    run = train(tmp_path / "runs", 2)
    backup = tmp_path / "backup"
    shutil.copytree(run, backup, copy_function=os.link)
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    train(tmp_path / "runs", 12)
    assert not any((run / step.name).exists() for step in backup.glob("step-*"))
    assert {path: path.read_bytes() for path in before} == before


def test_delete_of_the_panel(tmp_path: Path, precious: Path) -> None:
    run = left(tmp_path, 4)
    step = max(run.glob("step-*"))
    older = run / FIRST
    shutil.rmtree(older, ignore_errors=True)
    older.symlink_to(precious)
    (run / ".lock.link").symlink_to(precious)
    answer = actions.act("delete", {"folder": str(run), "step": "0"})
    assert_whole(precious)
    assert answer["ok"] and step.exists() and not os.path.lexists(older)
    older.symlink_to(precious)
    actions.act("delete", {"folder": str(run)})
    assert_whole(precious)


def test_a_run_that_is_a_link_is_unlinked(tmp_path: Path) -> None:
    run = left(tmp_path / "real", 2)
    link = tmp_path / "link"
    link.symlink_to(run)
    answer = actions.act("delete", {"folder": str(link)})
    assert answer["ok"] and str(run) in answer["text"]
    assert not os.path.lexists(link) and list(run.glob("step-*"))


@pytest.mark.parametrize("by_descriptor", [True, False])
def test_remove_folder(
    by_descriptor: bool, tmp_path: Path, precious: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by_descriptor and not delete._BY_DESCRIPTOR:
        pytest.skip("this system cannot look names up in an open folder")
    monkeypatch.setattr(delete, "_BY_DESCRIPTOR", by_descriptor)
    folder = tmp_path / "folder"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "file").write_text("gone")
    os.mkfifo(folder / "pipe")
    os.symlink(precious, folder / "deep" / "link")
    os.symlink(precious / "thesis.txt", folder / "file")
    os.link(precious / "thesis.txt", folder / "hard")
    with (folder / "deep" / "file").open() as held:
        delete.remove_folder(folder)
        assert os.fstat(held.fileno()).st_size == 0
    link = tmp_path / "given"
    link.symlink_to(precious)
    delete.remove_folder(link)
    assert_whole(precious)
    assert not os.path.lexists(folder) and not os.path.lexists(link)


@pytest.mark.parametrize("leads_to", ["a file", "nothing"])
def test_a_lock_that_is_a_link(tmp_path: Path, leads_to: str) -> None:
    """Nothing is made or written where it leads."""
    elsewhere, lock = tmp_path / "elsewhere", tmp_path / ".lock"
    if leads_to == "a file":
        elsewhere.write_text("precious")
    lock.symlink_to(elsewhere)
    with pytest.raises(OSError), file_lock(lock, "stages"):
        pass
    with pytest.raises(OSError), locked(lock, 1, RuntimeError("late")):
        pass
    assert elsewhere.exists() == (leads_to == "a file")
    assert not elsewhere.exists() or elsewhere.read_text() == "precious"


def test_the_cell_that_stages_follows_no_link_of_its_lock(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "file").write_text("data")
    (tmp_path / ".data.staging.lock").symlink_to(tmp_path / "elsewhere")
    snippet = find_snippet("stage-dataset", "standalone")
    assert snippet is not None
    cells = render_snippet(
        snippet,
        {"STAGE_SOURCE": str(tmp_path / "source"), "STAGE_TO": str(tmp_path / "data")},
    )
    with pytest.raises(RuntimeError, match="Not staged"):
        exec("\n".join(cell.source for cell in cells if cell.cell_type == "code"), {})
    assert not (tmp_path / "elsewhere").exists()
