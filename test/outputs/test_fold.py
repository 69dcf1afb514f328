"""The outputs that a journal's records add up to."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyterlab_runtime_kit.outputs.compact import fold_file, shrink, write_compacted
from jupyterlab_runtime_kit.outputs.fold import Fold
from jupyterlab_runtime_kit.outputs.journal import JournalFile, read_records
from jupyterlab_runtime_kit.outputs.stream_text import StreamText

CASES = json.loads((Path(__file__).parents[1] / "fixtures/outputs/streams.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_text_is_what_jupyterlab_shows(case: dict[str, Any]) -> None:
    """``test/unit/outputs/streams.spec.ts`` holds JupyterLab's own model to the same cases."""
    text = StreamText()
    for chunk in case["chunks"]:
        text.write(chunk)
    assert text.shown == case["shown"]


def process_text(index: int, new: str, text: str) -> tuple[str, int]:
    """What JupyterLab does, on the whole text."""
    for char in new:
        if char == "\b":
            if index > 0 and text[index - 1] != "\n":
                text, index = text[: index - 1] + text[index + 1 :], index - 1
        elif char == "\r":
            while index > 0 and text[index - 1] != "\n":
                index -= 1
        elif char == "\n":
            text += "\n"
            index = len(text)
        else:
            text = text[:index] + char + text[index + 1 :]
            index += 1
    return text, index


CHUNKS = st.lists(st.text(st.sampled_from("ab\b\r\n"), max_size=12), max_size=12)


@settings(deadline=None)
@given(CHUNKS, CHUNKS)
def test_chunks_add_up_and_can_be_continued(first: list[str], then: list[str]) -> None:
    text, index, shown = StreamText(), 0, ""
    for chunk in first:
        text.write(chunk)
        shown, index = process_text(index, chunk, shown)
    assert text.shown == shown
    resumed = StreamText(text.resumable)
    for chunk in then:
        resumed.write(chunk)
        shown, index = process_text(index, chunk, shown)
    assert resumed.shown == shown


MESSAGES = st.one_of(
    st.tuples(
        st.just("stream"),
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["stdout", "stderr"]),
                "text": st.text(st.sampled_from("xy\r\n"), max_size=8),
            }
        ),
    ),
    st.tuples(
        st.sampled_from(["display_data", "update_display_data"]),
        st.fixed_dictionaries(
            {
                "data": st.fixed_dictionaries({"text/plain": st.text("pq", max_size=3)}),
                "metadata": st.just({}),
                "transient": st.fixed_dictionaries({"display_id": st.sampled_from("12")}),
            }
        ),
    ),
    st.tuples(st.just("clear_output"), st.fixed_dictionaries({"wait": st.booleans()})),
    st.tuples(
        st.just("error"),
        st.just({"ename": "E", "evalue": "v", "traceback": ["line"]}),
    ),
)
X = {"name": "stdout", "text": "x\r"}
EVENTS = st.lists(st.tuples(st.sampled_from("AB"), MESSAGES), max_size=25)


def records(events: list[Any], start: int = 0) -> list[dict[str, Any]]:
    opening = [
        {"n": 1 + i, "t": 1.0, "k": "request", "p": one, "c": {"cell": one, "session": "s"}}
        for i, one in enumerate("AB")
    ]
    opening += [
        {"n": 3, "t": 2.0, "k": "execute_input", "p": one, "m": "i", "d": "",
         "c": {"execution_count": 1, "code": "x"}}
        for one in "AB"
    ]  # fmt: skip
    body = [
        {"n": 10 + start + i, "t": 3.0, "k": kind, "p": one, "m": str(i), "d": "", "c": content}
        for i, (one, (kind, content)) in enumerate(events)
    ]
    return (opening if not start else []) + body


def shown(fold: Fold) -> dict[str, Any]:
    return {key: execution.shown_outputs() for key, execution in fold.executions.items()}


def test_compacting_changes_nothing_that_follows(tmp_path: Path) -> None:
    @settings(deadline=None)
    # A thread goes on behind the end of its cell.
    @example([("A", ("stream", X))], [("A", ("stream", X))])
    @given(EVENTS, EVENTS)
    def check(first: list[Any], then: list[Any]) -> None:
        whole = Fold()
        for record in records(first) + records(then, 100):
            whole.add(record)
        path = tmp_path / "k.journal"
        path.unlink(missing_ok=True)
        journal = JournalFile(path)
        for record in records(first):
            content = json.dumps(record.pop("c")).encode()
            journal.append(record, content)
        target, read_to = write_compacted(path, 10**9)
        journal.replace_from(target, read_to)
        for record in records(then, 100):
            journal.append(record)
        journal.close()
        compacted, _ = fold_file(path)
        assert shown(compacted) == shown(whole)
        assert compacted.damaged == 0

    check()


