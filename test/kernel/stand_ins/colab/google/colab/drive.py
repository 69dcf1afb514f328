"""Mounting of Google Drive. The order of the checks is the real one: the permission is asked for
before the mount point is looked at."""

import os

import pexpect
from google.colab import _message
from google.colab._scenario import SCENARIO, record

FAQ = "for more info: https://research.google.com/colaboratory/faq.html#drive-timeout"


def mount(mountpoint, force_remount=False, timeout_ms=120000, readonly=False):
    record(f"mount {mountpoint} readonly={readonly}")
    if not SCENARIO["hosted"]:
        raise NotImplementedError(
            "Mounting drive is unsupported in this environment. Use PyDrive2 instead."
        )
    if " " in mountpoint:
        raise ValueError("Mountpoint must not contain a space.")
    if SCENARIO["enterprise"]:
        raise NotImplementedError("google.colab.drive.mount is not supported in Colab Enterprise.")
    if not SCENARIO["credentials"]:
        raise KeyError("TBE_EPHEM_CREDS_ADDR")
    granted = _message.blocking_request(
        "request_auth", request={"authType": "dfs_ephemeral"}, timeout_sec=int(timeout_ms / 1000)
    )
    if os.path.isdir(os.path.join(mountpoint, "MyDrive")) and not force_remount:
        print(f"Drive already mounted at {mountpoint}; to attempt to forcibly remount, ...")
        return
    if os.path.islink(mountpoint):
        raise ValueError("Mountpoint must not be a symlink")
    if os.path.isdir(mountpoint) and os.listdir(mountpoint) and not force_remount:
        raise ValueError("Mountpoint must not already contain files")
    if not os.path.isdir(mountpoint) and os.path.exists(mountpoint):
        raise ValueError("Mountpoint must either be a directory or not exist")
    if not os.path.exists(os.path.dirname(os.path.normpath(mountpoint))):
        raise ValueError("Mountpoint must be in a directory that exists")
    _start(mountpoint, granted)
    print(f"Mounted at {mountpoint}")


def _start(mountpoint, granted):
    if SCENARIO["drive"] == "hangs":
        raise pexpect.TIMEOUT("Timeout exceeded.\n<pexpect.popen_spawn.PopenSpawn object>")
    if SCENARIO["drive"] == "domain-policy":
        raise ValueError(
            "The domain policy has disabled Drive File Stream: "
            "https://support.google.com/a/answer/7496409"
        )
    if SCENARIO["drive"] == "root-timeout":
        raise ValueError(f"mount failed: timeout during initial read of root folder; {FAQ}")
    if granted is None or SCENARIO["drive"] == "stops":
        raise ValueError("mount failed")
    for name in ("MyDrive", "Shareddrives"):
        os.makedirs(os.path.join(mountpoint, name), exist_ok=True)
    is_mounted = os.path.ismount  # the real one is a file system of its own
    os.path.ismount = lambda path: os.fspath(path) == mountpoint or is_mounted(path)


def flush_and_unmount(timeout_ms=24 * 60 * 60 * 1000):
    record(f"flush_and_unmount {timeout_ms}")
    if SCENARIO["drive"] == "gone":
        print("Drive not mounted, so nothing to flush and unmount.")
        return
    if SCENARIO["flush"] == "fails":
        raise ValueError("flush_and_unmount failed: b''")
