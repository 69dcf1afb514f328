"""`%snippet` and `%%snippet`: check what is asked for, and have it inserted.

The front end carries this file, behind snippet_values.py, to kernels that may not have
`runtime_kit`: it needs the standard library and IPython only.
"""

import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

if __name__ == "runtime_kit.frontend.snippet_magic":  # carried files share a namespace
    from .snippet_values import Problem, check_values, parse_body, parse_line, suggest

NAME = "snippet"
_SLOT = "_runtime_kit_snippets"


class SnippetMagic:
    """The magic over a catalog: a list of `{"id", "title", "description", "parameters"}`.

    `insert` is called with the id of a snippet and values by parameter name.
    """

    def __init__(
        self,
        catalog: Sequence[Mapping[str, Any]],
        insert: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._catalog = catalog
        self._insert = insert

    def __call__(self, line: str, body: str = "") -> None:
        """Do what `%snippet line`, or `%%snippet line` with a body, asks for.

        For a wrong id, name or value nothing is inserted; the error is IPython's
        UsageError, which shows as a single line.
        """
        try:
            self._run(line.strip(), body)
        except Problem as problem:
            raise _usage_error(str(problem)) from None

    def _run(self, line: str, body: str) -> None:
        snippet_id, _, rest = line.partition(" ")
        if not snippet_id and not body.strip():
            print(list_snippets(self._catalog))
            return
        snippet = next((item for item in self._catalog if item["id"] == snippet_id), None)
        if snippet is None:
            ids = [item["id"] for item in self._catalog]
            raise Problem(f'no snippet "{snippet_id}"{suggest(snippet_id, ids)}')
        parameters = snippet["parameters"]
        values = [*parse_line(parameters, rest), *parse_body(parameters, body)]
        self._insert(snippet_id, check_values(parameters, values))


def list_snippets(catalog: Sequence[Mapping[str, Any]]) -> str:
    """A line for each snippet and one for its parameters."""
    width = max((len(item["id"]) for item in catalog), default=0)
    lines = []
    for item in catalog:
        lines.append(f"{item['id']:<{width}}  {item['title']}")
        values = [f"{each['name']}={each['default']!r}" for each in item["parameters"]]
        lines += [f"{'':<{width}}  {' '.join(values)}"] if values else []
    return "\n".join(lines) or "There are no snippets."


class ShellMagics:
    """`%snippet` of one shell.

    A front end announces each cell that uses the magic just before it runs, and what
    that cell asks for goes to that front end. Other cells have the `fallback`; where
    there is none, the magic is gone when no announced cell is left.
    """

    def __init__(self, shell: Any) -> None:
        self.fallback: SnippetMagic | None = None
        self._shell = shell
        self._announced: dict[str, SnippetMagic] = {}
        self._shadowed: dict[str, Any] | None = None

    def announce(self, cell_id: str, magic: SnippetMagic) -> None:
        self._announced.pop(cell_id, None)
        self._announced[cell_id] = magic
        self.update()

    def update(self) -> None:
        """Register the magic where it is needed; otherwise give its name back."""
        magics = self._shell.magics_manager.magics
        events = self._shell.events
        needed = bool(self._announced or self.fallback)
        if needed and self._shadowed is None:
            self._shadowed = {kind: table.get(NAME) for kind, table in magics.items()}
            _register(self._shell, self)
            events.register("post_run_cell", self._after_cell)
        elif not needed and self._shadowed is not None:
            for kind, function in self._shadowed.items():
                magics[kind].pop(NAME, None)
                if function is not None:
                    magics[kind][NAME] = function
            self._shadowed = None
            events.unregister("post_run_cell", self._after_cell)

    def run(self, line: str, body: str) -> None:
        magic = self._announced.get(self._key(), self.fallback)
        if magic is None:
            raise _usage_error("no front end is listening to this cell: run it once more")
        magic(line, body)

    def _key(self) -> str:
        """Which announced cell is running; executors on a server may not tell its id."""
        kernel = getattr(self._shell, "kernel", None)
        parent = (kernel.get_parent() if kernel else None) or {}
        cell_id = parent.get("metadata", {}).get("cellId", "")
        return cell_id or next(iter(self._announced), "")

    def _after_cell(self, result: Any) -> None:
        self._announced.pop(self._key(), None)
        self.update()


def _register(shell: Any, magics: ShellMagics) -> None:
    from IPython.core.magic import no_var_expand

    @no_var_expand
    def snippet(line: str, body: str = "") -> None:
        """Insert a snippet below: `%snippet id name=value ...`. Alone it lists them."""
        magics.run(line, body)

    shell.register_magic_function(snippet, magic_kind="line_cell", magic_name=NAME)


def _usage_error(message: str) -> Exception:
    from IPython.core.error import UsageError

    return UsageError(" ".join(f"%{NAME}: {message}".split()))


def magics_of(shell: Any) -> ShellMagics:
    """The one of this shell, also where another copy of this file made it."""
    return vars(shell).setdefault(_SLOT, ShellMagics(shell))


def connect(comm_id: str, catalog: str, cell_id: str = "") -> None:
    """Announce the cell that runs next; called by the front end.

    `catalog` is JSON. What the cell asks for is sent on the comm id, of which the
    front end has the other end: `{"method": "insert_snippet", "id", "parameters"}`.
    """

    def insert(snippet_id: str, values: dict[str, Any]) -> None:
        message = {"method": "insert_snippet", "id": snippet_id, "parameters": values}
        _make_comm(comm_id).send(message)

    shell = sys.modules["IPython"].get_ipython()
    magics_of(shell).announce(cell_id, SnippetMagic(json.loads(catalog), insert))


def _make_comm(comm_id: str) -> Any:
    """A comm that the front end opened in its own books only: no message opens it."""
    ipykernel = sys.modules.get("ipykernel")
    is_old = ipykernel is not None and ipykernel.version_info < (6, 18)
    module = importlib.import_module("ipykernel.comm" if is_old else "comm")
    create = module.Comm if is_old else module.create_comm
    comm = create(target_name="runtime-kit", comm_id=comm_id, primary=False)
    # Otherwise it says that it closes when it is collected.
    comm._closed = True
    return comm
