"""IPython magics: `%load_ext runtime_kit`.

Where a front end with the extension runs the cell, it brings `%snippet` along and
inserts by itself; what is here serves all others, through IPython's next input.
May import all other rooms.
"""

import functools
from typing import Any

from runtime_kit.frontend.snippet_connection import magics_of
from runtime_kit.frontend.snippet_magic import SnippetMagic
from runtime_kit.frontend.training_objects import taken_names
from runtime_kit.snippets import Cell, describe, find_snippet, render_snippet
from runtime_kit.snippets.format.rename import free_names, rename_cells, result_names

from .checkpoint_resume import checkpoint_resume
from .drive_mount import drive_mount
from .gpu_check import gpu_check

_OWN = (checkpoint_resume, drive_mount, gpu_check)
"""Magics by the names of these functions."""


def load_ipython_extension(shell: Any) -> None:
    """Give a shell the magics."""

    def insert(snippet_id: str, values: dict[str, Any]) -> None:
        snippet = find_snippet(snippet_id)
        assert snippet is not None, "the magic takes ids of the catalog only"
        parameters = [parameter.name for parameter in snippet.parameters]
        taken = taken_names(shell, result_names(snippet), parameters)
        renames = free_names(taken, shell.user_ns)
        cells = rename_cells(render_snippet(snippet, values), renames)
        shell.set_next_input(join_cells(cells), replace=False)
        if renames:
            others = ", ".join(renames.values())
            print(
                f"Your kernel already has {', '.join(renames)}. The new cell uses {others} instead."
            )

    def propose() -> None:
        from .propose import print_proposal

        print_proposal(shell, None)

    magics = magics_of(shell)
    magics.fallback = SnippetMagic(describe(), insert, propose)
    magics.update()
    for function in _OWN:
        magic = functools.update_wrapper(functools.partial(function, shell), function)
        shell.register_magic_function(magic, "line_cell", function.__name__)


def unload_ipython_extension(shell: Any) -> None:
    """Take them away again."""
    magics = magics_of(shell)
    magics.fallback = None
    magics.update()
    for kind in ("line", "cell"):
        for function in _OWN:
            shell.magics_manager.magics[kind].pop(function.__name__, None)


def join_cells(cells: list[Cell]) -> str:
    """One text of several cells: the next input is one code cell, so text is comments."""
    return "\n\n".join(
        cell.source if cell.cell_type == "code" else _comment(cell.source) for cell in cells
    )


def _comment(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
