"""Puts the helpers of these tests on the path, and those for real remotes."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / part) for part in ("fetching/support", "staging/support", "kernel")]
