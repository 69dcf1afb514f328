"""Checkpoints of several processes: torchrun, DDP, FSDP2.

Imports state/, write/, read/ and run_dir/."""
