"""Has rclone fetch: with progress, an end to hanging, and patience with a remote that goes away."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from runtime_kit._os.child import tether
from runtime_kit._os.progress import Bar
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.rclone import program as rclone

from .errors import FetchError, explained

_DUPLICATE = re.compile(r"Duplicate (object|directory) found in source")
PAUSE = 1.0  # seconds between tries while the remote is away
_AWAY = (
    "connection refused",
    "connection reset",
    "no such host",
    "i/o timeout",
    "network is unreachable",
    "EOF",
    "context deadline exceeded",
    "502 Bad Gateway",
    "503 Service",
    "504 Gateway",
)


def program() -> str:
    """:raises FetchError: rclone is not installed."""
    found = shutil.which("rclone")
    if found is None:
        raise FetchError("This needs rclone: see rclone.org/install, then `rclone config`")
    return found


def ask(words: list[str], what: str, timeout: float) -> str:
    """A question to rclone that is answered soon.

    :raises FetchError: what rclone said, in plain words.
    """
    program()
    try:
        return rclone.ask([*words, "--low-level-retries=2", "--retries=1"], timeout, what)
    except StorageTimeout:
        raise FetchError(f"{what}: no response within {timeout:g} s") from None
    except StorageError as error:
        raise explained(what, getattr(error.__cause__, "stderr", "") or str(error)) from error
    except OSError as error:  # a program of another machine, or one that may not run
        raise FetchError(f"Rclone can't run ({error.strerror or error}): reinstall it") from error


def drive_remote(timeout: float) -> str | None:
    """The remote of type Drive, if there is one and only one."""
    if shutil.which("rclone") is None:
        return None
    # A configuration that is encrypted or broken is in the way of what is private only.
    lines = ask(["listremotes", "--long"], "rclone", timeout).splitlines()
    found = [line.split()[0] for line in lines if line.split()[-1:] == ["drive"]]
    return found[0] if len(found) == 1 else None


def is_folder(path: str, timeout: float) -> bool:
    """:raises FetchError: there is nothing at the path."""
    return bool(json.loads(ask(["lsjson", "--stat", path], path, timeout))["IsDir"])


def transfer(words: list[str], what: str, timeout: float, progress: bool) -> set[str]:
    """Run a command of rclone's that copies. It is run again while the remote is away, as long as
    something comes within ``timeout`` seconds; what has come already is not fetched again.

    :returns: the paths that several files or folders have, of which rclone takes one.
    :raises FetchError: with the reason.
    """
    with Bar(what, None, progress) as bar:
        moved = time.monotonic()
        while True:
            run = _Run(words, bar, time.monotonic())
            failure = run.wait(timeout, what)
            if failure is None:
                return run.namesakes
            if run.bytes:  # looking at what is there already is no progress
                moved = run.moved
            away = any(sign in failure for sign in _AWAY)
            if not away or time.monotonic() - moved > timeout:
                raise explained(what, failure)
            bar.to(run.bytes, None, "the remote can't be reached")
            time.sleep(PAUSE)


class _Run:
    """One run of rclone, whose log is read as JSON while it works."""

    def __init__(self, words: list[str], bar: Bar, moved: float) -> None:
        self.bytes = 0
        self.moved = moved
        self._bar = bar
        self._activity: list[Any] = [0, 0, 0, 0]
        self._errors: deque[str] = deque(maxlen=6)
        self.namesakes: set[str] = set()
        """What rclone left out, since another in its folder has the same name."""
        options = ["--use-json-log", "--stats=500ms", "--stats-log-level=NOTICE", "--retries=1"]
        options += ["--low-level-retries=3", "--timeout=60s", "--contimeout=20s"]
        self._process = subprocess.Popen(
            [*tether(), program(), *words, *options, "--ask-password=false"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def wait(self, timeout: float, what: str) -> str | None:
        """None when all is there, otherwise what rclone complained of."""
        reader = threading.Thread(target=self._read, name="runtime-kit-fetch", daemon=True)
        reader.start()
        try:
            while reader.is_alive():
                reader.join(0.5)
                if time.monotonic() - self.moved > timeout:
                    raise FetchError(
                        f"{what}: no data for {timeout:g} s. Call this again to "
                        f"continue where it stopped. {' '.join(self._errors)[-200:]}".rstrip()
                    )
            self._process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
        if self._process.returncode == 0:
            return None
        return "\n".join(self._errors) or (f"rclone exited with code {self._process.returncode}")

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            try:
                self._take(json.loads(line))
            except (ValueError, TypeError, AttributeError):
                self._errors.append(line.strip())

    def _take(self, record: dict[str, Any]) -> None:
        stats = record.get("stats")
        if stats is None:
            if _DUPLICATE.match(str(record.get("msg", ""))):
                self.namesakes.add(str(record.get("object", "")))
            if record.get("level") in ("error", "fatal", "critical"):
                self._errors.append(str(record.get("msg", "")))
            return
        activity = [stats.get(name) for name in ("bytes", "checks", "transfers", "totalBytes")]
        if activity != self._activity:
            self._activity = activity
            self.moved = time.monotonic()
        self.bytes = stats["bytes"]
        self._bar.total(stats.get("totalBytes"))
        self._bar.to(self.bytes, stats.get("transfers"))


def bring(
    source: str, folder: Path, there: Path, extra: list[str], *, is_folder: bool = True
) -> list[str]:
    """The words that bring what is not in ``there`` yet to ``folder``, by time or hash; what an
    earlier call has left there and the source has not any more goes."""
    words = ["sync" if is_folder else "copy", source, str(folder), f"--compare-dest={there}"]
    return [*words, "--create-empty-src-dirs", *extra]
