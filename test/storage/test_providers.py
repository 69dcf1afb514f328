"""Which provider is taken on which machine, and what is said where none can be."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rclone_remotes import unmount_below

from runtime_kit import drive, platform
from runtime_kit.storage import StorageError
from runtime_kit.storage.errors import meaning
from runtime_kit.storage.provider import Request
from runtime_kit.storage.providers import colab as colab_provider
from runtime_kit.storage.providers import existing_mount as present
from runtime_kit.storage.providers import registry
from runtime_kit.storage.providers.desktop import Desktop

STAND_INS = Path(__file__).parents[1] / "kernel" / "stand_ins"


@pytest.fixture
def bare(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no program for storage at all."""
    (place / "bin").mkdir()
    monkeypatch.setenv("PATH", str(place / "bin"))
    monkeypatch.setattr(
        platform, "detect", lambda: platform.Platform("local", "this machine", None)
    )
    return place


@pytest.fixture
def colab(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Colab's package, which raises what the real one raises; yields its scenario module."""
    monkeypatch.syspath_prepend(STAND_INS / "colab")
    from google.colab import _scenario

    # It mounts nothing, and makes its folders on this disk.
    really = present.is_elsewhere

    def mounted(point: Path) -> bool:
        return (_scenario.CALLS and _scenario.SCENARIO["drive"] != "gone") or really(point)

    for module in (present, colab_provider):
        monkeypatch.setattr(module, "is_elsewhere", mounted)
    yield _scenario
    for name in [name for name in sys.modules if name.split(".")[0] == "google"]:
        del sys.modules[name]


def test_the_plain_local_folder(bare: Path, capsys: pytest.CaptureFixture) -> None:
    assert drive.mount() == bare / "drive-local"
    answer, place, *reasons = capsys.readouterr().out.splitlines()
    assert answer.startswith("runtime-kit: local folder; NOT durable; ") and " free; " in answer
    assert place == f"DRIVE = {bare / 'drive-local'}"
    assert reasons == [
        "No durable storage is available here:",
        "  Google Drive on Colab: this is not Colab",
        "  Google Drive for desktop: it has no folder here",
        "  rclone mount, rclone copy: rclone is not installed",
        "  google-drive-ocamlfuse: it is not installed",
        "  the platform's folder: this machine has no folder that is kept",
    ]
    status = drive.status()
    assert status is not None and (status["provider"], status["durable"]) == ("local", False)
    assert not drive.flush()
    drive.unmount()
    assert (bare / "drive-local").is_dir()
    with pytest.raises(StorageError, match="Call drive.mount"):
        drive.flush()


def test_the_platforms_folder(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "working").mkdir()
    kaggle = platform.Platform("kaggle", "Kaggle", bare / "working", "Switch on Persistence.")
    monkeypatch.setattr(platform, "detect", lambda: kaggle)
    assert drive.mount(folder="runs") == bare / "working" / "runs"
    status = drive.status()
    assert status is not None and status["provider"] == "platform"
    assert "Switch on Persistence" in status["detail"]


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("darwin", "home/Library/CloudStorage/GoogleDrive-me@example.org/My Drive"),
        ("darwin", "home/Library/CloudStorage/GoogleDrive-me@example.org/내 드라이브"),
        ("darwin", "Volumes/GoogleDrive/My Drive"),
        ("linux", "mnt/g/My Drive"),
    ],
)
def test_drive_for_desktop(
    bare: Path, monkeypatch: pytest.MonkeyPatch, system: str, folder: str
) -> None:
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
    desktop = Desktop(bare, bare / "home", system)
    (bare / folder).mkdir(parents=True)
    if system == "linux":
        assert desktop.why_not(Request())
        (bare / "proc").mkdir()
        (bare / "proc" / "version").write_text("Linux version 5.15 (Microsoft@Microsoft.com)")
    monkeypatch.setattr(registry, "PROVIDERS", [desktop])
    assert drive.mount() == bare / folder
    assert desktop.why_not(Request(remote="web"))


