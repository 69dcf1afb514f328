"""The Checkpoint & resume cells: an interrupted training ends as an uninterrupted one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kernels import sources
from training import NAMES, TRAIN, Notebook, setup

pytest.importorskip("torch", reason="PyTorch is not installed")


class Stopped(Exception):
    """In place of a kill."""


def train(folder: Path, *, stop: tuple[int, int] | None = None, **values: Any) -> Notebook:
    """A notebook run from the top; it stops in the middle of an epoch if it is told to."""
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(folder), **{**NAMES, **values})

    def in_the_middle(epoch: int, number: int) -> None:
        if (epoch, number) == stop:
            raise Stopped

    notebook.names["in_the_middle"] = in_the_middle
    if stop:
        with pytest.raises(Stopped):
            notebook.run(TRAIN)
    else:
        notebook.run(TRAIN)
    return notebook


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> str:
    return train(tmp_path_factory.mktemp("straight")).digest()


@pytest.mark.parametrize("stops", [[(0, 2)], [(3, 4)], [(1, 0), (1, 3), (6, 1)], [(7, 4)]])
def test_resumes_bit_for_bit(
    tmp_path: Path, straight: str, stops: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    for stop in stops:
        train(tmp_path, stop=stop)
    capsys.readouterr()
    finished = train(tmp_path)
    assert finished.digest() == straight
    printed = capsys.readouterr().out
    assert f"epoch {stops[-1][0]} is next" in printed
    assert f"<begins {stops[-1][0]}>" in printed
    assert f"<begins {stops[-1][0] - 1}>" not in printed


def test_says_once_where_it_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = train(tmp_path, stop=(4, 3))
    assert capsys.readouterr().out.count("No checkpoint in") == 1
    notebook.names["in_the_middle"] = lambda epoch, number: None
    notebook.run(TRAIN)  # after the stop button it is news
    assert capsys.readouterr().out.count("epoch 4 is next") == 1
    train(tmp_path)
    assert capsys.readouterr().out.count("Resumed") == 1


@pytest.mark.parametrize(
    ("seconds", "age"),
    [
        (-90, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3700, "1 hour"),
        (90_000, "1 day"),
        (200_000, "2 days"),
    ],
)
def test_says_how_old_a_checkpoint_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: int,
    age: str,
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    train(tmp_path, stop=(1, 0))
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0 + seconds)
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(tmp_path), **NAMES)
    assert f"saved {age} ago: epoch 1 is next" in capsys.readouterr().out


def test_a_second_notebook_that_trains_the_same_run_is_told(
    tmp_path: Path, straight: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that is behind is; the checkpoints stay those of the one that is ahead."""
    behind = Notebook(setup())
    behind.insert(RUN_FOLDER=str(tmp_path), **NAMES)
    behind.run("epochs = run.epochs(8)", "next(epochs)")
    assert train(tmp_path).digest() == straight
    capsys.readouterr()
    steps = sorted((tmp_path / "run").iterdir())
    behind.run("next(epochs)")
    told = f"{steps[-1].name} is there: if another notebook trains this run, stop one"
    assert f"Epoch 0 is NOT saved ({told}). The next one tries again." in capsys.readouterr().out
    assert sorted((tmp_path / "run").glob("step-*")) == steps
    with pytest.raises(OSError, match="another notebook"):  # not as if it were saved
        behind.run("list(epochs)")
    assert train(tmp_path).digest() == straight


def test_goes_on_in_the_same_kernel(tmp_path: Path, straight: str) -> None:
    """After the stop button only the training cell is run again, on a model half-way."""
    notebook = train(tmp_path, stop=(4, 3))
    notebook.names["in_the_middle"] = lambda epoch, number: None
    notebook.run(TRAIN)
    assert notebook.digest() == straight


def test_a_model_made_anew_is_loaded_too(tmp_path: Path, straight: str) -> None:
    notebook = train(tmp_path, stop=(4, 3))
    notebook.run(setup(), TRAIN)
    assert notebook.digest() == straight


def test_a_buffer_whose_elements_share_memory_is_loaded(tmp_path: Path) -> None:
    """torch can't load into what expand() returns, so such a run could never be resumed."""
    expanded = "model.register_buffer('positions', torch.arange(3.0).expand(2, 3))"

    def notebook() -> Notebook:
        found = Notebook(setup(), expanded)
        found.insert(RUN_FOLDER=str(tmp_path), **NAMES)
        found.run(TRAIN)
        return found

    first, again = notebook(), notebook()
    weights = [item.names["model"].state_dict() for item in (first, again)]
    assert all(weights[0][name].equal(weights[1][name]) for name in weights[0])


