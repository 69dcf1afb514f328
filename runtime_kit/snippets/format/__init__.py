"""The format of snippets: parse, check, render.

May import platform.py (the ids that a snippet can require); knows no kernel.
"""
