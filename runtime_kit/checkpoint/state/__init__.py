"""The state of objects as JSON and tensors, and back.

Imports checkpoint/errors.py and messages.py; knows no folder."""
