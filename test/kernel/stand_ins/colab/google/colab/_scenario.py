"""What the runtime is like in a test. A test changes SCENARIO and reads CALLS."""

SCENARIO = {
    "hosted": True,  # /var/colab/hostname is there
    "enterprise": False,
    "credentials": True,  # TBE_EPHEM_CREDS_ADDR is set
    "front_end": "grants",  # or "refuses", "silent"
    "silence": 0.2,  # seconds; 120 in reality
    "drive": "mounts",  # or "stops", "root-timeout", "domain-policy", "hangs", "gone"
    "flush": "works",  # or "fails"
}
CALLS = []


def record(call):
    CALLS.append(call)
