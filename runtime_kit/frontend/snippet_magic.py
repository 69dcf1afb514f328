"""`%snippet` and `%%snippet`: check what is asked for, and have it inserted.

The front end carries this file, with those that it needs, to kernels that may not have
`runtime_kit`: all of them need the standard library and IPython only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

if __name__.startswith("runtime_kit."):  # carried files share one namespace instead
    from .snippet_arguments import Problem, check_values, closest, parse_body, parse_line

NAME = "snippet"
PROPOSED = "checkpoint-resume"  # whose own loop can be made resumable instead
USAGE = f"""\
%{NAME} list                         list the snippets and their parameters
%{NAME} gpu-check NAME=value         insert one below, with values of its parameters
%%{NAME} gpu-check                   the same; the cell has a line NAME = value for each
%{NAME} {PROPOSED} --propose  propose edits of your own training loop instead"""


class SnippetMagic:
    """The magic over a catalog: a list of `{"id", "title", "description", "parameters"}`.

    `insert` is called with the id of a snippet and values by parameter name, `propose` where the
    edits of the notebook's own loop are asked for.
    """

    def __init__(
        self,
        catalog: Sequence[Mapping[str, Any]],
        insert: Callable[[str, dict[str, Any]], None],
        propose: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._insert = insert
        self._propose = propose

    def __call__(self, line: str, body: str = "") -> None:
        """Do what `%snippet line`, or `%%snippet line` with a body, asks for.

        For a wrong id, name or value nothing is inserted; the error is IPython's
        UsageError, which shows as a single line.
        """
        try:
            self._run(line.strip(), body)
        except Problem as problem:
            raise usage_error(str(problem)) from None

    def _run(self, line: str, body: str) -> None:
        snippet_id, _, rest = line.partition(" ")
        if snippet_id in ("", "list") and not rest and not body.strip():
            print(list_snippets(self._catalog))
            return
        if snippet_id in ("-h", "--help"):
            print(USAGE)
            return
        how = f"%{NAME} lists the snippets, %{NAME} ID inserts one, %{NAME} --help tells more"
        if not snippet_id:
            raise Problem(f"which snippet? {how}")
        if snippet_id.startswith("-"):
            raise Problem(f"no option {snippet_id}. {how}")
        snippet = next((item for item in self._catalog if item["id"] == snippet_id), None)
        if snippet is None:
            ids = [item["id"] for item in self._catalog]
            close = " or ".join(closest(snippet_id, ids))
            hint = f"did you mean {close}?" if close else f"%{NAME} lists those that there are"
            raise Problem(f'no snippet "{snippet_id}"; {hint}')
        if rest.strip() == "--propose":
            if snippet_id != PROPOSED or body.strip():
                raise Problem(f"--propose goes with {PROPOSED} alone: %{NAME} {PROPOSED} --propose")
            self._propose()
            return
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


def usage_error(message: str) -> Exception:
    """The error that IPython shows as a single line."""
    from IPython.core.error import UsageError

    return UsageError(" ".join(f"%{NAME}: {message}".split()))
