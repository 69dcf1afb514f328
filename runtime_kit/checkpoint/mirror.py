"""Placeholder until the mirror is written."""

from __future__ import annotations

from pathlib import Path

from .messages import Mailbox
from .store import Store


class Mirror:
    def __init__(self, store: Store, folder: Path, mailbox: Mailbox) -> None:
        self.folder = folder

    def notify(self) -> None: ...

    def state(self, step: int) -> str:
        return "local"

    def settle(self, seconds: float) -> None: ...

    def finish(self, timeout: float) -> None: ...

    def close(self) -> None: ...
