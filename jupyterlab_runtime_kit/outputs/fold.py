"""Turns the records of a journal into executions with the outputs that a page shows."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from .stream_text import StreamText

State: TypeAlias = Literal["queued", "running", "done", "aborted", "died"]
Output: TypeAlias = "StreamOutput | dict[str, Any]"

_DATA = ("display_data", "execute_result")
#: How many of an execution's newest messages are known by their ids.
RECENT = 64
#: What of an execution a compacted journal keeps beside its outputs.
_FIELDS = (
    "cell", "session", "code", "state", "count", "queued", "started", "finished", "changed",
    "failed", "clear_next", "combine", "prompt", "dropped", "messages", "recent", "updates",
    "subshell", "lost",
)  # fmt: skip


class StreamOutput:
    """An output of type ``stream``."""

    __slots__ = ("name", "text")

    def __init__(self, name: str, text: StreamText) -> None:
        self.name = name
        self.text = text


class Execution:
    """One execute request of a kernel session: which cell it ran and what it gave."""

    def __init__(self, message_id: str) -> None:
        self.id = message_id
        self.cell: str | None = None  # id of the cell, None where the sender did not tell
        self.session: str | None = None  # of the page that sent it
        self.subshell: str | None = None  # where the kernel runs it; None: the main shell
        self.code = ""
        self.state: State = "queued"
        self.count: int | None = None
        self.queued: float | None = None  # seconds since 1970, by the server's clock
        self.started: float | None = None
        self.finished: float | None = None
        self.failed = False
        self.outputs: list[Output] = []
        self.clear_next = False
        self.combine = False  # whether a stream chunk may join the last output
        self.last: tuple[str, str] | None = None  # id and date of the newest message
        #: Ids and dates of the newest messages: dates alone can't order a burst.
        self.recent: deque[tuple[str, str]] = deque(maxlen=RECENT)
        self.messages = 0  # how many of the kernel's it is made of
        self.changed: float | None = None  # when its outputs changed last
        self.updates: dict[str, str] = {}  # by display: id of the newest message that updated it
        self.prompt: dict[str, Any] | None = None  # an input request without an answer
        self.seq = 0
        self.dropped = 0  # characters of output that were not kept
        self.lost = 0  # messages that were not kept: too large, or the disk was full

    @property
    def size(self) -> int:
        """About how many characters the outputs hold."""
        return sum(output_size(output) for output in self.outputs)

    @property
    def open(self) -> bool:
        return self.state in ("queued", "running")

    def end(self, time: float) -> None:
        """Its kernel has ended."""
        if self.open:
            self.state = "died" if self.state == "running" else "aborted"
            self.finished = time
            self.prompt = None

    def displays(self) -> list[str]:
        """Ids of the displays that it shows, which other executions may update."""
        ids = (
            (output.get("transient") or {}).get("display_id")
            for output in self.outputs
            if isinstance(output, dict)
        )
        return sorted({str(one) for one in ids if one})

    def summary(self) -> dict[str, Any]:
        """All but the outputs and the code."""
        return {
            "id": self.id,
            "cell": self.cell,
            "session": self.session,
            "state": self.state,
            "count": self.count,
            "queued": self.queued,
            "started": self.started,
            "finished": self.finished,
            "changed": self.changed,
            "failed": self.failed,
            "seq": self.seq,
            "messages": self.messages,
            "last": self.last,
            "displays": self.displays(),
            "updates": self.updates,
            "outputs": len(self.outputs),
            "size": self.size,
            "dropped": self.dropped,
            "lost": self.lost,
        }

    def shown_outputs(self) -> list[dict[str, Any]]:
        """The outputs in nbformat's form."""
        return [nbformat_output(output) for output in self.outputs]

    def resumable_outputs(self, *, ended: bool = False) -> list[dict[str, Any]]:
        """The outputs such that applying further messages to them continues exactly: display ids
        are kept, and the last stream has its cursor.

        :param ended: also where it has ended: a thread may go on.
        """
        outputs = []
        for index, output in enumerate(self.outputs):
            if isinstance(output, StreamOutput):
                is_last = (self.open or ended) and index == len(self.outputs) - 1
                text = output.text.resumable if is_last else output.text.shown
                outputs.append({"output_type": "stream", "name": output.name, "text": text})
            else:
                outputs.append(output)
        return outputs


def nbformat_output(output: Output) -> dict[str, Any]:
    """An output as it stands in a notebook file."""
    if isinstance(output, StreamOutput):
        return {"output_type": "stream", "name": output.name, "text": output.text.shown}
    return {key: value for key, value in output.items() if key != "transient"}


def output_size(output: Output) -> int:
    """About how many characters an output holds."""
    if isinstance(output, StreamOutput):
        return len(output.text)
    if output["output_type"] == "error":
        return sum(len(line) for line in output.get("traceback") or [])
    return sum(
        len(value) if isinstance(value, str) else len(json.dumps(value))
        for value in (output.get("data") or {}).values()
    )


