"""The Python side of the snippet format agrees with the front end's and with Python.

The front end reads the same files: test/unit/snippets/format/corpus.spec.ts.
"""

import ast
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime_kit import platform
from runtime_kit.snippets import (
    ParameterError,
    Snippet,
    SnippetError,
    builtin_snippets,
    describe,
    find_snippet,
    parse_snippet,
    render_snippet,
    to_python_literal,
)

FOLDER = Path(__file__).parents[1] / "fixtures" / "snippets"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


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


@pytest.mark.parametrize("name", NAMES)
def test_file_is_read_as_expected(name: str) -> None:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(SnippetError) as caught:
            parse_snippet(text, name)
        found = {"field": caught.value.field, "line": caught.value.line}
        assert (caught.value.snippet_id, found) == (name, expected["error"])
        return
    if isinstance(expected["snippet"]["cells"], str):
        source = text.split("# %%\n")[1].rstrip()
        expected["snippet"]["cells"] = [{"cellType": "code", "source": source}]
    snippet = parse_snippet(text, name)
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


def test_line_ends_of_windows_are_read() -> None:
    text = (FOLDER / "percent-cells.py").read_text(encoding="utf-8")
    snippet = parse_snippet(text, "percent-cells")
    assert parse_snippet("\ufeff" + text.replace("\n", "\r\n"), "percent-cells") == snippet


def test_each_platform_can_be_required() -> None:
    """Those that `runtime_kit.platform` can report; test/checkpoint/test_platform.py holds the
    page to the same ids."""
    for name in [platform.LOCAL, *(rule.id for rule in platform.PLATFORMS)]:
        text = f"# ---\n# title: Demo\n# requires: [platform:{name}]\n# ---\nx = 1\n"
        assert parse_snippet(text, "demo").requires == (f"platform:{name}",)


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


SNIPPET = parse_snippet(
    '# ---\n# title: Demo\n# ---\nx = """\n"""\nNAME = None  # @param {type:"raw"}\ny = 1', "demo"
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
    again = parse_snippet("# ---\n# title: Demo\n# ---\n" + cell.source, "demo")
    assert json.dumps(again.parameters[0].default) == json.dumps(value)


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
