"""What Python renders of a parsed snippet agrees with the front end and with Python.

The front end renders the same files: test/unit/snippets/format/corpus.spec.ts.
"""

import ast
import json
import math
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime_kit.snippets import (
    ParameterError,
    Snippet,
    builtin_snippets,
    describe,
    find_snippet,
    render_snippet,
    to_python_literal,
)
from runtime_kit.snippets.format import catalog
from runtime_kit.snippets.format.catalog import read_snippet

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "test" / "fixtures" / "snippets"
NAMES = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("error-"))


def as_json(snippet: Snippet) -> dict[str, Any]:
    """A snippet as the expectations write it."""
    icon = {} if snippet.icon is None else {"icon": snippet.icon}
    names = {"names": snippet.names} if snippet.names else {}
    parameters = [
        {**parameter.describe(), "cell": parameter.cell, "line": parameter.line}
        for parameter in snippet.parameters
    ]
    known = {
        "title": snippet.title,
        "description": snippet.description,
        "tags": snippet.tags,
        "languages": snippet.languages,
        "requires": snippet.requires,
        "version": snippet.version,
        **icon,
        **names,
        "cells": [
            {"cellType": cell.cell_type, "source": cell.source}
            | ({"folded": True} if cell.folded else {})
            for cell in snippet.cells
        ],
        "parameters": parameters,
    }
    return json.loads(json.dumps(known))


@pytest.fixture(scope="module")
def parsed() -> dict[str, Snippet]:
    """What the front end's parser says of each file, as the build hands it on."""
    files = [FOLDER / f"{name}.py" for name in NAMES]
    command = ["node", ROOT / "scripts" / "run.cjs", "snippets", *files]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {entry["id"]: read_snippet(entry) for entry in json.loads(done.stdout)}


@pytest.mark.parametrize("name", NAMES)
def test_file_is_read_as_expected(parsed: dict[str, Snippet], name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if isinstance(expected["snippet"]["cells"], str):
        source = text.split("# %%\n")[1].rstrip()
        expected["snippet"]["cells"] = [{"cellType": "code", "source": source}]
    snippet = parsed[name]
    assert as_json(snippet) == expected["snippet"]
    for parameter in snippet.parameters:
        before = snippet.cells[parameter.cell].source[: parameter.span[0]]
        assert re.search(rf"(^|\n) *{parameter.name} = ?$", before)
    for case in expected.get("rendered", []):
        if "error" in case:
            with pytest.raises(ParameterError) as wrong:
                render_snippet(snippet, case["values"], case.get("notes"))
            assert wrong.value.parameter == case["error"]
        else:
            cells = render_snippet(snippet, case["values"], case.get("notes"))
            assert [cell.source for cell in cells] == case["sources"]


def test_a_checkout_without_a_build_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "files", lambda _: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"catalog\.json is missing. Run `npm run build`"):
        catalog.builtin_snippets.__wrapped__()


def test_builtins_are_complete_and_in_the_format() -> None:
    ids = [snippet.id for snippet in builtin_snippets()]
    assert {"drive-mount", "gpu-check", "checkpoint-resume"} <= set(ids)
    assert find_snippet("drive-mount") is not None
    assert find_snippet("no-such-snippet") is None
    catalog = describe()
    assert sorted(entry["id"] for entry in catalog) == sorted(set(ids))
    for snippet in builtin_snippets():
        assert snippet.description, snippet.id
        assert [cell.source for cell in render_snippet(snippet, {})] == [
            cell.source for cell in snippet.cells
        ]


SOURCE = 'x = """\n"""\nNAME = None  # @param {type:"raw"}\ny = 1'
AT = SOURCE.index("None")
PARAMETER = {"name": "NAME", "type": "raw", "default": None, "cell": 0, "line": 3}
SNIPPET = read_snippet(
    {
        "id": "demo",
        "title": "Demo",
        "description": "",
        "tags": [],
        "languages": ["python"],
        "requires": [],
        "version": 1,
        "form": "standalone",
        "cells": [{"cellType": "code", "source": SOURCE}],
        "parameters": [{**PARAMETER, "span": [AT, AT + len("None")]}],
    }
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | FINITE | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_the_description_in_lists_holds_for_both_forms() -> None:
    """They show that of the standalone form, whichever is inserted."""
    [described] = [
        s.description
        for s in builtin_snippets()
        if s.id == "checkpoint-resume" and s.form == "standalone"
    ]
    assert "after each epoch" in described and "(library form) in the middle" in described


@given(VALUES, st.text())
def test_values_and_notes_stay_where_they_are_put(value: Any, note: str) -> None:
    [cell] = render_snippet(SNIPPET, {"NAME": value}, {"NAME": note})
    before, assigned, after = ast.parse(cell.source).body
    [plain_before, _, plain_after] = ast.parse(SNIPPET.cells[0].source).body
    assert ast.dump(before) == ast.dump(plain_before)
    assert ast.dump(after) == ast.dump(plain_after)
    assert isinstance(assigned, ast.Assign)
    found = ast.literal_eval(assigned.value)
    assert json.dumps(found) == json.dumps(value)
    comments = cell.source.split("\n")[3:-1]
    assert len(comments) <= 1
    assert all(re.fullmatch(r"# NAME: \S.*", comment) for comment in comments)


@given(st.text())
def test_literals_are_one_line_of_visible_characters(text: str) -> None:
    literal = to_python_literal(text)
    assert literal.isprintable()
    assert ast.literal_eval(literal) == text


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 2**53, [-math.inf], {1: 2}, {"a": {1}}, b"x", "\ud800", object()]
)
def test_what_json_cannot_carry_is_no_value(value: Any) -> None:
    with pytest.raises(ParameterError, match=r"^NAME: "):
        render_snippet(SNIPPET, {"NAME": value})
