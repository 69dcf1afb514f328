"""Command line of the checkpoints: ``python -m runtime_kit runs | verify | export``.

May import checkpoint/ and _os/; writes nothing into a run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from runtime_kit.checkpoint.errors import CheckpointError

from .errors import UsageError
from .parser import parser
from .text import plain

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. 2 is for what cannot be done, told in one line."""
    arguments = parser().parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (UsageError, CheckpointError, OSError) as error:
        print(f"runtime_kit: {plain(' '.join(str(error).split()))}", file=sys.stderr)
        return 2
