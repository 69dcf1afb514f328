"""What one save holds: structures for state.json and the tensors by payload file."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime_kit.checkpoint.run_dir.layout import FORMAT
from runtime_kit.checkpoint.state.safetensors_format import file_order

from .dtypes import module
from .encode import Encoder
from .leaves import Leaf
from .objects import take_state


@dataclass
class Snapshot:
    """State of tracked objects at one moment. Plain values are already copied (they are in
    ``body``); tensors are still the live ones until they are staged."""

    step: int
    body: dict[str, Any]
    files: dict[str, list[Leaf]]
    variables_file: str = ""  # of the loop's variables, where they have tensors
    interim: bool = False  # kept until the next save only
    packed: bool = False  # has values by columns, which older versions can't read

    @classmethod
    def take(cls, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]) -> Snapshot:
        """``objects``: role -> live object or nested state. ``about``: further keys of state.json
        (``epoch``, ``batch``, ``metrics``, ``rng``, ...), JSON values; only ``variables`` may hold
        tensors."""
        encoder = Encoder()
        structures: dict[str, Any] = {}
        metadata: dict[str, Any] = {}
        files: dict[str, list[Leaf]] = {}
        for role, value in objects.items():
            before = len(encoder.leaves)
            structures[role], meta = take_state(role, value, encoder)
            if meta is not None:
                metadata[role] = meta
            new = encoder.leaves[before:]
            if new:
                files[_file_name(role, files)] = file_order(new)
        about, variables_file = dict(about), ""
        if "variables" in about:
            before = len(encoder.leaves)
            about["variables"] = encoder.encode(about["variables"], "variables")
            if new := encoder.leaves[before:]:
                variables_file = _file_name("variables", files)
                files[variables_file] = file_order(new)
        body = {
            "format": FORMAT,
            "step": step,
            "epoch": 0,
            "batch": 0,
            "metrics": {},
            "time": time.time(),
            "versions": versions(),
            "platform": machine_info(),
            "notebook": notebook_name(),
            **about,
            "objects": structures,
        }
        if metadata:
            body["metadata"] = metadata
        if encoder.strides:
            body["strides"] = encoder.strides
        return cls(step, body, files, variables_file, packed=encoder.packed)

    @property
    def size(self) -> int:
        """Bytes of all tensors."""
        return sum(leaf.size for leaf in self.all_leaves())

    def all_leaves(self) -> list[Leaf]:
        """Every tensor."""
        return [leaf for leaves in self.files.values() for leaf in leaves]

    def live_leaves(self) -> list[Leaf]:
        """Those that the program holds too, for telling whether one has changed."""
        own = self.variables_file
        return [leaf for name, leaves in self.files.items() if name != own for leaf in leaves]

    def text(self, extra: Mapping[str, Any]) -> bytes:
        """state.json."""
        return json.dumps({**self.body, **extra}, allow_nan=False).encode()


def versions() -> dict[str, str]:
    """Versions of Python and of the frameworks that are in use."""
    found = {"python": platform.python_version()}
    for name in ("numpy", "torch", "jax", "sklearn", "keras", "transformers", "lightning"):
        version = getattr(module(name), "__version__", None)
        if version:
            found[name] = str(version)
    return found


def machine_info() -> dict[str, str]:
    """System and accelerator, as the standalone cell writes them."""
    torch = module("torch")
    device = "cpu"
    if torch is not None:
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            device = torch.cuda.get_device_name()
        elif torch.backends.mps.is_available():
            device = "mps"
    return {"system": _system(), "device": device}


def notebook_name() -> str | None:
    """The file name of the notebook that this kernel was started for, as the server says it."""
    path = os.environ.get("JPY_SESSION_NAME", "")
    name = path.replace("\\", "/").rpartition("/")[2]
    return name if name.endswith(".ipynb") else None


_SYSTEM: list[str] = []


def _system() -> str:
    if not _SYSTEM:
        _SYSTEM.append(platform.platform() if sys.platform else "")
    return _SYSTEM[0]


def _file_name(role: str, taken: Mapping[str, object]) -> str:
    safe = re.sub(r"[^0-9A-Za-z_-]", "_", role) or "state"
    name, number = f"{safe}.safetensors", 1
    used = {other.casefold() for other in taken}
    while name.casefold() in used:
        number += 1
        name = f"{safe}-{number}.safetensors"
    return name