def test_google_drive_ocamlfuse(bare: Path, monkeypatch: pytest.MonkeyPatch, fuse: None) -> None:
    """A stand-in for the program that mounts with rclone what the real one would."""
    programs = {name: shutil.which(name, path=os.defpath) for name in ("rclone", "fusermount3")}
    (bare / "google").mkdir()
    program = bare / "bin" / "google-drive-ocamlfuse"
    program.write_text(
        f'#!/bin/sh\nexec {programs["rclone"]} mount --daemon {bare / "google"} "$1"\n'
    )
    program.chmod(0o755)
    (bare / "bin" / "fusermount3").symlink_to(str(programs["fusermount3"]))
    (bare / "bin" / "fusermount").symlink_to(str(programs["fusermount3"]))
    assert "no account" in drive.why_not()["ocamlfuse"]
    (bare / "home" / ".gdfuse" / "default").mkdir(parents=True)
    (bare / "home" / ".gdfuse" / "default" / "state").touch()
    try:
        folder = drive.mount()
        assert drive.status()["provider"] == "ocamlfuse"  # type: ignore[index]
        assert os.path.ismount(folder) and not drive.flush()
        drive.unmount(30)
        assert not os.path.ismount(folder)
    finally:
        unmount_below(bare)


def test_colab(colab: Any, bare: Path, capsys: pytest.CaptureFixture) -> None:
    folder = drive.mount(bare / "drive", folder="runs")
    assert folder == bare / "drive" / "MyDrive" / "runs" and folder.is_dir()
    assert "Google Drive on Colab" in capsys.readouterr().out
    assert drive.mount(bare / "drive") == folder.parent
    done = drive.flush()
    assert not done and "Use drive.unmount() to wait" in done.text
    drive.remount()
    os.chdir(folder)
    drive.unmount(90)
    assert Path.cwd() == bare
    where = bare / "drive"
    assert [
        f"mount {where} readonly=False",
        "asked for dfs_ephemeral",
        f"mount {where} readonly=False",
        "asked for dfs_ephemeral",
        "flush_and_unmount 90000",
    ] == colab.CALLS


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        ({"front_end": "silent", "drive": "stops"}, "on Colab's own page"),
        ({"drive": "root-timeout"}, "has too many files"),
        ({"drive": "domain-policy"}, "your organization"),
        ({"drive": "hangs"}, "did not start in time"),
        ({"front_end": "refuses"}, "was not granted"),
    ],
)
def test_what_colab_says(colab: Any, bare: Path, scenario: dict[str, str], sentence: str) -> None:
    colab.SCENARIO.update(scenario)
    with pytest.raises(StorageError, match=sentence) as raised:
        drive.mount(bare / "drive")
    assert raised.value.__cause__ is not None and "\n" not in str(raised.value)
    assert drive.status() is None


