"""What the command line says instead of a traceback."""

from __future__ import annotations


class UsageError(Exception):
    """What was asked for cannot be done; one line that names the thing and the way out."""
