"""The state of objects as JSON and tensors, and back.

May import checkpoint/errors.py and messages.py, and names of the layout; reads and writes no file.
"""
