"""The generators of the loaders of an epoch, so that each goes on where it was."""

from __future__ import annotations

import gc
import sys
from types import FrameType
from typing import Any

from runtime_kit.checkpoint.state.dtypes import module

from .loader import generators_of

_MANY = 8  # loaders that are told apart where there are no epochs


class LoaderGenerators:
    """Keeps ``places``: generators under the place of their loader, as in :class:`RngState`. Until
    a loader is met its place has the state that was saved, so that the next save has it too.

    ``anew`` tells of places whether the generator begins each epoch alike, being made or seeded
    there, or goes on over epochs: as seen at the begins of two epochs, and saved with a step.
    """

    def __init__(self, places: dict[str, Any], anew: dict[str, bool]) -> None:
        self.places = places
        self._anew = anew
        self._begins: dict[str, Any] = {}  # states at the begin of the last loop
        self._older: list[Any] = []
        self._done: set[str] = set()
        self._loaders: list[Any] = []

    def begin(self, saved: dict[str, Any]) -> None:
        """A run starts or goes on from these states."""
        self.places.clear()
        self.places.update(saved)
        self._begins.clear()
        self._done.clear()
        self._loaders.clear()

    def resume_epoch(self, *, inside: bool) -> None:
        """The user's code of the epoch comes next. Where no two epochs were seen, a generator that
        it makes is told from older ones. One of those gets its state now, so that a seed which the
        code gives it counts, as far as it can be told by its own seed; not ``inside`` an epoch,
        where it is set when its loop is reached."""
        unknown = self.places.keys() - self._anew.keys()
        self._older = generators_there() if unknown else []
        for place in unknown if not inside else ():
            seed = _seed(self.places[place])
            matching = {id(g): g for g in self._older if _seed(g.get_state()) == seed}
            if len(matching) == 1:
                matching.popitem()[1].set_state(self.places[place])
                self._done.add(place)

    def number_of(self, loader: Any) -> int:
        """Where each loop is an epoch, loaders are told apart by themselves; one that is made
        anew each time takes the place of the first."""
        for number, known in enumerate(self._loaders):
            if known is loader:
                return number
        if len(self._loaders) == _MANY:
            return 0
        self._loaders.append(loader)
        return len(self._loaders) - 1

    def meet(self, loader: Any, loop: int, *, goes_on: bool = True) -> None:
        """``loader`` is that of the ``loop``-th loop from now on.

        :param goes_on: its generators are to have the states that were saved. Those that were
            seeded anew, as for each epoch, have another seed than the saved one and keep it.
        """
        own = generators_of(loader)
        before = {p: self.places.pop(p) for p in list(self.places) if p.startswith(f"{loop}.")}
        for number, generator in enumerate(own):
            place = f"{loop}.{number}"
            shared = any(generator is other for other in self.places.values())
            self.places[place] = generator
            state = before.get(place)
            saved = state is not None and not isinstance(state, type(generator))
            current = generator.get_state()
            # The first 8 bytes of a CPU generator's state are its initial seed.
            alike = saved and not shared and _seed(state) == _seed(current)
            done = place in self._done or self._is_anew(place, generator)
            self._done.discard(place)
            if goes_on and alike and not done:
                generator.set_state(state)
            last = self._begins.get(place)
            if last is not None and _seed(last) == _seed(current):
                self._anew[place] = bool(last.equal(current))
            self._begins[place] = current

    def _is_anew(self, place: str, generator: Any) -> bool:
        known = self._anew.get(place)
        return not any(generator is old for old in self._older) if known is None else known


def _seed(state: Any) -> list[int]:
    return list(state[:8].tolist())


def generators_there() -> list[Any]:
    """The torch.Generators that loaders, samplers and the variables of the user's code have."""
    data = module("torch.utils.data")
    if data is None:
        return []
    kinds = (data.DataLoader, data.Sampler)
    found = [g for o in gc.get_objects() if issubclass(type(o), kinds) for g in generators_of(o)]
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(__package__):
        frame = frame.f_back
    if frame is not None:
        values = [*frame.f_globals.values(), *frame.f_locals.values()]
        found += [v for v in values if type(v) is module("torch").Generator]
    return found
