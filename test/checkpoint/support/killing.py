"""Trains in forked processes that are killed at random moments, and judges what is left.

Run as a program, ``killing.py FOLDER KILLS SEED [interim]`` prints a report as JSON. A process of
its own, because autograd cannot be used in a child of a process that has used it. ``interim``: most
of the saves are between two of the schedule.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from checker import valid_steps
from tiny import Tiny

from runtime_kit import Run
from runtime_kit.checkpoint import subscribe
from runtime_kit.checkpoint.loop import schedule
from runtime_kit.checkpoint.loop.interim_schedule import InterimSchedule

EVERY = [1]
WIDTH = 4000  # a state of half a megabyte, so that a good part of the kills meets a write


@dataclass
class Report:
    """``lost``: kills after which an acknowledged step was gone. Must stay empty."""

    kills: int = 0
    finished: int = 0
    during_write: int = 0
    lost: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def attempt(folder: Path, log: Path, keep: int) -> None:
    """One process: resume, train on, write down what was acknowledged and what was seen."""
    file = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def note(**what) -> None:
        os.write(file, json.dumps(what).encode() + b"\n")

    subscribe(lambda event: note(acknowledged=event["step"]) if event["event"] == "saved" else None)
    with open(os.devnull, "w") as quiet, contextlib.redirect_stdout(quiet):
        tiny = Tiny(width=WIDTH)
        run = Run("tiny", folder, every=EVERY[0], keep=keep).track(**tiny.objects())
        note(started=True)

        def on_step(step: int) -> None:
            note(sample=tiny.samples[-1])
            if (newest := run.manager.newest()) is not None:
                note(acknowledged=newest)

        tiny.train(run, epochs=4, on_step=on_step)
        run.finish()
    note(resumed=run.resumed_from, result=tiny.result())


def in_child(*arguments) -> int:
    """Run :func:`attempt` in a forked process; torch is already imported there."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            attempt(*arguments)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    return pid


def read(log: Path) -> list[dict]:
    lines = log.read_bytes().splitlines() if log.exists() else []
    return [json.loads(line) for line in lines]


def kill_often(folder: Path, kills: int, seed: int, keep_choices=(1, 2)) -> Report:
    """Kill and resume until ``kills`` kills; each finished training is compared with one that ran
    in one go."""
    dice = random.Random(seed)
    report = Report()
    Tiny(width=WIDTH)  # imports what torch imports at first use, once for all children
    pid = in_child(folder / "warm", folder / "warm.log", 2)
    assert os.waitpid(pid, 0)[1] == 0
    begin = time.monotonic()
    pid = in_child(folder / "reference", folder / "reference.log", 2)
    assert os.waitpid(pid, 0)[1] == 0
    duration = time.monotonic() - begin
    reference = read(folder / "reference.log")
    samples = dict(line["sample"] for line in reference if "sample" in line)
    number = 0
    while report.kills < kills:
        number += 1
        _one_training(
            folder / str(number),
            dice,
            report,
            reference[-1]["result"],
            samples,
            dice.choice(keep_choices),
            kills,
            duration,
        )
    return report


def _one_training(folder, dice, report, result, samples, keep, kills, duration) -> None:
    log = folder.with_suffix(".log")
    while True:
        pid = in_child(folder, log, keep)
        if report.kills < kills:
            # From before the first save to well into the training, never all of it at once.
            time.sleep(dice.uniform(0.05, 0.6) * duration)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        lines = read(log)
        acknowledged = max(
            (line["acknowledged"] for line in lines if "acknowledged" in line), default=None
        )
        valid = valid_steps(folder / "tiny")
        if acknowledged is not None and (not valid or valid[-1] < acknowledged):
            report.lost.append(f"{folder}: step {acknowledged} acknowledged, {valid} valid")
        for step, value in (line["sample"] for line in lines if "sample" in line):
            if samples[step] != value:
                report.different.append(f"{folder}: another batch at step {step}")
        if os.WIFSIGNALED(status):
            report.kills += 1
            report.during_write += any((folder / "tiny").glob(".step-*"))
            continue
        assert os.WEXITSTATUS(status) == 0, "the training failed, see its traceback"
        report.finished += 1
        if lines[-1]["result"] != result:
            report.different.append(f"{folder}: another result")
        return


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    if sys.argv[4:] == ["interim"]:
        EVERY[0] = "auto"
        schedule.FLOOR = 0.05
        InterimSchedule.due = lambda self: True
    print(json.dumps(asdict(kill_often(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))
