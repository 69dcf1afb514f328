"""Callbacks that make the loops of other frameworks save and resume in this layout.

One module a framework, which imports it: ``integrations.lightning``, ``integrations.transformers``,
``integrations.keras``. Importing this package imports none of them.

May import manager.py and loop/.
"""
