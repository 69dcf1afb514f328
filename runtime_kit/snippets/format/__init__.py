"""The built-in snippets as data, and values filled into them.

The front end's parser reads the format; `catalog.json` is what it says, written by the
build. May import frontend/parameter_check.py; knows no kernel.
"""