def without(role: str) -> Callable[[Notebook], None]:
    """Load a checkpoint except for one random generator."""

    def change(notebook: Notebook) -> None:
        state = notebook.names["run"].state
        original = state.set_random_state
        state.set_random_state = lambda saved: original({**saved, role: None})

    return change


@pytest.mark.parametrize(
    "omitted",
    ["MODEL", "OPTIMIZER", "SCHEDULER", "SCALER", "LOADER", "python", "numpy", "torch", "loader"],
)
def test_each_part_matters(tmp_path: Path, straight: str, omitted: str) -> None:
    """The tests above can fail: whatever is left out, the end is another."""
    left_out = {omitted: ""} if omitted.isupper() else {}
    train(tmp_path, stop=(3, 2), **left_out)
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(tmp_path), **{**NAMES, **left_out})
    if not left_out:
        notebook.run(setup())
        without(omitted)(notebook)
    notebook.run(TRAIN)
    assert notebook.digest() != straight


def test_is_done_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(tmp_path)
    capsys.readouterr()
    train(tmp_path)
    printed = capsys.readouterr().out
    assert "<begins" not in printed
    assert "All 8 epochs are done" in printed


def test_more_epochs_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(tmp_path)
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(tmp_path), **NAMES)
    notebook.run("done = list(run.epochs(10))")
    assert notebook.names["done"] == [8, 9]


def test_other_names_of_the_notebook_do_no_harm(tmp_path: Path, straight: str) -> None:
    """What notebooks call their own things."""
    notebook = Notebook(setup())
    notebook.insert(RUN_FOLDER=str(tmp_path), **NAMES)
    notebook.run(
        "from time import time\nepochs = step = 3\nfolder = names = state = objects = 'mine'\n"
        "MODEL = OPTIMIZER = 'resnet'\nplatform = 'gpu'"
    )
    notebook.run(TRAIN)
    assert notebook.digest() == straight
    assert notebook.names["folder"] == "mine" and notebook.names["epochs"] == 3


@pytest.mark.parametrize("values", [{"MODEL": "net"}, {"SCHEDULER": "plan"}, {"LOADER": "train"}])
def test_names_what_is_missing(tmp_path: Path, values: dict[str, str]) -> None:
    notebook = Notebook(setup())
    with pytest.raises(NameError) as caught:
        notebook.insert(RUN_FOLDER=str(tmp_path), **values)
    assert repr(next(iter(values.values()))) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../a", "/a", "a\\b", ".a", " a", "a ", 5, None]
)
def test_a_name_that_is_no_folder_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: object
) -> None:
    """Steps in the folder of the runs itself, or in another run's, would mix."""
    monkeypatch.chdir(tmp_path)
    make = Notebook(setup(), sources("checkpoint-resume")[0]).names["Run"]
    with pytest.raises(ValueError, match="RUN can't be .*: set it to a folder name"):
        make(name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["CON", "nul.old", "com1", "a:b", "a.", 'a"', "a?"])
def test_a_name_that_windows_refuses(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    make = Notebook(setup(), sources("checkpoint-resume")[0]).names["Run"]
    assert make(name).folder.name == name, "elsewhere it may be a run's"
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(ValueError, match="RUN can't be"):
        make(name)


def test_says_what_is_saved_or_used_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(tmp_path, SCALER="")
    capsys.readouterr()
    train(tmp_path, SCHEDULER="")
    printed = capsys.readouterr().out
    assert "The scheduler is not in use here." in printed
    assert "The scaler is not in the checkpoint." in printed


def test_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = Notebook(setup())
    notebook.insert(RUN="mnist")
    assert notebook.names["run"].folder == tmp_path / "runtime-kit-runs" / "mnist"
    notebook.names["DRIVE"] = tmp_path / "drive"
    notebook.insert()
    assert notebook.names["run"].folder == tmp_path / "drive" / "runtime-kit-runs" / "run"
    # Mount Drive leaves a DRIVE of the user's own alone.
    notebook.names.update(DRIVE=True, DRIVE_2=tmp_path / "mounted")
    notebook.insert()
    assert notebook.names["run"].folder == tmp_path / "mounted" / "runtime-kit-runs" / "run"
