"""Which of a loop's variables are saved: what their values are decides, and what the code does."""

from __future__ import annotations

import ast
import dis
import enum
import itertools
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import FrameType
from typing import Any

from runtime_kit.checkpoint.errors import CannotStoreError, CheckpointError, LoopError
from runtime_kit.checkpoint.messages import say, warn
from runtime_kit.checkpoint.state.dtypes import module
from runtime_kit.checkpoint.state.portable import (
    SCALARS,
    Freezer,
    NotPortable,
    TooLarge,
    attributes_of,
    has_state_dict,
    is_furniture,
)
from runtime_kit.resumable import LoopVariable, Reason

from .frames import is_users
from .marks import changed_by_methods, mark_of
from .reached import LOADER, Space, is_users_class
from .references import References
from .summed_losses import check_summed_losses
from .variable_spaces import in_comprehension

_SMALL = 1 << 20  # bytes and elements: of what only other cells may read
_DATA = 1 << 24  # bytes and elements: of what a data set reads, or keeps as a cache
_CONTAINERS = (list, dict, set, deque, bytearray, Counter, OrderedDict, defaultdict)
# Methods that leave a module's weights alone.
_HARMLESS = frozenset(["train", "eval", "to", "zero_grad", "requires_grad_", "forward", "apply"])
_PLAIN_MODULES = ("datetime", "pathlib", "random", "numpy.random.", "itertools")
_NO_LOOPS = ("<genexpr>", "<lambda>")

Place = tuple[str, str]
_NOT_SET = object()


