"""What PyTorch in this process has taken of each GPU."""

from __future__ import annotations

import os
import sys
from typing import Any

from .finding import visible


def add(devices: list[dict[str, Any]]) -> None:
    """Fill in ``torch_allocated`` and ``torch_reserved``, where PyTorch is loaded and has begun to
    use CUDA. Nothing is imported, and CUDA is not woken up."""
    if "MIG-" in os.environ.get("CUDA_VISIBLE_DEVICES", ""):
        return  # a slice: which GPU has it is not told by its name
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        if cuda is None or not cuda.is_initialized():
            return
        for number, found in enumerate(visible(devices)):
            if number < cuda.device_count():
                found["torch_allocated"] = int(cuda.memory_allocated(number))
                found["torch_reserved"] = int(cuda.memory_reserved(number))
    except Exception:  # a torch that is just being imported, or of another build
        return
