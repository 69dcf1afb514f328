"""What is read from frames and their instructions, which each Python writes in its own way."""

import itertools
import linecache
import sys

import pytest

from runtime_kit.checkpoint.loop import frames
from runtime_kit.checkpoint.loop.asking_call import asking_call
from runtime_kit.checkpoint.loop.bytecode import variables_in_code
from runtime_kit.checkpoint.loop.frames import read_variables, write_variables
from runtime_kit.checkpoint.loop.loop_exit import left_by_break
from runtime_kit.checkpoint.loop.variable_spaces import in_comprehension, loops_around

_numbers = itertools.count()


class Asked:
    """An iterator of two items that looks at the frame which asks it."""

    def __init__(self, look):
        self.look, self.left, self.seen = look, 2, []

    def __iter__(self):
        return self

    def __next__(self):
        self.seen.append(self.look(sys._getframe(1)))
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self.left


def run(source, **namespace):
    """A cell that is run, with its source in linecache as IPython has it."""
    name = f"<cell-{next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), namespace)
    return namespace


PLACES = {
    "a cell": "total = 1\nfor x in asked: pass\nresult = total",
    "a comprehension of a cell": "total = 1\nr = [ask(x) for x in (1, 2)]\nresult = total",
    "a function": (
        "def f():\n    total = 1\n    for x in asked: pass\n    return total\nresult = f()"
    ),
    "a closure": (
        "def f():\n    total = 1\n    def g():\n        return total\n"
        "    for x in asked: pass\n    return g()\nresult = f()"
    ),
    "a generator": (
        "def f():\n    total = 1\n    for x in asked: yield x\n    yield total\n"
        "result = list(f())[-1]"
    ),
    "the body of a class": "class C:\n    total = 1\n    for x in asked: pass\nresult = C.total",
}


@pytest.mark.parametrize("place", PLACES)
def test_variables_are_read_and_written(place):
    def look(frame):
        while "total" not in read_variables(frame):  # a comprehension's own frame before 3.12
            frame = frame.f_back
        before = read_variables(frame)["total"]
        write_variables(frame, {"total": 7})
        return before

    asked = Asked(look)
    found = run(PLACES[place], asked=asked, ask=lambda x: next(asked))
    assert found["result"] == 7 and asked.seen[0] == 1


LOOPS = {
    "for x in asked: pass": 0,
    "for y in (1,):\n    r = [q for q in (1, 2)]\n    for x in asked: r = [*r, x]": 0,
    "for x in asked:\n    r = [q for q in (1, 2)]": 0,
    "for x in asked:\n    r = {**{x: 1}, 2: {x, *(3, 4)}}": 0,
    "r = [x for x in asked]": 1,
    "r = {x for x in asked if x}": 1,
    "r = {x: [y for y in (x,)] for x in asked}": 1,
    "r = [y for x in asked for y in (x, x)]": 1,
    "r = [x for y in (1, 2) for x in asked]": 1,
    "r = [next(asked) for y in (1, 2)]": 1,
    "def f():\n    return [x for x in asked]\nr = f()": 1,
    "for y in (1,):\n    r = [x for x in asked]": 1,
}


@pytest.mark.parametrize("source", LOOPS)
def test_a_comprehension_is_told_from_a_loop(source):
    asked = Asked(in_comprehension)
    run(source, asked=asked)
    assert set(asked.seen) == {bool(LOOPS[source])}


def test_a_comprehension_counts_as_a_loop():
    asked = Asked(loops_around)
    run("for y in (1,):\n    for x in asked: pass", asked=asked)
    assert set(asked.seen) == {2}
    asked = Asked(loops_around)
    run("def f():\n    r = [x for x in asked]\nf()", asked=asked)
    assert set(asked.seen) == {1}


CALLS = {
    "for x in asked: pass": "",
    "r = [x for x in asked]": "",
    "r = list(asked)": "list",
    "r = sum(map(int, asked), len(()))": "sum",
    "r = len(str(tuple(asked)))": "tuple",
    "print(*asked, sep='', file=sink)": "unpacking",
    "r = [len(()), next(asked), max(1, 2)][1]": "next",
    "asked.r = asked.__next__()": "asked.__next__",
    "r = [len(y) for y in ((), ())] + sorted(asked)": "sorted",
    "a, b = asked": "unpacking",
    "r = [1, *asked]": "unpacking",
    "while not list(asked): break": "list",
    "with open(__import__('os').devnull) as f:\n    r = int(1), list(asked)": "list",
    "if max(asked) > int(0): r = len(())": "max",
    "for x in sorted(asked): r = len(())": "sorted",
    "r = list(asked) if len(()) == 0 else max(1, 2)": "list",
    "d = {}\nd[str(1)] = list(asked)": "list",
    "r = (lambda: len(()))() or dict.fromkeys(asked)": "dict.fromkeys",
}


@pytest.mark.parametrize("positions", [True, False], ids=["positions", "no positions"])
@pytest.mark.parametrize("source", CALLS)
def test_the_call_that_asks(source, positions, monkeypatch):
    """Python 3.10 knows no columns: the call is found by its order."""
    if not positions:
        monkeypatch.setattr(frames, "_position", lambda code, instruction: None)
    elif sys.version_info < (3, 11):
        pytest.skip("this Python knows no positions")
    with open("/dev/null" if sys.platform != "win32" else "nul", "w") as sink:
        for indented in (source, "def f():\n    " + source.replace("\n", "\n    ") + "\nf()"):
            asked = Asked(lambda frame: asking_call(frame)[0])
            run(indented, asked=asked, sink=sink)
            assert set(asked.seen) == {CALLS[source]}


ENDS = {
    "for x in it:\n    break": True,
    "for x in it:\n    if x: continue\n    break": True,
    "def f():\n    for x in it:\n        return x\nf()": True,
    "def f():\n    for x in it:\n        with nothing:\n            return [x]\nf()": True,
    "for y in (1, 2):\n    for x in make():\n        try:\n            break\n"
    "        finally:\n            y += 1": True,
    "for x in it:\n    raise ValueError": False,
    "def f():\n    for x in it:\n        int('x')\nf()": False,
    "for x in it:\n    with nothing:\n        raise KeyboardInterrupt": False,
    "def f():\n    for y in (1, 2):\n        for x in make():\n            [][1]\nf()": False,
}


@pytest.mark.parametrize("source", ENDS)
def test_a_loop_that_is_left_in_an_orderly_way(source):
    seen = []

    def make():
        try:
            yield from (0, 1, 2)
        except GeneratorExit:
            seen.append(left_by_break())
            raise

    class Nothing:
        def __enter__(self):
            pass

        def __exit__(self, *error):
            pass

    made = [make()]
    # As run.batches(loader) in the head of the loop, nothing else holds it.
    source = source.replace("in it:", "in made.pop():")
    try:
        run(source, made=made, make=make, nothing=Nothing())
    except (ValueError, IndexError, KeyboardInterrupt) as error:
        error.__traceback__ = None
    assert seen and set(seen) == {ENDS[source.replace("in made.pop():", "in it:")]}


def test_variables_of_code_without_source():
    """One instruction has two names in it from Python 3.13 on."""

    def train(batches, history):
        for x in batches:
            loss = x
            history.append(loss)
            best = loss
            history.append(best)

    code = train.__code__
    found = variables_in_code(code, code.co_code.index(_opcode("FOR_ITER")), whole=False)
    assert {name for name, variable in found.items() if variable.stored} == {"x", "loss", "best"}
    assert "history" in found


def _opcode(name):
    import dis

    return dis.opmap[name]
