"""What the command line says instead of a traceback."""

from __future__ import annotations


class UsageError(Exception):
    """What was asked for cannot be done; one line that names the thing and the way out."""


class StepGone(UsageError):
    """A training that goes on has deleted the step meanwhile; looking again helps."""


ATTEMPTS = 10  # looks at a run whose steps go while they are read
