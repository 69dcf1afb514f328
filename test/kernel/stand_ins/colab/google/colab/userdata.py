"""Colab's secrets, as google.colab.userdata answers: STAND_IN_SECRETS is "name=value" or "name!"
(the notebook has no access), or "timeout" where no page of Colab's answers."""

import os


class SecretNotFoundError(Exception):
    pass


class NotebookAccessError(Exception):
    pass


class TimeoutException(Exception):
    pass


def get(key):
    known = os.environ.get("STAND_IN_SECRETS", "")
    if known == "timeout":
        raise TimeoutException(
            f"Requesting secret {key} timed out. Secrets can only be fetched when running from "
            "the Colab UI."
        )
    name, _, value = known.partition("=")
    if name == f"{key}!":
        raise NotebookAccessError(f"Notebook does not have access to secret {key}")
    if name != key:
        raise SecretNotFoundError(f"Secret {key} does not exist.")
    return value
