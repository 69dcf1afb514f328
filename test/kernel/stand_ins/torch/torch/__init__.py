"""Stands in for PyTorch as far as the GPU check asks it: STAND_IN_TORCH says which build it is."""

import os
from types import SimpleNamespace

_build = os.environ.get(
    "STAND_IN_TORCH", "cuda"
)  # "cuda", "blind", "cpu", "mps", "xpu", "old driver",
# "library missing", "talks at exit", "misfit" (its kernels do not run on the GPU) or "crash"
if _build == "crash":
    os.abort()
if _build == "library missing":
    raise ImportError("libcudnn.so.9: cannot open shared object file: No such file or directory")
if _build == "talks at exit":
    import atexit
    import sys

    atexit.register(lambda: (sys.stdout.flush(), print("[rank0]: destroy_process_group() missing")))
    _build = "cuda"

__version__ = {"cpu": "2.11.0+cpu", "mps": "2.11.0", "xpu": "2.11.0+xpu"}.get(
    _build, "2.11.0+cu128"
)
cuda = SimpleNamespace(is_available=lambda: _build in ("cuda", "misfit"))
xpu = SimpleNamespace(is_available=lambda: _build == "xpu")
backends = SimpleNamespace(
    cuda=SimpleNamespace(is_built=lambda: _build in ("cuda", "blind", "misfit", "old driver")),
    mps=SimpleNamespace(is_available=lambda: _build == "mps"),
)
if _build == "old driver":
    print("UserWarning: CUDA initialization: The NVIDIA driver on your system is too old (11040)")


def ones(count, device):
    if _build == "misfit":
        raise RuntimeError(
            "CUDA error: no kernel image is available for execution on the device\n"
            "Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions."
        )
    return _Numbers(count)


class _Numbers:
    def __init__(self, count):
        self.count = count

    def __mul__(self, other):
        return _Numbers(self.count * other)

    def sum(self):
        return self.count
