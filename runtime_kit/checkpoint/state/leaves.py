"""Tensors and arrays as named leaves: what they are, and how to copy them into host memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError

from .dtypes import FROM_NUMPY, FROM_TORCH, ITEM_SIZE, module

# Looked up once: a state may have thousands of tensors, and training waits meanwhile.
_STORED: dict[Any, tuple[str, int]] = {}  # by torch dtype, as they come
_ORDINARY: list[type] = []
SMALLEST_SHARED = 4096  # bytes; smaller tensors are always written, a reference would cost more


@dataclass
class Leaf:
    """One tensor of a step.

    ``source`` is the live tensor or array; it is read when the leaf is copied, not before.
    ``dtype`` is safetensors' name, ``shape`` what the file says, ``size`` its bytes.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    size: int
    source: Any
    library: str  # "torch" or "numpy"

    @property
    def item_size(self) -> int:
        return ITEM_SIZE[self.dtype]

    def flat(self) -> Any:
        """The source in the shape and type that are stored (a view where possible)."""
        if self.library == "torch":
            source = self.source
            if source.requires_grad:
                source = source.detach()
            # conj() and neg views have their bytes to be changed yet
            if source.is_complex():
                source = source.resolve_conj().resolve_neg()
                return module("torch").view_as_real(source) if self.is_wide_complex else source
            return source.resolve_neg() if source.is_neg() else source
        import numpy

        source = numpy.asarray(self.source)
        if self.dtype == "U8" and source.dtype.name != "uint8":
            return numpy.ascontiguousarray(source).reshape(-1).view(numpy.uint8)
        return source

    @property
    def is_wide_complex(self) -> bool:
        return bool(self.library == "torch" and self.source.dtype == module("torch").complex128)

    @property
    def version(self) -> object:
        """Changes when the content does, or None where nobody counts changes."""
        counted = self.library == "torch" and not self.source.is_inference()
        return self.source._version if counted else None

    @property
    def on_host(self) -> bool:
        return self.library != "torch" or self.source.device.type == "cpu"


def torch_leaf(name: str, tensor: Any, path: str) -> Leaf:
    """A dense torch tensor of any device; :class:`CannotStoreError` for what has no plain bytes."""
    torch = module("torch")
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_nested:
        kind = "quantized" if tensor.is_quantized else "nested" if tensor.is_nested else "sparse"
        raise CannotStoreError(path, tensor, f"it is {kind}; store a dense tensor")
    if not is_ordinary(tensor):
        _check_subclass(tensor, path)
    if tensor.is_meta:
        raise CannotStoreError(path, tensor, "it has no data yet; run one batch before saving")
    shape = tuple(tensor.shape)
    dtype = tensor.dtype
    if dtype is torch.complex128:
        return Leaf(name, "F64", (*shape, 2), tensor.numel() * 16, tensor, "torch")
    if dtype not in _STORED:
        known = str(dtype).removeprefix("torch.")
        if known not in FROM_TORCH:
            raise CannotStoreError(path, tensor, f"safetensors has no {known}; convert it first")
        _STORED[dtype] = FROM_TORCH[known]
    stored, item = _STORED[dtype]
    return Leaf(name, stored, shape, tensor.numel() * item, tensor, "torch")


def is_ordinary(tensor: Any) -> bool:
    """No subclass, which might have its data elsewhere or not yet."""
    if not _ORDINARY:
        torch = module("torch")
        _ORDINARY.extend([torch.Tensor, torch.nn.Parameter])
    return type(tensor) in _ORDINARY


def _check_subclass(tensor: Any, path: str) -> None:
    if module("torch").nn.parameter.is_lazy(tensor):
        raise CannotStoreError(path, tensor, "it has no data yet; run one batch before saving")
    if hasattr(tensor, "full_tensor"):
        raise CannotStoreError(
            path, tensor, "it is sharded over processes; save under torchrun, or its full_tensor()"
        )
    if hasattr(type(tensor), "__tensor_flatten__"):
        raise CannotStoreError(path, tensor, "its data is in other tensors; store those")


def numpy_leaf(name: str, array: Any, path: str) -> Leaf:
    """A NumPy or JAX array. Types that safetensors lacks (dates, text) are stored as bytes."""
    dtype = array.dtype
    if dtype.hasobject:
        raise CannotStoreError(path, array, "it holds Python objects; use an array of numbers")
    if dtype.fields:
        raise CannotStoreError(path, array, "its elements have fields; store each field's array")
    if dtype.name in FROM_NUMPY and dtype.isnative:
        stored, item = FROM_NUMPY[dtype.name]
        return Leaf(name, stored, tuple(array.shape), array.size * item, array, "numpy")
    size = array.size * dtype.itemsize
    return Leaf(name, "U8", (size,), size, array, "numpy")


def address(tensor: Any) -> int:
    """Where the data of a tensor begins; 0 where it has none of its own."""
    if tensor.is_nested or tensor.is_meta:
        return 0
    if not is_ordinary(tensor) and module("torch").nn.parameter.is_lazy(tensor):
        return 0
    try:
        return int(tensor.data_ptr()) if tensor.numel() else 0
    except RuntimeError:
        return 0


def same_memory(tensor: Any) -> tuple[object, ...]:
    """Key under which tied weights are one tensor."""
    view = (tensor.is_conj(), tensor.is_neg())
    pointer = tensor.data_ptr()
    return (tensor.device, pointer, tensor.dtype, tuple(tensor.shape), tensor.stride(), view)


def is_dense(tensor: Any) -> bool:
    """Each element has its own place and there are no gaps (a permutation of row-major)."""
    expected = 1
    for size, stride in sorted(zip(tensor.shape, tensor.stride(), strict=True), key=lambda p: p[1]):
        if size == 1:
            continue
        if stride != expected:
            return False
        expected *= size
    return True
