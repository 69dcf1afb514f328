"""A folder that another user made in a shared /tmp is not taken for our own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from runtime_kit.staging import space

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no shared /tmp")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    space._own_folder.cache_clear()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(space, "_is_memory", lambda folder: False)
    monkeypatch.delenv("RUNTIME_KIT_STAGE", raising=False)
    return tmp_path / f"runtime-kit-data-{os.getuid()}"


def test_ones_own_is_private(shared: Path) -> None:
    folder = space._own_folder(shared)
    assert folder == shared and folder.stat().st_mode & 0o777 == 0o700
    space._own_folder.cache_clear()
    assert space._own_folder(shared) == shared


@pytest.mark.parametrize("kind", ["link", "file", "open", "other"])
def test_anybody_elses_is_not_used(
    shared: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "link":
        (tmp_path / "theirs").mkdir()
        shared.symlink_to(tmp_path / "theirs")
    elif kind == "file":
        shared.write_text("")
    else:
        shared.mkdir()
        shared.chmod(0o777 if kind == "open" else 0o700)
    if kind == "other":
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
    folder = space._own_folder(shared)
    assert folder != shared and folder.parent == shared.parent
    assert folder.stat().st_mode & 0o777 == 0o700 and not list(folder.iterdir())
