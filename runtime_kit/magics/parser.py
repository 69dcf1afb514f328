"""The options of the magics: what is wrong with them is one line, and `--help` shows how to."""

from __future__ import annotations

import argparse
import inspect
import shlex
from typing import Any, NoReturn


class MagicParser(argparse.ArgumentParser):
    """A parser of what stands behind a magic's name, such as `%gpu_check`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog=prog, add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise usage_error(self.prog, f"{message}. Usage: {self.format_usage().partition(': ')[2]}")

    def parse_line(self, line: str) -> argparse.Namespace:
        """The options; IPython's UsageError where they are wrong."""
        try:
            return self.parse_args(shlex.split(line))
        except ValueError as error:
            self.error(str(error).lower())


def told_usage(line: str, magic: Any) -> bool:
    """Whether the line asks how the magic is used, which is then printed."""
    if not {"-h", "--help"} & set(line.split()):
        return False
    print(inspect.getdoc(magic) or "")
    return True


def usage_error(prog: str, message: str) -> Exception:
    """The error that IPython shows as a single line."""
    from IPython.core.error import UsageError

    return UsageError(f"{prog}: {' '.join(message.split())}")
