"""``python -m runtime_kit export``: what others load from it equals what was trained."""

import json
import os
import pickle
import shlex
import subprocess
import sys
import zlib

import numpy as np
import pytest
import torch
from command import ROOT, command, flat, library_run, refusal, standalone_run
from safetensors import safe_open
from safetensors.torch import load_file

from runtime_kit import Run

FORMS = {"library": (library_run, "digits"), "standalone": (standalone_run, "run")}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value), name


def dotted(roles):
    return {f"{role}.{key}": v for role, values in roles.items() for key, v in values.items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("step", ["last", "1"])
def test_safetensors_has_every_tensor(runs, tmp_path, form, step):
    make, name = FORMS[form]
    trained = make(runs)
    number = max(trained.at) if step == "last" else 1
    out = tmp_path / "out.safetensors"
    result = command("export", runs / name, step, out, forked=step == "1")
    assert result.returncode == 0, result.stderr
    assert f"step {number} of {name}" in result.stdout
    found = load_file(out)
    saved = {key: value for key, value in found.items() if ".grad" not in key}
    assert_same(saved, dotted(trained.at[number]))
    with safe_open(out, "pt") as file:
        about = file.metadata()
    assert (about["run"], about["step"]) == (name, str(number))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("form", FORMS)
def test_pt_loads_into_new_objects(runs, tmp_path, form):
    make, name = FORMS[form]
    trained = make(runs)
    out = tmp_path / "out.pt"
    result = command("export", runs / name, "last", out)
    assert result.returncode == 0, result.stderr
    states = torch.load(out, weights_only=True)
    newest = trained.at[max(trained.at)]
    for role in ("model", "optimizer"):
        assert_same(flat(states[role]), newest[role])
    model = torch.nn.Sequential(torch.nn.Linear(30, 40), torch.nn.BatchNorm1d(40))
    model.load_state_dict(states["model"])
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(states["optimizer"])
    assert optimizer.param_groups[0]["lr"] == 0.01


def test_library_form_needs_no_torch_for_safetensors(runs, tmp_path):
    trained = library_run(runs)
    out = tmp_path / "out.safetensors"
    assert command("export", runs / "digits", "2", out, torch=False).returncode == 0
    saved = {key: value for key, value in load_file(out).items() if ".grad" not in key}
    assert_same(saved, dotted(trained.at[2]))
    line = refusal("export", runs / "digits", "2", tmp_path / "out.pt", torch=False)
    assert "pip install torch" in line and ".safetensors" in line
    standalone_run(runs)
    line = refusal("export", runs / "run", "2", tmp_path / "b.safetensors", torch=False)
    assert "pip install torch" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.safetensors", "runs"]


def test_all_kinds_of_state(runs, tmp_path):
    weight = torch.rand(5, 3)
    state = {
        "tied": [weight, weight],
        "half": torch.rand(7).to(torch.bfloat16),
        "scalar": torch.tensor(3),
        "empty": torch.zeros(0, 4),
        "wide": torch.arange(6).reshape(3, 2).t(),
        "complex": torch.tensor([1 + 2j], dtype=torch.complex128),
        "array": np.arange(4, dtype="int16"),
        "number": np.float32(0.5),
        "plain": {"a": (1, None, "text", float("inf"))},
    }
    with Run("kinds", runs, every=10_000) as run:
        run.track(state=state)
        run.save(wait=True)
    out = tmp_path / "out.safetensors"
    assert command("export", runs / "kinds", "last", out).returncode == 0
    found = load_file(out)
    assert torch.equal(found["state.tied.0"], weight) and torch.equal(found["state.tied.1"], weight)
    assert torch.equal(found["state.half"], state["half"])
    assert found["state.scalar"].shape == () and found["state.empty"].shape == (0, 4)
    assert torch.equal(found["state.wide"], state["wide"])
    assert found["state.array"].tolist() == [0, 1, 2, 3]
    out = tmp_path / "out.pt"
    result = command("export", runs / "kinds", "last", out)
    assert result.returncode == 0, result.stderr
    loaded = torch.load(out, weights_only=True)["state"]
    assert torch.equal(loaded["complex"], state["complex"])
    assert loaded["array"].dtype == torch.int16 and loaded["number"] == 0.5
    assert loaded["plain"] == {"a": (1, None, "text", float("inf"))}
    assert loaded["tied"][0].data_ptr() == loaded["tied"][1].data_ptr(), "still one tensor"


def test_shared_files_give_the_newest_content(runs, tmp_path):
    frozen, moving = torch.rand(300_000), torch.zeros(300)
    with Run("lora", runs, every=10_000, keep=2) as run:
        run.track(state={"frozen": frozen, "moving": moving})
        for _ in run.steps(4):
            moving += 1
            run.save(wait=True)
    formats = {
        json.loads(path.read_text())["format"]
        for path in (runs / "lora").glob("step-*/COMMIT.json")
    }
    assert 2 in formats, "nothing was shared, so this test would show nothing"
    for path in (runs / "lora").glob("step-*"):
        step = int(path.name[5:])
        out = tmp_path / f"{step}.safetensors"
        assert command("export", runs / "lora", step, out, torch=False).returncode == 0
        found = load_file(out)
        assert torch.equal(found["state.frozen"], frozen)
        assert torch.equal(found["state.moving"], torch.full((300,), float(step)))


@pytest.mark.parametrize("form", FORMS)
def test_one_role_loads_as_it_is(runs, tmp_path, form):
    make, name = FORMS[form]
    trained = make(runs)
    for suffix, load in (("safetensors", load_file), ("pt", torch.load)):
        out = tmp_path / f"model.{suffix}"
        result = command("export", runs / name, "last", out, "--role", "model")
        assert result.returncode == 0, result.stderr
        model = torch.nn.Sequential(torch.nn.Linear(30, 40), torch.nn.BatchNorm1d(40))
        model.load_state_dict(load(out))
        assert_same(flat(model.state_dict()), trained.at[max(trained.at)]["model"])
    line = refusal("export", runs / name, "last", tmp_path / "out.pt", "--role", "modle")
    assert "has no 'modle'" in line and "model, " in line


def test_best(runs, tmp_path):
    losses = (3.0, 1.0, 2.0)
    trained = library_run(runs, losses=losses, best=("val_loss", "min"))
    out = tmp_path / "best.safetensors"
    result = command("export", runs / "digits", "best", out)
    assert "step 2 of digits" in result.stdout, result.stderr
    assert torch.equal(load_file(out)["model.0.weight"], trained.at[2]["model"]["0.weight"])
    rewrite_state(runs / "digits", best=1.0)  # as older versions wrote it
    result = command("export", runs / "digits", "best", out, "--force")
    assert "step 2 of digits" in result.stdout, result.stderr
    by_accuracy = ["--best", "accuracy:max", "--force"]
    assert "step 3" in command("export", runs / "digits", "best", out, *by_accuracy).stdout


def rewrite_state(run, **changes):
    """Change keys of the newest state.json, which stays a valid checkpoint."""
    step = max(run.glob("step-*"))
    data = json.dumps({**json.loads((step / "state.json").read_text()), **changes}).encode()
    (step / "state.json").write_bytes(data)
    commit = json.loads((step / "COMMIT.json").read_text())
    commit["files"]["state.json"] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))


