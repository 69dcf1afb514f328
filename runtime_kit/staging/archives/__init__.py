"""Reading archives safely.

Imports pipeline/."""
