"""What a developer can have logged; users see nothing of it."""

import logging
import subprocess
import sys

from runtime_kit import Run

CODE = """
import sys
from runtime_kit import Run
run = Run("quiet", sys.argv[1])
run.track(state={"a": 1})
for step in run.steps(2):
    pass
run.finish()
"""


def test_saves_are_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "runtime_kit")
    run = Run("digits", tmp_path)
    run.track(state={"a": 1})
    run.save(wait=True)
    run.finish()
    told = [record.getMessage() for record in caplog.records]
    assert any("digits: step 0, " in text and "written in" in text for text in told), told
    assert all(record.name.startswith("runtime_kit.") for record in caplog.records)


def test_nothing_of_it_is_shown_unasked(tmp_path):
    done = subprocess.run([sys.executable, "-c", CODE, tmp_path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "bytes" not in done.stdout
