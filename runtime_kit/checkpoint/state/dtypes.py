"""Which element types safetensors has, and what they are called in torch and NumPy."""

from __future__ import annotations

import sys
from typing import Any

# safetensors name -> (torch name, NumPy name, bytes an element)
_TABLE = (
    ("F64", "float64", "float64", 8),
    ("F32", "float32", "float32", 4),
    ("F16", "float16", "float16", 2),
    ("BF16", "bfloat16", "bfloat16", 2),
    ("F8_E4M3", "float8_e4m3fn", "float8_e4m3fn", 1),
    ("F8_E5M2", "float8_e5m2", "float8_e5m2", 1),
    ("I64", "int64", "int64", 8),
    ("I32", "int32", "int32", 4),
    ("I16", "int16", "int16", 2),
    ("I8", "int8", "int8", 1),
    ("U64", "uint64", "uint64", 8),
    ("U32", "uint32", "uint32", 4),
    ("U16", "uint16", "uint16", 2),
    ("U8", "uint8", "uint8", 1),
    ("BOOL", "bool", "bool", 1),
    ("C64", "complex64", "complex64", 8),
)
FROM_TORCH = {torch_name: (name, size) for name, torch_name, _, size in _TABLE}
FROM_NUMPY = {numpy_name: (name, size) for name, _, numpy_name, size in _TABLE}
TORCH_NAME = {name: torch_name for name, torch_name, _, _ in _TABLE}
NUMPY_NAME = {name: numpy_name for name, _, numpy_name, _ in _TABLE}
ITEM_SIZE = {name: size for name, _, _, size in _TABLE}


def module(name: str) -> Any:
    """An already imported module, or None. A value of a library can only exist once the library
    is imported, so nothing is ever imported just to look at a value."""
    return sys.modules.get(name)


def numpy_dtype(name: str) -> Any:
    """The NumPy dtype called ``name`` (``float32``, ``bfloat16``, ``<M8[ns]``)."""
    import numpy

    try:
        return numpy.dtype(name)
    except TypeError:
        import ml_dtypes  # bfloat16 and float8 of JAX

        return numpy.dtype(getattr(ml_dtypes, name))
