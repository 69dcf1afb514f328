"""Journals that are written by what docs/outputs.md says of them, and by nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from jupyter_process import JupyterProcess

ROOT = Path(__file__).parents[2]


def documented_program() -> str:
    """The program in the documentation."""
    text = (ROOT / "docs/outputs.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"^```python\n(import.*?)^```", text, re.MULTILINE | re.DOTALL)
    return str(found)


def test_a_journal_of_another_program_is_listed_read_and_exported(server: JupyterProcess) -> None:
    data = str(server.log.parent / "data")
    environ = {**os.environ, "JUPYTER_DATA_DIR": data}
    subprocess.run([sys.executable, "-c", documented_program()], check=True, env=environ)
    (listed,) = server.json("runtime-kit/outputs?path=digits.ipynb")["journals"]
    assert (listed["kernel"], listed["alive"]) == ("nightly-run-7", False)
    answer = server.json("runtime-kit/outputs/nightly-run-7")
    (execution,) = answer["executions"]
    assert (execution["cell"], execution["state"], execution["count"]) == ("cell-0", "done", 1)
    assert (answer["lost"], execution["messages"]) == (0, 4)
    (entry,) = server.json("runtime-kit/outputs/nightly-run-7/executions?id=first")["executions"]
    expected = [{"output_type": "stream", "name": "stdout", "text": "epoch 2\n"}]
    assert entry["content"] == expected
    exported = json.loads(server.get("runtime-kit/outputs/nightly-run-7/export?format=notebook"))
    (cell,) = exported["cells"]
    assert (cell["source"], cell["outputs"]) == ("train()", expected)
    mode = (Path(data) / "runtime-kit/outputs/nightly-run-7.journal").stat().st_mode
    assert oct(mode)[-3:] == "600"
