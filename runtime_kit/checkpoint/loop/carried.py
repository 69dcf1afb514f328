"""The variables that a run's loops carry: taken where a run can be saved, put back where it
resumes."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from runtime_kit.checkpoint.messages import say
from runtime_kit.checkpoint.state.collector import paused_collector
from runtime_kit.checkpoint.state.columns import pack
from runtime_kit.checkpoint.state.portable import Freezer
from runtime_kit.checkpoint.state.put_back import NOT_MADE, Thawer
from runtime_kit.resumable import LoopVariable

from .choice import Choice, class_named, makes_again
from .cycle import Cycles
from .frames import users_frame
from .loader_state import LoaderState
from .loop_exit import Place
from .module_attributes import module_spaces
from .reached import HELD, Space
from .variable_spaces import loops_around, spaces_of, stored_on_the_way_out

# "spaces": [[space, [[name, portable value], ...]], ...], "cycles": [...]
Record = dict[str, Any]
_NEVER: tuple[Any, int] = (None, 0)


class CarriedVariables:
    """Points are the head of the epoch, the end of each of its loops, and now.

    ``asking`` is the frame that asks for a batch or an epoch, while it does.
    """

    def __init__(self, tracked: Mapping[str, Any], *, inline: bool) -> None:
        self.choice = Choice(tracked, has_trained=not inline)
        self._tracked = tracked
        self.cycles = Cycles()
        self.loaders = LoaderState(
            self.choice, lambda: Freezer(self.choice.is_left_out, copy=True, inline=inline)
        )
        self.asking: FrameType | None = None
        self._inline = inline
        self._outer = _NEVER  # code and line of the outermost loop of the run
        self.ended_by_others: set[Place] = set()  # loops that zip or a generator may end
        self.head: Record | None = None
        self.ends: dict[int, Record] = {}
        self.now: Record | None = None
        # Of the points, by the id of each: most stay over several saves.
        self._packed: dict[int, tuple[Record, Record]] = {}

    # -- where we are

    @contextmanager
    def asked_by(self, frame: FrameType | None) -> Iterator[None]:
        """While an iterator of the run works for this frame."""
        before, self.asking = self.asking, frame
        try:
            yield
        finally:
            self.asking = before

    def begin(self, *, outermost: bool) -> None:
        """A top-level loop begins. ``outermost``: it is no loop over batches."""
        frame = users_frame(self.asking)
        self._outer = (frame.f_code, frame.f_lineno) if frame and outermost else _NEVER
        self.choice.begin()
        self.loaders.begin()

    def _frames(self) -> tuple[list[FrameType], FrameType | None]:
        """From the user's frame that asks to the one with the outermost loop of the run, which is
        the second value; where that is a generator, those that ask it follow."""
        frame = users_frame(self.asking)
        found: list[FrameType] = []
        while frame is not None:
            found.append(frame)
            if self._outer[0] is not None:
                if frame.f_code is self._outer[0]:
                    return found + consumers(frame), frame
            elif loops_around(frame) > (1 if len(found) == 1 else 0):
                return found + consumers(frame), frame
            frame = users_frame(frame.f_back)
        return (found[:1] + consumers(found[0]), found[0]) if found else ([], None)

    def _spaces(self) -> list[Space]:
        frames, outer = self._frames()
        region = self._outer[1] if self._outer[0] is not None else None
        if outer is None:
            return []
        return spaces_of(frames, outer, region) + module_spaces(self._tracked)

    # -- taking

    @paused_collector()
    def _take(self, *, after: bool, turns: bool, copy: bool) -> Record:
        spaces = self._spaces()
        freezer = Freezer(
            self.choice.is_left_out,
            copy=copy,
            inline=self._inline,
            makes=lambda kind: makes_again(spaces, kind),
            refer=self.choice.references.to,
        )
        found: list[Any] = []
        self.choice.look()
        for space in spaces:
            pairs = []
            for variable in space.variables.values():
                wanted = (after and variable.after) or (turns and variable.in_turns)
                if wanted or variable.name in self.choice.stated:
                    node = self.choice.take(freezer, space, variable)
                    if node is not None:
                        pairs.append([variable.name, node[0]])
            self.choice.add_stated(freezer, space, pairs)
            if pairs:
                found.append([space.key, pairs])
        return {"spaces": found, "cycles": self.cycles.to_json()}

    def mark_head(self, *, keep_ends: bool = False) -> None:
        """An epoch begins, or the last one has ended."""
        if self.asking is not None:
            self.head, self.now = self._take(after=True, turns=True, copy=True), None
            if not keep_ends:
                self.ends.clear()

    def mark_end(self, loop: int) -> None:
        """A loop over batches has ended."""
        if self.asking is not None:
            self.ends[loop], self.now = self._take(after=True, turns=False, copy=True), None

    def mark_now(self, done: int, length: int | None) -> None:
        """Before a save within a loop, after ``done`` of its ``length`` batches."""
        if self.asking is not None:
            frame = users_frame(self.asking)
            open_end = frame is not None and (frame.f_code, frame.f_lasti) in self.ended_by_others
            more = length is not None and done < length and not open_end
            self.now = self._take(after=not more, turns=True, copy=False)

    def left_now(self) -> Record | None:
        """The variables where a loop is left by ``break``, as if the next batch were asked for.
        What was stored only to leave (``stopped = True``) is not among them."""
        frame = users_frame(self.asking)
        if frame is None:
            return None
        record = self._take(after=True, turns=True, copy=True)
        names = stored_on_the_way_out(frame)
        for key, pairs in record["spaces"]:
            if key == frame.f_code.co_name:
                pairs[:] = [pair for pair in pairs if pair[0] not in names]
        return record

    def stand_inside(self, loop: int, record: Record | None) -> None:
        """A loop of the epoch is not at its end after all, but was left in the middle."""
        self.ends.pop(loop, None)
        self.now = record

    def check(self, *, first: bool) -> None:
        """Tell once what is not saved, before the training is spent on it: before the ``first``
        step, and after it, when what the loop itself makes is there.

        :raises LoopError: what could not be resumed at all.
        """
        frames, _ = self._frames()
        if frames:
            in_loop = self._outer[0] is not None
            self.choice.check(self._spaces(), frames, first=first, in_loop=in_loop)

    # -- saving and loading

    @paused_collector()
    def to_save(self) -> dict[str, Any]:
        """What state.json has under ``variables``, with tensors for the payload."""
        points = [r for r in (self.head, *self.ends.values(), self.now) if r is not None]
        known = self._packed
        self._packed = {id(r): known.get(id(r)) or (r, self._pack(r)) for r in points}
        body: dict[str, Any] = {}
        if self.head is not None:
            body["head"] = self._packed[id(self.head)][1]
        if self.ends:
            ends = self.ends.items()
            body["ends"] = {str(loop): self._packed[id(record)][1] for loop, record in ends}
        if self.now is not None:
            body["now"] = self._packed[id(self.now)][1]
        if loaders := self.loaders.to_save():
            body["loaders"] = loaders
        return body

    def _pack(self, record: Record) -> Record:
        if self._inline:  # state.json has it all
            return record
        spaces = record["spaces"]
        packed = [[key, [[name, pack(node)] for name, node in pairs]] for key, pairs in spaces]
        return {**record, "spaces": packed}

    def load(self, body: dict[str, Any] | None) -> None:
        """Take over what a step had."""
        body = body or {}
        self.head, self.now = body.get("head"), body.get("now")
        self.ends = {int(loop): record for loop, record in (body.get("ends") or {}).items()}
        self.loaders.load(body.get("loaders") or {})

    @paused_collector()
    def put(self, record: Record | None) -> None:
        """Give the variables of a point to the frames that are there now."""
        if not record or self.asking is None:
            return
        self.cycles.go_to(record["cycles"])
        spaces = self._spaces()
        self.choice.look()
        missing = []
        thawer = Thawer(
            lambda name: class_named(spaces, name),
            self.choice.model_like,
            self.choice.is_trained,
            self.choice.references.find,
        )
        for key, pairs in record["spaces"]:
            space = next((s for s in spaces if s.key == key), None)
            if space is None:
                if not key.startswith(HELD):  # what the loop makes is not there yet
                    missing += [name for name, _ in pairs]
                for name, node in pairs:  # what it shares with later ones counts all the same
                    thawer.thaw_if_possible(node, name)
                continue
            changed = {}
            for name, node in pairs:
                variable = space.variables.get(name)
                old = space.values.get(name)
                in_place = variable is not None and not variable.stored
                if variable is not None and _is_replaced(variable, old):
                    old = None
                if name in space.values:
                    value = thawer.thaw(node, old, name, in_place=in_place)
                else:  # what can't be made is made by the loop, or was never there
                    value = thawer.thaw_if_possible(node, name)
                    if value is NOT_MADE:
                        continue
                self.choice.note_put(space.key, name)
                if name in self.choice.excluded:
                    continue
                if value is not old or name not in space.values:
                    changed[name] = value
            space.write(changed)
        if missing:
            say(
                "The loop is written in another way than when the step was saved: "
                f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not "
                "restored."
            )


def _is_replaced(variable: LoopVariable, old: Any) -> bool:
    """The loop gives the name another list or dict and never changes one in place: what has the
    name before the loop (`data`, a data set's own list) is somebody else's."""
    changes = any(change.certain for change in variable.changes)
    return variable.stored and not changes and type(old) in (list, dict, set, deque)


def consumers(frame: FrameType) -> list[FrameType]:
    """The frames that take what a generator of the user's hands out, and so are in its loop."""
    found: list[FrameType] = []
    asking: FrameType | None = frame
    while asking is not None and asking.f_code.co_flags & inspect.CO_GENERATOR:
        asking = users_frame(asking.f_back)
        found += [asking] if asking is not None else []
    return found
