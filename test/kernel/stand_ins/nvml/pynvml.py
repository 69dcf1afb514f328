"""Replays what NVML said on real machines. NVML_CASE names the machine."""

import os
from types import SimpleNamespace

NVML_ERROR_LIBRARY_NOT_FOUND = 12
MIB = 1 << 20


class NVMLError(Exception):
    def __init__(self, value):
        super().__init__(
            {
                3: "Not Supported",
                9: "Driver Not Loaded",
                12: "NVML Shared Library Not Found",
                18: "RM has detected an NVML/RM version mismatch.",
                6: "Not Found",
            }[value]
        )
        self.value = value


def _gpu(name, used, total, **more):
    memory = SimpleNamespace(used=used * MIB, total=total * MIB, free=(total - used) * MIB)
    return {"name": name, "memory": memory, "slices": [], **more}


MACHINES = {
    "t4": [
        _gpu("Tesla T4", 451, 15360, util=62, temp=58, power=68_420, limit=70_000),
    ],
    "a100-mig": [
        _gpu(
            "NVIDIA A100-SXM4-80GB",
            919,
            81920,
            temp=27,
            power=67_030,
            limit=400_000,
            slices=[_gpu("NVIDIA A100-SXM4-80GB MIG 2g.20gb", 12, 19968) for _ in range(2)],
        )
    ],
    "none": [],
}
FAILS = {"driver-not-loaded": 9, "mismatch": 18, "no-library": 12}


def _machine():
    case = os.environ["NVML_CASE"]
    if case in FAILS:
        raise NVMLError(FAILS[case])
    return MACHINES[case]


def _told(handle, key):
    if key not in handle:
        raise NVMLError(3)
    return handle[key]


def nvmlInit():
    _machine()


def nvmlDeviceGetCount():
    return len(_machine())


def nvmlDeviceGetHandleByIndex(index):
    return _machine()[index]


def nvmlDeviceGetName(handle):
    return handle["name"].encode()  # old versions gave bytes


def nvmlDeviceGetUUID(handle):
    return "GPU-513536b6-7d19-9063-b049-1e69664bb298"


def nvmlDeviceGetMemoryInfo(handle):
    return handle["memory"]


def nvmlDeviceGetUtilizationRates(handle):
    return SimpleNamespace(gpu=_told(handle, "util"), memory=0)


def nvmlDeviceGetTemperature(handle, sensor):
    return _told(handle, "temp")


def nvmlDeviceGetPowerUsage(handle):
    return _told(handle, "power")


def nvmlDeviceGetEnforcedPowerLimit(handle):
    return _told(handle, "limit")


def nvmlDeviceGetMigMode(handle):
    if not handle["slices"]:
        raise NVMLError(3)
    return [1, 1]


def nvmlDeviceGetMaxMigDeviceCount(handle):
    return 7


def nvmlDeviceGetMigDeviceHandleByIndex(handle, index):
    if index >= len(handle["slices"]):
        raise NVMLError(6)
    return handle["slices"][index]
