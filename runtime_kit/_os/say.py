"""What a user must see, on standard output."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print one line after the project's name."""
    show(f"runtime-kit: {text}")


def show(line: str) -> None:
    """Print one line. Letters that the output can't hold (a file in the code page of Windows) are
    escaped: a message must not end a training."""
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding
        print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
