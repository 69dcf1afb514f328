"""rclone is given configured remotes only: its connection strings and flags can run programs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from planted import ROOT

from runtime_kit import drive, fetch
from runtime_kit.fetching import FetchError, api
from runtime_kit.storage import StorageError
from runtime_kit.storage.rclone.remote_name import why_not_a_remote

pytestmark = pytest.mark.skipif(not shutil.which("rclone"), reason="rclone is not installed")

ODD = [
    ":webdav,url='http://127.0.0.1:9',bearer_token_command='touch {mark}':",
    ':webdav,url=http://127.0.0.1:9,bearer_token_command="touch {mark}":runs',
    ":sftp,ssh='touch {mark}':x",
    "box,bearer_token_command='touch {mark}':",
    "--password-command=touch {mark}",
    "-v:",
    "box:\n--x",
    ":local,x=1:/tmp",
    "",
]


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "rclone.conf"
    config.write_text("[box]\ntype = webdav\nurl = http://127.0.0.1:9\n")
    monkeypatch.setenv("RCLONE_CONFIG", str(config))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mark"


@pytest.mark.parametrize("remote", ODD[:-1])
def test_no_entrance_takes_it(remote: str, mark: Path, tmp_path: Path) -> None:
    remote = remote.format(mark=mark)
    with pytest.raises(StorageError, match="remote"):
        drive.mount(tmp_path / "drive", remote=remote, timeout=5)
    with pytest.raises(StorageError, match="remote"):
        drive.why_not(remote=remote, timeout=5)
    with pytest.raises(FetchError):
        fetch(remote, tmp_path / "to", timeout=5)
    with pytest.raises(FetchError, match="remote"):
        fetch("0" * 30, tmp_path / "to", remote=remote, timeout=5)
    assert not mark.exists()


def test_the_proof_is_one(mark: Path, tmp_path: Path) -> None:
    """Asked for by name the same string runs its command: so the test above shows something."""
    remote = ODD[0].format(mark=mark)
    with pytest.raises(StorageError):
        drive.mount(tmp_path / "drive", remote=remote, timeout=8, connection_string=True)
    assert mark.exists()


@pytest.mark.parametrize("text", ["drive", "my box:data/x y", "s3:a,b/c", "a+b@c.d:", ":local:/x"])
def test_what_is_taken(text: str) -> None:
    assert why_not_a_remote(text) == ""


@pytest.mark.parametrize("text", ODD)
def test_what_is_not(text: str) -> None:
    assert why_not_a_remote(text) != ""


def test_a_fetch_does_not_follow_a_link_of_its_folder(mark: Path, tmp_path: Path) -> None:
    """A link under the name of what an earlier call left: rclone would delete where it leads."""
    source, precious, to = tmp_path / "source", tmp_path / "precious", tmp_path / "to"
    for folder in (source, precious, to):
        folder.mkdir()
    (source / "new").write_text("new")
    (precious / "thesis").write_text("thesis")
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from runtime_kit.fetching import api
api.merge = lambda *_: sys.exit(0)  # killed before the files are moved
api.fetch(":local:{source}", {str(to)!r}, progress=False)
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    left = next(path for path in to.iterdir() if path.is_dir())
    shutil.rmtree(left)
    left.symlink_to(precious)
    fetch(f":local:{source}", to, progress=False)
    assert (precious / "thesis").read_text() == "thesis"
    assert sorted(path.name for path in precious.iterdir()) == ["thesis"]
    assert (to / "new").read_text() == "new"


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="giving files away needs root")
def test_a_fetch_takes_nothing_that_another_user_left(tmp_path: Path) -> None:
    source, to = tmp_path / "source", tmp_path / "to"
    for folder in (source, to):
        folder.mkdir()
    to.chmod(0o1777)
    what = f":local:{source}"
    key = hashlib.sha1(repr(api.read(what)).encode()).hexdigest()[:12]
    theirs = to / f".fetching-{key}"
    theirs.mkdir()
    (theirs / "planted").write_text("planted")
    os.chown(theirs, 12345, 12345)
    with pytest.raises(FetchError, match="belongs to another user"):
        fetch(what, to, progress=False, connection_string=True)
    assert not (to / "planted").exists()


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n"])
def test_an_answer_is_one_line_of_the_configuration(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runtime_kit.frontend import rclone_connect

    monkeypatch.setattr(rclone_connect, "take_confided", lambda: f"x{end}command = touch mark")
    answer = rclone_connect.ask("answer", "/nowhere", "box", "webdav", "", "url", False)
    assert json.loads(answer) == {"error": "An answer is one line."}
