"""Drive by link or id: real gdown before replayed pages, real rclone behind a stand-in."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import drive_pages as pages
import pytest

from runtime_kit import fetch
from runtime_kit.fetching import FetchError, NotAllowedError, QuotaError
from runtime_kit.fetching.errors import explained

DATA = os.urandom(3 << 20)
FILES = {
    pages.FILE: ("data.bin", DATA),
    pages.NESTED: ("nested.bin", b"nested"),
    pages.TWIN: ("data.bin", b"of the same name"),
}
LINK = "https://drive.google.com/file/d/{}/view?usp=sharing"
FOLDER_LINK = "https://drive.google.com/drive/folders/{}?usp=sharing"


@pytest.fixture(autouse=True)
def no_remotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", os.devnull)


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    pytest.importorskip("gdown", reason="gdown is not installed")
    with pages.google(monkeypatch, FILES) as handler:
        yield handler


def test_a_public_file(drive, tmp_path: Path) -> None:
    got = fetch(LINK.format(pages.FILE), tmp_path / "out")
    assert got == tmp_path / "out" / "data.bin" and got.read_bytes() == DATA
    assert os.listdir(tmp_path / "out") == ["data.bin"]
    fetch(pages.FILE, tmp_path / "out")  # the bare id, and what is there is the same


def test_a_public_folder(drive, tmp_path: Path) -> None:
    assert fetch(FOLDER_LINK.format(pages.FOLDER), tmp_path / "out") == tmp_path / "out"
    assert (tmp_path / "out" / "data.bin").read_bytes() == DATA
    assert (tmp_path / "out" / "내부 folder" / "nested.bin").read_bytes() == b"nested"


def test_two_files_of_one_name_are_both_fetched(
    drive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(FOLDER_LINK.format(pages.TWINS), tmp_path / "out")
    assert (tmp_path / "out" / "data.bin").read_bytes() == DATA
    assert (tmp_path / "out" / "data (2).bin").read_bytes() == b"of the same name"
    assert "fetched as data (2).bin" in capsys.readouterr().out


def test_a_file_that_breaks_off_goes_on(drive, tmp_path: Path) -> None:
    drive.cut = 1 << 20
    with pytest.raises(FetchError):
        fetch(LINK.format(pages.FILE), tmp_path / "out")
    assert not (tmp_path / "out" / "data.bin").exists()
    got = fetch(LINK.format(pages.FILE), tmp_path / "out")
    assert got.read_bytes() == DATA
    assert drive.ranges == [f"bytes={1 << 20}-"]


@pytest.mark.parametrize(
    ("id_", "kind", "told"),
    [
        (pages.QUOTA, QuotaError, "too many people downloaded this.* make a copy"),
        (pages.PRIVATE, NotAllowedError, "not shared with you. .*Anyone with the link"),
    ],
)
def test_refusals(drive, tmp_path: Path, id_: str, kind: type, told: str) -> None:
    with pytest.raises(kind, match=told):
        fetch(LINK.format(id_), tmp_path / "out")


@pytest.mark.parametrize("link", [LINK, FOLDER_LINK])
def test_an_old_gdown_that_says_no_more_than_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    gdown = pytest.importorskip("gdown", reason="gdown is not installed")
    for name in ("download", "download_folder"):
        monkeypatch.setattr(gdown, name, lambda url=None, id=None, output=None: None)
    with pytest.raises(NotAllowedError):
        fetch(link.format(pages.PRIVATE), tmp_path / "out")


def test_without_gdown_and_without_a_remote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime_kit.fetching.api.available", lambda: False)
    with pytest.raises(FetchError, match="pip install gdown.*rclone config"):
        fetch(LINK.format(pages.FILE), tmp_path / "out")


@pytest.mark.parametrize(
    "program",
    [
        "#!/bin/sh\necho 'unable to decrypt configuration' >&2\nexit 1\n",
        "#!/bin/sh\necho 'CRITICAL: Failed to read config: key-value delimiter' >&2\nexit 1\n",
        "#!/nonexistent/interpreter\n",
        "\x7fELF of another machine",
    ],
    ids=["encrypted", "broken", "no interpreter", "another machine"],
)
def test_a_fault_of_rclone_stops_no_public_link(
    drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "rclone").write_text(program)
    (tmp_path / "bin" / "rclone").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    got = fetch(LINK.format(pages.FILE), tmp_path / "out")
    assert got.read_bytes() == DATA
    with pytest.raises(NotAllowedError, match="No rclone remote was tried"):
        fetch(LINK.format(pages.PRIVATE), tmp_path / "out")


def test_a_link_with_a_resource_key_says_what_can_send_it(drive, tmp_path: Path) -> None:
    link = LINK.format(pages.PRIVATE) + "&resourcekey=0-k"
    with pytest.raises(NotAllowedError, match="resource key.*remote=NAME"):
        fetch(link, tmp_path / "out")


# Takes the words for Drive from rclone's command line and has the real one do them on a folder.
STAND_IN = """#!{python}
import os, subprocess, sys
words = sys.argv[1:]
open({log!r}, "a").write(repr(words) + "\\n")
known = {known!r}
if words[:1] == ["listremotes"]:
    print("mine: drive")
elif words[:2] == ["backend", "copyid"]:
    place = known.get(words[3])
    if place is None:
        sys.stderr.write('{{"level":"error","msg":"Error 404: File not found: x., notFound"}}')
        sys.exit(1)
    if place == "quota":
        sys.stderr.write('{{"level":"error","msg":"Error 403: The download quota for this file has '
                         'been exceeded., downloadQuotaExceeded"}}')
        sys.exit(1)
    if os.path.isdir(place):
        sys.stderr.write('{{"level":"error","msg":"error copying ID: is a directory not a file"}}')
        sys.exit(1)
    flags = [w for w in words[5:] if not w.startswith("--drive")]
    os.execv({rclone!r}, ["rclone", "copy", place, words[4], *flags])
