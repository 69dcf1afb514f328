"""What the panel lets the user do with runs and storage."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..accelerator import command
from ..checkpoint.run_dir.layout import LOCK, list_run
from . import live
from .runs import RunReader

_SECONDS = 3600  # for reading a large run from a slow folder
_NEEDS = "This needs runtime_kit in the kernel: %pip install jupyterlab-runtime-kit."


def checkpoint(run: Any, beside: bool) -> dict[str, Any]:
    """Save a run. With ``since``, the loop does it at its next boundary."""
    if beside:
        since = run.request_save()
        if since is None:
            return _no("The cell that is running does not train this run.")
        return {"ok": True, "folder": str(run.folder), "since": since}
    try:
        run.save(wait=True)
    except Exception as error:  # whatever keeps it from being saved is for the user
        return _no(_line(error))
    return {"ok": True, "step": run.manager.newest(), "text": f"Step {run.step} is saved."}


def act(action: str, arguments: dict[str, str]) -> dict[str, Any]:
    """Do it; ``text`` says in a sentence what came of it."""
    try:
        return _ACTIONS[action](arguments)
    except (ImportError, KeyError):
        return _no(_NEEDS)
    except Exception as error:  # told, never thrown at a kernel that serves a view
        return _no(_line(error))


def _verify(arguments: dict[str, str]) -> dict[str, Any]:
    step = arguments.get("step")
    return _command(
        "verify", os.path.abspath(arguments["folder"]), *(["--step", step] if step else [])
    )


def _export(arguments: dict[str, str]) -> dict[str, Any]:
    # The command runs in another folder, and has what begins with "-" for an option.
    out = os.path.abspath(os.path.expanduser(arguments["out"]))
    folder = os.path.abspath(arguments["folder"])
    return _command("export", folder, arguments.get("step") or "last", out)


def _delete(arguments: dict[str, str]) -> dict[str, Any]:
    """A step, or the whole run; never one that somebody is writing, or what is no run. What else
    the user has put into its folder stays. ``seen`` is the run's ``sign`` when the user was asked:
    where no lock tells, another one shows that it is being trained."""
    remove_folder = importlib.import_module("runtime_kit._os.delete").remove_folder
    owner = importlib.import_module("runtime_kit.checkpoint.run_dir.owner").live_owner
    folder = Path(arguments["folder"])
    listing = list_run(folder)
    steps = listing.steps
    if not steps:
        return _no(f"{folder} is no run.")
    if live.find(str(folder)) is not None or owner(folder):
        return _no(f"{folder.name} is being trained: stop it first.")
    told = RunReader().read(folder)
    if told and arguments.get("seen") not in (None, told["sign"]):
        text = f"{folder.name} was written to meanwhile, so nothing is deleted."
        return _no(f"{text} Stop what is training it, or try again.")
    step = arguments.get("step")
    if step:
        if needing := _needing(steps, int(step)):
            return _no(f"Step {needing} has files in common with step {step}, and needs them.")
        remove_folder(steps[int(step)])
        return {"ok": True, "text": f"Step {step} of {folder.name} is deleted."}
    if folder.is_symlink():
        target = os.path.realpath(folder)
        folder.unlink()
        return {"ok": True, "text": f"{folder.name} was a link and is deleted. {target} stays."}
    # The newest first: what it shares with older ones is there as long as it is.
    parts = [*reversed(steps.values()), *listing.temporary, *listing.replaced.values()]
    for part in parts:
        remove_folder(part)
    for name in os.listdir(folder):
        if name == LOCK or name.startswith(f"{LOCK}."):
            os.unlink(folder / name)
    text = f"{folder.name} is deleted."
    if others := sorted(path.name for path in folder.iterdir()):
        return {
            "ok": True,
            "text": f"{text} Its folder stays: it also has {', '.join(others[:3])}.",
        }
    folder.rmdir()
    return {"ok": True, "text": text}


def _needing(steps: dict[int, Path], step: int) -> int | None:
    """A newer step that shares files of this one."""
    read = importlib.import_module("runtime_kit.checkpoint.read.step_reader").read_commit
    for number in sorted(number for number in steps if number > step):
        with contextlib.suppress(Exception):  # a damaged one needs nothing
            if step in read(steps[number], number).references():
                return number
    return None


def _flush(arguments: dict[str, str]) -> dict[str, Any]:
    confirmed, text = importlib.import_module("runtime_kit.storage.drive").flush()
    return {"ok": confirmed, "text": text}


def _remount(arguments: dict[str, str]) -> dict[str, Any]:
    path = importlib.import_module("runtime_kit.storage.drive").remount()
    return {"ok": True, "text": f"{path} is back."}


_ACTIONS: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "verify": _verify,
    "export": _export,
    "delete": _delete,
    "flush": _flush,
    "remount": _remount,
}


def _command(*words: str) -> dict[str, Any]:
    """One of ``python -m runtime_kit``, with what it prints, in a process of its own."""
    said, code = command.run_python(_SECONDS, "-m", "runtime_kit", *words)
    if "No module named runtime_kit" in said:
        return _no(_NEEDS)
    text = "\n".join(line.removeprefix("runtime_kit: ") for line in said.splitlines())
    return {"ok": code == 0, "text": text or "Done."}


def _no(text: str) -> dict[str, Any]:
    return {"ok": False, "step": None, "text": text}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
