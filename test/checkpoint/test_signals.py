"""Interrupt and termination, in every phase of a loop: saved first, and resumed exactly."""

import signal
import time

import pytest
from checker import valid_steps
from reference import assert_equal
from script import Script
from tiny import train

# Prints what it is doing, so that the signal meets the phase that is to be tested.
TRAINING = """
where, folder = sys.argv[1:3]
tiny = Tiny()
run = Run("tiny", folder, every=1000).track(**tiny.objects())
class Slow:
    def __init__(self, loader): self.loader = loader
    def __getattr__(self, name): return getattr(self.loader, name)
    def __iter__(self):
        for index, batch in enumerate(self.loader):
            if where == "fetch" and index == 2: print("HERE", flush=True); time.sleep(2)
            yield batch
for epoch in run.epochs(3):
    if where == "head" and epoch == 1: print("HERE", flush=True); time.sleep(60)
    for x, y in run.batches(Slow(tiny.loader)):
        tiny.step(run.step, x, y)
        if where == "fetch": time.sleep(0.02)  # of shorter steps not each one's end can be saved
        if where == "step" and run.step == 7: print("HERE", flush=True); time.sleep(1.2)
        if where == "long" and run.step == 7: print("HERE", flush=True); time.sleep(60)
    tiny.scheduler.step()
    if where == "edge" and epoch == 1: print("HERE", flush=True); time.sleep(60)
    tiny.logged.append(__import__("random").random())
    run.log(draw=tiny.logged[-1])
run.finish()
print("FINISHED")
"""
PLACES = {"fetch": 2, "head": 5, "step": 8, "edge": 10}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("where", PLACES)
def test_saved_where_it_stopped(runs, where, number):
    with Script(TRAINING, where, runs) as script:
        script.wait_for("HERE")
        script.send(number)
        status = script.end()
    if number == signal.SIGTERM:
        assert status == -signal.SIGTERM, script.text
    else:
        assert "KeyboardInterrupt" in script.text
    assert "FINISHED" not in script.text
    assert valid_steps(runs / "tiny") == [PLACES[where]]
    assert_equal(train(runs), {"workers": 0, "shuffle": True})


def test_a_second_interrupt_stops_at_once(runs):
    with Script(TRAINING, "long", runs) as script:
        script.wait_for("HERE")
        script.send(signal.SIGINT)
        script.wait_for("interrupt again to stop now")
        script.send(signal.SIGINT)
        assert script.end() != 0
    assert "KeyboardInterrupt" in script.text
    assert valid_steps(runs / "tiny") == []


def test_an_earlier_handler_still_runs(runs):
    code = (
        """
import signal
signal.signal(signal.SIGTERM, lambda *_: (print("MINE", flush=True), sys.exit(3)))
"""
        + TRAINING
    )
    with Script(code, "step", runs) as script:
        script.wait_for("HERE")
        script.send(signal.SIGTERM)
        assert script.end() == 3
    assert "MINE" in script.text
    assert valid_steps(runs / "tiny") == [8]


def test_handlers_are_put_back(runs):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    train(runs)
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
    train(runs / "stopped", stop=3)
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_forked_worker_dies_of_its_own_signal(runs):
    """A pool in the loop ends its workers with SIGTERM; that is not the run's."""
    code = """
import multiprocessing
context = multiprocessing.get_context("fork")
state = {"n": 0}
run = Run("pool", sys.argv[1], every=1).track(state=state)
for step in run.steps(3):
    worker = context.Process(target=time.sleep, args=(60,))
    worker.start(); worker.terminate(); worker.join()
    print("CODE", worker.exitcode)
    state["n"] += 1
run.finish()
"""
    with Script(code, runs) as script:
        assert script.end() == 0, script.text
    assert script.text.count("CODE -15") == 3
    assert valid_steps(runs / "pool")[-1] == 3


def test_a_write_that_hangs_is_let_alone_at_the_second_interrupt(runs):
    """As of a mount whose helper has died; else only a kill would end the cell."""
    code = """
import os, threading
def hang(descriptor): print("HANGS", flush=True); threading.Event().wait()
state = {"n": 0}
run = Run("r", sys.argv[1], every=1).track(state=state)
try:
    for step in run.steps(1000):
        state["n"] += 1
        if step == 1: run.manager.wait(); os.fsync = hang
except KeyboardInterrupt:
    print("GONE ON", flush=True)
    os._exit(5)
"""
    with Script(code, runs) as script:
        script.wait_for("HANGS")
        for _ in range(2):
            time.sleep(1.5)  # the loop waits for the write by then, or else for its own end
            script.send(signal.SIGINT)
        assert script.end() == 5, script.text
    assert "GONE ON" in script.text
    assert valid_steps(runs / "r") == [1]
