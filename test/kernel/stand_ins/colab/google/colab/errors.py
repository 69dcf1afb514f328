"""The base of Colab's errors."""


class Error(Exception):
    pass
