"""The names that a loop carries, for loops as people write them."""

import textwrap

import pytest

from runtime_kit.resumable import Reason, loop_variables


def found(source, marker="#loop"):
    """``{name: variable}`` of the marked loop, without what is only handed to calls."""
    source = textwrap.dedent(source)
    line = next(n for n, text in enumerate(source.splitlines(), 1) if marker in text)
    return {v.name: v for v in loop_variables(source, line)}


def names(source, *reasons):
    return {n for n, v in found(source).items() if v.certain and v.reason in reasons}


IN_A_FUNCTION = {
    "a sum": ("total = 0\nfor x in L: #loop\n    total += x\nreturn total", {"total"}),
    "a sum set in the loop": ("for x in L: #loop\n    total = 0\n    total += x", set()),
    "an inner sum": (
        "for e in E: #loop\n    total = 0\n    for x in L:\n        total += x\n    print(total)",
        set(),
    ),
    "a sum of the outer loop's turn": (
        "for e in E:\n    total = 0\n    for x in L: #loop\n        total += x\n    print(total)",
        {"total"},
    ),
    "a hidden state": ("h = None\nfor x in L: #loop\n    out, h = m(x, h)", {"h"}),
    "a value read after the loop": ("for x in L: #loop\n    loss = f(x)\nreturn loss", {"loss"}),
    "stored only on one branch": (
        "for x in L: #loop\n    if x:\n        y = 1\n    print(y)",
        {"y"},
    ),
    "stored on both branches": (
        "for x in L: #loop\n    if x:\n        y = 1\n    else:\n        y = 2\n    print(y)",
        set(),
    ),
    "continue leaves the old value": (
        "for x in L: #loop\n    if x:\n        print(y)\n        continue\n    y = x",
        {"y"},
    ),
    "break takes it out of the loop": (
        "for x in L: #loop\n    best = x\n    if x > 3:\n        break\nprint(best)",
        {"best"},
    ),
    "a prefetched batch": (
        "X = get()\nfor s in S: #loop\n    loss = f(X)\n    X = get()\n    loss.backward()",
        {"X"},
    ),
    "a while loop's counter": ("i = 0\nwhile i < 9: #loop\n    i += 1", {"i"}),
    "else of the loop": ("for x in L: #loop\n    y = x\nelse:\n    print(y)", {"y"}),
    "stored before an error": (
        "n = 0\nfor x in L: #loop\n    try:\n        n = g(x)\n    except E:\n        print(n)",
        {"n"},
    ),
    "a comprehension's own name": ("for x in L: #loop\n    z = [y for y in x]", set()),
    "read in a comprehension": ("for x in L: #loop\n    z = [a + y for y in x]\n    a = 1", {"a"}),
    "a walrus": ("for x in L: #loop\n    if (n := x) > 2:\n        pass\n    print(n)", set()),
    "unpacked": ("a, *b = 1, 2\nfor x in L: #loop\n    a, b = b, a", {"a", "b"}),
    "nonlocal": (
        "n = 0\ndef f():\n    nonlocal n\n    n += 1\nfor x in L: #loop\n    f()\nreturn n",
        {"n"},
    ),
    "deleted": ("for x in L: #loop\n    y = x\n    del y", set()),
    "with": ("for x in L: #loop\n    with a as b:\n        c = b\n    print(c)", set()),
    "match": (
        "for x in L: #loop\n    match x:\n        case [a]:\n            s = a\n    print(s)",
        {"s"},
    ),
}


@pytest.mark.parametrize(("body", "expected"), IN_A_FUNCTION.values(), ids=IN_A_FUNCTION)
def test_stored_and_read_later(body, expected):
    source = "def train(L, E, S, m):\n" + textwrap.indent(body, "    ")
    assert names(source, Reason.NEXT_TURN, Reason.AFTER) == expected


CHANGED = {
    "a list": ("history.append(x)", "append"),
    "an item": ("history[x] = 1", "[]"),
    "an item's sum": ("history[x] += 1", "[]"),
    "an attribute": ("history.best = x", ".best"),
    "an attribute below": ("history.a.b = x", ".b"),
    "a deleted item": ("del history[x]", "[]"),
    "in place": ("history.mul_(x)", "mul_"),
    "shuffled": ("random.shuffle(history)", "shuffle"),
    "a heap": ("heapq.heappush(history, x)", "heappush"),
    "an unpacked target": ("history[0], y = x", "[]"),
}


@pytest.mark.parametrize(("code", "how"), CHANGED.values(), ids=CHANGED)
def test_changed_in_place(code, how):
    variable = found(f"history = make()\nfor x in L: #loop\n    {code}")["history"]
    assert variable.reason == Reason.CHANGED and variable.certain
    assert [change.how for change in variable.changes] == [how]


def test_a_list_made_anew_in_each_turn_is_not_carried():
    source = "def f(L):\n    for x in L: #loop\n        part = []\n        part.append(x)"
    assert "part" not in found(source)


def test_what_is_only_handed_on_is_uncertain():
    variables = found("for x in L: #loop\n    train(model, x)\n    data[0].shape\n    len(names)")
    assert not variables["model"].certain and not variables["names"].certain
    assert "data" not in variables and "len" not in variables


def test_a_module_gives_its_names_to_other_cells():
    source = "for x in L: #loop\n    loss = f(x)\n    total += loss"
    assert names(source, Reason.NAMESPACE) == {"x", "loss"}
    assert names(source, Reason.NEXT_TURN) == {"total"}


def test_globals_of_functions_that_the_loop_calls():
    source = """
    def step(x):
        global count
        count += 1
        losses.append(x)
    def other():
        global unused
        unused = 1
    for x in L: #loop
        step(x)
    """
    variables = found(source)
    assert variables["count"].reason == Reason.NEXT_TURN
    assert variables["losses"].reason == Reason.CHANGED and variables["losses"].certain
    assert "unused" not in variables


def test_the_line_that_stores_it_first():
    source = "n = 0\nfor x in L: #loop\n    pass\n    n += 1\n    n = 3"
    assert found(source)["n"].line == 4


def test_no_loop_there():
    with pytest.raises(ValueError, match="no loop begins at line 1"):
        loop_variables("x = 1\n", 1)
    with pytest.raises(SyntaxError):
        loop_variables("%matplotlib inline", 1)


def test_the_time_of_now_is_not_carried():
    source = """
    def f(L):
        for x in L: #loop
            print(time.time() - start)
            start = time.time()
            print(end)
            end = time.time()
            end = x
    """
    variables = found(source)
    assert "start" not in variables and "end" in variables


def test_what_matters_in_turns_and_what_after_the_last():
    source = """
    def f(L):
        best = 0
        for e in range(3):
            for x in L: #loop
                loss = x
                if x > 5:
                    break
                last = x
            print(loss)
            best = max(best, last)
    """
    variables = found(source)
    assert not variables["loss"].in_turns and variables["loss"].after
    assert variables["last"].in_turns, "break can leave the loop before it is stored"


def test_locals_reads_all():
    assert "loss" in names(
        "def f(L):\n    for x in L: #loop\n        loss = x\n    return locals()", Reason.NEXT_TURN
    )
