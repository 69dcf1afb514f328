"""Ways to a durable folder, one a file.

Imports mounts/, rclone/ and local_copy/."""
