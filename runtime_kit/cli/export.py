"""``python -m runtime_kit export``: one step as a plain file for other programs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from runtime_kit.checkpoint.errors import DamagedStepError
from runtime_kit.checkpoint.layout import Commit
from runtime_kit.checkpoint.memory import readable
from runtime_kit.checkpoint.standalone import standalone_state
from runtime_kit.checkpoint.step_reader import read_state, read_step

from .atomic import check_output, replacing
from .choose import choose_step
from .content import library_content, standalone_content
from .errors import UsageError
from .survey import StepSummary, open_run
from .to_pt import write_pt
from .to_safetensors import write_safetensors


def export(arguments: argparse.Namespace) -> int:
    """Write the file and say in a line what is in it."""
    run_folder, out = Path(arguments.run_folder), Path(arguments.out)
    if out.suffix not in (".safetensors", ".pt"):
        raise UsageError(f"{out.name} ends neither in .safetensors nor in .pt: choose one of them.")
    check_output(out, force=arguments.force)
    step, commit = choose_step(open_run(run_folder), arguments.step, arguments.best)
    if any(name.startswith("dcp/") for name in commit.files):
        raise UsageError(
            f"step {step.step} was saved by several processes (dcp/), which is not exported: "
            "resume the run in one process, save there, and export that step."
        )
    try:
        with replacing(out, force=arguments.force) as path:
            text = _write(path, out.suffix, step, commit)
    except DamagedStepError as error:
        raise UsageError(
            f"step {step.step} cannot be exported: {error}. If training goes on there, this step "
            "may just have been deleted: try again."
        ) from None
    except ImportError as error:
        raise UsageError(f"{_needs(error, out.suffix)}") from None
    except MemoryError:
        raise UsageError(
            "there is too little memory for the state: export to .safetensors, which needs none "
            "for a step of the library form."
        ) from None
    print(f"{out}: step {step.step} of {run_folder.resolve().name}, {text}")
    return 0


def _write(path: Path, suffix: str, step: StepSummary, commit: Commit) -> str:
    """Returns what is in the file, for the user."""
    state = read_state(step.path, commit)
    payload = None if "objects" in state else _payload(step)
    if suffix == ".pt" and payload is not None:
        roles = list(standalone_state(payload))  # read safely once, then as it is
        path.write_bytes(payload)
    elif suffix == ".pt":
        content = library_content(step.path, commit, state)
        write_pt(path, content, state.get("metadata") or {})
        roles = list(content.structures)
    else:
        content = (
            library_content(step.path, commit, state)
            if payload is None
            else standalone_content(payload)
        )
        count, others = write_safetensors(path, content, _metadata(step, state))
        text = f"{count} tensors, {readable(path.stat().st_size)}"
        if others:
            text += f" ({others} values that are no tensors are only in a .pt)"
        return text
    return f"{', '.join(roles)}, {readable(path.stat().st_size)}"


def _payload(step: StepSummary) -> bytes:
    payload = read_step(step.path, step.step).payload
    if payload is None:
        raise DamagedStepError("it has neither state.pt nor objects in its state.json")
    return payload


def _metadata(step: StepSummary, state: dict[str, Any]) -> dict[str, str]:
    """safetensors knows text only."""
    about = {"run": step.path.resolve().parent.name, "step": str(step.step)}
    for key in ("epoch", "batch", "metrics", "time", "versions"):
        if key in state:
            about[key] = json.dumps(state[key])
    return about


def _needs(error: ImportError, suffix: str) -> str:
    name = (error.name or "torch").partition(".")[0]
    text = f"this needs {name}, which is not installed here: pip install {name}"
    return text + (
        ", or export to .safetensors, which works without it for steps of the library form."
        if suffix == ".pt"
        else " (the step is of the standalone form, with a state.pt)."
    )
