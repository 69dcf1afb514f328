"""One at a time at one place, and one time for all that are tried."""

from __future__ import annotations

import errno
import fcntl
import time
from pathlib import Path

import pytest

from runtime_kit import drive
from runtime_kit._os.file_lock import file_lock
from runtime_kit.storage import StorageTimeout
from runtime_kit.storage import drive as drive_module
from runtime_kit.storage.mounts.mount_record import one_at_a_time
from runtime_kit.storage.provider import Request
from runtime_kit.storage.providers import registry
from runtime_kit.storage.providers.folders import LocalFolder


def test_the_second_one_is_told_what_is_busy(place: Path) -> None:
    point = place / "drive"
    with one_at_a_time(point, 1):
        told = f"Another notebook has been busy with {point} for 0.1 s"
        with pytest.raises(StorageTimeout, match=told), one_at_a_time(point, 0.1):
            pass
    with one_at_a_time(point, 1):
        pass


def test_a_file_system_without_locks_is_nobody_who_holds_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_here(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", none_here)
    with one_at_a_time(place / "drive", 0), file_lock(place / "lock", "waits for ever"):
        pass


def test_all_that_are_tried_share_one_time(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    class Slow(LocalFolder):
        def why_not(self, request: Request) -> str:
            given.append(request.timeout)
            time.sleep(0.01)
            return "it is slow"

    providers = [Slow(), Slow(), LocalFolder()]
    for module in (registry, drive_module):
        monkeypatch.setattr(module, "PROVIDERS", providers)
    drive.mount(timeout=30)
    drive.why_not(timeout=30)
    assert len(given) == 4
    assert 30 >= given[0] > given[1] and 30 >= given[2] > given[3]
