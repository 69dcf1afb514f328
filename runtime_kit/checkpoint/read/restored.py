"""What a restore found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.errors import CheckpointMismatchError, DamagedStepError
from runtime_kit.checkpoint.messages import readable_age
from runtime_kit.checkpoint.state.collector import paused_collector
from runtime_kit.checkpoint.state.decode import decode, wanted_libraries
from runtime_kit.checkpoint.state.objects import put_state
from runtime_kit.checkpoint.state.ranked_state import load_rest, load_spread
from runtime_kit.checkpoint.state.snapshot import notebook_name

from .standalone import standalone_state
from .step_reader import StepContent


@dataclass(frozen=True)
class Checkpoint:
    """One committed step. ``time`` in seconds since 1970, ``size`` in bytes (files shared with
    older steps included). ``state``: ``local``, ``mirroring`` or ``mirrored``."""

    step: int
    epoch: int
    batch: int
    metrics: Mapping[str, float]
    time: float
    path: Path
    size: int
    state: str = "local"

    @property
    def age(self) -> float:
        """Seconds since it was saved."""
        return max(0.0, time.time() - self.time)


@dataclass(frozen=True)
class Skipped:
    """A newer step that could not be used, and why."""

    step: int
    path: Path
    error: DamagedStepError


@dataclass
class Restored:
    """A verified step in memory: :attr:`state` has the values by role, :meth:`load` puts them into
    live objects. Nothing has been changed yet."""

    checkpoint: Checkpoint
    content: StepContent
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        """state.json as it is."""
        return self.content.state

    @property
    def spread(self) -> bool:
        """Saved by several processes: modules and optimizers are in ``dcp/``."""
        return "distributed" in self.body

    @cached_property
    def state(self) -> dict[str, Any]:
        """Role -> state (what ``state_dict`` gave, or plain values). Of a spread step only what is
        no module or optimizer."""
        if self.spread:
            known = set(self._tensors)
            nodes = {
                role: node
                for role, node in self.body["objects"].items()
                if set(wanted_libraries(node, {})) <= known
            }
            return {role: decode(node, self._tensors) for role, node in nodes.items()}
        if self.content.payload is not None:
            return standalone_state(self.content.payload)
        values = {role: decode(node, self._tensors) for role, node in self.body["objects"].items()}
        return values

    @paused_collector()
    def variables(self, node: Any) -> Any:
        """The loop's variables, from ``variables`` of state.json; None in older steps."""
        return decode(node, self._tensors) if node is not None else None

    def load(self, objects: Mapping[str, Any]) -> list[str]:
        """Put the state into the live ``objects``; returns roles that were saved but not asked for.

        :raises CheckpointMismatchError: something asked for was not saved, or does not fit.
        """
        saved = set(self.body["objects"]) if self.spread else set(self.state)
        missing = sorted(set(objects) - saved)
        if missing:
            have = ", ".join(sorted(saved)) or "nothing"
            raise CheckpointMismatchError(
                f"Step {self.checkpoint.step} has no {missing[0]!r} (it has {have}). "
                "Use the name it was saved under, or track it after run.restore() to "
                "start it fresh."
            )
        if self.spread:
            load_spread(objects, self.body["objects"], self._tensors, self.checkpoint.path)
            load_rest(objects, self.state)
            return sorted(saved - set(objects))
        metadata = self.body.get("metadata", {})
        for role, value in objects.items():
            put_state(role, value, self.state[role], decode(metadata.get(role), {}), objects)
        return sorted(saved - set(objects))

    @cached_property
    def _tensors(self) -> dict[str, Any]:
        tensors = dict(self.content.tensors)
        for name, stride in self.body.get("strides", {}).items():
            if name in tensors:
                import torch

                plain = tensors[name]
                if str(plain.dtype) == "torch.float64" and plain.dim() == len(stride) + 1:
                    continue
                tensors[name] = torch.empty_strided(
                    plain.shape, stride, dtype=plain.dtype, device="cpu"
                ).copy_(plain)
        return tensors


def resumed_line(run: str, restored: Restored) -> str:
    """From which step, how old, and which newer ones were skipped, how far back that is."""
    found = restored.checkpoint
    place = f"epoch {found.epoch}" + (f", batch {found.batch}" if found.batch else "")
    text = f"resumed {run!r} from step {found.step} ({place}), saved {readable_age(found.age)} ago"
    if restored.skipped:
        newest = max(skipped.step for skipped in restored.skipped)
        reasons = "; ".join(f"step {s.step}: {s.error.reason}" for s in restored.skipped)
        text += f". Skipped, damaged ({newest - found.step} steps back): {reasons}"
    saved_by, here = restored.body.get("notebook"), notebook_name()
    if isinstance(saved_by, str) and here and saved_by != here:
        text += (
            f". {saved_by} saved it, and this is {here}. To train apart from it, use another name"
        )
    return text + "."
