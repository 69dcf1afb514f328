"""The training loop: where it is, when to save, how it stops and resumes.

Owns the state of the loop. Imports state/, read/ and run_dir/; reaches write/
through a manager."""
