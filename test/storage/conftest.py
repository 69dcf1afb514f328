"""What the tests of `runtime_kit.storage` share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Helpers of these tests and of those of the snippets, which use the same remotes.
TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / part) for part in ("storage", "kernel", "checkpoint/support")]

from rclone_remotes import why_no_fuse  # noqa: E402
from served import Served, mounts_ended  # noqa: E402

from runtime_kit.storage import session  # noqa: E402


@pytest.fixture(scope="session")
def fuse(tmp_path_factory: pytest.TempPathFactory) -> None:
    if reason := why_no_fuse(tmp_path_factory.mktemp("fuse")):
        pytest.skip(reason)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a working directory of the test's own, with nothing mounted."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("RUNTIME_KIT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    monkeypatch.setenv("RCLONE_VFS_WRITE_BACK", "100ms")
    monkeypatch.chdir(tmp_path)
    session._mounts.clear()
    yield tmp_path
    os.chdir("/")
    session._mounts.clear()


@pytest.fixture
def web(place: Path) -> Iterator[Served]:
    """A remote `web`, served by rclone itself from a folder."""
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed")
    with Served(place / "web") as served:
        served.configure(place / "rclone.conf")
        yield served


@pytest.fixture
def home(web: Served, place: Path) -> Iterator[Path]:
    """A place in which that remote is mounted; what is mounted there ends with the test."""
    with mounts_ended(place):
        yield place
        os.chdir("/")
