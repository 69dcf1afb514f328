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
            "Handed over to Drive, which uploads in the background. Colab cannot say when that is "
            "done; only drive.unmount() waits for it.",
        )

    def unmount(self, mounted: Mounted, timeout: float, force: bool) -> str:
        package = _package()
        if package is None:
            raise StorageError("google.colab is gone: Drive cannot be unmounted from here.")
        if not _is_mounted(mounted.root, timeout):
            return (
                f"{mounted.root} was not mounted any more, so that nothing was waited for: see at "
                "drive.google.com whether Drive has what was written last."
            )
        try:
            package.flush_and_unmount(timeout_ms=_milliseconds(timeout))
        except Exception as error:
            raise StorageError(
                f"Drive did not confirm that all is uploaded ({meaning(error)}): try again with "
                "more time, drive.unmount(timeout=3600)."
            ) from error
        return f"Drive has everything, and {mounted.root} is unmounted."

    def remount(self, mounted: Mounted, timeout: float) -> Mounted:
        package = _package()
        if package is None:
            raise StorageError("google.colab is gone: Drive cannot be mounted from here.")
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
        raise Unsuited("Drive can be mounted on Colab's own machines only") from error
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
            f"{point} {reason}: Drive needs a new or an empty folder, no link, and no spaces."
        )
