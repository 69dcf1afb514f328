"""``python -m bench.storage_parts.stage_once SOURCE TARGET``: seconds and peak memory, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time

from runtime_kit import stage

begin = time.perf_counter()
stage(sys.argv[1], sys.argv[2], progress=False)
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
print(json.dumps({"seconds": seconds, "peak": peak}))
