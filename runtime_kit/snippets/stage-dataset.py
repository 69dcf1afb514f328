# ---
# id: stage-dataset
# title: Stage a dataset
# description: Unpacks a .zip or .tar from Drive on the fast local disk, once, in a way that survives an interrupt
# tags: [storage, dataset, drive, zip]
# languages: [python]
# version: 2
# names: [stage_dataset, DATA]
# ---

# %% engine:
# @title Stage a dataset engine: run this cell, no need to read it
def stage_dataset(stage_source, stage_to):
    """Copy an archive to this machine's disk and unpack it; return the folder."""
    import json
    import os
    import shutil
    import tarfile
    import time
    import zipfile
    import zlib
    from pathlib import Path

    def copy_archive(source, copy, size):
        """Read the archive from its start to its end: this is what a mounted Drive does fast."""
        have = copy.stat().st_size if copy.exists() else 0
        if shutil.disk_usage(copy.parent).free < size - have:
            raise RuntimeError(f"{copy.parent} has no room for the {size / 1e9:.1f} GB of {source}")
        begin = said = time.monotonic()
        with open(source, "rb") as reader, open(copy, "ab") as writer:
            reader.seek(have)
            for block in iter(lambda: reader.read(8 << 20), b""):
                writer.write(block)
                if time.monotonic() - said > 5:
                    said = time.monotonic()
                    done = writer.tell()
                    left = (said - begin) * (size - done) / max(done - have, 1)
                    print(f"{done / 1e9:.1f} of {size / 1e9:.1f} GB, {left:.0f} s left")
        if copy.stat().st_size != size:
            raise RuntimeError(f"{source} ended early: run this cell again")

    def unpack(archive, folder):
        """Unpack below the folder and nowhere else, if there is room for it."""
        if not tarfile.is_tarfile(archive):  # a tar whose last file is a zip looks like a zip too
            with zipfile.ZipFile(archive) as opened:
                needed = sum(member.file_size for member in opened.infolist())
                if shutil.disk_usage(folder).free < needed:
                    raise RuntimeError(f"{folder} has no room for {needed / 1e9:.1f} GB unpacked")
                opened.extractall(folder)  # checks each checksum, and makes ".." and links harmless
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")  # refuses what would leave the folder
                rest = opened.fileobj.read()  # tarfile takes a damaged header for the end
                if len(rest) < 512 or any(rest[:512]):
                    raise EOFError("it does not end as a tar does")

    def stage(source, folder):
        status = os.stat(source)
        stamp = json.dumps([source.name, status.st_size, int(status.st_mtime)])
        work = folder.with_name(f".{folder.name}.staging")  # what is not complete yet
        marker = folder.with_name(f".{folder.name}.staged")
        if folder.is_dir() and marker.exists() and marker.read_text() == stamp:
            return print(f"{folder} is staged already")
        if folder.exists():
            raise RuntimeError(
                f"{folder} is there already, and not from this archive: move it away"
            )
        for path in (work, marker):
            if path.is_symlink():  # not ours
                path.unlink()
        if not (work / "stamp").exists() or (work / "stamp").read_text() != stamp:
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            (work / "stamp").write_text(stamp)
        copy_archive(source, work / "archive", status.st_size)
        shutil.rmtree(work / "data", ignore_errors=True)
        (work / "data").mkdir()
        unpack(work / "archive", work / "data")
        (work / "data").rename(folder)  # only what is complete gets the name
        marker.write_text(stamp)
        shutil.rmtree(work)
        print(f"{folder}: {sum(len(names) for _, _, names in os.walk(folder)):,} files")

    import contextlib

    try:
        import fcntl
    except ImportError:  # Windows
        fcntl = None

    @contextlib.contextmanager
    def alone(lock):
        """Of two notebooks that stage the same the second waits, and finds it staged."""
        while True:
            # Nothing is written: a link of this name must not empty what it leads to.
            with open(lock, "a") as file:
                try:
                    if fcntl:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    print("Another notebook stages the same: waiting for it")
                    fcntl.flock(file, fcntl.LOCK_EX)
                except OSError:  # a file system without locks
                    pass
                if lock.exists() and os.path.samestat(lock.stat(), os.fstat(file.fileno())):
                    yield
                    return
            # The notebook before this one has deleted it: the next one may hold a new one.

    source = Path(stage_source).expanduser()
    disk = Path("/content" if Path("/content").is_dir() else "/kaggle/temp")
    if not (os.access(disk, os.W_OK) or os.access(disk.parent, os.W_OK)):
        disk = Path.cwd()
    folder = Path(stage_to or disk / "data" / source.name.split(".")[0]).expanduser()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock_file = folder.with_name(f".{folder.name}.staging.lock")
        with alone(lock_file):
            stage(source, folder)
            if fcntl:
                lock_file.unlink()
    except (zipfile.BadZipFile, zlib.error, tarfile.TarError, EOFError, ValueError) as error:
        raise RuntimeError(f"{source} is damaged, incomplete or unsafe: {error}") from error
    except OSError as error:
        raise RuntimeError(
            f"Not staged: {error}. Run this cell again when that is put right"
        ) from error
    return folder


# %%
# @title Stage a dataset
# @markdown Run again to continue where it was interrupted.
STAGE_SOURCE = "/content/drive/MyDrive/dataset.zip"  # @param {type:"string"}
STAGE_TO = ""  # @param {type:"string"}
DATA = stage_dataset(STAGE_SOURCE, STAGE_TO)
