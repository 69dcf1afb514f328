"""The built-in cells as text: what holds for each of them whatever it does."""

import ast
import re
from pathlib import Path

import pytest

from runtime_kit.snippet_library import find_snippet

FOLDER = Path(__file__).parents[2] / "runtime_kit" / "snippets"
IDS = ["checkpoint-resume", "drive-mount", "gpu-check"]
MAX_LINES = 70


@pytest.mark.parametrize("snippet_id", IDS)
def test_cells_are_short_and_stand_alone(snippet_id: str) -> None:
    snippet = find_snippet(snippet_id, "standalone")
    assert snippet is not None
    first, *rest = snippet.cells
    assert first.cell_type == "markdown" and "\n" not in first.source
    assert rest and all(cell.cell_type == "code" for cell in rest)
    for cell in rest:
        assert len(cell.source.splitlines()) <= MAX_LINES
        assert "runtime_kit" not in re.findall(r"(?:import|from) (\w+)", cell.source)
        ast.parse(cell.source, feature_version=(3, 10))


@pytest.mark.parametrize("snippet_id", IDS)
def test_parameters_come_first(snippet_id: str) -> None:
    snippet = find_snippet(snippet_id, "standalone")
    assert snippet is not None and snippet.parameters
    for parameter in snippet.parameters:
        assert parameter.cell == 1 and parameter.line <= len(snippet.parameters) + 1
        assert parameter.name.isupper()


def test_parameters_differ() -> None:
    """All three may be in one notebook, so no name may stand for two things."""
    names = [
        parameter.name
        for snippet_id in IDS
        for parameter in find_snippet(snippet_id, "standalone").parameters  # type: ignore[union-attr]
    ]
    assert len(names) == len(set(names))


def test_checkpoint_asks_for_what_the_front_end_finds() -> None:
    snippet = find_snippet("checkpoint-resume", "standalone")
    assert snippet is not None
    asked = {parameter.name: parameter.default for parameter in snippet.parameters}
    assert {"MODEL", "OPTIMIZER", "SCHEDULER", "SCALER", "LOADER"} <= asked.keys()
    assert all(isinstance(value, str) for value in asked.values())
