"""Threads and queues between a slow source and the disk.

Imports staging/errors.py."""
