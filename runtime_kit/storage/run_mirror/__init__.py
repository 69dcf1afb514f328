"""The mirror of a run in a remote.

May import rclone/ and runtime_kit.checkpoint.
"""