def test_best_of_two_metrics_with_the_same_value(runs, tmp_path):
    """The checkpoint says which metric it watches."""
    with Run("r", runs, every=10_000, keep=3, best=("b", "max")) as run:
        run.track(state={"n": 0})
        for index in run.steps(3):
            run.log(a=float(2 - index), b=float(index))
            run.save(wait=True)
    result = command("export", runs / "r", "best", tmp_path / "out.pt")
    assert "step 3 of r" in result.stdout, result.stderr


def test_best_has_to_be_known(runs, tmp_path):
    library_run(runs, losses=(3.0, 1.0, 2.0))
    out = tmp_path / "best.pt"
    line = refusal("export", runs / "digits", "best", out)
    assert "--best accuracy:min" in line and "logged are: accuracy, val_loss" in line
    line = refusal("export", runs / "digits", "best", out, "--best", "loss:min")
    assert "No valid checkpoint has the metric 'loss'" in line
    assert "val_loss:min" in refusal("export", runs / "digits", "best", out, "--best", "loss")


def test_damage_is_passed_over_by_last_and_refused_by_number(runs, tmp_path):
    trained = library_run(runs)
    path = runs / "digits" / "step-000000000003" / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    out = tmp_path / "out.safetensors"
    result = command("export", runs / "digits", "last", out)
    assert "Skipped step 3: model.safetensors is damaged" in result.stderr
    assert torch.equal(load_file(out)["model.0.weight"], trained.at[2]["model"]["0.weight"])
    line = refusal("export", runs / "digits", "3", tmp_path / "three.safetensors")
    assert "model.safetensors is damaged" in line and "1, 2" in line
    for path in (runs / "digits").glob("step-*/state.json"):
        path.unlink()
    assert "No valid checkpoint in" in refusal("export", runs / "digits", "last", out, "--force")
    assert torch.equal(load_file(out)["model.0.weight"], trained.at[2]["model"]["0.weight"])