class Choice:
    """``stated`` names are saved whatever the source says, ``excluded`` ones never.

    What may change in place (an object, a list that is handed to a function) is saved once it
    differs from what it was when the loop began.

    :param has_trained: a checkpoint has what tracked optimizers train, whoever holds it.
    """

    def __init__(self, tracked: Mapping[str, Any], *, has_trained: bool = True) -> None:
        self._has_trained = has_trained
        self.stated: set[str] = set()
        self.excluded: set[str] = set()
        self._tracked = tracked
        self.references = References(tracked)
        self._out: set[int] = set()
        self._trained: set[int] = set()
        self._first: dict[tuple[str, ...], Any] = {}
        self._changed: dict[Place, set[str]] = {}
        self._problems: dict[str, str] = {}
        self._told: set[str] = set()

    def begin(self) -> None:
        """A top-level loop begins: what is there now is what the program made."""
        self._first.clear()
        self._changed.clear()

    def state(self, names: Iterable[str]) -> None:
        """Save them whatever the source says."""
        self.stated |= _checked_names(names)
        self.excluded -= self.stated

    def exclude(self, names: Iterable[str]) -> None:
        """Never save them, nor put them back."""
        self.excluded |= _checked_names(names)
        self.stated -= self.excluded

    def note_put(self, space: str, name: str, attributes: Iterable[str] = ()) -> None:
        """A variable, or an object's attributes, were saved before, so they will be again."""
        self._changed.setdefault((space, name), set()).update(attributes)

    # -- what is no variable

    def look(self) -> None:
        """See what is tracked now: it has its own place in a checkpoint."""
        torch = module("torch")
        self._out.clear()
        self._trained.clear()
        todo = list(self._tracked.values())
        while todo:
            value = todo.pop()
            if id(value) in self._out:
                continue
            self._out.add(id(value))
            if type(value) in (list, tuple):
                todo += value
            elif type(value) is dict:
                todo += value.values()
            if torch is None:
                continue
            if isinstance(value, torch.nn.Module):
                self._out |= {id(part) for part in value.modules()}
                self._out |= {id(p) for p in (*value.parameters(), *value.buffers())}
            if isinstance(value, torch.optim.Optimizer):
                groups = value.param_groups
                self._trained |= {id(p) for group in groups for p in group["params"]}
        if self._has_trained:
            self._out |= self._trained

    def is_left_out(self, value: Any) -> bool:
        return id(value) in self._out

    def is_trained(self, value: Any) -> bool:
        """A tracked optimizer has it, so it has to stay the same object."""
        return id(value) in self._trained

    def model_like(self, name: str) -> Any:
        """A tracked module of a class, like which a copy was made (``copy.deepcopy(model)``)."""
        torch = module("torch")
        if torch is None:
            return None
        for value in self._tracked.values():
            if isinstance(value, torch.nn.Module):
                for part in value.modules():
                    if type(part).__name__ == name:
                        return part
        return None

    # -- taking

    def take(self, freezer: Freezer, space: Space, variable: LoopVariable) -> tuple[Any] | None:
        """The portable value of a variable in a tuple, or None where it is not to be saved."""
        name = variable.name
        if name in self.excluded:
            return None
        value = space.values.get(name, _NOT_SET)
        self._first.setdefault((space.key, name, "class"), type(value).__name__)
        if value is _NOT_SET:
            return None
        if self.is_left_out(value):
            reference = self.references.to(value) if variable.stored else None
            return (reference,) if reference is not None else None
        if is_furniture(value) or _is_iterator(value):
            return None
        try:
            return self._take(freezer, space, variable, value)
        except TooLarge:
            return None
        except NotPortable as error:
            if name in self.stated:
                raise CannotStoreError(name, value) from None
            if not space.key.startswith(LOADER):
                self._note(name, value, error)
            return None

    def _take(
        self, freezer: Freezer, space: Space, variable: LoopVariable, value: Any
    ) -> tuple[Any] | None:
        name, place = variable.name, (space.key, variable.name)
        stated = name in self.stated
        kind = type(value)
        is_object = _is_object(value)
        if (variable.stored or stated) and not is_object:
            if kind in SCALARS:
                return (value,)
            limit = _SMALL if variable.reason is Reason.NAMESPACE and not stated else 0
            return (freezer.take(value, name, limit=limit),)
        if is_object:
            return self._object(freezer, space, variable, value)
        if kind in SCALARS and not space.held:
            return None
        if variable.certain or place in self._changed:
            return (freezer.take(value, name),)
        now = mark_of(value, name, self.is_left_out)
        if now is None or self._first.setdefault(place, now) == now:
            return None
        self._changed[place] = set()
        return (freezer.take(value, name),)

    def _object(
        self, freezer: Freezer, space: Space, variable: LoopVariable, value: Any
    ) -> tuple[Any] | None:
        name, place = variable.name, (space.key, variable.name)
        first = self._first[(*place, "class")]
        acts = {change.how for change in variable.changes if change.certain} - _HARMLESS
        if has_state_dict(value) and value.state_dict():
            if (
                not (acts or variable.stored or self._has_trained_parts(value))
                and name not in self.stated
            ):
                return None
            if variable.stored and variable.reason is Reason.NAMESPACE:
                return None
            if first != type(value).__name__ and self.model_like(type(value).__name__) is None:
                raise NotPortable(name, value, "it is made in the loop")
            if not variable.stored:
                self._tell_untracked(name, value)
            return (freezer.take(value, name),)
        attributes = attributes_of(value)
        of: Any = type(value)
        users = is_users_class(of)
        if attributes is None:
            if acts or variable.stored:
                raise NotPortable(name, value)
            return None
        if not users and not acts and name not in self.stated:
            return None
        if variable.stored and variable.reason is Reason.NAMESPACE:
            return None
        if variable.stored and first != type(value).__name__:
            return (freezer.take(value, name, whole=True),)
        if space.key.startswith(LOADER):
            return self._object_of_loader(freezer, place, value, attributes)
        changed = self._changed_attributes(place, variable, value, attributes)
        if not changed and not variable.stored:
            return None
        before = len(freezer.missed)
        node = freezer.take(value, name, only=changed or set(attributes))
        for missed in freezer.missed[before:]:
            if users or missed.path.count(".") == 1:
                self._note(missed.path, None, missed)
        return (node,)

    def _object_of_loader(
        self, freezer: Freezer, place: Place, value: Any, attributes: dict[str, Any]
    ) -> tuple[Any] | None:
        """What has changed, without data that was read only once the loop ran."""
        changed = self._changed_marks(place, value, attributes)
        first = self._first.setdefault((*place, "empty"), _empty_ones(attributes))
        changed -= {n for n in changed if first.get(n, True) and self._is_data(attributes.get(n))}
        return (freezer.take(value, place[1], only=set(changed)),) if changed else None

    def _is_data(self, item: Any) -> bool:
        try:
            Freezer(self.is_left_out).take(item, "", limit=_DATA)
        except NotPortable as error:
            return isinstance(error, TooLarge)
        return False

    def _changed_marks(self, place: Place, value: Any, attributes: dict[str, Any]) -> set[str]:
        """Attributes that differ from what they were when the loop began. Of those that were saved
        once it need not be known any more."""
        kind: Any = type(value)
        may = changed_by_methods(kind)[1] if is_users_class(kind) else None
        changed = self._changed.setdefault(place, set())
        now = {
            name: mark_of(item, name, self.is_left_out, read=may is None or name in may)
            for name, item in attributes.items()
            if name not in changed and self._is_value(item)
        }
        first = self._first.setdefault(place, now)
        changed |= {n for n, mark in now.items() if mark is not None and mark != first.get(n)}
        return changed

    def _changed_attributes(
        self, place: Place, variable: LoopVariable, value: Any, attributes: dict[str, Any]
    ) -> set[str]:
        self._note_untracked(variable.name, attributes)
        changed = self._changed_marks(place, value, attributes)
        stored = {change.how[1:] for change in variable.changes if change.how.startswith(".")}
        kind: Any = type(value)
        if is_users_class(kind):
            stored |= stored_by_methods(kind) | changed_by_methods(kind)[0]
        changed |= {n for n in stored & attributes.keys() if self._is_taken(attributes[n])}
        return changed & attributes.keys()

    def _is_taken(self, item: Any) -> bool:
        return self._is_value(item) or self.is_left_out(item)

    def _is_value(self, item: Any) -> bool:
        return not (self.is_left_out(item) or is_furniture(item) or has_state_dict(item))

    def _note_untracked(self, name: str, attributes: dict[str, Any]) -> None:
        """What has its own state_dict is not taken with an object that has it."""
        for attribute, item in attributes.items():
            inside = has_state_dict(item) and not (self.is_left_out(item) or is_furniture(item))
            if inside and item.state_dict():
                self._note(f"{name}.{attribute}", item, NotPortable(f"{name}.{attribute}", item))

    def _has_trained_parts(self, value: Any) -> bool:
        torch = module("torch")
        if torch is None or not isinstance(value, torch.nn.Module):
            return False
        return any(id(parameter) in self._trained for parameter in value.parameters())

    def add_stated(self, freezer: Freezer, space: Space, pairs: list[Any]) -> None:
        """Names of ``run.carry`` that the source does not show."""
        known = {name for name, _ in pairs} | space.variables.keys()
        for name in sorted(self.stated - known):
            if name in space.values:
                variable = LoopVariable(name, Reason.NEXT_TURN, 0, True)
                node = self.take(freezer, space, variable)
                if node is not None:
                    pairs.append([name, node[0]])

    # -- telling

    def _note(self, name: str, value: Any, error: NotPortable) -> None:
        root = name.split(".")[0].split("[")[0]
        if root not in self.excluded:
            self._problems.setdefault(root, f"`{error.path}` ({error.kind})")

    def _tell_untracked(self, name: str, value: Any) -> None:
        if name not in self._told:
            self._told.add(name)
            say(
                f"{name} ({type(value).__name__}) is changed in the loop and not tracked; it is "
                f"saved with the loop's variables. Better: run.track({name}={name})."
            )

    def check(
        self, spaces: list[Space], frames: list[FrameType], *, first: bool, in_loop: bool
    ) -> None:
        """See :meth:`CarriedVariables.check`."""
        if frames[0].f_code.co_name in _NO_LOOPS or any(map(in_comprehension, frames)):
            raise LoopError(
                "run.batches in a comprehension or a generator expression can't resume: what it "
                "has gathered so far is out of reach. Write a for loop."
            )
        self.look()
        freezer = Freezer(self.is_left_out, makes=lambda kind: makes_again(spaces, kind))
        for space in spaces:
            if first:
                self._check_iterators(space)
                if in_loop:
                    self._check_made_anew(space)
            else:
                check_summed_losses(space, self.excluded)
            for variable in space.variables.values():
                self.take(freezer, space, variable)
        if not first:
            self._check_stated(spaces)
        new = {root: text for root, text in self._problems.items() if root not in self._told}
        if new:
            self._told |= new.keys()
            names = ", ".join(f'"{root}"' for root in new)
            one = len(new) == 1
            warn(
                f"{', '.join(new.values())} {'is' if one else 'are'} not saved: after a resume "
                f"{'it begins' if one else 'they begin'} fresh. Give {'it' if one else 'them'} "
                "state_dict and load_state_dict and add to run.track(...), or leave "
                f"{'it' if one else 'them'} out with run.exclude({names})."
            )

    def _check_stated(self, spaces: list[Space]) -> None:
        missing = [n for n in sorted(self.stated) if not any(n in s.values for s in spaces)]
        if missing:
            raise CheckpointError(
                f"run.carry({missing[0]!r}): the loop has no variable of this name. "
                "Name it as the loop does."
            )

    def _check_made_anew(self, space: Space) -> None:
        """A tracked object that the loop replaces by another one."""
        lines = {v.line: v.name for v in space.variables.values() if v.stored}
        for node in ast.walk(space.source) if space.source is not None else ():
            if not isinstance(node, ast.Assign) or node.lineno not in lines:
                continue
            name = lines[node.lineno]
            tracked = any(space.values.get(name) is value for value in self._tracked.values())
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            tracked = tracked and name not in self.excluded
            if tracked and name in targets and _makes_object(node.value, space):
                raise LoopError(
                    f"line {node.lineno} makes another {name}, but the one before the loop is "
                    "tracked, and that is what a checkpoint has. Make both before the loop and "
                    f'track both, or leave it out: run.exclude("{name}").'
                )

    def _check_iterators(self, space: Space) -> None:
        for dotted, line in space.effects.nexts.items():
            root, *rest = dotted.split(".")
            value = space.values.get(root)
            for attribute in rest:
                value = getattr(value, attribute, None)
            names = {root, dotted.rpartition(".")[2]}
            if names & self.excluded or value is None or not _is_iterator(value):
                continue
            if type(value).__module__.startswith("runtime_kit."):
                continue
            loader = _iterated(space, dotted)
            raise LoopError(
                f"next({dotted}) in line {line}: this {type(value).__name__} would begin again "
                f"after a resume. Write {dotted} = run.cycle({loader}) before the loop, or "
                f'run.exclude("{dotted.rpartition(".")[2]}") if that does not matter.'
            )


