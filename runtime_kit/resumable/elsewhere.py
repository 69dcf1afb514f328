"""Trainings whose loop the code does not hold, or does not run."""

from __future__ import annotations

import ast
import re

from .expressions import makes_module
from .nest import is_optimizer, training_functions
from .objects import Unclear
from .program import Program, class_of, function_around, path_of

_TRAINS = re.compile(r"(?i)(^|_)(train|fit|run_epoch|train\w*epoch)|^train")
_TRAINER = re.compile(r"Trainer$|Learner$|^TrainEpoch$")
_STARTS = {"run", "train", "fit", "learn"}
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
