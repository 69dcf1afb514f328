"""One of each for what the operating system offers: files, time-outs, programs, locks, memory.

Imports the standard library only, and no other room of runtime_kit.
"""
