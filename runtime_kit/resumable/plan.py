"""The edits for one training, with why."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from .heads import Edit
from .nest import Step
from .objects import Tracked
from .program import Function


@dataclass
class Proposed:
    """One edit with why. ``needed``: the others do not work without it."""

    edit: Edit
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    confidence: str = "high"
    needed: bool = False
    line: int = 0


@dataclass(frozen=True)
class Note:
    """What is worth knowing, and the code that it is about."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    node: ast.AST | None = None


@dataclass
class Plan:
    """The edits for one training."""

    training: Step
    home: Function | None
    before: ast.stmt  # the statement in front of which the run is made
    after: ast.stmt  # the one behind which it is finished
    tracked: Tracked
    name: str = ""
    edits: list[Proposed] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    calls: set[tuple[int, int]] = field(default_factory=set)  # what `conflicts.calls_of` says
    fields: list[str] = field(default_factory=list)  # variables of loops outside of it
    by_call: Function | None = None  # on the way, called from several places: each is a run
    label: str = ""  # of that call
