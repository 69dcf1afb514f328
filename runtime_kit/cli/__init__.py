"""Command line of the checkpoints: ``python -m runtime_kit runs | verify | export``.

May import checkpoint/ and _os/; writes nothing into a run.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from runtime_kit.checkpoint.errors import CheckpointError

from .errors import UsageError
from .parser import parser
from .text import plain

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. 2 is for what cannot be done, told in one line.

    Files of runs and notebooks may hold anything, so that no error of reading them is a traceback,
    except with ``--debug``, or where ``RUNTIME_KIT_DEBUG`` is set.
    """
    arguments = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name may not fit a file in an old code page
            stream.reconfigure(errors="backslashreplace")
    try:
        code = int(arguments.run(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        _drop_output()
        return 141
    except Exception as error:
        if arguments.debug or os.environ.get("RUNTIME_KIT_DEBUG"):
            raise
        text = str(error)
        if not isinstance(error, (UsageError, CheckpointError, OSError)):
            text = f"Unexpected {type(error).__name__}: {text}. Pass --debug to see where."
        print(f"runtime_kit: {plain(' '.join(text.split()))}", file=sys.stderr)
        try:
            sys.stdout.flush()
        except (OSError, AttributeError):  # a full disk: Python would try again when it ends
            _drop_output()
        return 2


def _drop_output() -> None:
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
