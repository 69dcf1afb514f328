"""In the middle of a training what fails about a save is a warning, never its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from runtime_kit.checkpoint.errors import CheckpointError, RunTakenOverError
from runtime_kit.checkpoint.messages import Mailbox

Taken = TypeVar("Taken")


class Attempts:
    """Takes the state where it could be taken when the training began. Each reason is told once."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._told = ""

    def take(self, action: Callable[[], Taken]) -> Taken | None:
        """The result of ``action``; None, and a warning, if it fails."""
        try:
            return action()
        except RunTakenOverError:
            raise
        except Exception as error:
            self.failed(error)
            return None

    def succeeds(self, action: Callable[[], object]) -> bool:
        """Whether ``action`` went well."""
        done = self.take(lambda: (action(),)) is not None
        if done:
            self.succeeded()
        return done

    def failed(self, error: Exception) -> None:
        """Tell it when the user's thread comes by."""
        text = str(error) if isinstance(error, CheckpointError) else f"{error!r}."
        if text != self._told:
            self._told = text
            self._mailbox.post(f"Not saved: {text} Training continues.", warning=True)

    def succeeded(self) -> None:
        self._told = ""
