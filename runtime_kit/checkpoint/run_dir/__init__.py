"""The folder of a run: layout, lock, steps, retention.

Imports checkpoint/errors.py, messages.py and read/."""
