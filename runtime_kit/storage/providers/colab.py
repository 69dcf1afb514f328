"""Google Drive on Colab, through Colab's own package."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import ModuleType

from runtime_kit._os.trusted_imports import trusted_imports
from runtime_kit.storage.calls import bounded
from runtime_kit.storage.errors import StorageError, StorageTimeout, Unsuited, meaning
from runtime_kit.storage.mounts.mount_point import COLABS
from runtime_kit.storage.mounts.mount_table import absolute, is_elsewhere
from runtime_kit.storage.provider import PATIENCE, Flushed, Mounted, Provider, Request

POINT = Path(COLABS)


class Colab(Provider):
    name = "colab"
    title = "Google Drive on Colab"

    def why_not(self, request: Request) -> str:
        if request.remote:
            return "a remote was named"
        return "" if _package() else "this is not Colab"

    def mount(self, request: Request) -> Mounted:
        point = absolute(request.point or POINT)
        _check_point(point)
        package = _package()
        assert package is not None
        with contextlib.suppress(OSError):
            point.parent.mkdir(parents=True, exist_ok=True)
        _call_mount(package, point, request.read_only, request.timeout, force=False)
        return self.adopt(point, request.read_only)

    def adopt(self, point: Path, read_only: bool) -> Mounted:
        detail = "Drive uploads in the background; drive.unmount() waits for it"
        return Mounted(self, point / "MyDrive", True, detail, point=point, read_only=read_only)

    def flush(self, mounted: Mounted, timeout: float) -> Flushed:
        if hasattr(os, "sync"):
            bounded(os.sync, timeout, f"{mounted.root}")
        return Flushed(
            mounted.read_only,
            "Drive uploads in the background, and Colab can't tell when that is "
            "done. Use drive.unmount() to wait for it.",
        )

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        package = _package()
        if package is None:
            raise StorageError("Can't unmount Drive: google.colab is not available.")
        if not _is_mounted(mounted.root, timeout):
            return (
                f"{mounted.root} was no longer mounted, so uploads were not waited "
                "for. Check at drive.google.com whether the last files are there."
            )
        try:
            package.flush_and_unmount(timeout_ms=_milliseconds(timeout))
        except Exception as error:
            raise StorageError(
                "Drive did not confirm that everything is uploaded "
                f"({meaning(error)}). Try again with more time: "
                "drive.unmount(timeout=3600)."
            ) from error
        return f"Drive has everything, and {mounted.root} is unmounted."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        package = _package()
        if package is None:
            raise StorageError("Can't mount Drive: google.colab is not available.")
        _call_mount(package, mounted.root, mounted.read_only, timeout, force=True)
        return self.adopt(mounted.root, mounted.read_only)


def _is_mounted(point: Path, timeout: float) -> bool:
    """Where it is not, Colab says in passing that there is nothing to do, and returns as if all
    were uploaded."""
    try:
        return bounded(lambda: is_elsewhere(point), min(timeout, PATIENCE), str(point))
    except FileNotFoundError:
        return False
    except (OSError, StorageTimeout):  # it has died or hangs, and has something to wait for
        return True


def _package() -> ModuleType | None:
    try:
        with trusted_imports():
            from google.colab import drive
    except ImportError:
        return None
    return drive


def _call_mount(
    package: ModuleType, point: Path, read_only: bool, timeout: float, *, force: bool
) -> None:
    """In the main thread, as Colab reads its page's answer there. An interrupt ends it."""
    milliseconds = _milliseconds(timeout)
    try:
        package.mount(str(point), force, milliseconds, read_only)
    except (NotImplementedError, KeyError) as error:  # Enterprise, Kaggle, a machine of one's own
        raise Unsuited("Drive can only be mounted on Colab's own machines") from error
    except Exception as error:
        raise StorageError(f"Drive is not mounted: {meaning(error)}.") from error


def _milliseconds(timeout: float) -> int:
    """Less than a second would be cut to none, which Colab takes for no time-out at all."""
    return max(int(timeout * 1000), 1000)


def _check_point(point: Path) -> None:
    """What Colab asks of a mount point, before it asks the user for permission."""

    def fault() -> str:
        if " " in str(point):
            return "has a space in its name"
        if point.is_symlink():
            return "is a link"
        if point.is_file():
            return "is a file"
        if point.is_dir() and any(point.iterdir()):
            return "has files in it"
        return ""

    if reason := bounded(fault, 10, str(point)):
        raise StorageError(
            f"Can't mount at {point}: it {reason}. Choose a new or empty folder, not "
            "a link, and without spaces."
        )
