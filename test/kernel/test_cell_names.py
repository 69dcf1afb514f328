"""What the front end learns about cells before it offers to resume a training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runtime_kit.frontend.cell_names import report

SNIPPETS = Path(__file__).parents[2] / "runtime_kit" / "snippets"


def names(cell: str) -> dict[str, Any]:
    [entry] = json.loads(report([cell]))
    assert entry is not None
    return dict(entry)


@pytest.mark.parametrize(
    ("cell", "binds", "reads"),
    [
        ("import torch.nn as nn, os.path", ["nn", "os"], []),
        ("from a import b as c", ["c"], []),
        ("for i in items: total = i", ["i", "total"], ["i", "items"]),
        ("with open(path) as file: pass", ["file"], ["open", "path"]),
        ("squares = [n * n for n in numbers]", ["squares"], ["numbers"]),
        ("def f(x):\n    y = x + bias\n    return y", ["f"], ["bias"]),
        ("def f():\n    global best\n    best = 1", ["best", "f"], []),
        ("class Net(Base):\n    def size(self): return WIDTH", ["Net"], ["Base", "WIDTH"]),
        ("if (n := len(rows)) > 1: pass", ["n"], ["len", "rows"]),
        ("scale = lambda v: v * factor", ["scale"], ["factor"]),
    ],
)
def test_names_bound_and_read(cell: str, binds: list[str], reads: list[str]) -> None:
    found = names(cell)
    assert found["binds"] == binds
    assert found["reads"] == reads


@pytest.mark.parametrize(
    ("cell", "touches"),
    [
        ("net.to(device)", ["net"]),
        ("torch.manual_seed(0)", ["torch"]),
        ("options['lr'] = 0.1", ["options"]),
        ("net.head.weight.data[0] += 1", ["net"]),
        ("print(net)", []),
        ("x = net(batch)", []),
        ("def f():\n    net.to(device)", []),
    ],
)
def test_objects_that_may_be_changed(cell: str, touches: list[str]) -> None:
    assert names(cell)["touches"] == touches


def test_training_cells_and_functions() -> None:
    loop = "for epoch in run.epochs(3):\n    for x in run.batches(loader):\n        step(x)"
    assert names(loop)["trains"] == ["run"]
    inside = names(f"def train():\n    {loop.replace(chr(10), chr(10) + '    ')}")
    assert inside["trains"] == []
    assert inside["training_functions"] == ["train"]
    assert names("train()")["calls"] == ["train"]


def test_runs_that_a_cell_makes() -> None:
    assert names('run = Run("digits", folder=DRIVE / "runs")')["runs"] == ["digits"]
    assert names('run = runtime_kit.Run("a")')["runs"] == ["a"]
    assert names("run = Run(name)")["runs"] == []
    assert names('RUN_2 = "b"')["runs"] == ["b"]
    assert names('RUNS = "c"')["runs"] == []


@pytest.mark.parametrize("name", ["checkpoint-resume.py", "checkpoint-resume.library.py"])
def test_the_kit_cells_name_a_run_and_are_no_training(name: str) -> None:
    found = names((SNIPPETS / name).read_text(encoding="utf-8"))
    assert found["runs"] == ["run"]
    assert found["trains"] == []
    assert "run" in found["binds"]
    assert {"model", "optimizer"} <= {*found["strings"], *found["reads"]}


def test_magics_are_parsed_and_other_languages_are_not() -> None:
    first, second, third = json.loads(
        report(["%pip install x\nfrom x import y", "SELECT * FROM t", "%%bash\necho $HOME"])
    )
    assert first["binds"] == ["y"]
    assert second is None
    assert third["binds"] == []


def test_nothing_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    report([f"open({str(marker)!r}, 'w').close()"])
    assert not marker.exists()
