"""The generators of the loaders of an epoch, so that each goes on where it was."""

from __future__ import annotations

from typing import Any

from .loader import generators_of

_MANY = 8  # loaders that are told apart where there are no epochs


class LoaderGenerators:
    """Keeps ``places``: generators under the place of their loader, as in :class:`RngState`. Until
    a loader is met its place has the state that was saved, so that the next save has it too.
    """

    def __init__(self, places: dict[str, Any]) -> None:
        self.places = places
        self._loaders: list[Any] = []

    def begin(self, saved: dict[str, Any]) -> None:
        """A run starts or goes on from these states."""
        self.places.clear()
        self.places.update(saved)
        self._loaders.clear()

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
            # The first 8 bytes of a CPU generator's state are its initial seed.
            if goes_on and saved and not shared and _seed(state) == _seed(generator.get_state()):
                generator.set_state(state)


def _seed(state: Any) -> list[int]:
    return list(state[:8].tolist())
