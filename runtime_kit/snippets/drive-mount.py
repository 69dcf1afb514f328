# ---
# id: drive-mount
# title: Mount Drive
# description: Sets DRIVE to a folder of Google Drive (on Colab or through rclone), or to a local folder where there is none
# tags: [storage, drive, colab, rclone]
# languages: [python]
# version: 1
# icon: jupyterlab-runtime-kit:drive-mount
# ---

# %% [markdown]
# **Mount Drive** sets `DRIVE`, the folder for what has to outlive this machine: Google Drive on Colab, an rclone remote elsewhere, or else a local folder, and then it says so.

# %%
MOUNT_POINT = "/content/drive"  # @param {type:"string"}
DRIVE_FOLDER = ""  # @param {type:"string"}
READ_ONLY = False  # @param {type:"boolean"}
RCLONE_REMOTE = ""  # @param {type:"string"}
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryFile

DRIVE_ADVICE = {  # a part of the error: what to do about it
    "Mountpoint": "as MOUNT_POINT choose a new or an empty folder, no link, and without spaces.",
    "root folder": "My Drive has too much at its top: move it into folders and try again later.",
    "domain policy": "your organization has switched this off: use another Google account.",
    "credential": "Google got no permission: run this again and allow all that it asks for.",
    "mount failed": "no permission came: only Colab's own page can ask for it, so run this there.",
    "TIMEOUT": "Drive did not start in time: run this again, or take a new runtime.",
    "rclone": "install rclone, or set the remote up with `rclone config` and test it with `rclone lsd`.",
    "Transport endpoint": "the mount has died: run `!umount -l` on it, then this again.",
    "Input/output": "Google's limit for this Drive or folder is reached: wait some hours.",
}


def mount_drive(mount):
    try:
        names = os.listdir(mount)
    except (FileNotFoundError, NotADirectoryError):
        names = []
    if "MyDrive" in names or os.path.ismount(mount):  # drive.mount would ask you once more
        if os.stat(mount).st_dev == os.stat(mount.parent).st_dev:  # a cell has made it
            print(f"{mount} is this machine's own folder and does NOT outlive it: move it away.")
        return mount / "MyDrive" if "MyDrive" in names else mount
    try:
        from google.colab import drive
    except ImportError:
        drive = None
    if drive or RCLONE_REMOTE:
        if names or " " in str(mount) or mount.is_symlink() or mount.is_file():
            raise ValueError("Mountpoint must not contain files or a space, or be a file or link")
        mount.mkdir(parents=True, exist_ok=True)
    if drive:
        try:
            drive.mount(str(mount), readonly=READ_ONLY)
            return mount / "MyDrive"
        except (NotImplementedError, KeyError) as error:  # Kaggle, Colab Enterprise, your own VM
            print(f"Drive can be mounted on Colab's own machines only, not here ({error!r}).")
    if RCLONE_REMOTE:
        remote = RCLONE_REMOTE if ":" in RCLONE_REMOTE else f"{RCLONE_REMOTE}:"
        subprocess.run(["rclone", "lsd", remote], stdout=subprocess.DEVNULL, check=True, timeout=99)
        options = ["--vfs-cache-mode=writes", f"--read-only={READ_ONLY}"]
        command = ["rclone", "mount", remote, mount, *options]
        with TemporaryFile("w+") as said:
            rclone = subprocess.Popen(command, stderr=said, start_new_session=True)  # it stays
            while rclone.poll() is None:
                if os.path.ismount(mount):
                    return mount
                time.sleep(0.1)
            said.seek(0)
            print(f"rclone cannot mount, FUSE does not work here: {said.read().strip()[-300:]}")
    print("DRIVE is a local folder and does NOT outlive this machine: copy what you need from it.")
    return Path.cwd() / "drive-local"


try:
    DRIVE = mount_drive(Path(MOUNT_POINT).expanduser()) / DRIVE_FOLDER.strip("/")
    os.listdir(DRIVE) if READ_ONLY else DRIVE.mkdir(parents=True, exist_ok=True)
except Exception as error:
    todo = [todo for part, todo in DRIVE_ADVICE.items() if part in f"{type(error)}: {error}"]
    raise RuntimeError(f"Drive is not mounted: {(todo or [error])[0]}") from error
print(f"DRIVE = {DRIVE}")
