"""The training loop: where it is, when to save, how it stops and resumes.

Owns the state of the loop (loop_state.py). May import state/, read/ and resumable/; it saves
through a manager.
"""
