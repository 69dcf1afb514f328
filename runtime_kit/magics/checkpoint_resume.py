"""`%%checkpoint_resume NAME --track ...`: run a cell's body with `run` ready."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from typing import Any

from runtime_kit._os.say import say

from .cell_body import CellBody
from .parser import MagicParser, told_usage, usage_error

NAME = "checkpoint_resume"


def checkpoint_resume(shell: Any, line: str, body: str | None = None) -> None:
    """Run the cell's body with `run`, a runtime_kit.Run that is tracked and restored:

        %%checkpoint_resume digits --track model optimizer --folder {DRIVE}/runs
        for epoch in run.epochs(20):
            for x, y in run.batches(loader):
                ...

    NAME          the run
    --track       variables of the notebook, each `name` or `role=name`
    --folder      where runs live; without it, the durable folder of this platform
    --mirror      second folder, to which every checkpoint is copied
    --every       `auto`, a time such as `5m`, or a number of steps
    --keep        how many of the newest checkpoints stay
    --best        keep the best too: `val_loss:min`
    --deadline    when the session ends: a duration from now such as `11h30m`
    --takeover    write the run although another process owns it
    --propose     run nothing: print the edits that make the notebook's training loop resumable

    `{name}` and `$name` in the line stand for variables. After the body the run is finished; on an
    error or an interrupt, what is whole is saved. `run` stays there for the next cells.
    """
    __tracebackhide__ = True
    if told_usage(line, checkpoint_resume):
        return
    if line.split() == ["--propose"]:
        from .propose import print_proposal

        print_proposal(shell, body)
        return
    if body is None:
        raise usage_error(
            f"%%{NAME}",
            f"it is a cell magic: write it with two % at the top of a cell. See %{NAME} --help. "
            f"%{NAME} --propose prints edits of your own loop",
        )
    from runtime_kit.checkpoint import CheckpointError, Run

    options = vars(_arguments(line))
    objects = _objects(options.pop("track"), shell.user_ns)
    code = _checked_body(shell, body)
    try:
        run = Run(**options)
        try:
            run.track(**objects).restore()
        except BaseException:
            run.manager.close()
            raise
    except CheckpointError as error:
        raise usage_error(f"%%{NAME}", str(error)) from None
    shell.user_ns["run"] = run
    with run:
        code.run()


def _arguments(line: str) -> argparse.Namespace:
    parser = MagicParser(f"%%{NAME}")
    parser.add_argument("name")
    parser.add_argument("--track", nargs="+", required=True, metavar="VARIABLE")
    parser.add_argument("--folder")
    parser.add_argument("--mirror")
    parser.add_argument("--every", type=lambda text: int(text) if text.isdigit() else text)
    parser.add_argument("--keep", type=int)
    parser.add_argument("--best", type=lambda text: tuple(text.split(":")))
    parser.add_argument("--deadline")
    parser.add_argument("--takeover", action="store_true")
    found = parser.parse_line(line)
    for option in [name for name, value in vars(found).items() if value is None]:
        delattr(found, option)  # Run has its own defaults
    return found


def _objects(words: list[str], variables: dict[str, Any]) -> dict[str, Any]:
    """What is to be tracked, by role."""
    objects = {}
    for word in words:
        role, _, name = word.rpartition("=")
        role = role or name
        if name not in variables:
            known = [key for key in variables if not key.startswith("_")]
            close = get_close_matches(name, known, 1)
            advice = f" Do you mean {close[0]!r}?" if close else " Run its cell first."
            raise usage_error(f"%%{NAME}", f"no variable {name!r} to track.{advice}")
        if not role.isidentifier() or role in objects:
            raise usage_error(
                f"%%{NAME}", f"--track {word}: {role!r} is not a valid name, or is used twice."
            )
        objects[role] = variables[name]
    return objects


def _checked_body(shell: Any, body: str) -> CellBody:
    found = CellBody(shell, body)
    if not found.mentions("run"):
        say(f"The cell does not use `run`, so its loop is not saved (%%{NAME}?).")
    return found
