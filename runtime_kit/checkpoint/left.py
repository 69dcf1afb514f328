"""Was a loop left by ``break`` or by an error?"""

from __future__ import annotations

import dis
import sys
from types import FrameType

# How the compiler drops a loop's iterator on break and return, in CPython 3.10 to 3.14.
_ORDERLY = {"POP_TOP", "POP_ITER", "END_FOR", "POP_BLOCK", "ROT_TWO", "SWAP"}


def left_by_break() -> bool:
    """To be asked by a generator that is being closed: whether the loop over it was left in an
    orderly way.

    A generator is closed alike in both cases, and the error is not visible from within it. But the
    frame stands at the instruction that raised, or at the one that drops the iterator. Where this
    cannot be told the answer is False: what an error may have left half done is not to be saved.
    """
    try:
        frame: FrameType | None = sys._getframe(2)  # the loop's, under the generator's
    except ValueError:  # at the end of the interpreter
        return False
    if frame is None or frame.f_lasti < 0:
        return False
    try:
        return dis.opname[frame.f_code.co_code[frame.f_lasti]] in _ORDERLY
    except IndexError:
        return False
