"""Checkpoints of several processes: torchrun, DDP, FSDP2.

May import manager.py and all rooms of checkpoint/ but loop/.
"""