# Texts as rclone, Drive's API, gdown, the operating system and Colab give them.
CAUSES = [
    ("fusermount: mount failed: Operation not permitted", "FUSE does not work"),
    ("mount helper error: fusermount3: fuse device not found", "FUSE does not work"),
    ("ValueError: mount failed", "on Colab's own page"),
    (
        "drive: failed when making oauth client: error opening service account credentials file: "
        "open /nonexist.json: no such file or directory",
        "key file can't be read",
    ),
    (
        "googleapi: Error 403: Service Accounts do not have storage quota. Leverage shared drives, "
        "or use OAuth delegation instead., storageQuotaExceeded",
        "shared drive",
    ),
    (
        'couldn\'t fetch token: oauth2: cannot fetch token: 401 Unauthorized Response: {"error": '
        '"deleted_client", "error_description": "The OAuth client was deleted."}',
        "client id of your own",
    ),
    ('oauth2: "disabled_client" "The OAuth client was disabled."', "client id of your own"),
    ('oauth2: "invalid_client" "Unauthorized"', "client id of your own"),
    ('oauth2: "invalid_grant" "Token has been expired or revoked."', "expired: connect it again"),
    (
        "googleapi: Error 403: The user's Drive storage quota has been exceeded., "
        "storageQuotaExceeded",
        "it is full",
    ),
    ("googleapi: Error 403: User Rate Limit Exceeded., userRateLimitExceeded", "limit of the"),
    (
        "googleapi: Error 403: Quota exceeded for quota metric 'Queries' and limit 'Queries per "
        "minute', rateLimitExceeded",
        "limit of the service",
    ),
    (
        "googleapi: Error 403: The download quota for this file has been exceeded., "
        "downloadQuotaExceeded",
        "too many people downloaded",
    ),
    ("write data/x: disk quota exceeded", "disk quota on this machine"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk quota on this machine"),
    (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
    (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), "the mount does not respond"),
    (
        'Get "https://www.googleapis.com/drive/v3/about": dial tcp: lookup www.googleapis.com: no '
        "such host",
        "can't be resolved",
    ),
    ("dial tcp: lookup nas: Temporary failure in name resolution", "can't be resolved"),
    ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "clock"),
    ("ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]", "clock"),
    ("x509: certificate has expired or is not yet valid: current time 2019-01-01", "clock"),
    ("dial tcp 127.0.0.1:9: connect: connection refused", "can't be reached"),
    (
        "googleapi: Error 403: Google Drive API has not been used in project 1234 before or it is "
        "disabled. Enable it by visiting https://console.example/, accessNotConfigured",
        "Drive API is off",
    ),
    (
        "googleapi: Error 403: This file has been identified as malware or spam and cannot be "
        "downloaded., cannotDownloadAbusiveFile",
        "as malware",
    ),
    (
        "googleapi: Error 403: The limit for this folder's number of children (files and folders) "
        "has been exceeded., numChildrenInNonRootLimitExceeded",
        "too many files",
    ),
    (
        "googleapi: Error 401: Request had invalid authentication credentials., authError",
        "connect it again",
    ),
    ("googleapi: Error 503: The service is currently unavailable., backendError", "of its own"),
    ("failed to copy: 502 Bad Gateway", "of its own"),
    ('Post "https://oauth2.googleapis.com/token": net/http: TLS handshake timeout', "be reached"),
    ("write tcp 10.0.0.2:443: write: broken pipe", "can't be reached"),
    ("couldn't connect: 407 Proxy Authentication Required", "the proxy wants"),
    ("AccessDenied: Access Denied\n\tstatus code: 403, request id: 1, host id: ", "permission"),
    (
        "operation error S3: ListObjects, https response error StatusCode: 403, api error "
        "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.",
        "name or the password",
    ),
    ("SignatureDoesNotMatch: The request signature we calculated does not match", "password"),
    ("RequestTimeTooSkewed: The difference between the request time and the server's", "clock is"),
    ("NoSuchBucket: The specified bucket does not exist\n\tstatus code: 404", "not found"),
    (
        "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none password], "
        "no supported methods remain",
        "name or the password",
    ),
    ("ssh: handshake failed: knownhosts: key mismatch", "host key"),
    ("stat /content/drive: transport endpoint is not connected", "drive.remount()"),
    ("webdav: 401 Unauthorized", "name or the password"),
    ('PROPFIND "/": 405 Method Not Allowed', "permission denied"),
    ("HTTP error 507 (507 Insufficient Storage) returned body", "it is full"),
    ('Put "https://nas/x": 429 Too Many Requests', "limit of the service"),
    # Numbers of files, sizes and steps are no status.
    ("failed to copy epoch-401 weights.pt: connection refused", "can't be reached"),
    ("step-000000000403 is not there: directory not found", "folder not found"),
    ("copied 405 files, then no such host", "can't be resolved"),
    ("Transferred: 507 MiB: something new", "Transferred: 507 MiB: something new"),
]


@pytest.mark.parametrize(("said", "advice"), CAUSES, ids=[str(said)[:60] for said, _ in CAUSES])
def test_each_cause_gets_its_own_advice(said: str | OSError, advice: str) -> None:
    assert advice in meaning(said)


