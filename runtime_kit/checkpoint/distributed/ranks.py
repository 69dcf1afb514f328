"""The processes of a torchrun job, as far as checkpoints need to agree with each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.state.dtypes import module

Value = TypeVar("Value")


def rank_and_size() -> tuple[int, int]:
    """Return this process's number and how many there are; ``(0, 1)`` outside a job."""
    distributed = module("torch.distributed")
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return 0, 1
    return distributed.get_rank(), distributed.get_world_size()


def own_part(body: dict[str, Any]) -> dict[str, Any]:
    """state.json as this process is to read it.

    Each process has generators and a place in its own part of the data. With another number of
    processes the data is dealt out anew: the batch is the one before which as many samples were
    seen by all together, and processes without saved generators keep theirs.
    """
    rank, size = rank_and_size()
    parts = body.get("ranks") or [{}]
    if len(parts) == size:
        return {**body, **parts[rank]}
    mine: dict[str, Any] = dict(parts[rank]) if rank < len(parts) else {"rng": {}, "epoch_rng": {}}
    if rank >= len(parts):
        mine["loop"] = {**(body.get("loop") or {}), "rng": {}}
    mine["batch"] = int(body.get("batch", 0)) * len(parts) // size
    return {**body, **mine}


def sendable(error: Exception) -> OSError | CheckpointError:
    """An error that another process can build again."""
    return error if isinstance(error, (OSError, CheckpointError)) else CheckpointError(repr(error))


@dataclass
class _Failed:
    error: OSError | CheckpointError

    def error_of(self, rank: int) -> OSError | CheckpointError:
        plain = type(self.error) is CheckpointError
        return CheckpointError(f"Process {rank}: {self.error}") if plain else self.error


class Ranks:
    """Small collective operations over gloo groups of their own, so that they neither need a GPU
    nor meet the training's. Every process has to make the same calls in the same order."""

    def __init__(self) -> None:
        import torch.distributed

        self._distributed = torch.distributed
        self.rank, self.size = rank_and_size()
        self._group = torch.distributed.new_group(backend="gloo")

    @property
    def group(self) -> Any:
        return self._group

    def any(self, *flags: int) -> list[int]:
        """The maximum of each flag over all processes."""
        torch = module("torch")
        tensor = torch.tensor([int(flag) for flag in flags], dtype=torch.int64, device="cpu")
        self._distributed.all_reduce(tensor, op=self._distributed.ReduceOp.MAX, group=self._group)
        return [int(flag) for flag in tensor]

    def all(self, value: Value) -> list[Value]:
        """``value`` of every process, in their order."""
        values: list[Any] = [None] * self.size
        self._distributed.all_gather_object(values, value, group=self._group)
        return values

    def from_first(self, action: Callable[[], Value]) -> Value:
        """The result of ``action``, which only process 0 runs; its error is raised in all, one
        that is no :class:`CheckpointError` or OSError as a CheckpointError."""
        box: list[Any] = [None, None]
        if self.rank == 0:
            try:
                box[0] = action()
            except Exception as error:
                box[1] = sendable(error)
        self._distributed.broadcast_object_list(box, src=self._first(), group=self._group)
        if box[1] is not None:
            raise box[1]
        return box[0]

    def together(self, action: Callable[[], Value]) -> list[Value]:
        """What ``action`` gave in each process. An error in one is raised in all, so that none
        waits for it, and for as long as gloo waits (30 minutes) for one that does not answer."""
        mine: Any
        try:
            mine = action()
        except Exception as error:
            mine = _Failed(sendable(error))
        everyone = self.all(mine)
        for rank, part in enumerate(everyone):
            if isinstance(part, _Failed):
                raise part.error_of(rank)
        return everyone

    def _first(self) -> int:
        return int(self._distributed.get_global_rank(self._group, 0))
