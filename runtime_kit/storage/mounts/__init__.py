"""What is mounted where, and by whom.

Imports runtime_kit._os."""
