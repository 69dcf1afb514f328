"""The snippets that bring data from Drive, in kernels of both ends of the range."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from kernels import STAND_INS, sources
from shared_kernel import Notebook

Open = Callable[..., Notebook]
ID = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip as people have them, with names of many kinds."""
    with zipfile.ZipFile(tmp_path / "my data.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(30):
            file.writestr(f"train/한국어 {number}.txt", "x" * 100 * number)
    return tmp_path / "my data.zip"


def test_stage_once(notebook: Open, archive: Path, tmp_path: Path) -> None:
    book = notebook()
    values = {"STAGE_SOURCE": str(archive), "STAGE_TO": str(tmp_path / "data")}
    assert book.insert("stage-dataset", **values) == f"{tmp_path / 'data'}: 30 files\n"
    assert (tmp_path / "data" / "train" / "한국어 7.txt").read_text() == "x" * 700
    assert book.kernel.value("DATA == DATA.__class__('data').resolve()") == "True"
    before = (tmp_path / "data" / "train").stat()
    assert "is staged already" in book.insert("stage-dataset", **values)
    assert (tmp_path / "data" / "train").stat() == before
    assert {p.name for p in tmp_path.iterdir()} >= {"data", ".data.staged"}
    assert not (tmp_path / ".data.staging").exists()
    archive.write_bytes(archive.read_bytes() + b"\0")
    assert "is there already" in book.fail("stage-dataset", **values)


def test_stage_goes_on_with_what_was_copied(notebook: Open, archive: Path, tmp_path: Path) -> None:
    """What an interrupt leaves: half of the archive, and half of what is in it."""
    book = notebook()
    values = {"STAGE_SOURCE": str(archive), "STAGE_TO": str(tmp_path / "data")}
    book.kernel.must("_open = open")
    book.kernel.must(
        "class Breaks:\n"
        "    def __init__(self, file): self.file, self.reads = file, 0\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *error): self.file.close()\n"
        "    def seek(self, *place): return self.file.seek(*place)\n"
        "    def read(self, size):\n"
        "        self.reads += 1\n"
        "        if self.reads > 1: raise KeyboardInterrupt\n"
        "        return self.file.read(900)\n"
        "def breaking(path, *mode, **o):\n"
        "    file = _open(path, *mode, **o)\n"
        "    return Breaks(file) if str(path).endswith('my data.zip') else file\n"
        "open = breaking"
    )
    try:
        answer = book.kernel.insert("stage-dataset", **values)
    finally:
        book.kernel.must("open = _open")
    assert answer.status == "error"
    part = tmp_path / ".data.staging" / "archive"
    assert part.stat().st_size == 900 and not (tmp_path / "data").exists()
    part.write_bytes(archive.read_bytes()[:900])
    book.insert("stage-dataset", **values)
    assert len(list((tmp_path / "data" / "train").iterdir())) == 30


def test_two_notebooks_stage_the_same(notebook: Open, archive: Path, tmp_path: Path) -> None:
    """The library's form may be the other one: it holds the same lock, and deletes its file."""
    book = notebook()
    values = {"STAGE_SOURCE": str(archive), "STAGE_TO": str(tmp_path / "data")}
    code = (
        "import sys; from pathlib import Path; from runtime_kit.staging.paths import StagingPaths\n"
        "with StagingPaths(Path(sys.argv[1])).file_lock():\n"
        "    print('holds', flush=True); input()\n"
        "    print(*sorted(path.name for path in Path(sys.argv[1]).parent.iterdir()), sep='|')\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "data")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    other = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]
    assert other.stdout.readline() == "holds\n"
    *_, last = sources("stage-dataset", **values)
    for source in sources("stage-dataset", **values)[:-1]:
        book.kernel.must(source)
    book.kernel.begin(last)
    book.kernel.wait_for("Another notebook stages the same")
    assert not (tmp_path / ".data.staging").exists()
    said, _ = other.communicate("\n", timeout=100)
    book.kernel.wait_for("30 files")
    book.kernel.must("")
    assert len(list((tmp_path / "data" / "train").iterdir())) == 30
    assert not list(tmp_path.glob(".*.lock")) and ".data.staging|" not in said


def test_stage_a_tar_of_zips(notebook: Open, archive: Path, tmp_path: Path) -> None:
    """The end of such a tar is the end of a zip too."""
    book = notebook()
    source, target = tmp_path / "parts.tar", {"STAGE_TO": str(tmp_path / "parts")}
    with tarfile.open(source, "w") as file:
        for name in ("train.zip", "val.zip"):
            file.add(archive, name)
        second = file.getmember("val.zip").offset
    whole = source.read_bytes()
    source.write_bytes(whole[: second + 100])  # to tarfile that is the end
    assert "damaged" in book.fail("stage-dataset", STAGE_SOURCE=str(source), **target)
    assert not (tmp_path / "parts").exists()
    source.write_bytes(whole)
    book.insert("stage-dataset", STAGE_SOURCE=str(source), **target)
    assert {path.name for path in (tmp_path / "parts").iterdir()} == {"train.zip", "val.zip"}


def test_stage_refuses(notebook: Open, archive: Path, tmp_path: Path) -> None:
    book = notebook()
    target = {"STAGE_TO": str(tmp_path / "in" / "data")}
    slip = tarfile.TarInfo("../../out.txt")
    with tarfile.open(tmp_path / "slip.tar", "w") as file:
        file.addfile(slip)
    said = book.fail("stage-dataset", STAGE_SOURCE=str(tmp_path / "slip.tar"), **target)
    assert "damaged, incomplete or unsafe" in said
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "../.."
    with tarfile.open(tmp_path / "link.tar", "w") as file:
        file.addfile(link)
    said = book.fail("stage-dataset", STAGE_SOURCE=str(tmp_path / "link.tar"), **target)
    assert "damaged, incomplete or unsafe" in said
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as file:
        file.writestr("../../out.txt", "x")
    book.insert("stage-dataset", STAGE_SOURCE=str(tmp_path / "slip.zip"), **target)
    assert (tmp_path / "in" / "data" / "out.txt").exists()
    assert not (tmp_path / "out.txt").exists() and not (tmp_path / "in" / "out.txt").exists()
    wrong = bytearray(archive.read_bytes())
    wrong[len(wrong) // 4] ^= 8
    archive.write_bytes(wrong)
    values = {"STAGE_SOURCE": str(archive), "STAGE_TO": str(tmp_path / "other")}
    assert "damaged" in book.fail("stage-dataset", **values)
    assert not (tmp_path / "other").exists()
    assert "No such file" in book.fail("stage-dataset", STAGE_SOURCE=str(tmp_path / "none.zip"))


def test_folders(notebook: Open, tmp_path: Path) -> None:
    book = notebook()
    assert "run the Mount Drive cell first" in book.fail("drive-folders")
    (tmp_path / "My Drive's").mkdir()
    book.set(DRIVE=str(tmp_path / "My Drive's"))
    for _ in range(2):
        printed = book.insert("drive-folders", DATASET_FOLDER="/데이터/raw/")
        assert f"working directory: {tmp_path}/My Drive's/colab" in printed
    book.kernel.must("_ = open('result.txt', 'w').write('x')")
    assert (tmp_path / "My Drive's" / "colab" / "result.txt").exists()
    assert (tmp_path / "My Drive's" / "데이터" / "raw").is_dir()
    (tmp_path / "My Drive's" / "file").write_text("")
    assert "cannot be made" in book.fail("drive-folders", COLAB_FOLDER="file")


GDOWN = """
from pathlib import Path
class FileURLRetrievalError(Exception): pass
def download(url=None, output=None, quiet=False, id=None, resume=False):
    if id.startswith("1quota"):
        raise FileURLRetrievalError("Failed to retrieve file url: Too many users have viewed or "
                                    "downloaded this file recently.")
    if id.startswith("1private"):
        raise FileURLRetrievalError("Cannot retrieve the public link of the file. You may need to "
                                    "change the permission to 'Anyone with the link'.")
    Path(output, f"{id}.bin").write_text("file")
    return str(Path(output, f"{id}.bin"))
def download_folder(url=None, id=None, output=None, quiet=False, resume=False):
    if id.startswith("1large"):
        raise RuntimeError(f"The gdrive folder with url: {id} has at least 50 files")
    if id.startswith("1private"):
        return None  # version 5
    (Path(output) / "nested").mkdir(exist_ok=True)
    (Path(output) / "nested" / "a.txt").write_text("folder")
    return ["a.txt"]
"""
PYDRIVE = """
ACCOUNTS = []
FILES = {"1top": ("top", True, ["1inner", "1a", "1twin"]), "1inner": ("in/ner", True, ["1b"]),
         "1a": ("a.txt", False, []), "1twin": ("a.txt", False, []), "1b": ("b.txt", False, [])}
class File(dict):
    def __init__(self, id):
        title, is_folder, self.inner = FILES[id[:6].rstrip("0")]
        kind = "application/vnd.google-apps.folder" if is_folder else "text/plain"
        super().__init__(id=id, title=title, mimeType=kind)
    def GetContentFile(self, path):
        open(path, "w").write(self["title"])
class GoogleDrive:
    def __init__(self, auth):
        self.auth = auth
        ACCOUNTS.append(auth)
    def CreateFile(self, about): return File(about["id"])
    def ListFile(self, query):
        found = [File(i) for i in File(query["q"].split("'")[1]).inner]
        return type("List", (), {"GetList": lambda self: found})()
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Stand-ins: gdown with its errors, PyDrive2 with a small Drive."""
    folder = tmp_path / "packages"
    (folder / "pydrive2").mkdir(parents=True)
    (folder / "gdown.py").write_text(GDOWN)
    (folder / "pydrive2" / "__init__.py").write_text("")
    (folder / "pydrive2" / "drive.py").write_text(PYDRIVE)
    (folder / "pydrive2" / "auth.py").write_text("class GoogleAuth: credentials = None\n")
    return folder


def test_download(notebook: Open, packages: Path, tmp_path: Path) -> None:
    book = notebook(path=[str(packages)])
    link = f"https://drive.google.com/file/d/{ID}/view?usp=sharing"
    assert book.insert("drive-download", DRIVE_LINK=link) == f"downloads: {ID}.bin\n"
    assert (tmp_path / "downloads" / f"{ID}.bin").read_text() == "file"
    link = f"https://drive.google.com/drive/u/0/folders/{ID}?usp=sharing"
    book.insert("drive-download", DRIVE_LINK=link, DOWNLOAD_TO="폴더")
    assert (tmp_path / "폴더" / "nested" / "a.txt").read_text() == "folder"
    for start, told in {"1quota": "wait a day", "1private": "take rclone or PyDrive2"}.items():
        assert told in book.fail("drive-download", DRIVE_LINK=start + "x" * 26)
    for start, told in {"1large": "install -U gdown", "1private": "take rclone"}.items():
        link = f"https://drive.google.com/drive/folders/{start}{'x' * 26}"
        assert told in book.fail("drive-download", DRIVE_LINK=link)
    assert "Copy link" in book.fail("drive-download", DRIVE_LINK="drive.google.com/my-drive")


def test_download_with_pydrive2(notebook: Open, packages: Path, tmp_path: Path) -> None:
    book = notebook(path=[str(packages)])
    values = {"DRIVE_LINK": "1top" + "0" * 26, "DOWNLOAD_WITH": "PyDrive2"}
    for _ in range(2):
        assert book.insert("drive-download", **values) == "downloads: top\n"
    assert (tmp_path / "downloads" / "top" / "in_ner" / "b.txt").read_text() == "b.txt"
    assert (tmp_path / "downloads" / "top" / "a.txt").exists()
    assert (tmp_path / "downloads" / "top" / "a (2).txt").exists()


def test_pydrive2_has_colab_ask(notebook: Open, packages: Path) -> None:
    (packages / "oauth2client").mkdir()
    (packages / "oauth2client" / "__init__.py").write_text("")
    (packages / "oauth2client" / "client.py").write_text(
        "class GoogleCredentials:\n    get_application_default = staticmethod(lambda: 'yours')\n"
    )
    book = notebook([str(packages), str(STAND_INS / "colab")])
    values = {"DRIVE_LINK": "1top" + "0" * 26, "DOWNLOAD_WITH": "PyDrive2"}
    assert book.insert("drive-download", **values) == "downloads: top\n"
    calls = "__import__('google.colab._scenario', fromlist=['CALLS']).CALLS"
    assert book.kernel.value(f"{calls}[-1]") == "'authenticate_user'"
    accounts = "__import__('pydrive2.drive', fromlist=['ACCOUNTS']).ACCOUNTS"
    assert book.kernel.value(f"{accounts}[0].credentials") == "'yours'"


def test_download_with_rclone(notebook: Open, tmp_path: Path) -> None:
    """A stand-in that says what rclone says: the words for Drive need Google's servers."""
    program = tmp_path / "bin" / "rclone"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, sys\nopen({str(tmp_path / 'log')!r}, 'a').write("
        "repr(sys.argv[1:]) + '\\n')\n"
        "if sys.argv[2] == 'gone:':\n"
        '    sys.exit("Failed to create file system: didn\'t find section in config file")\n'
        "folder = pathlib.Path(sys.argv[5 if 'copyid' in sys.argv else 3], 'in')\n"
        "folder.mkdir(parents=True)\n"
        "[(folder / name).write_text('theirs') for name in ('new', 'edited')]\n"
    )
    (tmp_path / "downloads" / "in").mkdir(parents=True)
    (tmp_path / "downloads" / "in" / "edited").write_text("mine")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    book = notebook(PATH=f"{program.parent}:{os.environ['PATH']}")
    values = {"DOWNLOAD_WITH": "rclone", "DOWNLOAD_REMOTE": "mine"}
    link = f"https://drive.google.com/drive/folders/{ID}"
    said = book.insert("drive-download", DRIVE_LINK=link, **values)
    assert "downloads/in/edited is there already" in said and said.endswith("downloads: in\n")
    book.insert("drive-download", DRIVE_LINK=ID, **values)
    assert (tmp_path / "downloads" / "in" / "new").read_text() == "theirs"
    assert (tmp_path / "downloads" / "in" / "edited").read_text() == "mine"
    folder, file = (tmp_path / "log").read_text().splitlines()
    part = f"downloads/.{ID}.part"
    options = ["--compare-dest=downloads", f"--drive-root-folder-id={ID}"]
    assert folder == repr(["copy", "mine:", part, *options])
    assert file == repr(["backend", "copyid", "mine:", ID, f"{part}/"])
    values["DOWNLOAD_REMOTE"] = "gone"
    assert "rclone config" in book.fail("drive-download", DRIVE_LINK=link, **values)


def test_download_of_two_files_of_one_name(notebook: Open, packages: Path, tmp_path: Path) -> None:
    """Drive allows them; rclone copies one, and says so in its log."""
    program = tmp_path / "bin" / "rclone"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport json, pathlib, sys\n"
        "if sys.argv[1] == 'lsjson':\n"
        "    print(json.dumps([{'Path': 'in/a.csv', 'ID': i} for i in '21'] +"
        " [{'Path': 'b', 'ID': '3'}]))\n"
        "elif 'copyid' in sys.argv:\n"
        "    pathlib.Path(sys.argv[5]).write_text(sys.argv[4])\n"
        "else:\n"
        "    pathlib.Path(sys.argv[3], 'in').mkdir(parents=True)\n"
        "    pathlib.Path(sys.argv[3], 'in', 'a.csv').write_text('2')\n"
        "    sys.stderr.write('NOTICE: in/a.csv: Duplicate object found in source - ignoring')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    book = notebook(path=[str(packages)], PATH=f"{program.parent}:{os.environ['PATH']}")
    link = f"https://drive.google.com/drive/folders/{ID}"
    said = book.insert("drive-download", DRIVE_LINK=link, DOWNLOAD_WITH="rclone")
    assert "2 files are named in/a.csv: this one is fetched as a (2).csv" in said
    folder = tmp_path / "downloads" / "in"
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "a.csv": "1",
        "a (2).csv": "2",
    }


def test_the_library_forms(tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process: the kernels of the other tests have no runtime_kit."""
    from runtime_kit.snippets import find_snippet, render_snippet

    monkeypatch.chdir(tmp_path)

    def run(snippet_id: str, **values: object) -> dict[str, object]:
        snippet = find_snippet(snippet_id, "library")
        assert snippet is not None
        names: dict[str, object] = {}
        for cell in render_snippet(snippet, values):
            if cell.cell_type == "code":
                exec(cell.source, names)
        return names

    made = run("stage-dataset", STAGE_SOURCE=str(archive), STAGE_TO=str(tmp_path / "data"))
    assert made["DATA"] == tmp_path / "data"
    assert len(list((tmp_path / "data" / "train").iterdir())) == 30
    if subprocess.run(["rclone", "version"], capture_output=True).returncode == 0:
        made = run("drive-download", DRIVE_LINK=f":local:{archive}")
        assert made["DOWNLOADED"] == tmp_path / "downloads" / archive.name