class Fold:
    """The executions of one kernel session, built record by record in the order of the file."""

    def __init__(self) -> None:
        self.executions: dict[str, Execution] = {}
        self.kernel: dict[str, Any] = {}
        self.seq = 0
        self.damaged = 0  # lines that can't be read
        self.lost = 0  # messages that can't be written, as the journal itself noted
        self.ended: float | None = None
        self._displays: dict[str, list[tuple[str, int]]] = {}
        # Output widgets capture what their execution prints; a page shows it in the widget.
        self._captures: dict[str, str] = {}

    def add(self, record: dict[str, Any] | None) -> None:
        """Apply a record; None is a damaged line."""
        if record is None:
            self.damaged += 1
            return
        try:
            self._apply(record)
        except (KeyError, TypeError, ValueError, AttributeError):
            # Valid JSON of another shape: a kernel may send anything.
            self.damaged += 1

    def _apply(self, record: dict[str, Any]) -> None:
        self.seq = max(self.seq, int(record["n"]))
        kind, time = record["k"], float(record["t"])
        handler = getattr(self, f"_on_{kind}", None)
        if handler is not None:
            handler(record, time)
            return
        execution = self._known(record)
        if execution is None:
            return
        self._touch(execution, record)
        self._output(execution, kind, record["c"])

    def _known(self, record: dict[str, Any]) -> Execution | None:
        return self.executions.get(record["p"])

    def _get(self, message_id: str) -> Execution:
        if message_id not in self.executions:
            self.executions[message_id] = Execution(message_id)
        return self.executions[message_id]

    def _touch(self, execution: Execution, record: dict[str, Any]) -> None:
        execution.seq = self.seq
        execution.changed = float(record["t"])
        if "m" in record:
            execution.messages += 1
            execution.last = (record["m"], record.get("d") or "")
            execution.recent.append(execution.last)

    # -- records of the journal's own

    def _on_open(self, record: dict[str, Any], time: float) -> None:
        self.kernel = dict(record["c"])

    def _on_request(self, record: dict[str, Any], time: float) -> None:
        execution = self._get(record["p"])
        content = record["c"]
        execution.cell = content.get("cell")
        execution.session = content.get("session")
        execution.subshell = content.get("subshell")
        execution.queued = time
        execution.seq = self.seq

    def _on_lost(self, record: dict[str, Any], time: float) -> None:
        self.lost += int(record["c"]["messages"])
        execution = self.executions.get(record.get("p") or "")
        if execution is not None:
            execution.lost += int(record["c"]["messages"])
            execution.seq = self.seq

    def _on_ended(self, record: dict[str, Any], time: float) -> None:
        """The kernel was restarted, shut down, or died: nothing of it runs any more."""
        for execution in self.executions.values():
            if execution.open:
                execution.end(time)
                execution.seq = self.seq
        self._captures.clear()
        self._displays.clear()
        if record["c"].get("final"):
            self.ended = time

    def _on_execution(self, record: dict[str, Any], time: float) -> None:
        """A whole execution, written when the file was compacted."""
        content = record["c"]
        execution = Execution(content["id"])
        for name in _FIELDS:
            # A journal of an earlier version lacks some.
            setattr(execution, name, content.get(name, getattr(execution, name)))
        execution.recent = deque(((one[0], one[1]) for one in execution.recent), RECENT)
        execution.last = tuple(content["last"]) if content["last"] else None
        execution.seq = content["seq"]
        self.executions[execution.id] = execution
        for output in content["outputs"]:
            if output["output_type"] == "stream":
                text = StreamText(output["text"])
                text.dropped = output.get("dropped", 0)
                execution.outputs.append(StreamOutput(output["name"], text))
            else:
                execution.outputs.append(output)
                self._remember_display(execution, output)

    def _on_captures(self, record: dict[str, Any], time: float) -> None:
        self._captures = dict(record["c"])

    # -- messages of the kernel

    def _on_execute_input(self, record: dict[str, Any], time: float) -> None:
        execution = self._get(record["p"])
        execution.subshell = record.get("s")
        self._give_up_before(execution, time)
        execution.state = "running"
        execution.started = time
        execution.count = record["c"].get("execution_count")
        execution.code = str(record["c"].get("code") or "")
        self._touch(execution, record)

    def _give_up_before(self, begun: Execution, time: float) -> None:
        """A kernel takes the requests of a subshell in their order. One that waits while a later
        one begins was dropped on its way, as happens when a page closes at that moment; of one
        that seems to run the end was dropped, as ZeroMQ does in a flood."""
        for execution in self.executions.values():
            if execution is begun:
                return
            if execution.open and execution.subshell == begun.subshell:
                execution.state = "aborted" if execution.state == "queued" else "done"
                execution.finished = time
                execution.prompt = None
                execution.seq = self.seq

    def _on_idle(self, record: dict[str, Any], time: float) -> None:
        execution = self._known(record)
        if execution is None:
            return
        # A request that is aborted behind a failed cell is idle without having begun.
        # One that was taken for dead may belong to a kernel that was found again.
        execution.state = "done" if execution.state in ("running", "died") else "aborted"
        execution.finished = time
        execution.prompt = None
        self._touch(execution, record)

    def _on_input_request(self, record: dict[str, Any], time: float) -> None:
        execution = self._known(record)
        if execution is not None:
            execution.prompt = {"content": record["c"], "header": record["h"]}
            execution.seq = self.seq

    def _on_input_reply(self, record: dict[str, Any], time: float) -> None:
        """What the user typed; JupyterLab keeps it, behind the question, in a stream of its own."""
        execution = self._known(record)
        if execution is None or execution.prompt is None:
            return
        question = str(execution.prompt["content"].get("prompt") or "")
        typed = {"name": "stdin", "text": f"{question} {record['c']['text']}"}
        execution.prompt = None
        execution.seq = self.seq
        execution.changed = time
        self._output(execution, "stream", typed)

    def _on_update_display_data(self, record: dict[str, Any], time: float) -> None:
        """Any request may update a display: also one that belongs to no cell, as of a button."""
        updating = self._known(record)
        if updating is not None:
            self._touch(updating, record)
        content = record["c"]
        display_id = str((content.get("transient") or {}).get("display_id"))
        for message_id, index in self._displays.get(display_id, ()):
            execution = self.executions[message_id]
            execution.outputs[index] = {**content, "output_type": "display_data"}
            execution.seq = self.seq
            execution.changed = time
            execution.updates[display_id] = record["m"]

    def _on_comm_msg(self, record: dict[str, Any], time: float) -> None:
        """An Output widget tells which execution it captures from now on, or none."""
        captured = record["c"]["msg_id"]
        if captured:
            self._captures[record["c"]["comm_id"]] = captured
        else:
            self._captures.pop(record["c"]["comm_id"], None)

    def _output(self, execution: Execution, kind: str, content: dict[str, Any]) -> None:
        if execution.id in self._captures.values():
            return
        if kind == "clear_output":
            execution.combine = False
            if content.get("wait"):
                execution.clear_next = True
            else:
                self._clear(execution)
            return
        if execution.clear_next:
            self._clear(execution)
            execution.clear_next = False
        if kind == "stream":
            self._stream(execution, str(content["name"]), str(content["text"]))
            return
        execution.combine = False
        output = {**content, "output_type": kind}
        execution.outputs.append(output)
        if kind == "error":
            execution.failed = True
        elif kind in _DATA:
            self._remember_display(execution, output)

    def _stream(self, execution: Execution, name: str, text: str) -> None:
        last = execution.outputs[-1] if execution.outputs else None
        if execution.combine and isinstance(last, StreamOutput) and last.name == name:
            last.text.write(text)
        else:
            execution.outputs.append(StreamOutput(name, StreamText(text)))
            execution.combine = True

    def _clear(self, execution: Execution) -> None:
        execution.outputs.clear()
        execution.updates.clear()
        for places in self._displays.values():
            places[:] = [place for place in places if place[0] != execution.id]

    def _remember_display(self, execution: Execution, output: dict[str, Any]) -> None:
        display_id = (output.get("transient") or {}).get("display_id")
        if display_id and output["output_type"] == "display_data":
            place = (execution.id, len(execution.outputs) - 1)
            self._displays.setdefault(str(display_id), []).append(place)

    # -- writing it down

    def records(self) -> Iterator[dict[str, Any]]:
        """Records that build this state again."""
        yield {"n": self.seq, "t": 0, "k": "open", "c": self.kernel}
        if self.lost or self.damaged:
            lost = {"messages": self.lost + self.damaged}
            yield {"n": self.seq, "t": 0, "k": "lost", "c": lost}
        for execution in self.executions.values():
            content = {name: getattr(execution, name) for name in (*_FIELDS, "id", "last", "seq")}
            content["recent"] = list(execution.recent)
            content["outputs"] = execution.resumable_outputs(ended=True)
            for output, written in zip(execution.outputs, content["outputs"], strict=True):
                if isinstance(output, StreamOutput) and output.text.dropped:
                    written["dropped"] = output.text.dropped
            yield {"n": execution.seq, "t": 0, "k": "execution", "c": content}
        if self._captures:
            yield {"n": self.seq, "t": 0, "k": "captures", "c": self._captures}
        if self.ended is not None:
            yield {"n": self.seq, "t": self.ended, "k": "ended", "c": {"final": True}}
