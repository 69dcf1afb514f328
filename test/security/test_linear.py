"""What reads the code of a notebook takes a time that grows with the code, not with its square.

A notebook may come from anywhere, and its cells are read when a kernel starts.
The time of this thread alone is taken, of a text and of one eight times as long: a square would
take 64 times as long. Nothing depends on how fast the machine is, or on what else it does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from runtime_kit.frontend.cell_names import report
from runtime_kit.resumable.proposal import propose

TIMES = 8
LEAST = 0.05  # s: what is quicker shows the clock rather than the growth
LOOP = "for e in range(3):\n    for x, y in loader:\n        loss.backward()\n        step()\n"
UNITS = [
    "x = 1\n",
    "for x in y:\n    a.b = c\n",
    "model.to(d)\n",
    "optimizer.step()\n",
    "# \n",
    "\n",
    " \n",
    "'",
    '"',
    "\\",
    "\\\n",
    "a=",
    "(",
    "[",
    "{",
    "#",
    "%",
    "f(1);",
    "import a\n",
    "run = Run('a')\n",
    "def f(): pass\n",
    "class A: pass\n",
    "a,",
    "a.b",
    ".a",
    "+a",
    "-",
    "not ",
    "a[",
    "1 if x else ",
    "lambda:",
    "@a\n",
    "x: int = 1\n",
    "with a: b\n",
    "del x\n",
    "print(a)\n",
    "f'{x}'",
    "x = x = ",
    "# @param {}\n",
    LOOP,
    "%%time\n",
    "'''",
    "\f",
    "\u2028",
    "\r",
    "\u00e9",
]
READERS: dict[str, Callable[[str], object]] = {
    "names of cells": lambda text: report([text]),
    "proposal": lambda text: propose([("cell", text)], name="notebook"),
}


def _seconds(read: Callable[[str], object], text: str) -> float:
    begin = time.thread_time()
    read(text)
    return time.thread_time() - begin


@pytest.mark.parametrize("unit", UNITS, ids=repr)
@pytest.mark.parametrize("reader", READERS)
def test_grows_with_the_text(reader: str, unit: str) -> None:
    read, text = READERS[reader], unit * max(1, 1500 // len(unit))
    short = min(_seconds(read, text) for _ in range(2))
    long = min(_seconds(read, TIMES * text) for _ in range(2))
    assert long < max(LEAST, TIMES * 3 * short)


@pytest.mark.parametrize("deep", ["a.b" * 667, "a" + ".b" * 5000, "-" * 20_000 + "1", "[" * 90])
def test_code_that_is_nested_too_deeply_is_no_code(deep: str) -> None:
    """The other cells are read all the same."""
    names = json.loads(report([deep, "x = 1"]))
    assert names[1]["binds"] == ["x"]
    found = propose([("deep", deep), ("cell", "x = 1")], name="notebook")
    assert found["resumable"] is False


@pytest.mark.parametrize("line", ["%pip install x\n", "!ls\n", "x?\n", "a = !ls\n"])
def test_a_cell_that_ipython_does_not_read_is_left_out(line: str) -> None:
    pytest.importorskip("IPython", reason="magics are IPython's")
    names = json.loads(report([line * 600, "x = 1"]))
    assert names[0] is None and names[1]["binds"] == ["x"]
