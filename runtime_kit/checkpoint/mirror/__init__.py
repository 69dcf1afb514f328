"""The verified copy of a run in a second folder.

May import store.py, write/, read/ and run_dir/.
"""
