"""How many training loops of the corpus become resumable, and how exact they resume.

Each notebook of test/resumable/corpus is run unchanged, with the proposed edits, and killed by
SIGKILL at random steps and resumed.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "test" / "resumable" / "support"))

from corpus_case import Outcome, Replay, check, names, read, refused

from runtime_kit.resumable.proposal import propose


def main() -> None:
    replay = Replay()
    try:
        found = [check(replay, name, kills=2, seed=2) for name in names()]
    finally:
        replay.close()
    converted = [outcome for outcome in found if outcome.state != "refused"]
    equal = [outcome for outcome in converted if outcome.state == "equal"]
    unexplained = [o for o in found if o.state == "refused" and not o.why]
    _say("loops", len(found), "")
    _say("converted by Apply alone", f"{100 * len(converted) / len(found):.0f} %", ">= 85 %")
    _say("resumed equal to the original", f"{100 * len(equal) / len(converted):.0f} %", "100 %")
    _say("results changed without a kill", _count(found, "changed"), "0")
    _say("refused without a reason", len(unexplained), "0")
    _say("median lines changed", statistics.median(o.lines for o in converted), "<= 6")
    _say("proposal for 200 cells (processor time)", f"{_milliseconds():.0f} ms", "<= 300 ms")
    for outcome in found:
        if outcome.state not in ("equal", "refused"):
            _say(f"{outcome.name}: {outcome.state}", outcome.detail[-200:], "equal")
    wrong = [o.name for o in found if (o.state == "refused") != (refused(o.name) is not None)]
    if wrong:
        _say("not as the corpus says", ", ".join(wrong), "none")


def _count(found: list[Outcome], state: str) -> int:
    return sum(outcome.state == state for outcome in found)


def _milliseconds() -> float:
    """The median time for a notebook of 200 cells, made of the corpus's longer cells."""
    sources = [source for name in names() for _, source in read(name)]
    plain = [source for source in sources if ".backward(" not in source]
    cells = [(str(number), plain[number % len(plain)]) for number in range(198)]
    cells += read("mnist_tutorial")[-2:]
    times = []
    for _ in range(9):
        begin = time.process_time()
        propose(cells, name="long")
        times.append(1000 * (time.process_time() - begin))
    return statistics.median(times)


def _say(name: str, value: object, target: str) -> None:
    print("BENCH", json.dumps({"name": name, "value": value, "target": target}), flush=True)


if __name__ == "__main__":
    main()
