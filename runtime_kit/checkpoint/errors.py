"""What can go wrong with checkpoints; every message names the thing and the way out."""

from __future__ import annotations

from typing import Any


class CheckpointError(Exception):
    """Base class of all errors of :mod:`runtime_kit.checkpoint`."""

    def __reduce__(self) -> Any:
        # Between the processes of a job; what a class is made from need not be its message.
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[CheckpointError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class NoValidCheckpointError(CheckpointError):
    """A run has steps, but none of them can be read. Never answered by a fresh start."""


class CheckpointMismatchError(CheckpointError):
    """A good checkpoint that does not fit what is tracked (another model, a missing object)."""


class UnknownFormatError(CheckpointError):
    """A step of a newer layout. Going back to an older step would undo work that is there."""


class CannotStoreError(CheckpointError, TypeError):
    """A value that cannot be stored without pickle.

    ``path`` says where it is, for example ``optimizer.state[0].when``.
    """

    def __init__(self, path: str, value: object, advice: str = "") -> None:
        kind = type(value)
        name = (
            kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        )
        article = "an" if name[0] in "aeiou" else "a"
        advice = advice or (
            "store it as numbers, strings, lists, dicts, arrays or tensors "
            "(a date as its timestamp, a path as its string), or leave it out"
        )
        super().__init__(f"{path} is {article} {name}, which cannot be stored safely: {advice}.")
        self.path = path


class LoopError(CheckpointError):
    """A loop that would not resume exactly, told before a step is spent on it; the message has the
    line to write instead."""


class RunLockedError(CheckpointError):
    """Another live process writes this run. ``owner`` holds its host, pid and times."""

    def __init__(self, message: str, owner: dict[str, object]) -> None:
        super().__init__(message)
        self.owner = owner


class RunTakenOverError(CheckpointError):
    """Another process took this run over with ``takeover=True``; nothing more is saved here."""


class DamagedStepError(CheckpointError):
    """One step cannot be used. ``reason`` is short; ``certain`` is False for an I/O error,
    which may pass, so that such a step is never deleted because of it."""

    def __init__(self, reason: str, *, certain: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.certain = certain


class CheckpointWarning(UserWarning):
    """Training goes on, but something needs attention; the text says what to do."""
