"""A run that another notebook saved."""

import builtins

import pytest
import torch
from checker import valid_steps

from runtime_kit import Run
from runtime_kit.checkpoint import CheckpointError


@pytest.fixture
def runs(runs_in_memory):
    return runs_in_memory


@pytest.fixture
def asked(monkeypatch):
    """Questions, each answered with the next one of the answers that a test appends."""
    questions, answers = [], []

    def answer(question=""):
        questions.append(question)
        if not answers:
            raise RuntimeError("raw_input was called, but this frontend does not support it")
        return answers.pop(0)

    monkeypatch.setattr(builtins, "input", answer)
    return questions, answers


def train(runs, notebook, monkeypatch, steps, **options):
    monkeypatch.setenv("JPY_SESSION_NAME", f"/books/{notebook}")
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(model.weight)
    run = Run("digits", runs, every=1, **options).track(model=model)
    for _ in run.steps(steps):
        with torch.no_grad():
            model.weight += 1
    run.finish()
    return float(model.weight)


def test_is_asked_for_before_it_is_resumed(runs, monkeypatch, asked):
    questions, answers = asked
    assert train(runs, "a.ipynb", monkeypatch, 2) == 2
    before = valid_steps(runs / "digits")
    answers.append("no")
    with pytest.raises(CheckpointError, match="saved by a.ipynb, and this is b.ipynb"):
        train(runs, "b.ipynb", monkeypatch, 3)
    assert len(questions) == 1 and valid_steps(runs / "digits") == before
    answers.append("yes")
    assert train(runs, "b.ipynb", monkeypatch, 3) == 3
    assert train(runs, "b.ipynb", monkeypatch, 4) == 4  # it is this one's now
    assert len(questions) == 2


def test_where_nobody_can_be_asked(runs, monkeypatch, asked):
    train(runs, "a.ipynb", monkeypatch, 2)
    with pytest.raises(CheckpointError) as error:
        train(runs, "b.ipynb", monkeypatch, 3)
    assert "Run('digits-2')" in str(error.value)
    assert train(runs, "b.ipynb", monkeypatch, 3, takeover=True) == 3


def test_its_own_run_and_a_script_are_not_asked_for(runs, monkeypatch, asked):
    assert train(runs, "a.ipynb", monkeypatch, 2) == 2
    assert train(runs, "a.ipynb", monkeypatch, 3) == 3
    assert train(runs, "", monkeypatch, 4) == 4
    assert asked[0] == []
