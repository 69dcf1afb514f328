"""Ways to a durable folder, one a file.

May import mounts/, rclone/ and local_copy/.
"""
