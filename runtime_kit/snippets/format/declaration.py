"""Understand `NAME = <literal>  # @param ...`."""

from typing import Any

from .check import check_parameter
from .errors import FormatError, ParameterError
from .literal import read_python_literal
from .parameter_spec import ParameterSpec, parse_parameter_spec

_TYPES = ("string", "boolean", "number", "integer", "slider", "raw", "date")
# The last two shape Colab's form only.
_OPTIONS = ("type", "allow-input", "min", "max", "step", "placeholder", "isTemplate")


# A `raw` parameter with this placeholder names a variable, and has None for none.
_VARIABLE = "variable"


def read_declaration(name: str, literal: str, spec_text: str, line: int) -> dict[str, Any]:
    """The fields of a `Parameter`, except its place.

    `line` is the 1-based line in the snippet's text. Raises FormatError.
    """
    try:
        spec = parse_parameter_spec(spec_text)
        _check_options(spec)
        return _declare(name, literal, spec)
    except ParameterError as error:
        raise FormatError(name, line, f"bad default or choice: {error.reason}") from None
    except ValueError as error:
        raise FormatError(name, line, str(error)) from None


def _check_options(spec: ParameterSpec) -> None:
    for key, value in spec.options.items():
        if key not in _OPTIONS:
            raise ValueError(f'unknown option "{key}"; the options are {", ".join(_OPTIONS)}')
        if key == "type" and value not in _TYPES:
            raise ValueError(f'unknown type "{value}"; the types are {", ".join(_TYPES)}')
        if key in ("min", "max", "step") and not _is_number(value):
            raise ValueError(f"{key} must be a number")
        if key == "allow-input" and not isinstance(value, bool):
            raise ValueError("allow-input must be true or false")
    if spec.choices is not None and not spec.choices:
        raise ValueError("the list to choose from is empty")
    low, high = spec.options.get("min"), spec.options.get("max")
    if low is not None and high is not None and low > high:
        raise ValueError("min is greater than max")


def _declare(name: str, literal: str, spec: ParameterSpec) -> dict[str, Any]:
    options = spec.options
    if _names_variable(spec):
        value = "" if literal == "None" else literal
        checked = check_parameter({"name": name, "type": _VARIABLE}, value)
        return {"name": name, "type": _VARIABLE, "default": checked}
    value = read_python_literal(literal)
    kind = _type_of(value, spec)
    if kind == "integer" and isinstance(value, float):
        raise ValueError(f"bad default: {literal} is a float, not an integer")
    rules: dict[str, Any] = {
        "name": name,
        "type": kind,
        "choices": None,
        "allow_input": options.get("allow-input", False),
        "min": options.get("min"),
        "max": options.get("max"),
        "step": options.get("step"),
    }
    if spec.choices is not None:
        rules["choices"] = tuple(_read_choice(name, kind, choice) for choice in spec.choices)
    checked = check_parameter({**rules, "allowInput": rules["allow_input"]}, value)
    return {**rules, "default": checked}


def _names_variable(spec: ParameterSpec) -> bool:
    return spec.options.get("type") == "raw" and spec.options.get("placeholder") == _VARIABLE


def _type_of(value: Any, spec: ParameterSpec) -> str:
    kind = spec.options.get("type")
    if kind == "slider":
        limits = [spec.options.get(key, 0) for key in ("min", "max", "step")]
        whole = all(float(limit).is_integer() for limit in limits)
        return "integer" if whole and type(value) is int else "number"
    if kind == "date":
        return "string"
    if kind is not None:
        return str(kind)
    only_strings = spec.choices and all(isinstance(choice, str) for choice in spec.choices)
    return "string" if only_strings else "raw"


def _read_choice(name: str, kind: str, choice: Any) -> Any:
    # Colab writes the choices of all types as strings.
    is_text = kind != "string" and isinstance(choice, str)
    value = read_python_literal(choice) if is_text else choice
    return check_parameter({"name": name, "type": kind}, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
