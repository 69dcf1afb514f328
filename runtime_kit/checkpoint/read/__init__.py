"""Steps on disk, checked and loaded.

Imports state/ and run_dir/."""
