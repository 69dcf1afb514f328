"""Names of runs on disks that ignore case and on Windows, as far as Linux can stand in for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime_kit import Run
from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.run_dir.run_folder import run_folder


@pytest.fixture
def ignores_case(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name finds the file whose name differs in case or in how accents are written."""
    import unicodedata

    def same(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()

    exists = Path.exists

    def found(path: Path, **options: bool) -> bool:
        if exists(path, **options) or not path.parent.is_dir():
            return exists(path, **options)
        return any(same(name) == same(path.name) for name in os.listdir(path.parent))

    monkeypatch.setattr(Path, "exists", found)
    yield


def saved(folder: Path, name: str) -> None:
    run = Run(name, folder).track(weights={"w": [1.0]})
    run.save(wait=True)
    run.finish()


@pytest.mark.usefixtures("ignores_case")
@pytest.mark.parametrize(("there", "asked"), [("Cat", "cat"), ("RÉSNET", "résnet"), ("ß", "SS")])
def test_a_run_is_not_resumed_as_another_one(tmp_path: Path, there: str, asked: str) -> None:
    """It would load the weights of another experiment, and then delete its steps."""
    saved(tmp_path, there)
    with pytest.raises(CheckpointError, match=f"in the folder of run '{there}': this disk"):
        Run(asked, tmp_path)
    with pytest.raises(CheckpointError, match=f"in the folder of run '{there}'"):
        Run(asked, tmp_path / "local", mirror=tmp_path)
    assert len(Run(there, tmp_path).checkpoints()) == 1


@pytest.mark.usefixtures("ignores_case")
def test_an_accent_that_macos_writes_apart_is_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "re\u0301sume\u0301").mkdir()
    assert run_folder(tmp_path, "r\u00e9sum\u00e9") == tmp_path / "r\u00e9sum\u00e9"


def test_where_case_counts_they_are_two_runs(tmp_path: Path) -> None:
    saved(tmp_path, "Cat")
    assert Run("cat", tmp_path).track(weights={"w": [2.0]}).restore() is None


WINDOWS_REFUSES = [
    *("CON", "con", "nul.txt", "Aux.tar.gz", "COM1", "lpt9.x", "COM\u00b9", "CONIN$", "prn ."),
    *("digits.", "lr:0.1", "a*b", "a?b", 'a"b', "a<b", "a>b", "a|b", "a\nb", "a\x1fb"),
]


@pytest.mark.parametrize("name", WINDOWS_REFUSES)
def test_what_windows_can_not_name_is_refused_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """`lr:0.1` would be a stream of the file `lr`, and `digits.` the run `digits`."""
    assert run_folder(tmp_path, name).name == name
    monkeypatch.setattr("runtime_kit.checkpoint.run_dir.run_folder._is_windows", lambda: True)
    with pytest.raises(CheckpointError, match="can't be a folder on Windows. Use letters"):
        run_folder(tmp_path, name)


@pytest.mark.parametrize("name", ["console", "com", "COM10", "nullable", "v1.0", "학습-1", "a b"])
def test_what_only_looks_like_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("runtime_kit.checkpoint.run_dir.run_folder._is_windows", lambda: True)
    assert run_folder(tmp_path, name).name == name