else:
    root = next(w for w in words if w.startswith("--drive-root-folder-id=")).split("=")[1]
    words = [known[root] if w == "mine:" else w for w in words if not w.startswith("--drive")]
    os.execv({rclone!r}, ["rclone", *words])
"""


def test_private_ones_through_a_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which("rclone")
    if real is None:
        pytest.skip("rclone is not installed")
    source = tmp_path / "source"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "deep" / "er" / "x.bin").write_bytes(DATA)
    (source / "한국어.txt").write_text("y")
    known = {
        pages.FOLDER: str(source),
        pages.FILE: str(source / "한국어.txt"),
        pages.QUOTA: "quota",
    }
    log = tmp_path / "log"
    program = tmp_path / "bin" / "rclone"
    program.parent.mkdir()
    words = {"python": sys.executable, "log": str(log), "known": known, "rclone": real}
    program.write_text(STAND_IN.format(**words))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("runtime_kit.fetching.api.available", lambda: False)

    got = fetch(FOLDER_LINK.format(pages.FOLDER) + "&resourcekey=0-k", tmp_path / "a")
    assert (got / "deep" / "er" / "x.bin").read_bytes() == DATA and (got / "한국어.txt").exists()
    assert f"--drive-root-folder-id={pages.FOLDER}" in log.read_text()
    assert "--drive-resource-key=0-k" in log.read_text()
    assert fetch(pages.FOLDER, tmp_path / "b", remote="mine") == tmp_path / "b"
    assert (tmp_path / "b" / "deep" / "er" / "x.bin").exists(), "a bare id of a folder"
    assert fetch(pages.FILE, tmp_path / "c") == tmp_path / "c" / "한국어.txt"
    with pytest.raises(QuotaError, match="too many people"):
        fetch(LINK.format(pages.QUOTA), tmp_path / "d")
    with pytest.raises(FetchError, match="not found: the link is wrong"):
        fetch(LINK.format(pages.PRIVATE), tmp_path / "d")


SAID = {
    "googleapi: Error 403: User Rate Limit Exceeded, userRateLimitExceeded": QuotaError,
    "googleapi: Error 403: This file has been identified as malware or spam and cannot be "
    "downloaded., cannotDownloadAbusiveFile": NotAllowedError,
    "googleapi: Error 403: The user does not have sufficient permissions for this file., "
    "insufficientFilePermissions": NotAllowedError,
    "couldn't fetch token: invalid_grant: maybe token expired?": NotAllowedError,
    "Failed to retrieve folder contents for folder ID: x (status code 404).": FetchError,
}


@pytest.mark.parametrize("said", SAID)
def test_what_the_programs_say(said: str) -> None:
    error = explained("x", said)
    assert type(error) is SAID[said] and not str(error).startswith("x was not fetched")


# As rclone shows a folder of Drive: of two entries with one name a copy takes one, and says so.
TWINS = """#!{python}
import json, os, shutil, sys
words = sys.argv[1:]
root = {root!r}
places = {{"1" * 12: "a.csv", "2" * 12: "a (2).csv", "3" * 12: "in", "4" * 12: "in (2)"}}
names = {{"1" * 12: "a.csv", "2" * 12: "a.csv", "3" * 12: "in", "4" * 12: "in"}}
roots = [w.split("=")[1] for w in words if w.startswith("--drive-root-folder-id=")]
if words[0] == "listremotes":
    print("mine: drive")
elif words[0] == "lsjson":
    print(json.dumps([{{"Path": names[i], "ID": i, "IsDir": names[i] == "in", "ModTime": i}}
                      for i in reversed(sorted(places))]))
elif words[:2] == ["backend", "copyid"]:
    shutil.copy(os.path.join(root, places[words[3]]), words[4])
elif roots[-1] in places:
    shutil.copytree(os.path.join(root, places[roots[-1]]), words[2])
else:
    for kind, name in (("object", "a.csv"), ("directory", "in")):
        message = f"Duplicate {{kind}} found in source - ignoring"
        print(json.dumps({{"level": "warning", "msg": message, "object": name}}), file=sys.stderr)
    shutil.copy(os.path.join(root, "a (2).csv"), os.path.join(words[2], "a.csv"))
    shutil.copytree(os.path.join(root, "in"), os.path.join(words[2], "in"), dirs_exist_ok=True)
"""


def test_namesakes_come_through_a_remote_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "drive"
    for name in ("in", "in (2)"):
        (root / name).mkdir(parents=True)
        (root / name / "x").write_text(name)
    (root / "a.csv").write_text("older")
    (root / "a (2).csv").write_text("newer")
    program = tmp_path / "bin" / "rclone"
    program.parent.mkdir()
    program.write_text(TWINS.format(python=sys.executable, root=str(root)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("runtime_kit.fetching.api.available", lambda: False)
    for _ in range(2):
        got = fetch(FOLDER_LINK.format(pages.FOLDER), tmp_path / "out")
        assert {
            str(path.relative_to(got)): path.read_text()
            for path in got.rglob("*")
            if path.is_file() and ".fetching" not in path.name
        } == {"a.csv": "older", "a (2).csv": "newer", "in/x": "in", "in (2)/x": "in (2)"}
        said = capsys.readouterr().out
        assert "a (2).csv" in said and "in (2)" in said and "NOT fetched" not in said
