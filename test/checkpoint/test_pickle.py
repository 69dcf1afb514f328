"""Loading executes nothing: a planted pickle does not run, wherever it lies."""

import json
import os
import pickle
import zlib

import pytest
import torch

from runtime_kit import Run
from runtime_kit.checkpoint import NoValidCheckpointError


class Bomb:
    """Unpickling it makes a file."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (os.mkdir, (self.path,))


def bombs(marker):
    """A plain pickle, and the zip that torch.save makes of one."""
    yield pickle.dumps({"model": Bomb(marker)})
    path = marker.with_suffix(".pt")
    torch.save({"model": Bomb(marker)}, path)
    yield path.read_bytes()


def recommit(step):
    """An attacker can compute checksums too."""
    files = {
        path.name: {"size": len(path.read_bytes()), "crc32": f"{zlib.crc32(path.read_bytes()):08x}"}
        for path in step.iterdir()
        if path.name != "COMMIT.json"
    }
    commit = {"format": 1, "step": int(step.name[5:]), "files": files}
    (step / "COMMIT.json").write_text(json.dumps(commit))


def load(folder):
    run = Run("r", folder).track(model=torch.nn.Linear(3, 3))
    try:
        return run.restore()
    finally:
        run.manager.close()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", ["COMMIT.json", "state.json", "model.safetensors", "state.pt"])
def test_planted_pickle_does_not_run(runs, tmp_path, name, which):
    run = Run("r", runs).track(model=torch.nn.Linear(3, 3))
    run.save(wait=True)
    run.manager.close()
    step = next((runs / "r").glob("step-*"))
    marker = tmp_path / "marker"
    bomb = list(bombs(marker))[which]
    (step / name).write_bytes(bomb)
    if name == "state.pt":  # a step of the standalone form
        state = json.loads((step / "state.json").read_text())
        del state["objects"]
        (step / "state.json").write_text(json.dumps(state))
        (step / "model.safetensors").unlink()
    if name != "COMMIT.json":
        recommit(step)
    with pytest.raises(NoValidCheckpointError):
        load(runs)
    assert not marker.exists()
    pickle.loads(next(iter(bombs(marker))))
    assert marker.exists(), "the bomb works, so the test can fail"


@pytest.mark.parametrize(
    "node",
    [
        {"os.system": "true"},
        {"dtype": "load"},
        {"npscalar": ["|O", "0000000000000000"]},
        {"ndarray": ["model.weight", "|O", [3]]},
        {"defaultdict": ["eval", []]},
        {"float": "1e5"},
        {"tensor": ["model.weight"]},
    ],
    ids=lambda node: next(iter(node)),
)
def test_structures_build_nothing_else(runs, node):
    run = Run("r", runs).track(model=torch.nn.Linear(3, 3))
    run.save(wait=True)
    run.manager.close()
    step = next((runs / "r").glob("step-*"))
    state = json.loads((step / "state.json").read_text())
    state["objects"]["model"] = node
    (step / "state.json").write_text(json.dumps(state))
    recommit(step)
    with pytest.raises(NoValidCheckpointError):
        load(runs)


def test_names_do_not_lead_out_of_the_run(runs, tmp_path):
    run = Run("r", runs).track(model=torch.nn.Linear(3, 3))
    run.save(wait=True)
    run.manager.close()
    (tmp_path / "secret").write_bytes(b"x")
    step = next((runs / "r").glob("step-*"))
    body = json.loads((step / "COMMIT.json").read_text())
    for name in (
        "../../../secret",
        "../step-000000000000/../../../secret",
        "/etc/passwd",
        "a/../b",
    ):
        body["files"] = {**body["files"], name: {"size": 1, "crc32": f"{zlib.crc32(b'x'):08x}"}}
        (step / "COMMIT.json").write_text(json.dumps(body))
        with pytest.raises(NoValidCheckpointError, match="bad file name"):
            load(runs)
        del body["files"][name]
