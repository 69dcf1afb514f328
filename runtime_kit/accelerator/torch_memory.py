"""What PyTorch in this process has taken of each GPU."""

from __future__ import annotations

import os
import sys
from typing import Any


def add(devices: list[dict[str, Any]]) -> None:
    """Fill in ``torch_allocated`` and ``torch_reserved``, where PyTorch is loaded and has begun to
    use CUDA. Nothing is imported, and CUDA is not woken up."""
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


def visible(devices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The devices in the order in which this process numbers them."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return devices
    found = []
    for word in filter(None, (word.strip() for word in chosen.split(","))):
        match = [
            each
            for each in devices
            if str(each["index"]) == word or (each["uuid"] or "-").startswith(word)
        ]
        if not match:  # CUDA stops at the first that is not there
            break
        found.append(match[0])
    return found
