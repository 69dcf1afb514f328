"""The built-in cells as text: what holds for each of them whatever it does."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbconvert import PythonExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from runtime_kit.snippets import Snippet, builtin_snippets, find_snippet

# Lines that a notebook shows of a snippet; its engines are folded.
MOST_VISIBLE = {"drive-mount": 6, "gpu-check": 4, "checkpoint": 12, "library": 12, "other": 15}
MOST_FOLDED = {"drive-mount": 60, "gpu-check": 60}

SNIPPETS = [pytest.param(s, id=f"{s.id}-{s.form}") for s in builtin_snippets()]
STANDALONE = [p for p in SNIPPETS if p.values[0].form == "standalone"]  # type: ignore[attr-defined]
LIBRARY = [p for p in SNIPPETS if p.values[0].form == "library"]  # type: ignore[attr-defined]
GROUPS = ["storage", "checkpoint", "gpu", "environment", "scripts", "runtime", "share"]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_cells_are_short(snippet: Snippet) -> None:
    visible = [cell for cell in snippet.cells if not cell.folded]
    folded = [cell for cell in snippet.cells if cell.folded]
    kinds = (snippet.form, snippet.id, snippet.tags[0], "other")
    most = next(MOST_VISIBLE[kind] for kind in kinds if kind in MOST_VISIBLE)
    assert sum(len(cell.source.splitlines()) for cell in visible) <= most
    if snippet.id in MOST_FOLDED and snippet.form == "standalone":
        assert all(len(c.source.splitlines()) <= MOST_FOLDED[snippet.id] for c in folded)
    for cell in snippet.cells:
        assert cell.cell_type == "code" and cell.source.startswith(("# @title ", "%%writefile "))
        plain = TransformerManager().transform_cell(cell.source)
        ast.parse(plain, feature_version=(3, 10))


@pytest.mark.parametrize("snippet", STANDALONE)
def test_standalone_cells_stand_alone(snippet: Snippet) -> None:
    for cell in snippet.cells:
        assert "runtime_kit" not in re.findall(r"(?:import|from) (\w+)", cell.source)


@pytest.mark.parametrize("snippet", LIBRARY)
def test_library_cells_say_what_to_install(
    snippet: Snippet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook is opened where the package is not installed."""
    for name in [name for name in sys.modules if name.startswith("runtime_kit.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "runtime_kit", None)
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stdout="")
    )
    code = snippet.cells[0].source
    told = "runtime_kit.* is missing: run %pip install jupyterlab-runtime-kit"
    with pytest.raises(ModuleNotFoundError, match=told):
        exec(TransformerManager().transform_cell(code), {})


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_parameters_come_first(snippet: Snippet) -> None:
    assert snippet.parameters
    first = [cell.cell_type == "code" and not cell.folded for cell in snippet.cells].index(True)
    statements = ast.parse(TransformerManager().transform_cell(snippet.cells[first].source)).body
    names = [
        node.targets[0].id
        for node in statements[: len(snippet.parameters)]
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    assert snippet.cells[first].source.startswith(f"# @title {snippet.title}\n")
    assert names == [parameter.name for parameter in snippet.parameters]
    assert all(name.isupper() for name in names)
    assert all(parameter.cell == first for parameter in snippet.parameters)


def test_parameters_differ() -> None:
    """All may be in one notebook, so no name may stand for two things. Those that save a training
    are one of a kind, and name their parts alike."""
    snippets_of = defaultdict(set)
    for snippet in builtin_snippets():
        kind = "checkpoint" if snippet.tags[0] == "checkpoint" else snippet.id
        for parameter in snippet.parameters:
            snippets_of[parameter.name].add(kind)
    assert {name: kinds for name, kinds in snippets_of.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_menus_have_a_place_for_it(snippet: Snippet) -> None:
    assert snippet.tags[0] in GROUPS
    assert snippet.description and not snippet.description.endswith(".")
    assert len(snippet.title) <= 40


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_notebook_of_it_is_valid_and_converts_to_python(snippet: Snippet) -> None:
    about = {"runtime_kit": {"snippet": snippet.id, "version": snippet.version, "parameters": {}}}
    notebook = new_notebook()
    for cell in snippet.cells:
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        notebook.cells.append(make(cell.source, metadata=about))
    nbformat.validate(notebook)
    text, _ = PythonExporter().from_notebook_node(notebook)
    compile(text, snippet.id, "exec")


def test_checkpoint_asks_for_what_the_front_end_finds() -> None:
    snippet = find_snippet("checkpoint-resume", "standalone")
    assert snippet is not None
    asked = {parameter.name: parameter.default for parameter in snippet.parameters}
    assert {"MODEL", "OPTIMIZER", "SCHEDULER", "SCALER", "LOADER"} <= asked.keys()
    assert all(isinstance(value, str) for value in asked.values())


def test_no_address_of_this_machine_is_in_a_cell() -> None:
    folder = Path(__file__).parents[2] / "runtime_kit" / "snippets"
    for path in folder.glob("*.py"):
        assert not re.search(r"/home/(?!studio-lab)|/root/|/tmp/", path.read_text()), path.name
