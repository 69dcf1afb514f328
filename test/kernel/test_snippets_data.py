"""The snippets that read and save tables and run scripts, in kernels of both ends of the range."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from shared_kernel import Notebook

Open = Callable[..., Notebook]


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "My Drive's"
    folder.mkdir()
    return folder


def with_drive(notebook: Open, drive: Path) -> Notebook:
    book = notebook()
    book.set(DRIVE=str(drive))
    return book


@pytest.mark.parametrize(
    "name",
    [
        "sub/numbers.csv",
        *("numbers.csv.gz", "numbers.csv.bz2", "numbers.CSV.XZ", "numbers.csv.zip"),
        *("numbers.tsv", "numbers.tsv.gz", "numbers.parquet", "NUMBERS.PARQUET"),
    ],
)
def test_what_is_saved_is_read(notebook: Open, drive: Path, name: str) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    if name.lower().endswith("parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    book = with_drive(notebook, drive)
    book.kernel.must("import pandas as pd; rows = pd.DataFrame({'a': [1, 2, 3], 'b': list('xyé')})")
    for _ in range(2):
        assert "Saved 3 rows" in book.insert("save-csv", TABLE="rows", SAVE_FILE=name)
    assert [path.name for path in (drive / name).parent.iterdir()] == [Path(name).name]
    assert book.insert("read-csv", READ_FILE=name, FIRST_ROWS=2) == "3 rows, 2 columns: a, b\n"
    assert len(book.shown()[-1].splitlines()) == 3  # the names and two rows
    assert book.kernel.value("df.equals(rows)") == "True"


def test_a_name_that_says_no_format_is_refused(notebook: Open, drive: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    book = with_drive(notebook, drive)
    book.kernel.must("import pandas as pd; df = pd.DataFrame({'a': [1]})")
    for name in ("result", "result.xls", "result.csv.7z"):
        told = book.fail("save-csv", SAVE_FILE=name)
        assert ".csv, .tsv" in told and name in told
    assert list(drive.iterdir()) == []
    assert "Saved 1 rows" in book.insert("save-csv", SAVE_FILE="r.json")
    assert (drive / "r.json").read_text() == '[{"a":1}]'


def test_what_is_no_plain_table(notebook: Open, drive: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    book = with_drive(notebook, drive)
    (drive / "w.csv").write_text("<!DOCTYPE html><html>Google Drive can't scan this file</html>")
    assert "is a web page" in book.fail("read-csv", READ_FILE="w.csv")
    (drive / "u.csv").write_bytes("이름,값\n가,1\n".encode("utf-16"))
    assert "이름, 값" in book.insert("read-csv", READ_FILE="u.csv")
    with zipfile.ZipFile(drive / "m.csv.zip", "w") as archive:
        archive.writestr("m.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/._m.csv", "junk")
    assert "1 rows, 2 columns: a, b" in book.insert("read-csv", READ_FILE="m.csv.zip")
    (drive / "packed.csv").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert "1 rows, 2 columns: a, b" in book.insert("read-csv", READ_FILE="packed.csv")
    (drive / "page.xlsx").write_text("<html>Google Drive can't scan this file</html>")
    assert "is a web page" in book.fail("read-csv", READ_FILE="page.xlsx")
    (drive / "old.csv").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    assert "READ_ENCODING" not in book.fail("read-csv", READ_FILE="old.csv")


def test_a_table_in_another_encoding(notebook: Open, drive: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    (drive / "excel.csv").write_bytes("이름,값\n가,1\n".encode("cp949"))
    book = with_drive(notebook, drive)
    assert "choose another READ_ENCODING" in book.fail("read-csv", READ_FILE="excel.csv")
    printed = book.insert("read-csv", READ_FILE="excel.csv", READ_ENCODING="cp949")
    assert printed == "1 rows, 2 columns: 이름, 값\n"


def test_a_failed_save_leaves_the_old_file(notebook: Open, drive: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    (drive / "out.csv").write_text("old")
    book = with_drive(notebook, drive)
    book.kernel.must(
        "import pandas as pd, errno\n"
        "class Full(pd.DataFrame):\n"
        "    def to_csv(self, file, **options):\n"
        "        file.write(b'half of')\n"
        "        raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "df = Full({'a': [1]})"
    )
    assert "is NOT saved, what was there is untouched" in book.fail("save-csv", SAVE_FILE="out.csv")
    assert {path.name: path.read_text() for path in drive.iterdir()} == {"out.csv": "old"}
    assert "NameError: No variable 'gone'" in book.fail("save-csv", TABLE="gone")


def test_reading_what_is_not_there(notebook: Open, drive: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    (drive / "near.csv").write_text("")
    book = with_drive(notebook, drive)
    assert "it has near.csv" in book.fail("read-csv", READ_FILE="far.csv")
    assert "mount Drive first" in book.fail("read-csv", READ_FILE="no/far.csv")
    assert "is empty" in book.fail("read-csv", READ_FILE="near.csv")


SCRIPT = """
import os, sys, time
print("first", sys.argv[1:], os.path.basename(os.getcwd()))
while "wait" in sys.argv and not os.path.exists("go"):
    time.sleep(0.01)
