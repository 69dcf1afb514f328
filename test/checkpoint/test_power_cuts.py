"""The power is cut at random moments, on a disk that forgets what was not fsynced.

SIGKILL alone does not show what is never fsynced: the page cache outlives the process.
"""

import os
import random

import pytest

pytest.importorskip("mfusepy", reason="mfusepy is not installed", exc_type=ImportError)

from bench.power_parts.cuts import DISK, MOUNT, cuts, first_save_cuts, lossy_disk

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be fast enough"),
]


@pytest.fixture
def work(tmp_path):
    try:
        with lossy_disk(tmp_path, DISK):
            pass
    except OSError as error:
        pytest.skip(f"FUSE mounts do not work here: {error}")
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "disk", "count"),
    [("library", DISK, 30), ("interim", DISK, 30), ("library", MOUNT, 20), ("cell", DISK, 40)],
)
def test_a_hundred_power_cuts(work, kind, disk, count):
    seed = random.SystemRandom().randrange(1 << 30)
    report = cuts(kind, disk, count, seed, work)
    print(f"seed {seed}: {report}")
    assert report.lost == []
    assert report.cuts == count and report.saves > 5 and report.in_a_save > 5


@pytest.mark.parametrize(("kind", "disk"), [("library", DISK), ("library", MOUNT), ("cell", DISK)])
def test_the_power_is_cut_anywhere_in_the_first_save(work, kind, disk):
    """Nothing was committed: the run starts again, and does not refuse for ever."""
    seed = random.SystemRandom().randrange(1 << 30)
    report = first_save_cuts(kind, disk, seed, work)
    print(f"seed {seed}: {report}")
    assert report.lost == []
    assert report.in_a_save > 5


def test_what_is_not_fsynced_is_found_to_be_lost(work):
    """Or the test above would say nothing."""
    assert cuts("careless", DISK, 10, 1, work).lost
