"""Which names are read later: the classical backward analysis over structured statements."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from .effects import COMPREHENSIONS, FUNCTIONS, effects_of

Names = frozenset[str]
_NONE: Names = frozenset()


@dataclass(frozen=True)
class _Exits:
    """What is live where control leaves a block in another way than by its end."""

    leave: Names = _NONE  # of the function or module
    stop: Names = _NONE  # after the loop
    turn: Names = _NONE  # at the loop's next turn
    error: Names = _NONE  # in a handler


@dataclass
class Liveness:
    """``before[statement]`` and ``after[statement]``: names whose present value may be read from
    there on. ``turn[loop]``: the same where the loop asks for its next turn; ``more[loop]``: there,
    given that another turn does follow. ``entered``: each loop runs once at least."""

    before: dict[ast.stmt, Names] = field(default_factory=dict)
    after: dict[ast.stmt, Names] = field(default_factory=dict)
    turn: dict[ast.stmt, Names] = field(default_factory=dict)
    more: dict[ast.stmt, Names] = field(default_factory=dict)
    entered: bool = False

    def block(self, body: list[ast.stmt], live: Names, exits: _Exits) -> Names:
        for statement in reversed(body):
            self.after[statement] = self.after.get(statement, _NONE) | live
            live = self._statement(statement, live, exits) | exits.error
            self.before[statement] = self.before.get(statement, _NONE) | live
        return live

    def _statement(self, node: ast.stmt, live: Names, exits: _Exits) -> Names:
        if isinstance(node, (ast.Return, ast.Raise)):
            out = exits.leave if isinstance(node, ast.Return) else exits.leave | exits.error
            return out | effects_of(node).loads
        if isinstance(node, ast.Break):
            return exits.stop
        if isinstance(node, ast.Continue):
            return exits.turn
        if isinstance(node, ast.If):
            inner = self.block(node.body, live, exits) | self.block(node.orelse, live, exits)
            return _through(node.test, inner)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self._for(node, live, exits)
        if isinstance(node, ast.While):
            return self._while(node, live, exits)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            inner = self.block(node.body, live, exits)
            for item in reversed(node.items):
                inner = _through(item, inner)
            return inner
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, live, exits)  # type: ignore[arg-type]
        if isinstance(node, ast.Match):
            inner = live
            for case in node.cases:
                taken = self.block(case.body, live, exits)
                inner |= _through(case.pattern, taken) | effects_of(case.guard).loads
            return inner | effects_of(node.subject).loads
        return _through(node, live)

    def _for(self, node: ast.For | ast.AsyncFor, live: Names, exits: _Exits) -> Names:
        ended = self.block(node.orelse, live, exits)
        targets = effects_of(node.target)
        turn: Names = self.turn.get(node, _NONE) | ended
        while True:
            body = self.block(node.body, turn, replace(exits, stop=live, turn=turn))
            more = (body - targets.stores) | targets.loads
            if more <= turn:
                break
            turn |= more
        self.more[node] = self.more.get(node, _NONE) | more
        self.turn[node] = turn
        return (more if self.entered else turn) | effects_of(node.iter).loads

    def _while(self, node: ast.While, live: Names, exits: _Exits) -> Names:
        ended = self.block(node.orelse, live, exits)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        turn: Names = self.turn.get(node, _NONE) | (_NONE if endless else ended)
        while True:
            body = self.block(node.body, turn, replace(exits, stop=live, turn=turn))
            more = _through(node.test, body)
            if more <= turn:
                break
            turn |= more
        self.more[node] = self.more.get(node, _NONE) | more
        self.turn[node] = turn
        return more if self.entered else turn

    def _try(self, node: ast.Try, live: Names, exits: _Exits) -> Names:
        left = exits.leave | exits.stop | exits.turn | exits.error
        final = self.block(node.finalbody, live | left, exits) if node.finalbody else live
        inner = exits
        if node.finalbody:
            inner = _Exits(final, final, final, exits.error | final)
        handled = _NONE
        for handler in node.handlers:
            body = self.block(handler.body, final, inner)
            handled |= (body - {handler.name}) | effects_of(handler.type).loads
        otherwise = self.block(node.orelse, final, inner)
        return self.block(node.body, otherwise, replace(inner, error=inner.error | handled))


def _through(node: ast.AST, live: Names) -> Names:
    """Before a piece of straight code, given what is live after it."""
    effects = effects_of(node)
    stores = effects.stores
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        stores = {node.name}
    else:
        stores = stores - _conditional(node)
    return (live - stores) | effects.loads


def _conditional(node: ast.AST) -> set[str]:
    """Names that an expression stores only where it gets there."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.BoolOp, ast.IfExp, *COMPREHENSIONS)):
            found |= {n.target.id for n in ast.walk(part) if isinstance(n, ast.NamedExpr)}
    return found


def liveness(body: list[ast.stmt], leave: Names, *, entered: bool = False) -> Liveness:
    """Of a whole scope. ``leave``: what is read after it was left."""
    found = Liveness(entered=entered)
    found.block(body, leave, _Exits(leave=leave))
    return found
