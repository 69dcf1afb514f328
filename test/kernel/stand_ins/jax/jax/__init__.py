"""Stands in for JAX as far as the GPU check asks it."""

import os

__version__ = "0.7.2"


def default_backend():
    # The real one would take three quarters of the GPU's memory now.
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    return os.environ.get("STAND_IN_JAX", "cpu")
