# Kept for tools that look for this file; pyproject.toml holds everything.
__import__("setuptools").setup()