def test_a_drive_whose_helper_was_killed_is_remounted_on_colab(
    colab: Any, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = bare / "drive"
    (point / "MyDrive").mkdir(parents=True)
    entry = present.Entry("drive", point, "fuse.drive", frozenset())
    monkeypatch.setattr(present, "mounted_at", lambda where: entry if where == point else None)
    monkeypatch.setattr("runtime_kit.storage.providers.reuse.mounted_at", lambda where: None)
    really_stat, really_is_dir = os.stat, Path.is_dir

    def dead(path: Any) -> bool:
        return str(path).endswith("MyDrive") and not colab.CALLS

    def stat(path: Any, *args: Any, **options: Any) -> os.stat_result:
        if dead(path):
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return really_stat(path, *args, **options)

    def is_dir(path: Path) -> bool:
        if dead(path):
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return really_is_dir(path)

    def probe(provider: Any, mounted: Any) -> None:
        os.stat(mounted.path)

    monkeypatch.setattr(colab_provider.Colab, "probe", probe)
    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(Path, "is_dir", is_dir)
    assert drive.mount(point) == point / "MyDrive"
    assert [f"mount {point} readonly=False", "asked for dfs_ephemeral"] == colab.CALLS


def test_colabs_silence_ends_with_an_interrupt(colab: Any, bare: Path) -> None:
    """In reality it lasts 120 s; here it would last for 60."""
    colab.SCENARIO.update(front_end="silent", silence=60)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        drive.mount(bare / "drive")
    (bare / "drive").rmdir() if (bare / "drive").exists() else None
    # Where Drive is mounted already, nobody is asked.
    (bare / "drive" / "MyDrive").mkdir(parents=True)
    assert drive.mount(bare / "drive") == bare / "drive" / "MyDrive"


def test_folders_that_a_cell_has_made_are_not_drive(colab: Any, bare: Path) -> None:
    (bare / "drive" / "MyDrive" / "runs").mkdir(parents=True)
    for _ in range(2):
        with pytest.raises(StorageError, match="it has files"):
            drive.mount(bare / "drive")
    assert colab.CALLS == []


@pytest.mark.parametrize(
    "scenario", [{"hosted": False}, {"enterprise": True}, {"credentials": False}]
)
def test_goes_on_where_colab_cannot(colab: Any, bare: Path, scenario: dict[str, bool]) -> None:
    colab.SCENARIO.update(scenario)
    assert drive.mount(bare / "drive") == bare / "drive-local"


def test_a_failed_flush_keeps_drive_mounted(colab: Any, bare: Path) -> None:
    folder = drive.mount(bare / "drive")
    colab.SCENARIO["flush"] = "fails"
    os.chdir(folder)
    with pytest.raises(StorageError, match="did not confirm") as raised:
        drive.unmount(0.01)
    assert isinstance(raised.value.__cause__, ValueError)
    assert colab.CALLS[-1] == "flush_and_unmount 1000"  # 0 would be for ever
    assert Path.cwd() == folder and drive.health()


def test_colab_has_nothing_to_wait_for_where_drive_is_gone(
    colab: Any, bare: Path, capsys: pytest.CaptureFixture
) -> None:
    drive.mount(bare / "drive")
    colab.SCENARIO["drive"] = "gone"
    drive.unmount(90)
    said = capsys.readouterr().out
    assert "was no longer mounted" in said and "has everything" not in said
    assert drive.status() is None


def test_unknown_words(bare: Path) -> None:
    with pytest.raises(StorageError, match="Choose one of present, colab"):
        drive.mount(provider="dropbox")
    with pytest.raises(StorageError, match=r"Can't use web here. rclone mount: rclone is not"):
        drive.mount(remote="web")
    drive.mount()
    with pytest.raises(StorageError, match="not in any folder that this kernel has mounted"):
        drive.health(path=bare / "elsewhere")


def test_imports_where_there_is_no_fcntl() -> None:
    """As on Windows."""
    code = "import sys; sys.modules['fcntl'] = None; import runtime_kit.storage"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
