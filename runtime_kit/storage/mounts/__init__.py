"""What is mounted where, and by whom.

May import storage/calls.py and state.py.
"""
