"""Brings a data loader to the batch at which a run resumes, exactly.

A plain DataLoader draws its order, its workers' seeds and, without workers, its augmentations from
the global generators. So: set them as they were when the loop began, make the iterator, skip to the
batch, and only then set them as they were at the checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime_kit._os.progress import Bar
from runtime_kit.checkpoint.errors import CheckpointMismatchError
from runtime_kit.checkpoint.messages import warn
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.rng import RngState

# They draw everything at their start or from a generator of their own, so that moving on without
# loading the data draws the same.
_SKIPPABLE = (
    "SequentialSampler",
    "RandomSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
    "DistributedSampler",
)


def generators_of(loader: Any) -> list[Any]:
    """The torch.Generators that a loader and its samplers draw from, each once."""
    torch = module("torch")
    if torch is None:
        return []
    found: list[Any] = []
    batch_sampler = getattr(loader, "batch_sampler", None)
    for owner in (
        loader,
        getattr(loader, "sampler", None),
        batch_sampler,
        getattr(batch_sampler, "sampler", None),
    ):
        generator = getattr(owner, "generator", None)
        if isinstance(generator, torch.Generator) and not any(generator is g for g in found):
            found.append(generator)
    return found


def resume_iteration(
    loader: Iterable[Any],
    skip: int,
    start: RngState,
    now: RngState,
    where: str,
    generators: Mapping[str, Any],
) -> Iterator[Any]:
    """An iterator over ``loader`` that stands after ``skip`` batches, with all generators set.

    :param generators: those that loaders draw from, by place.
    :raises CheckpointMismatchError: the loader has fewer batches.
    """
    start.apply(generators)
    iterator = iter(loader)
    with Bar(f"skipping to {where}", skip, plain=True) as progress:
        for done in range(skip):
            try:
                if _can_skip_indices(loader, iterator):
                    iterator._next_index()  # type: ignore[attr-defined]
                    iterator._num_yielded += 1  # type: ignore[attr-defined]
                else:
                    next(iterator)
            except StopIteration:
                raise CheckpointMismatchError(
                    f"The checkpoint is at {where}, but the loader ends after {done} "
                    "batches. Use the data and batch size of the run's start, or "
                    "another run name."
                ) from None
            progress.add(1)
    now.apply(generators)
    return iterator


def _can_skip_indices(loader: Any, iterator: Any) -> bool:
    data = module("torch.utils.data")
    if data is None or type(loader) is not data.DataLoader or loader.num_workers:
        return False
    if isinstance(loader.dataset, data.IterableDataset) or not hasattr(iterator, "_next_index"):
        return False
    batch_sampler = loader.batch_sampler
    if batch_sampler is not None and type(batch_sampler) is not data.BatchSampler:
        return False
    sampler = loader.sampler if batch_sampler is None else batch_sampler.sampler
    known = type(sampler).__module__.startswith("torch.utils.data")
    return known and type(sampler).__name__ in _SKIPPABLE


_told: set[int] = set()


def check_exactness(loader: Any) -> None:
    """Say once what keeps a loader from resuming bit for bit."""
    if getattr(loader, "persistent_workers", False) and id(loader) not in _told:
        _told.add(id(loader))
        warn(
            "The loader has persistent_workers=True, so the state of its workers' "
            "random generators can't be restored. Batches resume exactly, random "
            "augmentation does not. Use persistent_workers=False for an exact resume."
        )
