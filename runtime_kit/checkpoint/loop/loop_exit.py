"""Was a loop left by ``break`` or by an error?"""

from __future__ import annotations

import dis
import sys
from types import CodeType, FrameType

# How the compiler drops a loop's iterator on break and return, in CPython 3.10 to 3.14.
_ORDERLY = {"POP_TOP", "POP_ITER", "END_FOR", "POP_BLOCK", "ROT_TWO", "SWAP"}
# A variable gets another value: an iterator that was kept in it, as tqdm's is, was left before.
_REBOUND = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")
_DELETED = {"DELETE_FAST", "DELETE_NAME", "DELETE_GLOBAL"}

_PACKAGE = __name__.rpartition(".")[0] + "."
Place = tuple[CodeType, int]


def asked_from() -> Place | None:
    """To be asked by a generator below an iterator that another generator delegates to: the
    instruction in the user's code that wants the next value."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(3):
        frame = frame.f_back if frame is not None else None
    return (frame.f_code, frame.f_lasti) if frame is not None else None


def closing_frame(depth: int = 1) -> FrameType | None:
    """To be asked by a generator that is being closed: the frame that closes it."""
    try:
        frame: FrameType | None = sys._getframe(depth + 1)
    except ValueError:  # at the end of the interpreter
        return None
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return frame


def is_at_break() -> bool:
    """To be asked by a generator that is being closed: whether the frame stands at an instruction
    that cannot fail, so that no error ends the loop. :func:`left_by_break` believes more."""
    frame = closing_frame(2)
    return frame is not None and _name_at(frame) in _ORDERLY


def left_by_break(asked: Place | None = None) -> bool:
    """To be asked by a generator that is being closed: whether the loop over it was left in an
    orderly way.

    A generator is closed alike in both cases, and the error is not visible from within it. But the
    frame stands at the instruction that raised, or at the one that drops the iterator. Where this
    cannot be told the answer is False: what an error may have left half done is not to be saved.

    :param asked: where values were asked for, if the last one was dealt with. At that very place a
        loop ends that something ends for it (``itertools.islice``, ``zip``).
    """
    frame = closing_frame(2)  # the loop's, under the generator's
    if frame is None or frame.f_lasti < 0:
        return False
    if asked == (frame.f_code, frame.f_lasti):
        return True
    name = _name_at(frame)
    deleted = asked is not None and name in _DELETED
    return name in _ORDERLY or name.startswith(_REBOUND) or deleted


def _name_at(frame: FrameType) -> str:
    """The instruction at which a frame stands, ``""`` where it stands at none."""
    at = frame.f_lasti
    return dis.opname[frame.f_code.co_code[at]] if 0 <= at < len(frame.f_code.co_code) else ""
