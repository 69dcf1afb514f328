"""Runs ``python -m runtime_kit`` as a user does, and makes runs for it to look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from script import zygote

from runtime_kit import Run
from runtime_kit.snippets import find_snippet, render_snippet

ROOT = Path(__file__).parents[3]
# The command where PyTorch is not installed.
NO_TORCH = """
import runpy, sys
sys.modules["torch"] = None
runpy.run_module("runtime_kit", run_name="__main__")
"""
# The command in a process that has PyTorch imported already, which saves seconds each time.
FORKED = """
import os, runpy, sys
os.environ["COLUMNS"] = "100"
runpy.run_module("runtime_kit", run_name="__main__", alter_sys=True)
"""


def command(
    *words: object, torch: bool = True, forked: bool = True
) -> subprocess.CompletedProcess[str]:
    """``python -m runtime_kit``; ``forked=False`` starts the interpreter as a user does."""
    if torch and forked:
        result = _forked([str(word) for word in words])
    else:
        start = ["-m", "runtime_kit"] if torch else ["-c", NO_TORCH]
        result = subprocess.run(
            [sys.executable, *start, *map(str, words)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "100"},
        )
    assert "Traceback" not in result.stderr, result.stderr
    return result


def _forked(words: list[str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        output.touch()
        errors.touch()
        pid = zygote().start(FORKED, words, str(output), str(errors))
        code = zygote().wait(pid)
        return subprocess.CompletedProcess(words, code, output.read_text(), errors.read_text())


def refusal(*words: object, torch: bool = True) -> str:
    """The one line with which the command refuses."""
    result = command(*words, torch=torch)
    assert result.returncode == 2, (result.stdout, result.stderr)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def json_of(*words: object) -> tuple[int, dict[str, Any]]:
    result = command(*words, "--json")
    return result.returncode, json.loads(result.stdout)


class Trained:
    """A model and an optimizer with state, and what their state was at each step."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.model = torch.nn.Sequential(torch.nn.Linear(30, 40), torch.nn.BatchNorm1d(40))
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.01)
        self.at: dict[int, dict[str, Any]] = {}

    def step(self) -> None:
        self.optimizer.zero_grad()
        self.model(torch.rand(8, 30)).square().sum().backward()
        self.optimizer.step()

    def remember(self, step: int) -> None:
        self.at[step] = {
            name: {key: value.clone() for key, value in flat(value.state_dict()).items()}
            for name, value in (("model", self.model), ("optimizer", self.optimizer))
        }


def library_run(folder: Path, steps: int = 3, losses: tuple[float, ...] = (), **options) -> Trained:
    """The run ``digits`` of the library form, with a checkpoint at each step."""
    trained = Trained()
    options = {"every": 10_000, "keep": steps, **options}
    with Run("digits", folder, **options) as run:
        run.track(model=trained.model, optimizer=trained.optimizer)
        for index in run.steps(steps):
            trained.step()
            trained.remember(index + 1)
            if losses:
                run.log(val_loss=losses[index], accuracy=index / 10)
            run.save(wait=True)
    return trained


def standalone_run(folder: Path, epochs: int = 2) -> Trained:
    """The run ``run`` of the standalone cells, as a click inserts them."""
    trained = Trained()
    snippet = find_snippet("checkpoint-resume", "standalone")
    assert snippet is not None
    cells = render_snippet(snippet, {"RUN_FOLDER": str(folder)})
    names: dict[str, Any] = {"model": trained.model, "optimizer": trained.optimizer}
    for cell in cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    for epoch in names["run"].epochs(epochs):
        trained.step()
        trained.remember(epoch + 1)
    return trained


def flat(value: Any, path: str = "") -> dict[str, torch.Tensor]:
    """Tensors of nested state by dotted name."""
    if isinstance(value, torch.Tensor):
        return {path: value}
    if isinstance(value, (list, tuple)):
        value = dict(enumerate(value))
    found: dict[str, torch.Tensor] = {}
    if isinstance(value, dict):
        for key, item in value.items():
            found.update(flat(item, f"{path}.{key}" if path else str(key)))
    return found
