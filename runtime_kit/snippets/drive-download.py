# ---
# id: drive-download
# title: Download from Drive
# description: Fetches a file or a folder from Google Drive by its link or id, with gdown, rclone or PyDrive2
# tags: [storage, drive, download, gdown, rclone]
# languages: [python]
# version: 2
# names: [download_from_drive, DOWNLOADED]
# ---

# %% engine:
# @title Download from Drive engine: run this cell, no need to read it
def download_from_drive(drive_link, download_to, download_with, download_remote):
    """Return the folder with what the link leads to."""
    import json
    import re
    import shutil
    import subprocess
    from collections import Counter
    from pathlib import Path

    def id_in(link):
        """The id in a link of any form, and whether it is a folder's."""
        found = re.search(r"(?:/d/|/folders/|[?&]id=)([-\w]{10,})", link)
        found = found or re.fullmatch(r"\s*([-\w]{20,})\s*", link)
        if not found:
            raise ValueError("DRIVE_LINK has no id in it: take Share > Copy link in Drive")
        return found[1], "/folders/" in link or "folderview" in link

    def with_gdown(item, is_folder, folder):
        """What anyone with the link may see."""
        import gdown

        if is_folder:
            done = gdown.download_folder(id=item, output=str(folder), resume=True)
        else:
            done = gdown.download(id=item, output=f"{folder}/", resume=True)
        if done is None:  # versions before 6 say no more
            raise RuntimeError("Cannot retrieve the public link")

    def with_rclone(item, is_folder, folder):
        """What the account of the remote DOWNLOAD_REMOTE may see."""
        remote = download_remote.rstrip(":") + ":"
        if not re.fullmatch(r"[\w.+@][\w .+@-]*:", remote):  # options of others can run programs
            raise ValueError(
                "DOWNLOAD_REMOTE is a name that `rclone listremotes` shows, like drive"
            )
        part = folder / f".{item}.part"  # by itself rclone replaces files of the same names
        words = ["backend", "copyid", remote, item, f"{part}/"]
        if is_folder:
            words = ["copy", remote, str(part), f"--compare-dest={folder}"]
            words += [f"--drive-root-folder-id={item}"]
        done = subprocess.run(["rclone", *words], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-300:])
        if is_folder and "Duplicate" in done.stderr:
            bring_namesakes(remote, item, part)
        for path in [path for path in part.rglob("*") if path.is_file()]:
            place = folder / path.relative_to(part)
            if place.exists():
                print(f"{place} is there already and stays as it is")
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                path.rename(place)
        shutil.rmtree(part, ignore_errors=True)

    def numbered(name, number):
        """The second file of one name, which Drive allows, gets a name of its own."""
        stem, dot, suffix = name.rpartition(".")
        return name if number == 1 else f"{stem or suffix} ({number}){(dot + suffix) * bool(stem)}"

    def bring_namesakes(remote, item, part):
        """Fetch by its id each file that shares its name: `rclone copy` takes one of them."""

        def rclone(*words):
            return subprocess.run(["rclone", *words], check=True, capture_output=True).stdout

        root = f"--drive-root-folder-id={item}"
        of_name = {}
        for entry in json.loads(rclone("lsjson", "-R", "--files-only", remote, root)):
            of_name.setdefault(entry["Path"], []).append(entry["ID"])
        for path, ids in of_name.items():
            for number, file in enumerate(sorted(ids) if len(ids) > 1 else [], 1):
                name = numbered(Path(path).name, number)
                print(f"{len(ids)} files are named {path}: this one is fetched as {name}")
                rclone("backend", "copyid", remote, file, str((part / path).with_name(name)))

    def with_pydrive2(item, is_folder, folder):
        """What you may see; off Colab with client_secrets.json of Google's console in this folder."""
        from pydrive2.auth import GoogleAuth
        from pydrive2.drive import GoogleDrive

        account = GoogleAuth()  # asks for your permission in a browser on this machine
        try:
            from google.colab import auth
        except ImportError:
            pass
        else:
            from oauth2client.client import GoogleCredentials

            auth.authenticate_user()  # Colab's page asks for it
            account.credentials = GoogleCredentials.get_application_default()
        drive = GoogleDrive(account)

        def bring(file, folder, number=1):
            name = numbered(file["title"].replace("/", "_").strip(".") or "_", number)
            if file["mimeType"] == "application/vnd.google-apps.folder":
                query = f"'{file['id']}' in parents and trashed=false"
                seen = Counter()
                for inner in sorted(drive.ListFile({"q": query}).GetList(), key=lambda f: f["id"]):
                    seen[inner["title"]] += 1
                    bring(inner, folder / name, seen[inner["title"]])
            elif not (folder / name).exists():
                folder.mkdir(parents=True, exist_ok=True)
                file.GetContentFile(str(folder / f"{name}.part"))
                (folder / f"{name}.part").rename(folder / name)

        bring(drive.CreateFile({"id": item}), folder)

    advice = {  # a part of what is said: what to do about it
        "at least 50": "this gdown takes 50 files of a folder: `%pip install -U gdown` for all of them.",
        "quota|Too many users": "too many have downloaded this: wait a day, or copy it in Drive first.",
        "public link|permission": "it is not shared with anyone who has the link: take rclone or PyDrive2.",
        "not found|notFound|404": "the link is wrong, or it is not shared with this account.",
        "find section": "set the remote up with `rclone config`, its name goes into DOWNLOAD_REMOTE.",
        "exportLinks": "a Google document is in it, which has no file: rclone exports these.",
        "No module named": "run `%pip install gdown` (or PyDrive2) first.",
        "'rclone'": "install rclone (rclone.org/install) and set a remote up with `rclone config`.",
        "client_secrets": "PyDrive2 needs client_secrets.json from Google's console in this folder.",
    }
    ways = {"gdown": with_gdown, "rclone": with_rclone, "PyDrive2": with_pydrive2}
    try:
        downloaded = Path(download_to).expanduser()
        downloaded.mkdir(parents=True, exist_ok=True)
        ways[download_with](*id_in(drive_link), downloaded)
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        todo = [todo for part, todo in advice.items() if re.search(part, said)]
        raise RuntimeError(f"Not downloaded: {(todo or [said])[0]}") from error
    print(f"{downloaded}: {', '.join(sorted(path.name for path in downloaded.iterdir()))}")
    return downloaded


# %%
# @title Download from Drive
# @markdown Run again to continue where it was interrupted.
DRIVE_LINK = ""  # @param {type:"string"}
DOWNLOAD_TO = "downloads"  # @param {type:"string"}
DOWNLOAD_WITH = "gdown"  # @param ["gdown", "rclone", "PyDrive2"]
DOWNLOAD_REMOTE = "drive"  # @param {type:"string"}
DOWNLOADED = download_from_drive(DRIVE_LINK, DOWNLOAD_TO, DOWNLOAD_WITH, DOWNLOAD_REMOTE)
