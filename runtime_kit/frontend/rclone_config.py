"""The rclone program and its configuration file, for the making of a remote.

Carried to kernels by the front end, in front of rclone_connect.py.
"""

import contextlib
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

PATIENCE = 60


class Refused(Exception):
    """What cannot be done, in a sentence for the user."""


def run_rclone(words: list[str], *, config: Any = None, result: str = "", stdin: str = "") -> str:
    environment = dict(os.environ)
    if config is not None:
        environment["RCLONE_CONFIG"] = str(config)
    if result:
        environment["RCLONE_RESULT"] = result
    done = subprocess.run(
        ["rclone", *words, "--ask-password=false"],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        env=environment,
        cwd=tempfile.gettempdir(),
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["rclone failed."]
        reason = re.sub(r"^[\d/]+ [\d:]+ (\w+ *: )?", "", said[-1])
        for each in {result, stdin} - {""}:
            reason = reason.replace(each, "***")
        raise Refused(reason[:500])
    return done.stdout


def known_remotes() -> list[str]:
    return [line.rstrip(":") for line in run_rclone(["listremotes"]).splitlines()]


def config_file() -> Path:
    path = Path(run_rclone(["config", "file"]).strip().splitlines()[-1])
    return Path(os.path.realpath(path))


def append_section(path: Path, name: str, section: str) -> None:
    """Add a section and leave every other line as it is. Nobody else may read the file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if "RCLONE_ENCRYPT_V" in old:
        raise Refused("rclone's configuration is encrypted: use `rclone config` in a terminal.")
    if re.search(rf"^\[{re.escape(name)}\]\s*$", old, re.MULTILINE):
        raise Refused(f'There is a remote "{name}" already: choose another name.')
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{old.rstrip()}\n\n{section}\n" if old.strip() else f"{section}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise


def put_value(path: Path, key: str, value: str) -> None:
    """Have exactly this value in the draft."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    kept = [line for line in lines if not line.startswith(f"{key} =")]
    path.write_text("\n".join([*kept, f"{key} = {value}", ""]), encoding="utf-8")
