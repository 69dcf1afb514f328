"""The mirror of a run in a remote.

Imports rclone/ and runtime_kit.checkpoint."""
