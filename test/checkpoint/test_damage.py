"""Damage to every file of the newest step: an older one is loaded, what was skipped is named."""

import shutil

import pytest
import torch
from checker import valid_steps
from damaging import DAMAGE, damage

from runtime_kit import Run
from runtime_kit.checkpoint import NoValidCheckpointError, UnknownFormatError

FILES = ["COMMIT.json", "state.json", "model.safetensors", "extra.safetensors"]


def make(folder, steps=2):
    """Steps 1 to ``steps``; returns the weights at each."""
    model = torch.nn.Linear(40, 40)
    extra = {"values": torch.rand(5000)}
    weights = {}
    run = Run("damage", folder, every=1, keep=2).track(model=model, extra=extra)
    run.exclude("weights")
    for step in run.steps(steps):
        torch.nn.init.normal_(model.weight)
        torch.nn.init.normal_(extra["values"])
        weights[step + 1] = model.weight.detach().clone()
        run.save(wait=True)
    run.finish()
    return weights


def load(folder):
    model = torch.nn.Linear(40, 40)
    run = Run("damage", folder).track(model=model, extra={"values": torch.zeros(5000)})
    try:
        return run.restore(), model.weight.detach().clone()
    finally:
        run.manager.close()


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_falls_back_and_says_so(runs, name, how, capsys):
    weights = make(runs)
    step = runs / "damage" / "step-000000000002"
    damage(step / name, how)
    found, loaded = load(runs)
    assert found.step == 1
    assert torch.equal(loaded, weights[1])
    line = capsys.readouterr().out
    assert "step 2" in line and "1 steps back" in line
    # What COMMIT.json says of a file can be wrong as well as the file.
    assert name in line or name == "COMMIT.json"
    assert step.exists(), "nothing is deleted because of a load"


@pytest.mark.parametrize("how", DAMAGE)
def test_all_damaged_is_an_error(runs, how):
    make(runs)
    for step in (runs / "damage").glob("step-*"):
        damage(step / "model.safetensors", how)
    before = sorted(path for path in runs.rglob("*"))
    with pytest.raises(NoValidCheckpointError, match="step 1") as error:
        load(runs)
    assert str(runs) in str(error.value)
    run = Run("damage", runs).track(model=torch.nn.Linear(40, 40), extra={"values": 0})
    with pytest.raises(NoValidCheckpointError):
        next(run.epochs(3))
    run.manager.close()
    assert sorted(path for path in runs.rglob("*")) == before


def test_training_goes_on_past_a_damaged_step(runs):
    make(runs)
    damage(runs / "damage" / "step-000000000002" / "state.json", "half")
    model, extra = torch.nn.Linear(40, 40), {"values": torch.zeros(5000)}
    run = Run("damage", runs, every=1).track(model=model, extra=extra)
    with run:
        for _ in run.steps(4):
            torch.nn.init.normal_(model.weight)
            torch.nn.init.normal_(extra["values"])  # or a later step shares it with step 2
            run.save(wait=True)
            assert valid_steps(runs / "damage")[-1] == run.step + 1
    assert valid_steps(runs / "damage")[-2:] == [3, 4]
    assert not (runs / "damage" / "step-000000000002").exists(), "damaged and overtaken"
    assert load(runs)[0].step == 4


def test_a_newer_layout_is_not_passed_over(runs):
    make(runs)
    commit = runs / "damage" / "step-000000000002" / "COMMIT.json"
    commit.write_text(commit.read_text().replace('"format": 1', '"format": 9'))
    with pytest.raises(UnknownFormatError, match="version 9"):
        load(runs)
    assert commit.exists()


def test_an_unreadable_folder_is_no_fresh_start(runs):
    make(runs)
    shutil.rmtree(runs / "damage")
    (runs / "damage").write_text("not a folder")
    with pytest.raises((OSError, Exception), match="damage"):
        load(runs)
    assert (runs / "damage").read_text() == "not a folder"
