"""scikit-learn estimators with ``partial_fit``, stored by their parameters and fitted arrays.

No estimator is pickled. The live object is built by the user's code; a step holds numbers for it.
Helper objects that ``partial_fit`` makes are rebuilt from a closed list of classes.
"""

from __future__ import annotations

from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError, CheckpointMismatchError

from .dtypes import module

_STATE = "RandomState"
# Helpers that hold nothing which the next partial_fit does not make again.
_REBUILT = ("sklearn._loss", "sklearn.linear_model._sgd_fast")
_HELPERS = {
    "LabelBinarizer": "sklearn.preprocessing",
    "AdamOptimizer": "sklearn.neural_network._stochastic_optimizers",
    "SGDOptimizer": "sklearn.neural_network._stochastic_optimizers",
}


def is_estimator(value: Any) -> bool:
    return hasattr(value, "partial_fit") and callable(getattr(value, "get_params", None))


def estimator_state(estimator: Any, name: str) -> dict[str, Any]:
    """``{"class", "params", "fitted"}`` of plain values and arrays."""
    params = {
        key: _plain(value, f"{name}.{key}")
        for key, value in estimator.get_params(deep=False).items()
    }
    fitted = {
        key: _plain(value, f"{name}.{key}")
        for key, value in vars(estimator).items()
        if key not in params and not type(value).__module__.startswith(_REBUILT)
    }
    return {"class": type(estimator).__name__, "params": params, "fitted": fitted}


def load_estimator(estimator: Any, state: dict[str, Any], name: str) -> None:
    """Put parameters and fitted arrays into the user's estimator of the same class."""
    if state["class"] != type(estimator).__name__:
        raise CheckpointMismatchError(
            f"{name} is a {type(estimator).__name__}, but the checkpoint has a "
            f"{state['class']}. Build the same estimator, or use another run name."
        )
    for part in ("params", "fitted"):
        for key, value in state[part].items():
            setattr(estimator, key, _object(value, getattr(estimator, key, None)))


def _plain(value: Any, path: str) -> Any:
    numpy = module("numpy")
    if isinstance(value, numpy.random.RandomState):
        kind, keys, position, has_gauss, cached = value.get_state()
        return {"helper": _STATE, "state": [kind, keys, int(position), int(has_gauss), cached]}
    if type(value) is numpy.ndarray and value.dtype == object:
        if all(isinstance(item, str) for item in value.flat):  # feature_names_in_
            return {"helper": "names", "state": [value.tolist()]}
        raise CannotStoreError(path, value, "it is an array of objects; use numbers as labels")
    if type(value).__name__ in _HELPERS and type(value).__module__.startswith("sklearn."):
        # An optimizer's list of arrays is the estimator's own: stored where the estimator has it.
        body = {k: _plain(v, f"{path}.{k}") for k, v in vars(value).items() if k != "params"}
        return {"helper": type(value).__name__, "state": body}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item, f"{path}[{i}]") for i, item in enumerate(value))
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}") for key, item in value.items()}
    return value


def _object(value: Any, old: Any) -> Any:
    if isinstance(value, list):
        return [_object(item, None) for item in value]
    if isinstance(value, tuple):
        return tuple(_object(item, None) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("helper")
    if kind is None:
        return {key: _object(item, None) for key, item in value.items()}
    import numpy

    if kind == _STATE:
        generator = old if isinstance(old, numpy.random.RandomState) else numpy.random.RandomState()
        generator.set_state(tuple(value["state"]))
        return generator
    if kind == "names":
        return numpy.array(value["state"][0], dtype=object)
    import importlib

    helper = getattr(importlib.import_module(_HELPERS[kind]), kind)
    made = helper.__new__(helper)
    vars(made).update({key: _object(item, None) for key, item in value["state"].items()})
    return made
