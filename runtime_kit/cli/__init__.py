"""Command line of the checkpoints: ``python -m runtime_kit runs FOLDER``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .runs import runs
from .survey import UsageError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. 2 is for what cannot be done, told in one line."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except UsageError as error:
        print(f"runtime_kit: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m runtime_kit", description="Look at the checkpoints of training runs."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = commands.add_parser("runs", help="list the runs in a folder")
    command.add_argument("folder", metavar="FOLDER", help="the folder that holds the runs")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=runs)
    return parser
