"""The folder of Google Drive for desktop on macOS, on Windows, and on Windows as seen from WSL."""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageTimeout
from runtime_kit.storage.provider import Flushed, Mounted, Provider, Request

# "My Drive" in the language of the user's computer.
NAMES = (
    *("My Drive", "Mein Drive", "Meine Ablage", "Mon Drive", "Mon disque", "Mi unidad"),
    *("Il mio Drive", "Meu Drive", "O meu disco", "Mijn Drive", "Mój dysk", "Мой диск"),
    *("내 드라이브", "マイドライブ", "我的云端硬盘", "我的雲端硬碟"),
)


class Desktop(Provider):
    name = "drive-desktop"
    title = "Google Drive for desktop"

    def __init__(self, root: Path = Path("/"), home: Path | None = None, system: str = "") -> None:
        self._root = root
        self._home = home
        self._system = system or sys.platform

    def why_not(self, request: Request) -> str:
        if request.remote:
            return "a remote was named"
        return "" if self._folders() else "it has no folder here"

    def mount(self, request: Request) -> Mounted:
        first, *others = self._folders()
        detail = "Drive for desktop uploads in the background"
        if others:
            detail += f"; there is also {', '.join(map(str, others))}"
        return Mounted(self, first, True, detail, read_only=request.read_only)

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        return Flushed(
            mounted.read_only,
            "Drive for desktop uploads in the background and shows in its menu when that is done.",
        )

    def _folders(self) -> list[Path]:
        try:
            return bounded(lambda: list(self._look()), 10, "Google Drive for desktop")
        except (StorageTimeout, OSError):
            return []

    def _look(self) -> Iterator[Path]:
        for parent in self._parents():
            for name in NAMES:
                if (parent / name).is_dir():
                    yield parent / name
                    break

    def _parents(self) -> Iterator[Path]:
        home = self._home or Path.home()
        if self._system == "darwin":
            yield from sorted(home.glob("Library/CloudStorage/GoogleDrive-*"))
            yield self._root / "Volumes" / "GoogleDrive"
        elif self._system == "win32":
            yield from (Path(f"{letter}:\\") for letter in string.ascii_uppercase[2:])
            yield home / "Google Drive"
        elif self._is_wsl():
            yield from sorted((self._root / "mnt").glob("[d-z]"))

    def _is_wsl(self) -> bool:
        if "WSL_DISTRO_NAME" in os.environ:
            return True
        try:
            return "microsoft" in (self._root / "proc/version").read_text().lower()
        except OSError:
            return False