def test_nothing_is_overwritten_by_accident(runs, tmp_path):
    library_run(runs)
    out = tmp_path / "out.safetensors"
    out.write_text("precious")
    assert "--force" in refusal("export", runs / "digits", "last", out)
    assert out.read_text() == "precious"
    assert command("export", runs / "digits", "last", out, "--force").returncode == 0
    assert "model.0.weight" in load_file(out)
    inside = runs / "digits" / "step-000000000003" / "model.safetensors"
    assert "is inside a checkpoint" in refusal("export", runs / "digits", "1", inside, "--force")
    assert command("verify", runs / "digits").returncode == 0


@pytest.mark.parametrize("suffix", ["safetensors", "pt"])
def test_a_write_that_fails_leaves_nothing(runs, tmp_path, suffix):
    """The file may have 4 kB; the system refuses the rest as it does on a full disk."""
    library_run(runs, steps=1)
    out = tmp_path / f"out.{suffix}"
    out.write_text("precious")
    words = [sys.executable, "-m", "runtime_kit", "export", runs / "digits", "last", out, "--force"]
    limit = f"ulimit -f 4; exec {shlex.join(map(str, words))}"
    result = subprocess.run(["bash", "-c", limit], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 2
    assert f"{out} was not written" in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert out.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "runs"]


def test_wrong_use_is_one_clear_line(runs, tmp_path):
    library_run(runs)
    run = runs / "digits"
    assert "must end in .safetensors or .pt" in refusal("export", run, "last", tmp_path / "out.zip")
    assert "Create it first" in refusal("export", run, "last", tmp_path / "no" / "out.pt")
    assert "it has: 1, 2, 3" in refusal("export", run, "7", tmp_path / "out.pt")
    assert "last, best or one of" in refusal("export", run, "newest", tmp_path / "out.pt")
    assert "has the runs digits" in refusal("export", runs, "last", tmp_path / "out.pt")
    (tmp_path / "folder.pt").mkdir()
    assert "is a folder" in refusal("export", run, "last", tmp_path / "folder.pt")
    assert "too long" in refusal("export", run, "last", tmp_path / ("a" * 300 + ".pt"))
    commit = run / "step-000000000003" / "COMMIT.json"
    commit.write_text(commit.read_text().replace('"format": 2', '"format": 9'))
    assert "version 9" in refusal("export", run, "last", tmp_path / "out.pt")


class Planted:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


@pytest.mark.parametrize("suffix", ["safetensors", "pt"])
def test_a_planted_pickle_does_not_run(runs, tmp_path, suffix):
    standalone_run(runs, epochs=1)
    step = runs / "run" / "step-000000000001"
    marker = tmp_path / "ran"
    data = pickle.dumps({"model": Planted(marker)})
    (step / "state.pt").write_bytes(data)
    commit = json.loads((step / "COMMIT.json").read_text())
    commit["files"]["state.pt"] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    (step / "COMMIT.json").write_text(json.dumps(commit))
    assert command("verify", runs / "run").returncode == 0, "its bytes are as COMMIT.json says"
    line = refusal("export", runs / "run", "1", tmp_path / f"out.{suffix}")
    assert "more than tensors and plain values" in line
    assert "weights_only" not in line, "no advice to switch off what protects"
    assert not marker.exists()
    assert not (tmp_path / f"out.{suffix}").exists()
