"""The rclone program: what it is asked, and what its answers mean."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from runtime_kit.storage.calls import run
from runtime_kit.storage.errors import StorageError, StorageTimeout
from runtime_kit.storage.provider import Request

QUICK = ("--contimeout=10s", "--timeout=20s", "--retries=1", "--low-level-retries=2")
"""For questions: whether a remote can be reached is to be known soon."""
STEADY = ("--no-traverse", "--contimeout=20s", "--retries=1", "--low-level-retries=4")
"""For transfers of named files: an outage of seconds is waited for, a longer one is an error."""
MISSING = 3
"""Exit status: there is no such folder."""


def installed() -> str:
    """The path of the program; empty where there is none."""
    return shutil.which("rclone") or ""


def ask(
    words: Sequence[str],
    timeout: float,
    doing: str,
    *,
    accept: Sequence[int] = (0,),
    stopping: Callable[[], bool] | None = None,
) -> str:
    """Run rclone and return what it prints.

    :raises StorageError:
    """
    program = installed()
    if not program:
        raise StorageError("rclone is not installed: see rclone.org/install.")
    command = [program, *words, "--ask-password=false"]
    return run(command, timeout, doing, accept=accept, stopping=stopping)


def remotes(timeout: float = 20) -> dict[str, str]:
    """The configured remotes: name (without colon) and type."""
    text = ask(["listremotes", "--long"], timeout, "Asking rclone for its remotes")
    pairs = (line.rpartition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): kind.strip() for name, _, kind in pairs}


def remote_for(request: Request) -> tuple[str, str]:
    """The remote to use, and otherwise why there is none."""
    if not installed():
        return "", "rclone is not installed"
    if request.remote:
        return normal(request.remote), ""
    try:
        known = remotes(request.timeout)
    except StorageError as error:
        return "", str(error).rstrip(".")
    drives = [name for name, kind in known.items() if kind == "drive"]
    candidates = drives or list(known)
    if len(candidates) == 1:
        return f"{candidates[0]}:", ""
    if not candidates:
        return "", "rclone has no remote yet: add one with Runtime > Connect a Remote"
    return "", f"rclone has several remotes ({', '.join(candidates)}): name one with remote="


def normal(remote: str) -> str:
    """As rclone wants it: a bare name gets its colon."""
    return remote if ":" in remote else f"{remote}:"


def joined(remote: str, folder: str) -> str:
    """A folder in a remote."""
    if not folder:
        return remote
    return remote + folder if remote.endswith((":", "/")) else f"{remote}/{folder}"


def reach(remote: str, timeout: float) -> None:
    """Return if the remote answers.

    :raises StorageError: it does not, and why.
    """
    try:
        ask(["lsf", "--max-depth=1", remote, *QUICK], timeout, f"Reaching {remote}")
    except StorageTimeout as error:
        raise StorageTimeout(
            f"{remote} did not respond within {timeout:.0f} s. Check the network and "
            "the server, then try again, with a longer timeout= if they are slow."
        ) from error


def listing(remote: str, timeout: float, *words: str) -> list[dict[str, Any]]:
    """The files of a remote with their sizes and times; none where the folder is not there yet."""
    command = ["lsjson", "--recursive", "--files-only", remote, *words]
    text = ask(command, timeout, f"Listing {remote}", accept=(0, MISSING))
    return json.loads(text) if text.strip() not in ("", "[") else []  # it stops there


def about(remote: str, timeout: float) -> dict[str, int]:
    """What the service says of its space: total, used, free, trashed, as far as it does."""
    try:
        text = ask(["about", remote, "--json", *QUICK], timeout, f"Asking {remote} for its space")
    except StorageError as error:
        cause = getattr(error.__cause__, "stderr", "") or ""
        if "doesn't support about" in cause:
            return {}
        raise
    return {name: int(value) for name, value in json.loads(text or "{}").items() if value}


def place_of(remote: str, timeout: float) -> str:
    """Where rclone's cache of a mount has the remote's top: its name and its path, through aliases.

    :raises StorageError:
    """
    text = ask(["backend", "features", remote, *QUICK], timeout, f"Asking what {remote} is")
    features = json.loads(text)
    return f"{features['Name']}/{features['Root'].strip('/')}".rstrip("/")


def differences(source: Path, remote: str, names: Path, timeout: float, *words: str) -> list[str]:
    """Which of the files named in a list the remote has not, or has with another size or hash. What
    rclone says nothing of is not proven to be there."""
    wanted = names.read_text(encoding="utf-8").split("\n")[:-1]
    if not wanted:
        return []
    command = ["check", str(source), remote, "--one-way", "--combined=-", *words]
    command += ["--files-from-raw", str(names)]
    text = ask(command, timeout, f"Comparing with {remote}", accept=(0, 1))
    if not text:
        raise StorageError(f"Can't compare {remote} with {source}.")
    # Names may have in them what else ends a line.
    same = {line[2:] for line in text.split("\n") if line.startswith("= ")}
    return [name for name in wanted if name not in same]


def safe_names(names: Sequence[str]) -> list[str]:
    """Those that a list for rclone can hold: it has one name a line, in UTF-8."""
    return [name for name in names if "\n" not in name and "\r" not in name and _utf8(name)]


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextlib.contextmanager
def list_of(names: Iterable[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "names")
        path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="")
        yield path
