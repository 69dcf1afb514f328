"""What the user's code is doing, as far as its loops tell."""

from __future__ import annotations

import enum


class Phase(enum.Enum):
    """Decides whether this moment can be saved, and as what."""

    IDLE = "no loop is running"
    SKIPPING = "the user's own loop passes epochs that were complete before the resume"
    BEFORE_LOOP = "in an epoch, before its first loop"
    FETCH = "waiting for a batch: the last step is complete"
    STEP = "in a step"
    AFTER_LOOP = "in an epoch, after a loop"
    BROKEN = "left by an error or a stop"
