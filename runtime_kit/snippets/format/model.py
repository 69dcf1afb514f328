"""What a snippet is."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A `NAME = <literal>  # @param ...` line of a snippet."""

    name: str
    type: str
    """string, boolean, number, integer, raw (any literal) or variable (its name; "" for None)."""
    default: Any
    cell: int
    """Index of the cell it stands in."""
    line: int
    """1-based line in the source of that cell."""
    span: tuple[int, int]
    """Where the literal stands in the source of that cell: [start, end)."""
    choices: tuple[Any, ...] | None = None
    allow_input: bool = False
    min: float | None = None
    max: float | None = None
    step: float | None = None

    def describe(self) -> dict[str, Any]:
        """What matters for values, under the names that the front end uses."""
        optional = {
            "choices": None if self.choices is None else list(self.choices),
            "allowInput": self.allow_input or None,
            "min": self.min,
            "max": self.max,
            "step": self.step,
        }
        known = {key: value for key, value in optional.items() if value is not None}
        return {"name": self.name, "type": self.type, "default": self.default, **known}


@dataclass(frozen=True)
class Cell:
    """A cell as it goes into a notebook."""

    cell_type: str
    """code, markdown or raw."""
    source: str
    folded: bool = False
    """Code that needs no reading: a notebook shows its title only."""


@dataclass(frozen=True)
class Snippet:
    """A parsed snippet."""

    id: str
    title: str
    description: str
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    requires: tuple[str, ...]
    """package:<import name>, tool:<executable>, gpu, platform:<id>; of several platforms one."""
    version: int
    icon: str | None
    names: tuple[str, ...]
    """The names that its cells bind, besides its parameters."""
    form: str
    """standalone (all code is in the cells) or library (they call runtime_kit)."""
    cells: tuple[Cell, ...] = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)
