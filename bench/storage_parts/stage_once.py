"""``python -m bench.storage_parts.stage_once SOURCE TARGET``: seconds and peak memory, as JSON."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from runtime_kit import stage

begin = time.perf_counter()
stage(sys.argv[1], sys.argv[2], progress=False)
seconds = time.perf_counter() - begin
# Not ru_maxrss: that begins with the peak of the process that started this one.
found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
peak = int(found[1]) * 1024 / 1e6 if found else float("nan")
print(json.dumps({"seconds": seconds, "peak": peak}))
