"""Colab's sign-in: that it was asked for is written down."""

from google.colab._scenario import record


def authenticate_user():
    record("authenticate_user")
