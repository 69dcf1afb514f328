"""What the operating system offers, told once: files, time-outs, locks, memory, progress.

Imports the standard library only, and nothing else of runtime_kit."""
