"""Durable storage: Drive or any remote, with FUSE or without. Users import :mod:`drive`.

May import _os/, platform.py and checkpoint/ (the latter in run_mirror/ only).
"""

from . import drive
from .errors import StorageError, StorageTimeout

__all__ = ["StorageError", "StorageTimeout", "drive"]
