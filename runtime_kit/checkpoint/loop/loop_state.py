"""Where a run's loop is. The one owner: other files say what has happened, and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runtime_kit.checkpoint.state.rng import RngState

from .phase import Phase
from .position import Position


class LoopState:
    """Phase, position, and what is known of the random generators.

    ``loaders`` are the generators that loaders draw from, by place, and ``loaders_anew`` how each
    behaves over epochs; both are filled by :class:`LoaderGenerators`.
    """

    def __init__(self) -> None:
        self.loaders: dict[str, Any] = {}
        self.loaders_anew: dict[str, bool] = {}
        self._phase = Phase.IDLE
        self._position = Position()
        self._wanted = False
        self._epoch_counted = False  # by a save in it
        # Of the last boundary: are its generators known, and can a fetch change them meanwhile?
        self._rng_known = True
        self._fetch_draws = True
        self._fetch_keeps: Callable[[], bool] = lambda: False
        self._fetching = False
        self._data: dict[str, int] = {}

    # -- what is read

    @property
    def phase(self) -> Phase:
        """What the user's code is doing."""
        return self._phase

    @property
    def position(self) -> Position:
        """What a save at this point is saved as."""
        return self._position

    @property
    def length(self) -> int | None:
        """Batches of the loop that is running, where that is known."""
        return self._data.get("batches")

    @property
    def data(self) -> dict[str, int]:
        """See :func:`.data_of`."""
        return self._data

    @property
    def wanted(self) -> bool:
        """The next boundary is to be saved, whatever the schedule says."""
        return self._wanted

    @property
    def rng_known(self) -> bool:
        """The position has the generators of the last boundary."""
        return self._rng_known

    @property
    def is_torn(self) -> bool:
        """The loader is half way to the next batch, and not what it was at the last boundary."""
        fetching = self._phase == Phase.FETCH and self._fetching
        return fetching and self._fetch_draws and self._fetch_keeps()

    @property
    def is_whole(self) -> bool:
        """The state can be taken at this very moment, from a signal handler too."""
        if self.is_torn:
            return False
        if self._phase == Phase.FETCH and not self._rng_known:
            return not self._fetch_draws  # steps are short then, and the next boundary is near
        return self._phase != Phase.STEP

    # -- what has happened

    def enter(self, phase: Phase) -> None:
        """The user's code does something else now."""
        self._phase = phase
        self._fetching = False

    def move(self, position: Position) -> None:
        """The run is somewhere else now."""
        self._position = position

    def capture_rng(self) -> RngState:
        """Note the generators as they are now."""
        self._position.rng = RngState.capture(self.loaders)
        return self._position.rng

    def know_rng(self) -> bool:
        """Note the generators unless they are known since the boundary; True if it was needed."""
        if self._rng_known:
            return False
        self.capture_rng()
        self._rng_known = True
        return True

    def begin_epoch(self) -> None:
        """No save has counted this epoch as done."""
        self._epoch_counted = False

    def begin_epoch_here(self) -> None:
        """The generators at the epoch's start are those of the position."""
        self._position.epoch_rng = self._position.rng

    def count_epoch(self) -> None:
        """A save has counted this epoch as done; if another loop follows in it, save that soon."""
        self._epoch_counted = True

    def draws_in_fetch(self, draws: bool, keeps: Callable[[], bool] = lambda: False) -> None:
        """Asking for a batch may draw from the generators of this process; ``keeps`` tells whether
        it changes what the loader keeps for itself."""
        self._fetch_draws, self._fetch_keeps = draws, keeps

    def begin_fetch(self) -> None:
        """A batch is asked for now."""
        self._fetching = True

    def has_data(self, data: dict[str, int]) -> None:
        """The loop that begins has so many batches and samples, as far as that is known."""
        self._data = data

    def begin_loop(self) -> None:
        """A loop begins, where the generators are known."""
        self._rng_known = True
        if self._epoch_counted:
            self._epoch_counted, self._wanted = False, True
        self._phase = Phase.FETCH

    def end_loop(self) -> None:
        """A loop has ended; only the code after it is left of the epoch."""
        self._position.done = True

    def complete_step(self) -> None:
        """A batch is done."""
        self._position.step += 1
        self._position.batch += 1
        self._rng_known = False

    def want_save(self) -> None:
        """Have the next boundary saved. May be called from any thread."""
        self._wanted = True

    def saved(self) -> None:
        """A save was made."""
        self._wanted = False
