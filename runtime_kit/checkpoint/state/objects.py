"""What ``track`` accepts: how an object's state is taken and put back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, MutableMapping, MutableSequence, MutableSet
from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError, CheckpointMismatchError
from runtime_kit.checkpoint.messages import say

from .dtypes import module
from .encode import Encoder
from .estimators import estimator_state, is_estimator, load_estimator
from .inplace import assign, overlaps_itself
from .sharded import is_sharded, put_full


def kind_of(value: Any) -> str:
    """``generator``, ``state_dict``, ``estimator`` or ``plain``."""
    torch = module("torch")
    if torch is not None and isinstance(value, torch.Generator):
        return "generator"
    if callable(getattr(value, "state_dict", None)) and callable(
        getattr(value, "load_state_dict", None)
    ):
        return "state_dict"
    return "estimator" if is_estimator(value) else "plain"


def check_trackable(name: str, value: Any) -> None:
    """Refuse what could be saved but never be put back, before any training is spent on it."""
    if kind_of(value) != "plain":
        return
    torch, numpy = module("torch"), module("numpy")
    arrays = tuple(
        kind for kind in (torch and torch.Tensor, numpy and numpy.ndarray) if kind is not None
    )
    loader = torch and getattr(module("torch.utils.data"), "DataLoader", None)
    if loader and isinstance(value, loader):
        raise CannotStoreError(name, value, "pass it to run.batches(...) instead of track")
    if torch and isinstance(value, torch.Tensor) and overlaps_itself(value):
        raise CannotStoreError(name, value, "it is expanded; track its clone()")
    if isinstance(value, (MutableMapping, MutableSequence, MutableSet, bytearray, *arrays)):
        Encoder().encode(value, name, templated=True)
        return
    if value is None or isinstance(value, (bool, int, float, str, tuple, bytes)) or is_jax(value):
        raise CannotStoreError(
            name,
            value,
            "it cannot be changed in place when the run resumes; keep it in a dict, "
            f'track(state=state), and use state["{name}"]',
        )
    try:
        Encoder().encode(value, name, templated=True)
    except CannotStoreError as error:
        if error.path != name:
            raise
        advice = "give it state_dict and load_state_dict, or track its parts"
        raise CannotStoreError(name, value, advice) from None


def prove_loadable(name: str, value: Any) -> None:
    """Load an object's own state into it, which changes nothing.

    :raises CannotStoreError: it does not take it, so no checkpoint of it could ever be loaded.
    """
    inner = unwrapped(value)
    if kind_of(inner) != "state_dict" or is_sharded(inner):
        return
    _separate_buffers(inner)
    try:
        inner.load_state_dict(inner.state_dict())
    except CannotStoreError:
        raise
    except Exception as error:
        text = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        raise CannotStoreError(
            name, value, f"it does not take its own state_dict back ({text}); track its parts"
        ) from error


def _separate_buffers(value: Any) -> None:
    """An expanded buffer has several elements in one place of memory, so nothing can be loaded into
    it; a copy of its own is equal and can be written."""
    torch = module("torch")
    if torch is None or not isinstance(value, torch.nn.Module):
        return
    for part in value.modules():
        for name, buffer in part._buffers.items():
            if buffer is not None and overlaps_itself(buffer):
                part._buffers[name] = buffer.clone(memory_format=torch.contiguous_format)


def is_jax(value: Any) -> bool:
    jax = module("jax")
    return jax is not None and isinstance(value, jax.Array)


def unwrapped(value: Any) -> Any:
    """The module inside DistributedDataParallel, DataParallel and ``torch.compile``, whose names
    have no ``module.`` or ``_orig_mod.`` in front."""
    parallel = module("torch.nn.parallel")
    for _ in range(4):
        if parallel is not None and isinstance(
            value, (parallel.DistributedDataParallel, parallel.DataParallel)
        ):
            value = value.module
        elif type(value).__name__ == "OptimizedModule" and hasattr(value, "_orig_mod"):
            value = value._orig_mod
    return value


def _renamed(value: Any, state: Any) -> Any:
    """The state under the module's own names, where they differ in wrappers' prefixes only."""
    torch = module("torch")
    if torch is None or not isinstance(value, torch.nn.Module) or not isinstance(state, dict):
        return state
    own = {_bare(name): name for name in value.state_dict()}
    if set(state) == set(own.values()) or len(own) != len(state):
        return state
    if {_bare(name) for name in state} != set(own):
        return state
    return {own[_bare(name)]: item for name, item in state.items()}


def _bare(name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in ("_orig_mod", "module"))


def take_state(name: str, value: Any, encoder: Encoder) -> tuple[Any, Any]:
    """Structure for state.json, and the module metadata (versions of its layers) or None.

    Tensors are only listed in ``encoder``; copying them is the caller's.
    """
    value = unwrapped(value)
    kind = kind_of(value)
    if kind == "generator":
        return encoder.encode(value.get_state(), name), None
    if kind == "state_dict":
        state = value.state_dict()
        metadata = getattr(state, "_metadata", None)
        if metadata is not None:
            metadata = Encoder().encode(dict(metadata), f"{name}._metadata")
        return encoder.encode(state, name), metadata
    if kind == "estimator":
        return encoder.encode(estimator_state(value, name), name), None
    return encoder.encode(value, name, templated=True), None


def put_state(
    name: str,
    value: Any,
    state: Any,
    metadata: Any = None,
    objects: Mapping[str, Any] | None = None,
) -> None:
    """Load ``state`` into the live object; :class:`CheckpointMismatchError` if it does not fit.
    ``objects``: all that is tracked, among which an optimizer's model is found."""
    value = unwrapped(value)
    kind = kind_of(value)
    try:
        if is_sharded(value):
            put_full(value, state, objects or {})
            return
        if kind == "generator":
            value.set_state(state)
        elif kind == "state_dict":
            _separate_buffers(value)
            state = _renamed(value, state)
            if metadata is not None and isinstance(state, dict):
                state = OrderedDict(state)
                state._metadata = OrderedDict(metadata)
            if _was_off(value, state):
                say(f"{name!r} was disabled when the step was saved. It starts fresh.")
                return
            value.load_state_dict(state)
        elif kind == "estimator":
            load_estimator(value, state, name)
        else:
            assign(value, state, name)
    except CheckpointMismatchError:
        raise
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointMismatchError(
            f"The checkpoint does not match {name!r}: {error}. Build the object as it "
            "was when the step was saved (with parameter groups that were added "
            "later; the epoch is in run.checkpoints()[-1].epoch), or use another run "
            "name."
        ) from error


def _was_off(value: Any, state: Any) -> bool:
    """A gradient scaler that was made for a CPU has no state, and one for a GPU refuses that."""
    kind = type(value).__name__ == "GradScaler"
    return kind and state == {} and value.is_enabled()
