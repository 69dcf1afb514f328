"""What holds for the callback of every framework.

Each training runs in a forked process: imports are paid once, and neither signal handlers nor
random generators of one attempt reach the next.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny import Stopped

Train = Callable[..., dict[str, Any]]
"""``train(folder, *, on_step, **options)``; without a folder it has no callback. ``on_step`` is
called with the number of the attempt's step, from 1, in the middle of it."""
RUN = "run"
NONE: set[str] = set()
SKIP = "is not installed: npm run nightly does so"


class Attempt:
    """One training: its ``result`` if it came to its end, its exit ``status``, what it printed."""

    def __init__(self, train: Train, folder: Path | None, log: Path, **options: Any) -> None:
        answer = log.with_suffix(".json")
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                with open(log, "w") as file, contextlib.redirect_stdout(file):
                    answer.write_text(json.dumps(train(folder, **options)))
                code = 0
            except (Stopped, KeyboardInterrupt, SystemExit):
                code = 3
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        self.status = os.waitpid(pid, 0)[1]
        self.printed = log.read_text()
        assert self.status != 1 << 8, "the training failed, see its traceback"
        self.result = json.loads(answer.read_text()) if self.status == 0 else None


def stop_at(number: int) -> Callable[[int], None]:
    """Fail in that step."""

    def on_step(step: int) -> None:
        if step == number:
            raise Stopped

    return on_step


def signal_at(number: int, what: signal.Signals) -> Callable[[int], None]:
    """Send the own process a signal in that step."""
    return lambda step: os.kill(os.getpid(), what) if step == number else None


class Checks:
    """``steps``: batches of the whole training, of which an epoch has ``epoch``."""

    def __init__(self, train: Train, place: Path, steps: int, epoch: int) -> None:
        self.train, self.place, self.steps, self.epoch = train, place, steps, epoch
        self.count = 0
        self.reference = self.attempt(None).result

    def attempt(self, folder: Path | None, **options: Any) -> Attempt:
        self.count += 1
        return Attempt(self.train, folder, self.place / f"{self.count}.log", **options)

    def newest(self, folder: Path) -> int:
        return max(int(step.name[5:]) for step in (folder / RUN).glob("step-*"))

    def resumes(
        self, folder: Path, step: int | None = None, apart_from: set[str] = NONE, **options: Any
    ) -> Attempt:
        """The next attempt goes on from ``step`` and ends as a training in one go does."""
        step = self.newest(folder) if step is None else step
        attempt = self.attempt(folder, **options)
        assert f"resumed 'run' from step {step} " in attempt.printed
        found, want = attempt.result or {}, self.reference or {}
        names = want.keys() - apart_from
        different = {n: (found.get(n), want[n]) for n in names if found.get(n) != want[n]}
        assert not different, different
        assert self.newest(folder) == self.steps
        return attempt

    def equals_the_uninterrupted_training(self) -> None:
        assert self.attempt(self.place / "straight").result == self.reference
        for stop in (2, self.epoch + 1, self.epoch + 2):
            folder = self.place / f"stop-{stop}"
            stopped = self.attempt(folder, on_step=stop_at(stop))
            assert stopped.result is None
            self.resumes(folder, stop - 1)

    def survives_sigkill(self) -> None:
        folder = self.place / "killed"
        for step in (self.epoch - 1, 3):  # counted anew in the second attempt
            killed = self.attempt(folder, on_step=signal_at(step, signal.SIGKILL))
            assert os.WTERMSIG(killed.status) == signal.SIGKILL
        assert self.newest(folder) >= self.epoch - 2
        self.resumes(folder)

    def saves_at_a_signal(self, what: signal.Signals) -> None:
        folder, step = self.place / what.name, self.epoch + 2
        ended = self.attempt(folder, on_step=signal_at(step, what), every="10h")
        assert ended.result is None
        assert self.newest(folder) == step  # the step under way was finished
        self.resumes(folder, step, every="10h")

    def saves_at_a_signal_in_validation(
        self, what: signal.Signals, apart_from: set[str] = NONE
    ) -> None:
        folder, step = self.place / f"validation-{what.name}", 2 * self.epoch
        ended = self.attempt(folder, on_validation=signal_at(step, what), every="10h")
        assert ended.result is None
        assert self.newest(folder) == step
        self.resumes(folder, step, apart_from, every="10h")

    def falls_back_from_a_damaged_step(self) -> None:
        folder = self.place / "damaged"
        self.attempt(folder, on_step=stop_at(self.epoch + 2))
        newest = self.newest(folder)
        payload = next((folder / RUN / f"step-{newest:012d}").glob("model*"))
        os.truncate(payload, payload.stat().st_size - 1)
        attempt = self.resumes(folder, newest - 1)
        assert f"Skipped, damaged (1 steps back): step {newest}" in attempt.printed

    def goes_on_from_the_mirror(self) -> None:
        folder, mirror = self.place / "local", self.place / "mirror"
        ended = self.attempt(
            folder, mirror=mirror, on_step=signal_at(3, signal.SIGTERM), every="10h"
        )
        assert ended.result is None
        shutil.rmtree(folder)
        self.resumes(folder, 3, mirror=mirror)
        assert self.newest(mirror) == self.steps


class Cases:
    """The tests of every framework; a module has a class of them and a fixture ``checks``.

    ``validating``: what of the result differs after a stop within a validation, and why is said
    there.
    """

    validating: set[str] = NONE

    def test_equals_the_uninterrupted_training(self, checks: Checks) -> None:
        checks.equals_the_uninterrupted_training()

    def test_survives_sigkill(self, checks: Checks) -> None:
        checks.survives_sigkill()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_saves_at_a_signal(self, checks: Checks, number: signal.Signals) -> None:
        checks.saves_at_a_signal(number)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_saves_at_a_signal_in_validation(self, checks: Checks, number: signal.Signals) -> None:
        checks.saves_at_a_signal_in_validation(number, apart_from=self.validating)

    def test_falls_back_from_a_damaged_step(self, checks: Checks) -> None:
        checks.falls_back_from_a_damaged_step()

    def test_goes_on_from_the_mirror(self, checks: Checks) -> None:
        checks.goes_on_from_the_mirror()
