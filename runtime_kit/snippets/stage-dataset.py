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
def stage_dataset(stage_source, stage_to, stage_encoding):
    """Copy an archive to this machine's disk and unpack it; return the folder."""
    import contextlib
    import json
    import os
    import re
    import shutil
    import stat
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
        """Unpack below the folder and nowhere else, by content and not by name."""
        with open(archive, "rb") as file:
            start = file.read(8)
        for magic, kind in {
            b"7z\xbc\xaf": "7z",
            b"Rar!": "RAR",
            b"\x04\x22\x4d\x18": "LZ4",
            b"\x28\xb5\x2f\xfd": "Zstandard",
        }.items():
            if start.startswith(magic):
                raise ValueError(f"{kind} archives are not read here: make it a zip or a tar")
        if tarfile.is_tarfile(
            archive
        ):  # first: a tar whose last file is a zip looks like a zip too
            unpack_tar(archive, folder)
        elif zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                model = any(name.endswith("/data.pkl") for name in opened.namelist())
            shutil.copy(archive, folder / source.name) if model else unpack_zip(archive, folder)
        elif re.search(
            r"(?i)\.(zip|tar|tgz|tbz2?|tb2|txz|tar\.\w+)$", source.name
        ) and not source.stem.endswith((".pth", ".pt", ".ckpt")):
            raise EOFError("it is neither a zip nor a tar")
        else:  # no archive: the file itself
            shutil.copy(archive, folder / source.name)

    def unpack_tar(archive, folder):
        with tarfile.open(archive) as opened:
            try:
                # The filter refuses what would leave the folder.
                members = without_links(opened, folder)
                if hasattr(tarfile, "data_filter"):
                    opened.extractall(folder, members, filter="data")
                else:  # Python before 3.10.12 and 3.11.4, as in Debian 12
                    opened.extractall(folder, (inside_only(member, folder) for member in members))
            except KeyError as error:  # a hard link to nothing
                raise tarfile.TarError(f"a link in it leads nowhere: {error}") from error
            rest = opened.fileobj.read()  # tarfile takes a damaged header for the end
            if len(rest) < 512 or any(rest[:512]):
                raise EOFError("it does not end as a tar does")

    def without_links(opened, folder):
        """The members, each in the place of a link of its name: it is not written through it."""
        for member in opened:
            path = folder / member.name
            if path.is_symlink() and path.parent.resolve().is_relative_to(folder.resolve()):
                path.unlink()
            yield member

    def inside_only(member, folder):
        """What Python's own filter does, for a Python that lacks it."""
        path = folder / member.name
        target = path.parent if member.issym() else folder
        places = [path, target / member.linkname] if member.issym() or member.islnk() else [path]
        inside = all(p.resolve().is_relative_to(folder.resolve()) for p in places)
        if not inside or member.ischr() or member.isblk() or member.isfifo():
            raise tarfile.TarError(f"{member.name} would leave the folder")
        member.mode = member.mode & 0o755 | 0o600
        return member

    def unpack_zip(archive, folder):
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            needed = sum(member.file_size for member in members)
            if shutil.disk_usage(folder).free < needed:
                raise RuntimeError(f"{folder} has no room for {needed / 1e9:.1f} GB unpacked")
            if any(member.flag_bits & 1 for member in members):
                raise ValueError("it is encrypted: unpack it where you have the password")
            name_members(members)
            for member in members:
                mode = member.external_attr >> 16
                try:  # checks each checksum, and makes ".." harmless
                    path = Path(opened.extract(member, folder))
                except NotImplementedError as error:
                    text = f"it is packed in a way that Python lacks ({error}): use 7z"
                    raise ValueError(text) from error
                if stat.S_ISLNK(mode):
                    restore_link(path, folder)
                elif stat.S_ISREG(mode) and mode & 0o111:
                    path.chmod(path.stat().st_mode | 0o111)

    def restore_link(path, folder):
        """Make a symbolic link of a file that holds its target, if that is in the folder."""
        target = os.fsdecode(path.read_bytes())
        inside = (path.parent / target).resolve().is_relative_to(folder.resolve())
        if inside and not os.path.isabs(target):
            path.unlink()
            path.symlink_to(target)

    def name_members(members):
        """Give the members the names they were packed with: the flag, else UTF-8, else a guess."""
        raw = {m: m.filename.encode("cp437") for m in members if not m.flag_bits & 0x800}
        encoding = stage_encoding or guess_encoding([*raw.values()])
        if raw and encoding not in ("utf-8", "ascii"):
            print(f"The names are read as {encoding}: set STAGE_ENCODING if they are wrong.")
        for member, name in raw.items():
            member.filename = name.decode(encoding, "replace")
        for member in members:
            if encoding == "utf-8" or member not in raw:  # in others it is a part of letters
                member.filename = member.filename.replace("\\", "/")
            *folders, name = member.filename.split("/")
            if len(name.encode()) > 255:
                suffix = Path(name).suffix[:20]
                short = name.encode()[: 240 - len(suffix.encode())].decode(errors="ignore")
                print(f"The name is too long and is shortened: {name}")
                member.filename = "/".join([*folders, f"{short}{suffix}"])

    def guess_encoding(names):
        """The encoding in which most letters are the usual ones of its language."""
        with contextlib.suppress(UnicodeDecodeError):
            b"".join(names).decode()
            return "utf-8"
        usual = {  # how the first bytes of its usual letters are
            "cp949": rb"[\xb0-\xc8][\xa1-\xfe]",
            "shift_jis": rb"[\x82\x83\x88-\x97][\x40-\xfc]",
            "gb18030": rb"[\xb0-\xd7][\xa1-\xfe]",
            "big5": rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]",
            "cp866": rb"[\x80-\x9f]?[\xa0-\xaf\xe0-\xf1]+|[\x80-\x9f]{2,}",
        }

        def share(encoding):
            try:
                letters = sum(not c.isascii() for name in names for c in name.decode(encoding))
            except UnicodeDecodeError:
                return 0
            found = sum(len(m) for name in names for m in re.findall(usual[encoding], name))
            return found / max(letters, 1) / (1 if encoding == "cp866" else 2)

        best = max(usual, key=share)
        return best if share(best) > 0.5 else "cp437"

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
        try:
            unpack(work / "archive", work / "data")
        except (OSError, RuntimeError, KeyboardInterrupt):
            raise  # the copy is good: the next run goes on with it
        except Exception:
            shutil.rmtree(work, ignore_errors=True)  # it may have arrived damaged: copy it anew
            raise
        (work / "data").rename(folder)  # only what is complete gets the name
        marker.write_text(stamp)
        shutil.rmtree(work)
        print(f"{folder}: {sum(len(names) for _, _, names in os.walk(folder)):,} files")

    try:
        import fcntl
    except ImportError:  # Windows
        fcntl = None

    def no_link(path, flags):
        return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)

    @contextlib.contextmanager
    def alone(lock):
        """Of two notebooks that stage the same the second waits, and finds it staged."""
        while True:
            # A link of this name would have the file made wherever it leads.
            with open(lock, "a", opener=no_link) as file:
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
    endings = r"(?i)(\.pth)?(\.tar)?\.(zip|tar|tgz|tbz2?|tb2|txz|gz|bz2|xz|lzma|zst|pth|pt)$"
    if re.search(r"(?i)\.(zip\.\d+|z\d\d|rar|7z|tar\.lz4)$", source.name):
        raise RuntimeError(f"{source.name} is not read here: make it one zip or tar.")
    folder = Path(stage_to or disk / "data" / re.sub(endings, "", source.name)).expanduser()
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
        raise RuntimeError(f"Not staged: {error}. Fix this, then run this cell again") from error
    return folder


# %%
# @title Stage a dataset
# @markdown Run again to continue where it was interrupted.
STAGE_SOURCE = "/content/drive/MyDrive/dataset.zip"  # @param {type:"string"}
STAGE_TO = ""  # @param {type:"string"}
STAGE_ENCODING = ""  # @param ["", "cp949", "shift_jis", "gb18030", "big5"] {allow-input: true}
DATA = stage_dataset(STAGE_SOURCE, STAGE_TO, STAGE_ENCODING)
