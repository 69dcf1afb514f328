"""The verified copy of a run in a second folder.

Imports run_dir/, read/ and write/."""
