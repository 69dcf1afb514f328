"""A snapshot of which each process holds a part."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime_kit.checkpoint.run_dir.layout import FORMAT
from runtime_kit.checkpoint.state.encode import Encoder
from runtime_kit.checkpoint.state.leaves import Leaf
from runtime_kit.checkpoint.state.ranked_state import RankedEncoder, encode_rest, encode_spread
from runtime_kit.checkpoint.state.safetensors_format import file_order
from runtime_kit.checkpoint.state.snapshot import Snapshot, machine_info, notebook_name, versions

from .ranks import rank_and_size

SMALL = "small.safetensors"
# What each process has for itself.
OWN = ("batch", "rng", "epoch_rng", "loop", "variables")


@dataclass
class RankedSnapshot(Snapshot):
    """``spread`` are the tensors for torch.distributed.checkpoint; ``files`` is what process 0
    writes besides: 0-d tensors, and the tensors of what is no module or optimizer."""

    spread: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def take_spread(
        cls, step: int, objects: Mapping[str, Any], about: Mapping[str, Any]
    ) -> RankedSnapshot:
        encoder = RankedEncoder()
        structures = encode_spread(objects, encoder)
        structures.update(encode_rest(objects, encoder))
        about = dict(about)
        if "variables" in about:  # without tensors, which have no file of their process
            about["variables"] = Encoder().encode(about["variables"], "variables")
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
            "objects": {role: structures[role] for role in objects},
            "distributed": {"processes": rank_and_size()[1]},
        }
        leaves = file_order(encoder.leaves)
        return cls(step, body, {SMALL: leaves} if leaves else {}, spread=encoder.spread)

    def own(self) -> dict[str, Any]:
        return {key: self.body[key] for key in OWN if key in self.body}

    def live_leaves(self) -> list[Leaf]:
        """Also the spread tensors, so that a change of them is noticed."""
        spread = [
            Leaf(name, "U8", (), 0, getattr(tensor, "_local_tensor", tensor), "torch")
            for name, tensor in self.spread.items()
        ]
        return super().live_leaves() + spread
