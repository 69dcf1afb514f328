"""Threads and queues between a slow source and the disk.

May import staging/calls.py and errors.py.
"""
