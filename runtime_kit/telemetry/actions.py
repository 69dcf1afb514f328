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
# What an answer is called, and the same in English for a page that does not know the code.
_TEXTS = {
    "no-library": "This needs runtime_kit in the kernel: %pip install jupyterlab-runtime-kit.",
    "not-in-this-cell": "The running cell does not train this run.",
    "not-alive": "{run} is not being trained in this kernel.",
    "saved": "Checkpoint saved at step {step}.",
    "no-run": "{folder} is not a run.",
    "training": "Can't delete {name}: it is being trained. Stop it first.",
    "written-since": "{name} was written to in the meantime, so nothing was deleted."
    " Stop its training, or try again.",
    "step-needed": "Can't delete step {step}: step {by} shares files with it and needs them.",
    "step-deleted": "Deleted step {step} of {name}.",
    "link-deleted": "Deleted {name}, which was a link. {target} is kept.",
    "deleted": "Deleted {name}.",
    "deleted-but-folder": "Deleted {name}. Its folder is kept: it also contains {others}.",
    "remounted": "{path} is mounted again.",
}


def checkpoint(run: Any, beside: bool) -> dict[str, Any]:
    """Save a run. With ``since``, the loop does it at its next boundary."""
    if beside:
        since = run.request_save()
        if since is None:
            return say(False, "not-in-this-cell")
        return {"ok": True, "folder": str(run.folder), "since": since}
    try:
        run.save(wait=True)
    except Exception as error:  # whatever keeps it from being saved is for the user
        return _no(_line(error))
    return {**say(True, "saved", step=run.step), "step": run.manager.newest()}


def act(action: str, arguments: dict[str, str]) -> dict[str, Any]:
    """Do it; ``code`` and ``values`` say what came of it, or ``text`` what another program said."""
    try:
        return _ACTIONS[action](arguments)
    except (ImportError, KeyError):
        return say(False, "no-library")
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
        return say(False, "no-run", folder=str(folder))
    if live.find(str(folder)) is not None or owner(folder):
        return say(False, "training", name=folder.name)
    told = RunReader().read(folder)
    if told and arguments.get("seen") not in (None, told["sign"]):
        return say(False, "written-since", name=folder.name)
    step = arguments.get("step")
    if step:
        if needing := _needing(steps, int(step)):
            return say(False, "step-needed", step=step, by=needing)
        remove_folder(steps[int(step)])
        return say(True, "step-deleted", step=step, name=folder.name)
    if folder.is_symlink():
        target = os.path.realpath(folder)
        folder.unlink()
        return say(True, "link-deleted", name=folder.name, target=target)
    # The newest first: what it shares with older ones is there as long as it is.
    left = (*listing.temporary, *listing.replaced.values(), *listing.first.values())
    parts = [*reversed(steps.values()), *left]
    for part in parts:
        remove_folder(part)
    for name in os.listdir(folder):
        if name == LOCK or name.startswith(f"{LOCK}."):
            os.unlink(folder / name)
    if others := sorted(path.name for path in folder.iterdir()):
        kept = ", ".join(others[:3])
        return say(True, "deleted-but-folder", name=folder.name, others=kept)
    folder.rmdir()
    return say(True, "deleted", name=folder.name)


def _needing(steps: dict[int, Path], step: int) -> int | None:
    """A newer step that shares files of this one."""
    read = importlib.import_module("runtime_kit.checkpoint.run_dir.step_files").read_commit
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
    return say(True, "remounted", path=str(path))


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
        return say(False, "no-library")
    text = "\n".join(line.removeprefix("runtime_kit: ") for line in said.splitlines())
    return {"ok": code == 0, "text": text or "Done."}


def say(ok: bool, code: str, **values: Any) -> dict[str, Any]:
    """An answer that the page has words for, with the same in English."""
    text = _TEXTS[code].format(**values)
    return {"ok": ok, "step": None, "code": code, "values": values, "text": text}


def _no(text: str) -> dict[str, Any]:
    return {"ok": False, "step": None, "text": text}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
