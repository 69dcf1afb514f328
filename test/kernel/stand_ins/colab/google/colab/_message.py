"""Requests to the front end of Colab."""

import time

from google.colab import errors
from google.colab._scenario import SCENARIO, record


class MessageError(errors.Error):
    """The front end answered with an error."""


def blocking_request(request_type, request="", timeout_sec=5, parent=None):
    """Ask the front end; None after the time-out, which is cut short here."""
    record(f"asked for {request['authType']}")
    if SCENARIO["front_end"] == "refuses":
        raise MessageError("Error: credential propagation was unsuccessful")
    if SCENARIO["front_end"] == "silent":
        time.sleep(min(timeout_sec, SCENARIO["silence"]))
        return None
    return {}
