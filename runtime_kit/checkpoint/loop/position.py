"""Where a run stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from runtime_kit.checkpoint.distributed.ranks import own_part
from runtime_kit.checkpoint.state.rng import RngState


@dataclass
class Position:
    """The next thing to do is batch ``batch`` of loop ``loop`` of epoch ``epoch``.

    ``step`` counts completed batches over the whole run. ``done``: the loop has ended and only the
    code after it is left of the epoch. ``rng`` are the generators here, ``epoch_rng`` at the
    epoch's start, ``loop_rng`` at the loop's.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    loop: int = 0
    done: bool = False
    rng: RngState = field(default_factory=RngState)
    epoch_rng: RngState | None = None
    loop_rng: RngState | None = None

    @property
    def inside(self) -> bool:
        """In the middle of an epoch."""
        return self.batch > 0 or self.loop > 0 or self.done

    def copy(self, **changes: Any) -> Position:
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Keys of state.json (docs/checkpoint-layout.md)."""
        body: dict[str, Any] = {
            "epoch": self.epoch,
            "batch": self.batch,
            # Before its first batch an epoch begins anew, with what is drawn ahead of the loop.
            "rng": (self.rng if self.inside else self.epoch_rng or self.rng).to_json(),
        }
        if self.inside:
            body["epoch_rng"] = self.epoch_rng.to_json() if self.epoch_rng else None
            body["loop"] = {
                "index": self.loop,
                "done": self.done,
                "rng": self.loop_rng.to_json() if self.loop_rng else None,
            }
        return body

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Position:
        """This process's position; see :func:`.own_part`."""
        body = own_part(body)
        loop = body.get("loop") or {}
        index = int(loop.get("index", 0))

        def rng(saved: dict[str, Any] | None) -> RngState | None:
            return RngState.from_json(saved, index) if saved else None

        return cls(
            step=int(body["step"]),
            epoch=int(body.get("epoch", 0)),
            batch=int(body.get("batch", 0)),
            loop=index,
            done=bool(loop.get("done", False)),
            rng=rng(body.get("rng")) or RngState(),
            epoch_rng=rng(body.get("epoch_rng")),
            loop_rng=rng(loop.get("rng")),
        )


def key_of(body: dict[str, Any]) -> tuple[Any, ...]:
    """What tells two saves of one step apart: the place in the epoch and what was logged."""
    loop = body.get("loop") or {}
    return (
        body["step"],
        body.get("epoch"),
        body.get("batch"),
        loop.get("index"),
        loop.get("done"),
        str(body.get("metrics")),
    )
