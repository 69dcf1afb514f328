"""Make a remote of rclone's, one question after another.

Carried to kernels by the front end. rclone asks the questions (`rclone config create
--non-interactive`), so every kind of remote that it knows works. The remote is made in a draft of
its own and gets into rclone's configuration when it is complete: what is given up leaves nothing.
Answers reach rclone through its environment and are never a part of a command line, which every
user of a machine can read.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__.startswith("runtime_kit."):  # carried files share one namespace instead
    from .rclone_config import (
        PATIENCE,
        Refused,
        append_section,
        config_file,
        known_remotes,
        put_value,
        run_rclone,
    )
    from .stdin_secret import take_confided

PREFIX = "runtime-kit-remote-"
NAME = re.compile(r"[\w.+@][\w .+@-]*(?<! )")
"""What rclone takes as the name of a remote."""


def ask(function: str, *arguments: Any) -> str:
    """Call one of the functions below; JSON of its result, or `{"error": sentence}`."""
    try:
        return json.dumps(_FUNCTIONS[function](*arguments))
    except Refused as refused:
        return json.dumps({"error": str(refused)})
    except subprocess.TimeoutExpired:
        return json.dumps({"error": f"rclone did not answer within {PATIENCE} s."})
    except OSError as error:
        return json.dumps({"error": f"{error.strerror or type(error).__name__}: {error.filename}"})


def describe() -> dict[str, Any]:
    """The kinds of remotes and the names that are taken."""
    if not shutil.which("rclone"):
        raise Refused("rclone is not installed where this kernel runs: see rclone.org/install.")
    kinds = json.loads(run_rclone(["config", "providers"]))
    return {
        "kinds": [{"type": each["Name"], "title": each["Description"]} for each in kinds],
        "taken": known_remotes(),
    }


def begin(name: str, kind: str) -> dict[str, Any]:
    """Start a draft; its first question."""
    if not NAME.fullmatch(name):
        raise Refused("A name has letters, digits, spaces and _ . + @ - only.")
    if name in known_remotes():
        raise Refused(f'There is a remote "{name}" already: choose another name.')
    folder = tempfile.mkdtemp(prefix=PREFIX)  # for this user only
    try:
        return _step(folder, ["config", "create", name, kind, "--all", "--non-interactive"])
    except BaseException:
        cancel(folder)
        raise


def answer(folder: str, name: str, kind: str, state: str, question: str, secret: bool) -> Any:
    """Give the confided answer to the question; the next one."""
    value = take_confided()
    if len(f"{value}.".splitlines()) > 1 or "\0" in value:  # U+2028 and others end a line too
        raise Refused("An answer is one line.")
    if secret and value:
        value = run_rclone(["obscure", "-"], stdin=value).strip()
    words = ["config", "create", name, kind, "--all", "--non-interactive", "--continue"]
    words += ["--state", state]
    found = _step(folder, words, value)
    if secret and value:  # versions differ in whether they obscure it once more
        put_value(_draft(folder), question, value)
    return found


def save(folder: str, name: str) -> dict[str, Any]:
    """Put the finished draft into rclone's configuration, and see whether the remote answers."""
    text = _draft(folder).read_text(encoding="utf-8").strip()
    if not text.startswith(f"[{name}]") or text.count("\n[") > 0:
        raise Refused("rclone wrote no remote of this name: start again.")
    append_section(config_file(), name, text)
    cancel(folder)
    words = ["lsf", f"{name}:", "--max-depth=1", "--contimeout=10s", "--timeout=20s"]
    try:
        run_rclone([*words, "--retries=1", "--low-level-retries=2"])
    except Refused as refused:
        return {"saved": True, "works": False, "reason": str(refused)}
    except subprocess.TimeoutExpired:
        return {"saved": True, "works": False, "reason": "It does not answer."}
    return {"saved": True, "works": True, "reason": ""}


def cancel(folder: str) -> dict[str, Any]:
    """Throw a draft away."""
    path = _draft(folder).parent
    shutil.rmtree(path, ignore_errors=True)
    return {}


def _step(folder: str, words: list[str], value: str = "") -> dict[str, Any]:
    draft = _draft(folder)
    asked = json.loads(run_rclone(words, config=draft, result=value))
    if asked["Option"] and asked["Option"]["Name"] == "config_is_local":
        # Whether a browser runs on this machine. It may not, and rclone would wait for it for ever;
        # with "no" it asks for a token, which can be made wherever there is one.
        words = [*words[:6], "--continue", "--state", asked["State"]]
        asked = json.loads(run_rclone(words, config=draft, result="false"))
    return {
        "draft": folder,
        "state": asked["State"],
        "question": _question(asked["Option"]) if asked["State"] and asked["Option"] else None,
        "error": asked["Error"],
    }


def _question(option: dict[str, Any]) -> dict[str, Any]:
    examples = option.get("Examples") or []
    secret = bool(option["IsPassword"])
    hidden = re.search(r"secret|token|password|passphrase|key", option["Name"])
    return {
        "name": option["Name"],
        "help": option["Help"].strip(),
        "default": "" if secret else option.get("DefaultStr") or "",
        "required": bool(option["Required"]),
        "secret": secret,
        "hidden": secret or bool(hidden),
        "exclusive": bool(option["Exclusive"]) or option["Type"] == "bool",
        "examples": [{"value": e["Value"], "help": e["Help"] or ""} for e in examples]
        or (
            [{"value": v, "help": ""} for v in ("true", "false")]
            if option["Type"] == "bool"
            else []
        ),
    }


def _draft(folder: str) -> Path:
    """The draft's file; only folders that `begin` made are touched."""
    path = Path(folder)
    if not path.name.startswith(PREFIX) or path.parent != Path(tempfile.gettempdir()):
        raise Refused("This remote was given up: start again.")
    if not path.is_dir():
        raise Refused("This remote was given up: start again.")
    return path / "rclone.conf"


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "describe": describe,
    "begin": begin,
    "answer": answer,
    "save": save,
    "cancel": cancel,
}
