"""The uninterrupted training that every resumed one has to equal."""

from __future__ import annotations

import functools

from tiny import Tiny


@functools.cache
def reference(options):
    """Result of the uninterrupted training, without any checkpoint in it."""
    tiny = Tiny(**dict(options))
    tiny.train(Uninterrupted())
    return tiny.result(), dict(tiny.samples), tiny.logged


class Uninterrupted:
    """Plain loops in the place of a Run, so that the reference owes nothing to the engine."""

    step = 0

    def epochs(self, count):
        return range(count)

    def batches(self, loader):
        for batch in loader:
            yield batch
            self.step += 1

    def log(self, **metrics):
        pass


def assert_equal(tiny, options):
    found = tiny.result()  # draws from the generators, so before anything else runs
    result, samples, logged = reference(tuple(sorted(options.items())))
    assert dict(tiny.samples).items() <= samples.items()
    assert found == result
    assert tiny.logged == logged[-len(tiny.logged) :] if tiny.logged else True
