"""Stands in for Colab's own package: raises what the real one raises, in the same order."""
