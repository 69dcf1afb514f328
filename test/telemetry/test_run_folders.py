"""Runs are found where the cells put them, by the next kernel too."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from runtime_kit import Run
from runtime_kit.telemetry.run_folders import remember, run_folders
from runtime_kit.telemetry.runs import RunReader
from runtime_kit.telemetry.sampler import Sampler

RUNS = "runtime-kit-runs"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notebook's folder on a machine of one's own, with an empty memory."""
    monkeypatch.setenv("RUNTIME_KIT_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("RUNTIME_KIT_FOLDER", raising=False)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def train(folder: Path, name: str = "digits") -> None:
    run = Run(name, folder, every=1).track(state={"weights": [0.0]})
    for _ in run.steps(2):
        pass
    run.manager.close()


def names() -> list[str]:
    """The runs that lie somewhere; other tests of this process may have left some alive."""
    return [run["name"] for run in Sampler()._measure_runs() if not run["live"]]


def test_a_run_below_the_local_drive_is_found(place: Path) -> None:
    train(place / "drive-local" / RUNS)
    assert names() == ["digits"]


def test_a_run_below_drive_is_found_by_the_next_kernel_too(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "mount" / "my folder"
    train(drive / RUNS)
    assert names() == []
    spaces = iter([{"DRIVE": drive}, {}, {}])
    shell = "runtime_kit.telemetry.publish.shell"
    monkeypatch.setattr(shell, lambda: SimpleNamespace(user_ns=next(spaces)))
    assert names() == ["digits"]
    assert names() == ["digits"]  # DRIVE is not there yet
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert names() == []  # a notebook of another place has nothing to do with it


def test_a_folder_of_ones_own_choice(place: Path, tmp_path: Path) -> None:
    found = run_folders({"RUN_FOLDER": str(tmp_path / "mine"), "DRIVE": 3})
    assert tmp_path / "mine" in found and len(found) == 3
    assert run_folders({"RUN_FOLDER": "", "DRIVE": None}) == found[:2]
    # A cell uses other names where the notebook has values of its own under these.
    renamed = {"DRIVE": True, "DRIVE_2": tmp_path, "RUN_FOLDER_2": str(tmp_path / "mine")}
    assert run_folders(renamed)[2:] == [tmp_path / RUNS, tmp_path / "mine"]


def test_what_is_remembered_stays_small_and_a_damaged_memory_is_nothing(place: Path) -> None:
    for number in range(9):
        remember([place / str(number)])
    assert run_folders({})[2:] == [place / str(number) for number in (8, 7, 6, 5, 4)]
    memory = place.parent / "state" / "run-folders.json"
    assert list(json.loads(memory.read_text())) == [str(place)]
    memory.write_text("[1, {")
    assert len(run_folders({})) == 2
    remember([place / "a"])
    assert run_folders({})[2:] == [place / "a"]


def test_a_folder_that_cannot_be_read_hides_no_other(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(place / RUNS)
    reader = RunReader()
    real = reader.read_folder

    def read(folder: Path) -> list[dict[str, object]]:
        if folder.name == "dead":
            raise OSError(107, "Transport endpoint is not connected")
        return real(folder)

    monkeypatch.setattr(reader, "read_folder", read)
    assert list(reader.read_folders([place / "dead", place / RUNS])) == [place / RUNS]
    with pytest.raises(OSError, match="not connected"):
        reader.read_folders([place / "dead", place / "empty"])
