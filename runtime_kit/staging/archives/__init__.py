"""Readers of archives, which write nothing outside of the target folder.

May import pipeline/.
"""
