"""The format of snippets: parse, check, render.

Imports the standard library only."""
