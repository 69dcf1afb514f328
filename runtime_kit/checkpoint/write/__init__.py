"""From a snapshot to a committed step: copy, write, commit, prune.

May import store.py, read/, state/ and run_dir/.
"""