print("é", end="\\r")
print("last", file=sys.stderr)
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
"""


def test_a_script_is_run(notebook: Open, drive: Path) -> None:
    (drive / "a b.py").write_text(SCRIPT)
    book = with_drive(notebook, drive)
    arguments = "--name 'two words' '$HOME; rm *' \"*\""
    printed = book.insert("run-script", SCRIPT="a b.py", SCRIPT_ARGUMENTS=arguments)
    expected = ["--name", "two words", "$HOME; rm *", "*"]
    assert f"first {expected} {drive.name}" in printed
    assert "é" in printed and "last" in printed and "a b.py has ended well." in printed
    failed = book.fail("run-script", SCRIPT="a b.py", SCRIPT_ARGUMENTS="3")
    assert "a b.py ended with exit code 3" in failed
    assert "last" in book.answer.text("stdout")
    assert "FileNotFoundError: No script" in book.fail("run-script", SCRIPT="none.py")


def test_the_output_comes_while_a_script_runs_and_the_stop_button_ends_it(
    notebook: Open, drive: Path
) -> None:
    pid_file = drive / "pid"
    (drive / "s.py").write_text(
        f"import os; open({str(pid_file)!r}, 'w').write(str(os.getpid()))\n{SCRIPT}"
    )
    book = with_drive(notebook, drive)
    from kernels import sources

    engine, source = sources("run-script", SCRIPT="s.py", SCRIPT_ARGUMENTS="wait")
    book.kernel.must(engine)
    book.kernel.begin(source)
    book.kernel.wait_for("first ['wait']")  # it goes on only when "go" is there
    (drive / "go").touch()
    book.kernel.wait_for("has ended well")
    book.kernel.must("")
    (drive / "go").unlink()
    book.kernel.begin(source)
    book.kernel.wait_for("first ['wait']")
    pid = int(pid_file.read_text())
    book.kernel.interrupt()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_script_is_written(notebook: Open, drive: Path) -> None:
    book = with_drive(notebook, drive)
    for _ in range(2):
        book.insert("write-script", WRITE_TO="sub folder/made.py")
    made = drive / "sub folder" / "made.py"
    compile(made.read_text(), str(made), "exec")
    book.insert(
        "run-script", SCRIPT="sub folder/made.py", SCRIPT_ARGUMENTS="d.csv --epochs 2 --verbose"
    )
    printed = book.answer.text("stdout")
    assert "epoch 1 of d.csv on cpu, lr 0.001" in printed and "2 epochs done" in printed
    book.insert("run-script", SCRIPT="sub folder/made.py", SCRIPT_ARGUMENTS="--help")
    assert "how often (default: 10)" in book.answer.text("stdout")
    book.fail("run-script", SCRIPT="sub folder/made.py", SCRIPT_ARGUMENTS="--epochs many d")
    assert "invalid int value" in book.answer.text("stdout")
    (drive / "mine.py").write_text("print('mine')")
    assert "choose another name" in book.fail("write-script", WRITE_TO="mine.py")
    assert (drive / "mine.py").read_text() == "print('mine')"
    assert "end with .py" in book.fail("write-script", WRITE_TO="mine")