def _empty_ones(attributes: dict[str, Any]) -> dict[str, bool]:
    return {
        name: value is None or (isinstance(value, (*_CONTAINERS, tuple)) and not value)
        for name, value in attributes.items()
    }


def class_named(spaces: list[Space], name: str) -> Any:
    """The class that has this name in the user's code."""
    for space in spaces:
        found = space.values.get(name, space.globals.get(name))
        if isinstance(found, type):
            return found
    return None


def makes_again(spaces: list[Space], kind: Any) -> bool:
    """Objects of the class can be made from their attributes."""
    return is_users_class(kind) and class_named(spaces, kind.__name__) is kind


def _makes_object(node: ast.AST, space: Space) -> bool:
    """A call of a class, as far as it is there."""
    if not isinstance(node, ast.Call):
        return False
    root, *rest = ast.unparse(node.func).split(".")
    value = space.values.get(root, space.globals.get(root))
    for name in rest:
        value = getattr(value, name, None)
    return isinstance(value, type)


def _checked_names(names: Iterable[str]) -> set[str]:
    for name in names:
        if not (isinstance(name, str) and name.isidentifier()):
            raise TypeError(f'a variable\'s name is a string such as "total", not {name!r}.')
    return set(names)


def _is_iterator(value: Any) -> bool:
    if isinstance(value, itertools.count):
        return False
    return hasattr(type(value), "__next__") and not has_state_dict(value)


