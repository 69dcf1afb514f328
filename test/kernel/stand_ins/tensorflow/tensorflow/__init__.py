"""Stands in for TensorFlow as far as the GPU check asks it; as talkative as the real one."""

import os
import sys
from types import SimpleNamespace

__version__ = "2.20.0"
_has_gpu = os.environ.get("STAND_IN_TENSORFLOW") == "gpu"
print("I tensorflow/core/platform/cpu_feature_guard.cc:210] optimized", file=sys.stderr)
test = SimpleNamespace(is_built_with_gpu_support=lambda: _has_gpu)
config = SimpleNamespace(list_physical_devices=lambda kind: ["GPU:0"] if _has_gpu else [])
