"""One run, moved between the standalone cells and the library form of Checkpoint & resume."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest
from training import NAMES, TRAIN, Notebook, setup

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")

# The loader draws from the global generator of torch, as most do.
SETUP = setup().replace(", generator=own", "")
LIBRARY_TRAIN = TRAIN.replace("enumerate(loader)", "enumerate(run.batches(loader))")


def standalone(folder: Path, train: str) -> Notebook:
    notebook = Notebook(SETUP)
    notebook.insert(RUN_FOLDER=str(folder), **NAMES)
    notebook.run(train)
    return notebook


def library(folder: Path, train: str) -> None:
    notebook = Notebook(
        SETUP,
        "from runtime_kit import Run\n"
        f"run = Run('run', folder={str(folder)!r}, every=1000)\n"
        "run.track(model=model, optimizer=optimizer, scheduler=scheduler, scaler=scaler)",
        train,
    )
    notebook.run("run.finish()")


def epochs(train: str, count: int) -> str:
    return train.replace("run.epochs(8)", f"run.epochs({count})")


def test_forms_take_turns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    straight = standalone(tmp_path / "straight", TRAIN).digest()
    standalone(tmp_path, epochs(TRAIN, 2))
    library(tmp_path, epochs(LIBRARY_TRAIN, 4))
    standalone(tmp_path, epochs(TRAIN, 5))
    library(tmp_path, epochs(LIBRARY_TRAIN, 6))
    capsys.readouterr()
    assert standalone(tmp_path, TRAIN).digest() == straight
    assert "epoch 6 is next" in capsys.readouterr().out


def test_variables_of_the_loop_are_the_librarys_own(tmp_path: Path) -> None:
    """Also where there are so many that a step has them by columns."""
    straight = standalone(tmp_path / "straight", TRAIN).digest()
    standalone(tmp_path, epochs(TRAIN, 2))
    filled = "    memory += [(torch.zeros(1), n) for n in range(2000)]\n"
    first = "    for number"
    train = epochs(LIBRARY_TRAIN, 4).replace(first, filled + first)
    assert filled in train
    library(tmp_path, "memory = []\n" + train)
    step = max((tmp_path / "run").glob("step-*"))
    assert json.loads((step / "COMMIT.json").read_text())["format"] == 3
    assert standalone(tmp_path, TRAIN).digest() == straight


def kinds(value: Any, name: str, tensors: dict[str, Any]) -> Any:
    """A structure as docs/checkpoint-layout.md describes it."""
    if isinstance(value, torch.Tensor):
        tensors[name] = value.clone()
        return {"tensor": name}
    if isinstance(value, dict):
        pairs = [[key, kinds(value[key], f"{name}.{key}", tensors)] for key in value]
        return {"counter" if type(value).__name__ == "Counter" else "dict": pairs}
    if isinstance(value, (list, tuple)):
        items = [kinds(item, f"{name}.{i}", tensors) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"tuple": items}
    return {"float": str(value)} if value == float("inf") else value


def as_library(folder: Path, **changes: Any) -> Path:
    """Turn the newest step of a run into one that has tensors in safetensors files."""
    step = max((folder / "run").iterdir())
    tensors: dict[str, Any] = {}
    state = json.loads((step / "state.json").read_text())
    saved = torch.load(step / "state.pt", weights_only=True)
    (step / "state.pt").unlink()
    state["objects"] = {role: kinds(saved[role], role, tensors) for role in saved}
    (step / "state.json").write_text(json.dumps({**state, **changes}))
    names = sorted(tensors)
    for part, half in enumerate((names[::2], names[1::2])):
        safetensors.save_file({name: tensors[name] for name in half}, step / f"p{part}.safetensors")
    files = {}
    for path in step.iterdir():
        if path.name != "COMMIT.json":
            data = path.read_bytes()
            files[path.name] = {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    commit = {"format": 1, "step": int(step.name[5:]), "files": files}
    (step / "COMMIT.json").write_text(json.dumps(commit))
    return step


def test_reads_what_the_layout_says(tmp_path: Path) -> None:
    """Without the library: tensors, dicts with keys that are no text, tuples, counters."""
    straight = standalone(tmp_path / "straight", TRAIN).digest()
    standalone(tmp_path, epochs(TRAIN, 3))
    step = as_library(tmp_path)
    before = os.stat(step / "p0.safetensors").st_size
    assert before > 0
    assert standalone(tmp_path, TRAIN).digest() == straight
    # Its files have been emptied meanwhile, and nothing that was loaded went with them.
    assert not step.exists()


def test_the_middle_of_an_epoch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    standalone(tmp_path, epochs(TRAIN, 3))
    as_library(tmp_path, batch=2)
    capsys.readouterr()
    standalone(tmp_path, epochs(TRAIN, 3))
    printed = capsys.readouterr().out
    assert "It was saved after batch 2 of this epoch, which begins anew." in printed


def test_a_kind_that_only_the_library_reads(tmp_path: Path) -> None:
    standalone(tmp_path, epochs(TRAIN, 1))
    as_library(tmp_path, objects={"model": {"ndarray": ["model.x", "float32", [3]]}})
    with pytest.raises(RuntimeError, match="'ndarray'.*library form"):
        standalone(tmp_path, TRAIN)
