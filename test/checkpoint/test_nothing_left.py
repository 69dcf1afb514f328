"""A loop that has nothing to do says so."""

from pathlib import Path

import pytest

from runtime_kit import Run


def run_in(folder: Path) -> Run:
    return Run("digits", folder, every=1).track(state={"x": [0]})


def test_epochs_that_are_all_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_in(tmp_path)
    for _ in run.epochs(2):
        list(run.batches(range(3)))
    run.finish()
    assert "nothing is left" not in capsys.readouterr().out
    run = run_in(tmp_path)
    assert list(run.epochs(2)) == []
    said = capsys.readouterr().out
    assert "resumed 'digits' from step 6" in said
    assert "Run 'digits' has already completed 2 epochs (step 6)" in said
    assert list(run.epochs(3)) == [2]
    assert list(run.epochs(0)) == []
    assert "nothing is left" not in capsys.readouterr().out


def test_steps_that_are_all_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_in(tmp_path)
    assert list(run.steps(4)) == [0, 1, 2, 3]
    assert "nothing is left" not in capsys.readouterr().out
    assert list(run.steps(4)) == []
    assert "Run 'digits' has already completed 4 steps" in capsys.readouterr().out