def test_each_damaged_byte_costs_at_most_its_record(tmp_path: Path) -> None:
    path = tmp_path / "k.journal"
    journal = JournalFile(path)
    for i in range(6):
        text = json.dumps({"name": "stdout", "text": f"line {i}\n"}).encode()
        journal.append({"n": i, "t": 1.0, "k": "stream", "p": "A", "m": str(i)}, text)
    journal.close()
    good = path.read_bytes()
    whole = [record for record, _ in read_records(path)]
    generator = random.Random(1)
    for position in range(0, len(good), 3):
        damaged = bytearray(good)
        damaged[position] ^= generator.randrange(1, 256)
        path.write_bytes(damaged)
        found = [record for record, _ in read_records(path) if record is not None]
        # A line end that is damaged joins two records, and both are lost.
        assert len(found) >= 4
        assert all(record in whole for record in found)


def test_half_a_line_of_a_killed_server_costs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "k.journal"
    journal = JournalFile(path)
    journal.append({"n": 1, "t": 1.0, "k": "request", "p": "A", "c": {"cell": "a"}})
    journal.close()
    with path.open("ab") as file:
        file.write(b'0badc0de {"n":2')
    journal = JournalFile(path)
    journal.append({"n": 3, "t": 1.0, "k": "request", "p": "B", "c": {"cell": "b"}})
    journal.close()
    fold, _ = fold_file(path)
    assert sorted(fold.executions) == ["A", "B"]
    assert fold.damaged == 1


def test_the_oldest_progress_goes_first_and_that_is_said() -> None:
    fold = Fold()
    number = 0

    def add(kind: str, parent: str, content: Any) -> None:
        nonlocal number
        number += 1
        fold.add({"n": number, "t": 1.0, "k": kind, "p": parent, "m": "m", "d": "", "c": content})

    for parent in ("old", "new"):
        add("request", parent, {"cell": parent})
        add("execute_input", parent, {"execution_count": 1, "code": ""})
        for i in range(10_000):
            add("stream", parent, {"name": "stdout", "text": f"{parent} {i}\n"})
        add("display_data", parent, {"data": {"text/plain": "figure " + parent}, "metadata": {}})
        add("idle", parent, None)
    shrink(fold, 150_000)
    old, new = fold.executions["old"], fold.executions["new"]
    text = old.shown_outputs()[0]["text"]
    assert text.startswith("[") and "of earlier output not kept]\n" in text[:60]
    assert text.endswith("old 9999\n")
    assert old.shown_outputs()[1]["data"] == {"text/plain": "figure old"}
    assert old.dropped > 0 and new.dropped == 0


def test_a_request_that_never_reached_the_kernel_does_not_wait_for_ever() -> None:
    fold = Fold()
    for number, (kind, parent, content) in enumerate(
        [
            ("request", "dropped", {"cell": "a"}),
            ("request", "begins", {"cell": "b"}),
            ("request", "waits", {"cell": "c"}),
            ("execute_input", "begins", {"execution_count": 1, "code": ""}),
        ]
    ):
        fold.add({"n": number, "t": 1.0, "k": kind, "p": parent, "m": "m", "d": "", "c": content})
    states = {key: one.state for key, one in fold.executions.items()}
    assert states == {"dropped": "aborted", "begins": "running", "waits": "queued"}


def test_a_record_of_another_shape_is_skipped() -> None:
    fold = Fold()
    for record in (
        {"n": 1, "t": 1.0, "k": "request", "p": "A", "c": {"cell": "a"}},
        {"n": "x", "t": 1.0, "k": "request", "p": "B", "c": {}},
        {"n": 2, "t": 1.0, "k": "stream", "p": "A", "c": None},
        {"n": 3, "k": "idle"},
        {"n": 4, "t": 1.0, "k": "display_data", "p": "A", "c": ["not an object"]},
    ):
        fold.add(record)
    assert list(fold.executions) == ["A"]
    assert fold.damaged == 4


def test_a_fifo_or_link_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    (tmp_path / "k.journal").symlink_to(target)
    with pytest.raises(OSError):
        JournalFile(tmp_path / "k.journal")
    assert target.read_text() == "mine"
