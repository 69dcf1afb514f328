"""``propose``: the edits that make a notebook's training resumable, or why not."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .elsewhere import find_elsewhere, scripts_that_train
from .frameworks import find_framework_plans, why_not_covered
from .heads import Edit
from .objects import Facts, Unclear
from .plan import Plan, Proposed
from .planner import Planner
from .program import Program
from .run_names import name_runs, run_name
from .source import Cell, cell_of, parent_of, read_cells

__all__ = ["apply", "propose", "run_name"]

FORMAT = 1
_IMPORT = "from runtime_kit import Run"
_LINE = 100  # characters
Json = dict[str, Any]


def propose(
    cells: Sequence[tuple[str, str]],
    *,
    name: str,
    facts: Facts | None = None,
    magics: bool = True,
    taken: Mapping[str, str] | None = None,
) -> Json:
    """Propose the edits that make the training in code cells resumable.

    :param cells: (id, source) of each code cell, in the notebook's order; or one whole file.
    :param name: of the notebook or file, without its ending: the run is named after it.
    :param facts: what an idle kernel says of its variables, by name: ``{"kind": "Module"}``.
    :param magics: False for a Python file, which has none.
    :param taken: runs that other notebooks have saved, each with its notebook: this one's get
        names of their own.
    :returns: JSON as docs/checkpoints.md describes. Offsets are characters, from 0; ``edits`` of a
        cell do not overlap and are in order.
    """
    read = read_cells(cells, magics=magics)
    scripts = [cell for cell in read if cell.script and cell.tree]
    units = [(Program([c for c in read if not c.script]), name, facts or {})]
    units += [(Program([cell]), _stem(cell.script or ""), {}) for cell in scripts]
    result: Json = {
        "format": FORMAT,
        "resumable": False,
        "runs": [],
        "edits": [],
        "cells": [],
        "why_not": [],
        "notes": [],
    }
    for program, title, known in units:
        script = bool(program.cells and program.cells[0].script)
        _propose(result, program, run_name(title), known, taken or {}, whole=script or not magics)
    result["edits"].sort(key=lambda edit: (edit["index"], edit["start"], edit["end"]))
    result["cells"].sort(key=lambda cell: cell["index"])
    if _overlap(result["edits"]):
        result |= {"edits": [], "cells": [], "runs": [], "notes": []}
        result["why_not"].append(_obstacle(Unclear("too-complex")))
    for cell, line, file in scripts_that_train(read) if magics else ():
        said = _located("script", values={"name": file})
        list_of = result["notes"] if result["edits"] else result["why_not"]
        list_of.append({**said, "cell": cell.id, "index": cell.index, "line": line})
    if not result["edits"]:
        _say_why(result, read)
    result["resumable"] = bool(result["edits"])
    return result


def apply(cells: Sequence[tuple[str, str]], proposal: Json) -> list[tuple[str | None, str]]:
    """The cells with the ticked edits made and the new cells in place, whose id is None."""
    found: list[tuple[str | None, str]] = []
    for index, (name, source) in enumerate(cells):
        for new in proposal["cells"]:
            if new["index"] == index:
                found.append((None, new["source"]))
        edits = [e for e in proposal["edits"] if e["index"] == index and e["ticked"]]
        for edit in sorted(edits, key=lambda e: (e["start"], e["end"]), reverse=True):
            source = source[: edit["start"]] + edit["text"] + source[edit["end"] :]
        found.append((name, source))
    return found


def _stem(path: str) -> str:
    return re.sub(r"\.\w+$", "", re.split(r"[\\/]", path)[-1])


def _propose(
    result: Json,
    program: Program,
    name: str,
    facts: Facts,
    taken: Mapping[str, str],
    *,
    whole: bool,
) -> None:
    if _trains_with_the_kit(program):
        result["why_not"].append(_obstacle(Unclear("already", _kit_import(program))))
        return
    planner = Planner(program, facts)
    plans, failed = planner.plans()
    for about in name_runs(plans, name, taken):
        result["notes"].append(_located("name-taken", values=about))
    if len(plans) > 1:
        result["notes"].append(_located("several"))
    made: list[tuple[int, Proposed]] = []
    imported: dict[int, Proposed | None] = {}  # by cell: the edit that imports, if it is one
    for plan in plans:
        try:
            number = len(result["runs"])
            edits = _with_run(result, plan, program, planner.run, imported, whole=whole)
            made += [(number, edit) for edit in edits]
        except Unclear as error:
            failed.append(error)
    for number, proposed in made:
        _add(result, proposed, number)
    if not plans:
        try:
            frameworks = find_framework_plans(program, name)
        except Unclear as error:
            frameworks, failed = [], [error, *failed]
        for found in frameworks:
            _add_framework(result, found)
        if not frameworks:
            other = why_not_covered(program)
            if other is None and not failed:
                other = find_elsewhere(program)
            failed = [other, *failed] if other is not None else failed
    result["why_not"] += [_obstacle(error) for error in failed]


def _with_run(
    result: Json,
    plan: Plan,
    program: Program,
    run: str,
    imported: dict[int, Proposed | None],
    *,
    whole: bool,
) -> list[Proposed]:
    """The edits of a plan with those that make the run and finish it."""
    cell = cell_of(plan.before)
    indent = cell.indentation(plan.before)
    line = plan.before.lineno
    if indent is None:
        raise Unclear("one-line", plan.before)
    roles = plan.tracked.roles
    fields = "".join(f"-{{{text}}}" for text in plan.fields)
    text = f'f"{plan.name}{fields}"' if fields else f'"{plan.name}"'
    making = _wrapped(f"{run} = Run({text}).track(", roles, indent, cell.line_end)
    values = {"objects": ", ".join(roles.values())}
    edits = list(plan.edits)
    end = cell.line_end
    # A new cell is there whichever runs the user takes; an edit of another run may not be.
    known = any(_IMPORT in new["source"] for new in result["cells"])
    known = known and plan.home is None and not whole
    if plan.home is None and not whole and _has_own_cell(plan, cell):
        imported[id(cell)] = None
        source = making if known else f"{_IMPORT}\n\n{making}"
        result["cells"].append(
            {
                "before": cell.id,
                "index": cell.index,
                "source": source,
                "reason": {"code": "run", "values": values},
            }
        )
    else:
        start = cell.line_start(line)
        head = ""
        if id(cell) not in imported and not known:
            imported[id(cell)] = None
            place = _import_place(cell, plan.before)
            if place is None or not (plan.home or whole or indent):
                head = f"{indent}{_IMPORT}{end}"
            else:
                edit = Edit(cell, *place[:2], place[2])
                imported[id(cell)] = Proposed(edit, "import", needed=True, line=place[3])
        importing = imported.get(id(cell))
        if importing is not None:
            edits.append(importing)
        edit = Edit(cell, start, start, f"{head}{indent}{making}{end}")
        edits.append(Proposed(edit, "run", values, needed=True, line=line))
    after = plan.after
    if not isinstance(after, ast.Return):
        last = after.end_lineno or after.lineno
        stop = cell.line_stop(last)
        rest = cell.source[cell.span(after)[1] : stop].strip()
        if rest and not rest.startswith(("#", ";")):
            raise Unclear("one-line", after)
        finish = Edit(cell, stop, stop, f"{end}{indent}{run}.finish()")
        edits.append(Proposed(finish, "finish", line=last))
    result["runs"].append(
        {
            "name": f"{plan.name}-{plan.label}" if plan.label else plan.name,
            "track": dict(roles),
            "cell": cell_of(plan.training.node).id,
            "index": cell_of(plan.training.node).index,
            "line": plan.training.loop.lineno,
        }
    )
    for note in plan.notes:
        said = _located(note.code, note.node, note.values)
        if said not in result["notes"]:
            result["notes"].append(said)
    return edits


def _wrapped(call: str, roles: Mapping[str, str], indent: str, end: str) -> str:
    """A call with what it tracks, over several lines where one would be long."""
    tracked = ", ".join(f"{role}={value}" for role, value in roles.items())
    if len(indent) + len(call) + len(tracked) < _LINE:
        return f"{call}{tracked})"
    deeper = indent + ("\t" if indent.startswith("\t") else "    ")
    return f"{call}{end}{deeper}{tracked}{end}{indent})"


def _has_own_cell(plan: Plan, cell: Cell) -> bool:
    """Whether all that is tracked is there before the cell of the training begins."""
    if not isinstance(parent_of(plan.before), ast.Module):
        return False
    if cell.magic:
        return True
    roots = {text.split(".")[0] for text in plan.tracked.roles.values()}
    tree = cell.tree
    assert tree is not None
    for statement in tree.body:
        if statement is plan.before:
            return True
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in roots:
                return False
    return True


def _import_place(cell: Cell, before: ast.stmt) -> tuple[int, int, str, int] | None:
    """Where an import goes: behind the last one at the top of the cell, else at its begin."""
    tree = cell.tree
    assert tree is not None
    end = cell.line_end
    last: ast.stmt | None = None
    for statement in tree.body:
        if statement is before:
            break
        is_doc = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            last = statement
        elif not is_doc and last is not None:
            break
    if last is not None:
        stop = cell.line_stop(last.end_lineno or last.lineno)
        return stop, stop, f"{end}{_IMPORT}", last.lineno
    first = next((s for s in tree.body if not _is_text(s)), None)
    if first is None:
        return None
    decorators = getattr(first, "decorator_list", [])
    line = min([first.lineno, *(d.lineno for d in decorators)])
    start = cell.line_start(_first_comment(cell, line))
    return start, start, f"{_IMPORT}{end}{end}", line


def _first_comment(cell: Cell, line: int) -> int:
    """The first line of the comment right above a line."""
    while line > 1:
        above = cell.source[cell.line_start(line - 1) : cell.line_stop(line - 1)]
        if not above.lstrip().startswith("#") or re.match(r"#!|#.*coding[:=]|# ?[@%]", above):
            return line
        line -= 1
    return line


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _add_framework(result: Json, plan: Any) -> None:
    cell = cell_of(plan.before)
    values = {"framework": plan.framework}
    lines = [plan.imports, "", *plan.lines] if plan.lines else [plan.imports]
    before = cell.id if not cell.script else None
    if before is not None and not any(c["source"] == "\n".join(lines) for c in result["cells"]):
        result["cells"].append(
            {
                "before": cell.id,
                "index": cell.index,
                "source": "\n".join(lines),
                "reason": {"code": "callback", "values": values},
            }
        )
    for edit, code in plan.edits:
        needed = code == "enable"
        proposed = Proposed(edit, code, values, needed=needed, line=plan.before.lineno)
        _add(result, proposed, len(result["runs"]))
    result["runs"].append(
        {
            "name": plan.framework,
            "track": {},
            "cell": cell.id,
            "index": cell.index,
            "line": plan.before.lineno,
        }
    )


def _add(result: Json, proposed: Proposed, run: int) -> None:
    """Add an edit for one of the runs; several may need the same one."""
    edit = proposed.edit
    body = {
        "cell": edit.cell.id,
        "index": edit.cell.index,
        "start": edit.start,
        "end": edit.end,
        "text": edit.text,
        "line": proposed.line,
        "reason": {"code": proposed.code, "values": dict(proposed.values)},
        "confidence": proposed.confidence,
        "ticked": proposed.confidence != "low",
        "needed": proposed.needed,
    }
    for edit in result["edits"]:
        if body == {key: value for key, value in edit.items() if key != "runs"}:
            edit["runs"].append(run)
            return
    result["edits"].append({**body, "runs": [run]})


def _overlap(edits: list[Json]) -> bool:
    """Whether two edits, in order, change the same characters."""
    return any(
        one["index"] == other["index"] and one["end"] > other["start"]
        for one, other in pairwise(edits)
    )


def _obstacle(error: Unclear) -> Json:
    return _located(error.code, error.node, error.values)


def _located(code: str, node: ast.AST | None = None, values: Mapping[str, str] = {}) -> Json:
    """A code with its values, and the line that it is about."""
    where: Json = {"cell": None, "index": None, "line": None}
    if node is not None and hasattr(node, "lineno"):
        cell = cell_of(node)
        where = {"cell": cell.id, "index": cell.index, "line": node.lineno}
    return {**where, "code": code, "values": dict(values)}


def _say_why(result: Json, cells: list[Cell]) -> None:
    if result["why_not"]:
        return
    for cell in cells:
        if cell.error is not None:
            said = _located("unreadable", values={"error": cell.error})
            result["why_not"].append({**said, "cell": cell.id, "index": cell.index})
            return
    result["why_not"].append(_obstacle(Unclear("no-loop")))


def _trains_with_the_kit(program: Program) -> bool:
    return _kit_import(program) is not None


def _kit_import(program: Program) -> ast.AST | None:
    for node in program.walk():
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runtime_kit"):
            return node
        if isinstance(node, ast.Attribute) and node.attr in ("epochs", "batches", "steps"):
            parent = parent_of(node)
            value = node.value
            if isinstance(parent, ast.Call) and isinstance(value, ast.Name) and value.id == "run":
                return node
    return None
