"""The words of the command line and their help."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .export import export
from .propose import propose_edits
from .runs import runs
from .text import plain
from .verify import verify

_ABOUT = """Look at the checkpoints of training runs from a terminal, and make trainings
resumable.

A folder of runs holds one folder for each run, and that one holds a folder
step-... for each checkpoint. Commands only read them, so that they are safe
while a training goes on."""
_RUNS = """List the runs in a folder: the newest good step of each, where in the
training it is, and which process writes it at the moment. Steps that cannot
be used are named. Only sizes are compared; verify reads every byte."""
_VERIFY = """Read every byte of a run's steps and compare it with the checksums that
were written with it. Each damaged file is named.

Exit code: 0 all good, 1 something is damaged or nothing is good, 2 wrong use."""
_EXPORT = """Write one step of a run as a plain file for other programs.

  OUT.safetensors   all tensors in one flat file, under names such as
                    model.0.weight or optimizer.state.0.exp_avg
  OUT.pt            {"model": state_dict, "optimizer": state_dict, ...} for
                    torch.load("OUT.pt", weights_only=True); needs PyTorch"""

_PROPOSE = """Find the training loop of a notebook or script, and show the edits that
make it resumable as a diff, each with its reason. The code is only read: nothing
of it runs, and FILE is not changed.

Exit code: 0 edits are proposed, 1 none are (it says why), 2 wrong use."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        text = plain(" ".join(message.split()))
        self.exit(2, f"{self.prog}: {text}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The parser; ``arguments.run`` is the command's function."""
    whole = _parser(_Parser(prog="python -m runtime_kit"), _ABOUT)
    whole.add_argument(
        "--debug", action="store_true", help="show the traceback of an unexpected error"
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = _parser(commands.add_parser("runs", help="list the runs in a folder"), _RUNS)
    command.add_argument("folder", metavar="FOLDER", help="folder of the runs, or of one run")
    _add_json(command)
    command.set_defaults(run=runs)

    command = _parser(commands.add_parser("verify", help="check every byte of a run"), _VERIFY)
    _add_run_folder(command)
    command.add_argument("--step", type=int, metavar="N", help="check this step only")
    _add_json(command)
    command.set_defaults(run=verify)

    command = _parser(commands.add_parser("export", help="write a step as a plain file"), _EXPORT)
    _add_run_folder(command)
    command.add_argument("step", metavar="STEP", help="number of the step, or last, or best")
    command.add_argument("out", metavar="OUT", help="file to write: *.safetensors or *.pt")
    command.add_argument(
        "--best",
        type=_metric,
        metavar="METRIC:min|max",
        help="what best means, such as val_loss:min (not needed for a run with best=...)",
    )
    command.add_argument(
        "--role", help="only this, such as model: its state_dict under the names it has there"
    )
    command.add_argument("--force", action="store_true", help="replace OUT if it is there")
    command.set_defaults(run=export)

    command = _parser(
        commands.add_parser("propose", help="make a notebook's training resumable"), _PROPOSE
    )
    command.add_argument("file", metavar="FILE", help="*.ipynb or *.py")
    command.add_argument("--apply", metavar="OUT", help="write the edited file here")
    command.add_argument("--force", action="store_true", help="replace OUT if it is there")
    _add_json(command)
    command.set_defaults(run=propose_edits)
    return whole


def _parser(command: argparse.ArgumentParser, text: str) -> argparse.ArgumentParser:
    command.description = text
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    return command


def _add_run_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "run_folder", metavar="RUN_FOLDER", help="folder of one run, with step-... in it"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _metric(text: str) -> tuple[str, str]:
    name, _, mode = text.rpartition(":")
    if not name or mode not in ("min", "max"):
        raise argparse.ArgumentTypeError(f"{text!r} is not like val_loss:min or accuracy:max")
    return name, mode
