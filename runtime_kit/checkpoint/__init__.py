"""Checkpoints for training in notebooks: nothing lost, exact resume, hardly any stall.

:class:`Run` is for a loop in a notebook, :class:`CheckpointManager` for a framework's callback.
Importing this package imports neither torch nor NumPy; docs/checkpoints.md is the guide. May
import _os/, resumable/ and platform.py; never IPython, nor storage/.
"""

from __future__ import annotations

from .errors import (
    CannotStoreError,
    CheckpointError,
    CheckpointMismatchError,
    CheckpointWarning,
    LoopError,
    NoValidCheckpointError,
    RunLockedError,
    RunTakenOverError,
    UnknownFormatError,
)
from .manager import CheckpointManager
from .messages import subscribe
from .read.restored import Checkpoint, Restored
from .run import Run

__all__ = [
    "CannotStoreError",
    "Checkpoint",
    "CheckpointError",
    "CheckpointManager",
    "CheckpointMismatchError",
    "CheckpointWarning",
    "LoopError",
    "NoValidCheckpointError",
    "Restored",
    "Run",
    "RunLockedError",
    "RunTakenOverError",
    "UnknownFormatError",
    "subscribe",
]
