"""The callbacks' package before any of its modules is used."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
import runtime_kit.checkpoint.integrations.callback_session
heavy = {"torch", "keras", "transformers", "lightning", "pytorch_lightning", "IPython"}
print(sorted(heavy & set(sys.modules)))
"""


def test_imports_no_framework():
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
