"""The rclone program: calls, mounts, cache.

Imports mounts/."""
