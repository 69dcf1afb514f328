"""``python -m runtime_kit`` lists, verifies and exports checkpoints."""

import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from script import ROOT
from tiny import train

from runtime_kit.cli import main


@pytest.fixture
def run(runs):
    train(runs)
    return runs / "tiny"


def test_runs(run, capsys):
    assert main(["runs", str(run.parent)]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["RUN", "STEP", "EPOCH"]
    assert line.split()[:3] == ["tiny", "15", "3"] and "draw=0." in line


def test_runs_with_damage(run, capsys):
    (run / "step-000000000015" / "state.json").write_text("{}")
    assert main(["runs", str(run.parent)]) == 0
    assert "1, 1 damaged" in capsys.readouterr().out
    assert main(["runs", str(run.parent / "nothing")]) == 1
    (run.parent / "none").mkdir()
    assert main(["runs", str(run.parent / "none")]) == 0


def test_verify(run, capsys):
    for path in (run.parent, run, run / "step-000000000015"):
        assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out.count("good") == 5
    payload = run / "step-000000000015" / "model.safetensors"
    data = bytearray(payload.read_bytes())
    data[-1] ^= 1
    payload.write_bytes(data)
    assert main(["verify", str(run)]) == 1
    out = capsys.readouterr().out
    assert "damaged" in out and "model.safetensors" in out and "good" in out
    assert main(["verify", str(run.parent / "nothing")]) == 1


def test_export(run, tmp_path, capsys):
    step = run / "step-000000000015"
    assert main(["export", str(step), str(tmp_path / "model.safetensors")]) == 0
    tensors = load_file(tmp_path / "model.safetensors")
    assert "0.weight" in tensors and tensors["0.weight"].shape == (8, 4)
    assert main(["export", str(run), str(tmp_path / "all.pt")]) == 0
    state = torch.load(tmp_path / "all.pt", weights_only=True)
    assert set(state) == {"model", "optimizer", "scheduler", "ema"}
    assert torch.equal(state["model"]["0.weight"], tensors["0.weight"])
    assert main(["export", str(step), str(tmp_path / "m.bin")]) == 1
    assert main(["export", str(step), str(tmp_path / "m.pt"), "--role", "nothing"]) == 1
    assert "it has ema, model" in capsys.readouterr().err


def test_as_a_program(run):
    done = subprocess.run(
        [sys.executable, "-m", "runtime_kit", "runs", run.parent],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tiny" in done.stdout
