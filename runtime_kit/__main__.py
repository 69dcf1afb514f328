"""``python -m runtime_kit``."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a name that the terminal's encoding lacks is no error
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
