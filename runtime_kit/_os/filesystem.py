"""What kind of file system a folder is on, as far as it changes how to write there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# FUSE in name only: a disk or a container's own layers.
_LOCAL = ("fuseblk", "fuse.fuse-overlayfs", "fuse.lxcfs")
_DISKS = ("btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs", *_LOCAL)
# How the folders of sync clients begin, such as "OneDrive - Company".
_SYNCED = (
    *("cloudstorage", "dropbox", "google drive", "googledrive", "icloud", "mobile documents"),
    *("my drive", "nextcloud", "onedrive", "owncloud", "pcloud", "synology"),
)


def is_remote_mount(folder: Path) -> bool:
    """Whether ``folder`` is on a FUSE mount (Drive, rclone, s3fs, gcsfuse).

    Such mounts upload a file some time after it was closed, and may lose a part of a folder that is
    renamed meanwhile (seen with rclone 1.60); an object store copies every file of it. Linux only;
    False where the mounts cannot be listed.
    """
    kind = mount_type(folder)
    return kind.startswith("fuse") and kind not in _LOCAL


def is_local_disk(folder: Path) -> bool:
    """Whether ``folder`` is on a disk of this machine, so that writing there often concerns nobody
    else: no network file system, whose server others use, and no folder that a sync client is known
    to upload. Where mounts cannot be listed, the disk of temporary files is one."""
    real = Path(os.path.realpath(folder))
    if any(part.casefold().startswith(_SYNCED) for part in real.parts):
        return False
    if kind := mount_type(real):
        return kind in _DISKS
    try:  # not Linux, or the root of a chroot, which is no mount of its own
        return os.stat(real).st_dev == os.stat(tempfile.gettempdir()).st_dev
    except OSError:
        return False


def mount_type(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """File system type of the mount that ``folder`` is on, ``""`` where it is not known."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    path = os.path.abspath(folder)
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = fields.split()[4].encode().decode("unicode_escape")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:  # the last one mounted on a point counts
            best, kind = len(point), rest.split()[0]
    return kind