def _is_object(value: Any) -> bool:
    torch, numpy = module("torch"), module("numpy")
    kind = type(value)
    if kind in SCALARS or isinstance(value, (*_CONTAINERS, tuple, frozenset, range)):
        return False
    if torch is not None and isinstance(
        value, (torch.Tensor, torch.device, torch.dtype, torch.Generator)
    ):
        return False
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        return False
    if isinstance(value, enum.Enum):
        return False
    return not kind.__module__.startswith(_PLAIN_MODULES)


@lru_cache(maxsize=256)
def stored_by_methods(kind: Any) -> frozenset[str]:
    """Attributes that a class's methods set later than its construction."""
    found: set[str] = set()
    for base in kind.__mro__:
        for name, member in vars(base).items():
            function = getattr(member, "__func__", member)
            if name in ("__init__", "__new__", "__post_init__"):
                continue
            if isinstance(function, types.FunctionType) and is_users(function.__code__):
                found |= {
                    i.argval for i in dis.get_instructions(function) if i.opname == "STORE_ATTR"
                }
    return frozenset(found)


def _iterated(space: Space, dotted: str) -> str:
    """``L`` of ``it = iter(L)``."""
    if space.source is not None:
        for node in ast.walk(space.source):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                names = [ast.unparse(target) for target in node.targets]
                if dotted in names and node.value.args:
                    return ast.unparse(node.value.args[0])
    return "loader"
