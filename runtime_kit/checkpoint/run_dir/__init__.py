"""The folder of a run: layout, lock, small files of steps, retention.

May import checkpoint/errors.py and messages.py.
"""
