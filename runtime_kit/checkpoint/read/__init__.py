"""Steps on disk, checked and loaded.

May import state/ and run_dir/.
"""
