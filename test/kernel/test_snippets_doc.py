"""docs/snippets.md says what the files say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_is_up_to_date_and_each_snippet_has_a_test() -> None:
    command = [sys.executable, "scripts/snippets_doc.py", "--check"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
