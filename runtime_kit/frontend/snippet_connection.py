"""Which `%snippet` a cell has: that of the front end that runs it, or the fallback.

Carried to kernels together with the other files of the `%snippet` magic.
"""

import contextlib
import importlib
import json
import sys
from typing import Any

if __name__.startswith("runtime_kit."):  # carried files share one namespace instead
    from .snippet_magic import NAME, SnippetMagic, usage_error

_SLOT = "_runtime_kit_snippets"


def connect(comm_id: str, catalog: str, cell_id: str, code: str) -> None:
    """Announce a cell that is about to run; called by the front end.

    `catalog` is JSON. What the cell asks for is sent on the comm id, on which the front
    end listens: `{"method": "insert_snippet", "id": ..., "parameters": {...}}`, or
    `{"method": "propose_edits"}`.
    """

    def insert(snippet_id: str, values: dict[str, Any]) -> None:
        send({"method": "insert_snippet", "id": snippet_id, "parameters": values})

    def send(message: dict[str, Any]) -> None:
        # xeus-python gives a comm an id of its own.
        _make_comm(comm_id).send({**message, "channel": comm_id})

    magic = SnippetMagic(json.loads(catalog), insert, lambda: send({"method": "propose_edits"}))
    magics_of(sys.modules["IPython"].get_ipython()).announce(cell_id, code, magic)


class ShellMagics:
    """`%snippet` of one shell.

    A front end announces each cell that uses the magic just before it runs, and what
    that cell asks for goes to that front end. Other cells have the `fallback`; where
    there is none, the magic is gone when no announced cell is left.
    """

    def __init__(self, shell: Any) -> None:
        self.fallback: SnippetMagic | None = None
        self._shell = shell
        self._announced: list[tuple[str, str, SnippetMagic]] = []
        self._shadowed: dict[str, Any] | None = None

    def announce(self, cell_id: str, code: str, magic: SnippetMagic) -> None:
        others = [entry for entry in self._announced if entry[0] != cell_id]
        self._announced = [*others, (cell_id, code, magic)]
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
        entry = self._running()
        magic = entry[2] if entry else self.fallback
        if magic is None:
            raise usage_error("no front end is listening to this cell: run it once more")
        magic(line, body)

    def _running(self) -> tuple[str, str, SnippetMagic] | None:
        """The announced cell that is running, if it is one.

        Executors on a server do not say which cell they run: then its code tells. Where
        a kernel keeps no request at all, the cells run in the order of the announcements.
        """
        get_parent = getattr(getattr(self._shell, "kernel", None), "get_parent", None)
        request = get_parent() if get_parent else None
        if not request:
            return next(iter(self._announced), None)
        cell_id = request.get("metadata", {}).get("cellId")
        code = request.get("content", {}).get("code")
        if cell_id is None and code is None:  # xeus-python keeps the header only
            return next(iter(self._announced), None)
        for entry in self._announced:
            if entry[0] == cell_id or (cell_id is None and entry[1] == code):
                return entry
        return None

    def _after_cell(self, result: Any) -> None:
        entry = self._running()
        if entry:
            self._announced.remove(entry)
            self.update()


def magics_of(shell: Any) -> ShellMagics:
    """The one of this shell, also where another copy of this file made it."""
    return vars(shell).setdefault(_SLOT, ShellMagics(shell))


def _register(shell: Any, magics: ShellMagics) -> None:
    from IPython.core.magic import no_var_expand

    @no_var_expand
    def snippet(line: str, body: str = "") -> None:
        """Insert a snippet below: `%snippet id name=value ...`. Alone it lists them."""
        magics.run(line, body)

    shell.register_magic_function(snippet, magic_kind="line_cell", magic_name=NAME)


def _make_comm(comm_id: str) -> Any:
    """A comm that the front end opened in its own books only: no message opens it."""
    ipykernel = sys.modules.get("ipykernel")
    is_old = ipykernel is not None and ipykernel.version_info < (6, 18)
    module = importlib.import_module("ipykernel.comm" if is_old else "comm")
    create = module.Comm if is_old else module.create_comm
    comm = create(target_name="runtime-kit", comm_id=comm_id, primary=False)
    with contextlib.suppress(AttributeError):  # not one of ipykernel's
        # Otherwise it says that it closes when it is collected.
        comm._closed = True
    return comm
