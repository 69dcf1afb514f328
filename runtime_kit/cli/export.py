"""``python -m runtime_kit export``: one step as a plain file for other programs."""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from typing import Any

from runtime_kit._os.units import readable
from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.read.step_reader import read_step
from runtime_kit.checkpoint.run_dir.layout import Commit
from runtime_kit.checkpoint.run_dir.step_files import read_state

from .atomic import check_output, replacing
from .choose import choose_step
from .content import choose_role, library_content, safe_states, standalone_content
from .errors import ATTEMPTS, StepGone, UsageError
from .survey import StepSummary, deleted_meanwhile, open_run
from .text import plain
from .to_pt import library_states, write_pt
from .to_safetensors import write_safetensors


def export(arguments: argparse.Namespace) -> int:
    """Write the file and say in a line what is in it."""
    run_folder, out = Path(arguments.run_folder), Path(arguments.out)
    if out.suffix not in (".safetensors", ".pt"):
        raise UsageError(f"{out.name} must end in .safetensors or .pt.")
    check_output(out, force=arguments.force)
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(StepGone):
            return _export(run_folder, out, arguments)
    return _export(run_folder, out, arguments)


def _export(run_folder: Path, out: Path, arguments: argparse.Namespace) -> int:
    step, commit = choose_step(open_run(run_folder), arguments.step, arguments.best)
    if any(name.startswith("dcp/") for name in commit.files):
        raise UsageError(
            f"Step {step.step} was saved by several processes (dcp/) and can't be "
            "exported. Resume the run in one process, save there, and export that "
            "step."
        )
    write = _write_pt if out.suffix == ".pt" else _write_safetensors
    try:
        with replacing(out, force=arguments.force) as path:
            text = write(path, step, commit, arguments.role)
            size = readable(path.stat().st_size)
    except DamagedStepError as error:
        if deleted_meanwhile(step.path):
            raise StepGone(f"Step {step.step} was deleted while it was exported.") from None
        raise UsageError(f"Step {step.step} can't be exported: {error}.") from None
    except ImportError as error:
        raise UsageError(_needs(error, out.suffix)) from None
    except MemoryError:
        raise UsageError(
            "Not enough memory for the state. Export to .safetensors, which needs "
            "hardly any for a step of the library form."
        ) from None
    print(plain(f"{out}: step {step.step} of {run_folder.resolve().name}, {text}, {size}"))
    return 0


def _write_pt(path: Path, step: StepSummary, commit: Commit, role: str | None) -> str:
    state = read_state(step.path, commit)
    if "objects" in state:
        content = choose_role(library_content(step.path, commit, state), role)
        return write_pt(path, library_states(content, state.get("metadata") or {}), role)
    return write_pt(path, safe_states(_payload(step)), role)


def _write_safetensors(path: Path, step: StepSummary, commit: Commit, role: str | None) -> str:
    state = read_state(step.path, commit)
    if "objects" in state:
        content = library_content(step.path, commit, state)
    else:
        content = standalone_content(_payload(step))
    return write_safetensors(path, choose_role(content, role), _about(step, state), role)


def _payload(step: StepSummary) -> bytes:
    payload = read_step(step.path, step.step).payload
    if payload is None:
        raise DamagedStepError("it has neither state.pt nor objects in its state.json")
    return payload


def _about(step: StepSummary, state: dict[str, Any]) -> dict[str, str]:
    """For the file's own metadata, which knows text only."""
    about = {"run": step.path.resolve().parent.name, "step": str(step.step)}
    for key in ("epoch", "batch", "metrics", "time", "versions"):
        if key in state:
            about[key] = json.dumps(state[key])
    return about


def _needs(error: ImportError, suffix: str) -> str:
    name = (error.name or "torch").partition(".")[0]
    text = f"This needs {name}, which is not installed: pip install {name}"
    if suffix == ".pt":
        return f"{text}, or export to .safetensors, which often works without it."
    return f"{text} (the step is of the standalone form, with a state.pt)."
