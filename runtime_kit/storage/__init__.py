"""Durable storage: Drive or any remote, with FUSE or without. Users import :mod:`drive`."""

from . import drive
from .errors import StorageError, StorageTimeout

__all__ = ["StorageError", "StorageTimeout", "drive"]
