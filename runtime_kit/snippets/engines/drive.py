# @title Mount Drive engine: run this cell, no need to read it
def mount_drive(mount_point, drive_folder, read_only, remote):
    """Return a folder of Google Drive on Colab, of an rclone remote elsewhere, or a local one."""
    import os
    import re
    import tempfile
    import time
    from importlib import import_module, util
    from pathlib import Path
    from subprocess import Popen, run

    advice = {  # a part of the error: what to do about it
        "root folder": "too many items in My Drive: move some into folders, then retry.",
        "domain policy": "your organization does not allow it: use another Google account.",
        "credential|mount failed": "Google got no permission: only Colab's own page can ask for it.",
        "TIMEOUT": "Drive did not start in time: run this again, or restart the runtime.",
        "rclone": "install rclone, set up the remote with `rclone config`, test it with `lsd`.",
        "Transport endpoint": "the mount has died: run `!umount -l` on it, then this again.",
    }
    mount = Path(mount_point).expanduser()
    colab = util.find_spec("google") and util.find_spec("google.colab")
    try:
        names = os.listdir(mount) if os.path.lexists(mount) and not mount.is_file() else []
        # A plain folder of that name is one that a cell has made: it ends with this machine.
        found = os.path.ismount(mount) and (mount / "MyDrive" if "MyDrive" in names else mount)
        if (colab or remote) and not found:
            if " " in str(mount) or mount.is_symlink() or mount.is_file() or names:
                files = f"; {mount} has files of this machine in it, not Drive's" * bool(names)
                raise ValueError(f"set MOUNT_POINT to an empty folder, no link, no spaces{files}")
            mount.mkdir(parents=True, exist_ok=True)
        if colab and not found:
            try:
                import_module("google.colab.drive").mount(str(mount), readonly=read_only)
                found = mount / "MyDrive"
            except (NotImplementedError, KeyError) as error:  # Kaggle, Colab Enterprise, your VM
                print(f"Drive can be mounted on Colab's own machines only, not here ({error!r}).")
        if remote and not found:
            if not re.fullmatch(r"[\w.+@][\w .+@-]*(:[^\n]*)?", remote):  # options can run programs
                raise ValueError("set RCLONE_REMOTE to the name of a configured remote.")
            path = remote if ":" in remote else f"{remote}:"
            run(["rclone", "lsd", "--", path], capture_output=True, check=True, timeout=99)
            command = f"rclone mount --vfs-cache-mode=writes --read-only={read_only} --".split()
            with tempfile.TemporaryFile("w+", errors="replace") as said:  # no pipe: rclone stays
                rclone = Popen([*command, path, mount], stderr=said, start_new_session=True)
                while rclone.poll() is None and not (found := os.path.ismount(mount) and mount):
                    time.sleep(0.1)
                said.seek(0)
                if not found:
                    print(f"rclone can't mount, FUSE does not work here: {said.read()[-300:]}")
        if not found:
            print("DRIVE is a local folder, deleted with this machine: copy what you need.")
        found = (found or Path.cwd() / "drive-local") / drive_folder.strip("/")
        os.listdir(found) if read_only else found.mkdir(parents=True, exist_ok=True)
    except Exception as error:
        known = [
            todo for part, todo in advice.items() if re.search(part, f"{type(error)}: {error}")
        ]
        raise RuntimeError(f"Drive is not mounted: {(known or [error])[0]}") from error
    print(f"DRIVE = {found}")
    return found
