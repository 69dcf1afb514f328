"""From a snapshot to a committed step: copy, write, commit, prune.

Imports state/, run_dir/ and read/."""
