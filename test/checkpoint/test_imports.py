"""What importing costs: the standard library, and nothing of the user's frameworks."""

import subprocess
import sys

from script import ROOT

CODE = """
import sys
import runtime_kit
import runtime_kit.checkpoint
from runtime_kit import Run, CheckpointManager, durable_folder
heavy = {"torch", "numpy", "jax", "IPython", "safetensors", "tqdm", "sklearn"} & set(sys.modules)
assert not heavy, heavy
state = {"n": 0}
run = Run("plain", sys.argv[1], every=1).track(state=state)
for step in run.steps(4):
    state["n"] += step
run.finish()
again = {"n": None}
assert Run("plain", sys.argv[1]).track(state=again).restore().step == 4 and again == state
heavy = {"torch", "numpy", "jax", "IPython"} & set(sys.modules)
assert not heavy, heavy
"""


def test_plain_values_need_the_standard_library_only(runs):
    code = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r})" + CODE,
    ]
    subprocess.run([*code, str(runs)], check=True)
