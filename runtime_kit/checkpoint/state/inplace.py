"""Puts loaded values into the live containers that the user's code already refers to."""

from __future__ import annotations

from collections.abc import MutableMapping, MutableSequence, MutableSet
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError

from .decode import PytreeLeaves
from .dtypes import module


def assign(target: Any, value: Any, name: str) -> None:
    """Make the mutable ``target`` equal to ``value`` without replacing it."""
    result = rebuild(target, value, name)
    if result is not target:
        raise CheckpointMismatchError(
            f"Can't load {name}: it is a {type(target).__name__}, and the checkpoint "
            f"has a {type(value).__name__} of another shape."
        )


def rebuild(target: Any, value: Any, name: str) -> Any:
    """``value`` in the types of ``target``; mutable parts of ``target`` are reused in place."""
    if isinstance(value, PytreeLeaves):
        return _pytree(target, value, name)
    if isinstance(target, MutableMapping) and isinstance(value, dict):
        inner = {k: rebuild(target.get(k), item, f"{name}.{k}") for k, item in value.items()}
        target.clear()  # so that the order comes back too
        target.update(inner)
        return target
    if isinstance(target, MutableSequence) and isinstance(value, (list, bytearray, bytes)):
        old = list(target)
        new = [
            rebuild(old[index] if index < len(old) else None, item, f"{name}[{index}]")
            for index, item in enumerate(value)
        ]
        target[:] = new
        return target
    if isinstance(target, MutableSet) and isinstance(value, set):
        target.clear()
        target |= value
        return target
    if isinstance(target, tuple) and isinstance(value, tuple) and len(target) == len(value):
        items = [
            rebuild(old, item, f"{name}[{index}]")
            for index, (old, item) in enumerate(zip(target, value, strict=True))
        ]
        return type(target)(*items) if hasattr(target, "_fields") else type(target)(items)
    if isinstance(value, dict) and hasattr(target, "unfreeze"):  # flax FrozenDict
        return type(target)(value)
    return _array(target, value)


def overlaps_itself(tensor: Any) -> bool:
    """Expanded: several elements are one in memory, so that it cannot be written to."""
    lazy = module("torch").nn.parameter.is_lazy(tensor)
    if lazy or tensor.is_nested or str(tensor.layout) != "torch.strided":
        return False
    dimensions = zip(tensor.shape, tensor.stride(), strict=True)
    return any(size > 1 and stride == 0 for size, stride in dimensions)


def fill(target: Any, value: Any) -> bool:
    """Copy a tensor or array into one of its shape and type; False where that cannot be done."""
    torch, numpy = module("torch"), module("numpy")
    kinds = [(torch and torch.Tensor), (numpy and numpy.ndarray)]
    alike = any(k and isinstance(target, k) and isinstance(value, k) for k in kinds)
    if not alike or target.shape != value.shape or target.dtype != value.dtype:
        return False
    if torch is not None and isinstance(target, torch.Tensor):
        if overlaps_itself(target):
            return False
        with torch.inference_mode() if target.is_inference() else torch.no_grad():
            target.copy_(value)
        return True
    if target.flags.writeable:
        target[...] = value
    return bool(target.flags.writeable)


def _array(target: Any, value: Any) -> Any:
    jax = module("jax")
    if fill(target, value):
        return target
    if jax is not None and isinstance(target, jax.Array) and isinstance(value, jax.Array):
        return jax.device_put(value, target.sharding)
    return value


def _pytree(target: Any, leaves: PytreeLeaves, name: str) -> Any:
    jax = module("jax")
    if jax is None:
        raise CheckpointMismatchError(f"{name} is a JAX pytree: import jax and build it first.")
    old, structure = jax.tree_util.tree_flatten(target)
    if len(old) != len(leaves):
        raise CheckpointMismatchError(
            f"{name} has {len(old)} leaves, but the checkpoint has {len(leaves)}. "
            "Build the pytree as when the run started, or use another run name."
        )
    items = [
        rebuild(a, b, f"{name}.leaf[{i}]") for i, (a, b) in enumerate(zip(old, leaves, strict=True))
    ]
    return jax.tree_util.tree_unflatten(structure, items)
