"""Stands in for PyTorch as far as the GPU check asks it: STAND_IN_TORCH says which build it is."""

import os
from types import SimpleNamespace

_build = os.environ.get("STAND_IN_TORCH", "cuda")  # "cuda", "blind", "cpu", "mps" or "crash"
if _build == "crash":
    os.abort()

__version__ = {"cpu": "2.11.0+cpu", "mps": "2.11.0"}.get(_build, "2.11.0+cu128")
cuda = SimpleNamespace(is_available=lambda: _build == "cuda")
backends = SimpleNamespace(
    cuda=SimpleNamespace(is_built=lambda: _build in ("cuda", "blind")),
    mps=SimpleNamespace(is_available=lambda: _build == "mps"),
)
