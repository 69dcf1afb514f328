"""Each notebook of the corpus, made resumable and killed, against itself unchanged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from corpus_case import Outcome, Replay, check, names, refused

# With the one whose batches take the name of the data set's own list.
FAST = sorted({*names()[::4], "blitz_cifar", "module_counter", "called_thrice"})


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    server = Replay()
    yield server
    server.close()


def _assert_good(found: Outcome) -> None:
    expected = refused(found.name)
    if expected is not None:
        assert found.state == "refused", found
        assert expected in found.why
    else:
        assert found.state == "equal", f"{found.state}: {found.detail} {found.why}"


@pytest.mark.parametrize("name", FAST)
def test_a_resumed_training_equals_the_original(replay: Replay, name: str) -> None:
    _assert_good(check(replay, name, kills=1))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", names())
def test_all_with_more_kills(replay: Replay, name: str) -> None:
    _assert_good(check(replay, name, kills=3, seed=1))


def test_targets_of_the_whole_corpus() -> None:
    refusals = [name for name in names() if refused(name)]
    assert len(names()) >= 80
    assert len(refusals) <= 0.15 * len(names())
