"""The rclone program: calls, mounts, cache.

May import mounts/.
"""
