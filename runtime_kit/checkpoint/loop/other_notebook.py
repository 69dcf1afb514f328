"""A run that another notebook saved is resumed only after a yes."""

from __future__ import annotations

from pathlib import Path

from runtime_kit.checkpoint.errors import CheckpointError
from runtime_kit.checkpoint.state.snapshot import notebook_name
from runtime_kit.resumable.other_runs import saved_by_notebook


def ask_about_other_notebook(run: str, folder: Path) -> None:
    """Ask before the first step where the newest step was saved by a notebook of another name.

    :raises CheckpointError: the answer is not yes, or nobody can be asked.
    """
    here = notebook_name()
    saved_by = saved_by_notebook(folder) if here else None
    if saved_by is None or saved_by == here:
        return
    fact = f"Run {run!r} was saved by {saved_by}, and this is {here}."
    try:
        answer = input(f"runtime-kit: {fact} Continue it here? (yes/no) ")
    except (RuntimeError, EOFError, OSError):  # without a page, or one that takes no input
        answer = ""
    if answer.strip().lower() not in ("yes", "y"):
        raise CheckpointError(
            f"{fact} Nothing was trained. To train apart from it, use another name: "
            f"Run({run + '-2'!r}). To continue it here: Run({run!r}, takeover=True)."
        )
