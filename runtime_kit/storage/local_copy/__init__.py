"""A local copy of a remote, for machines without FUSE.

May import rclone/.
"""
