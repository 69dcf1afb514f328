"""What the instructions of a loop say: which variables it may carry, where there is no source to
read (``exec``, frozen code), and whether it is a comprehension's."""

from __future__ import annotations

import dis
import re
import sys
from functools import lru_cache
from types import CodeType

from runtime_kit.resumable import LoopVariable, Reason

# One instruction may hold two, each with a name: STORE_FAST_LOAD_FAST (from Python 3.13 on).
_ACCESS = re.compile("(STORE|LOAD)_(?:FAST|NAME|GLOBAL|DEREF)")
_ADDING = ("LIST_APPEND", "SET_ADD", "MAP_ADD")
_HELD_BY_LOOP = 2 if sys.version_info >= (3, 15) else 1  # what a loop keeps on the stack


@lru_cache(maxsize=128)
def _loops(code: CodeType, instruction: int) -> list[tuple[int, int]]:
    """First and last instruction of the loops around one; a loop may have several jumps back."""
    return [
        (i.argval, i.offset)
        for i in dis.get_instructions(code)
        if "JUMP" in i.opname and isinstance(i.argval, int) and i.argval <= i.offset
        if i.argval - 4 <= instruction <= i.offset
    ]


def loops_in_code(code: CodeType, instruction: int) -> int:
    """Loops around an instruction."""
    return len({begin for begin, _ in _loops(code, instruction)})


@lru_cache(maxsize=128)
def is_gathering(code: CodeType, instruction: int) -> bool:
    """The innermost loop around an instruction is a comprehension's, whose items are added to a
    container on the stack below its loops. All but generator expressions run in the frame of what
    is around them from Python 3.12 on.
    """
    around = _loops(code, instruction)
    if not around:
        return False
    begin = max(begin for begin, _ in around)
    end = max(end for other, end in around if other == begin)
    for i in dis.get_instructions(code):
        if begin <= i.offset <= end and i.opname in _ADDING and i.arg is not None:
            inner = {b for b, _ in _loops(code, i.offset) if b >= begin}
            if len(inner) <= (i.arg - 1) // _HELD_BY_LOOP:
                return True
    return False


@lru_cache(maxsize=128)
def _found(code: CodeType, instruction: int, whole: bool) -> tuple[LoopVariable, ...]:
    instructions = list(dis.get_instructions(code))
    begin, end = 0, instructions[-1].offset if instructions else 0
    around = [] if whole else _loops(code, instruction)
    if around:
        begin, end = min(a for a, _ in around), max(b for _, b in around)
    stored: set[str] = set()
    read: set[str] = set()
    for i in instructions:
        if begin <= i.offset <= end and isinstance(i.argval, (str, tuple)):
            names = i.argval if isinstance(i.argval, tuple) else (i.argval,)
            for access, name in zip(_ACCESS.findall(i.opname), names, strict=False):
                (stored if access == "STORE" else read).add(name)
    line = code.co_firstlineno
    changed = [LoopVariable(n, Reason.CHANGED, line, False) for n in sorted(read - stored)]
    return tuple([LoopVariable(n, Reason.NEXT_TURN, line, True) for n in sorted(stored)] + changed)


@lru_cache(maxsize=512)
def shared_in_code(code: CodeType) -> tuple[LoopVariable, ...]:
    """Variables of other scopes that a function stores, and those it reads, which it may change in
    place."""
    instructions = [
        (i.opname, i.argval)
        for i in dis.get_instructions(code)
        if i.opname.endswith("_GLOBAL") or i.argval in code.co_freevars
    ]
    stored = {name for kind, name in instructions if kind.startswith("STORE")}
    read = {name for kind, name in instructions if kind.startswith("LOAD")} - stored
    line = code.co_firstlineno
    return tuple(
        [LoopVariable(n, Reason.NEXT_TURN, line, True) for n in sorted(stored)]
        + [LoopVariable(n, Reason.CHANGED, line, False) for n in sorted(read)]
    )


def variables_in_code(code: CodeType, instruction: int, *, whole: bool) -> dict[str, LoopVariable]:
    """What the outermost loop around an instruction stores, and what it reads, which it may change
    in place.

    :param whole: all of the code, which is entered anew in each turn of a loop outside of it.
    """
    return {variable.name: variable for variable in _found(code, instruction, whole)}
