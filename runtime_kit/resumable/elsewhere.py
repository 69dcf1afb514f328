"""Trainings whose loop the code does not hold, or does not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from .expressions import makes_module
from .nest import is_optimizer, training_functions
from .objects import Unclear
from .program import Program, class_of, function_around, path_of
from .source import Cell

_TRAINS = re.compile(r"(?i)(^|_)(train|fit|run_epoch|train\w*epoch)|^train")
_TRAINER = re.compile(r"Trainer$|Learner$|^TrainEpoch$")
_STARTS = {"run", "train", "fit", "learn"}
_COMMAND = (
    r"(?:\S*python[\d.]*|(?P<launcher>accelerate launch|torchrun|deepspeed))\s"
    r"(?:[^|;&]*?\s)?(?P<file>[\w./{}$-]+\.py)\b"
)
_SCRIPT = re.compile(rf"\s*(?:!+|%(?:sx|system)\s+)(?:[^|;&]*&&\s*)?(?:\w+=\S+\s+)*{_COMMAND}")
_BASH = re.compile(rf"\s*(?:\w+=\S+\s+)*{_COMMAND}")
_SCRIPT_NAME = re.compile(r"(?i)train|tune|main|fit|run_")
# Packages that run no training loop, or whose loop `frameworks` knows.
_LIBRARIES = {
    *("torch", "torchvision", "torchaudio", "numpy", "scipy", "pandas", "sklearn"),
    *("transformers", "accelerate", "keras", "tensorflow", "lightning", "jax", "flax", "optax"),
}


def find_elsewhere(program: Program) -> Unclear | None:
    """A function that trains and is imported, or that nothing calls."""
    for node in program.walk():
        if isinstance(node, ast.Call) and (name := _imported_training(program, node)):
            return Unclear("elsewhere", node, name=name)
    training = training_functions(program)
    idle = [
        function
        for functions in program.functions.values()
        for function in functions
        if id(function) in training and not program.calls_of(function)
    ]
    # One with the loop says more than the step that it does not lead to.
    idle.sort(key=lambda f: not any(isinstance(n, (ast.For, ast.While)) for n in ast.walk(f)))
    for function in idle[:1]:
        owner = class_of(function)
        name = f"{owner.name}.{function.name}" if owner is not None else function.name
        return Unclear("not-called", function, name=name)
    return None


def scripts_that_train(cells: Sequence[Cell]) -> Iterator[tuple[Cell, int, str]]:
    """Lines such as `!python train.py` whose script no cell writes: cell, line and file."""
    written = {cell.script.rpartition("/")[2] for cell in cells if cell.script}
    for cell in cells:
        if cell.script:
            continue
        for number, line in enumerate(cell.source.splitlines(), 1):
            found = _SCRIPT.match(line) or (_BASH.match(line) if cell.magic == "other" else None)
            if found and found["file"].rpartition("/")[2] not in written:
                launched = found["launcher"] is not None
                if launched or _SCRIPT_NAME.search(found["file"].rpartition("/")[2]):
                    yield cell, number, found["file"]


def _imported_training(program: Program, call: ast.Call) -> str | None:
    path = path_of(call.func)
    if path is None:
        return None
    scope = function_around(call)
    if path[0] in program.imports:
        name = program.full_name(call.func)
        if name.partition(".")[0] not in _LIBRARIES and _TRAINS.search(path[-1]):
            given = [path_of(a) for a in (*call.args, *(k.value for k in call.keywords))]
            values = [v for p in given if p for v in program.values(p, scope)]
            if any(is_optimizer(program, v) or makes_module(program, v) for v in values):
                return name
        return None
    if path[-1] not in _STARTS or len(path) < 2:
        return None
    for value in program.values(path[:-1], scope):
        made = path_of(value.func) if isinstance(value, ast.Call) else None
        if made and made[0] in program.imports and _TRAINER.search(made[-1]):
            name = program.full_name(value.func)  # type: ignore[attr-defined]
            if name.partition(".")[0] not in _LIBRARIES:
                return name
    return None
