"""Hold a value against a parameter."""

from collections.abc import Mapping
from typing import Any

from runtime_kit.frontend.parameter_check import check_value

from .errors import ParameterError


def check_parameter(rules: Mapping[str, Any], value: Any) -> Any:
    """The value, if it fits these rules: `Parameter.describe()`, or part of it.

    Raises ParameterError naming the parameter, the value and what would fit.
    """
    reason = check_value(rules, value)
    if reason is not None:
        raise ParameterError(rules["name"], value, reason)
    return value
