"""The Mount Drive cell on Colab (stood in for by a package that raises what the real one does)
and on a machine that has nothing to mount."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernels import STAND_INS, SnippetKernel, error_of, kernel_pythons, snippet_kernel


@pytest.fixture(scope="module", params=kernel_pythons())
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    with snippet_kernel(request.param, tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: SnippetKernel, tmp_path: Path) -> SnippetKernel:
    """A kernel in an empty folder, not on Colab."""
    shared.must(
        "%reset -f\nimport os, sys\n"
        "sys.path[:] = [path for path in sys.path if 'stand_ins' not in path]\n"
        "for name in [name for name in sys.modules if name.split('.')[0] == 'google']:\n"
        "    del sys.modules[name]\n"
        f"os.chdir({str(tmp_path)!r})"
    )
    return shared


@pytest.fixture
def colab(kernel: SnippetKernel) -> SnippetKernel:
    """The same kernel with Colab's package; a test changes SCENARIO in it."""
    kernel.must(
        f"import sys\nsys.path.insert(0, {str(STAND_INS / 'colab')!r})\n"
        "from google.colab._scenario import CALLS, SCENARIO"
    )
    return kernel


def calls(kernel: SnippetKernel) -> list[str]:
    return ast.literal_eval(kernel.value("CALLS"))


def drive(kernel: SnippetKernel) -> Path:
    assert ast.literal_eval(kernel.value("isinstance(DRIVE, __import__('pathlib').Path)"))
    return Path(ast.literal_eval(kernel.value("str(DRIVE)")))


def test_mounts_once(colab: SnippetKernel, tmp_path: Path) -> None:
    where = tmp_path / "drive"
    for _ in range(2):
        answer = colab.insert(
            "drive-mount", MOUNT_POINT=str(where), DRIVE_FOLDER="/projects/digits/"
        )
        assert answer.status == "ok"
        assert answer.text("stdout").endswith(f"DRIVE = {where}/MyDrive/projects/digits\n")
    assert drive(colab) == where / "MyDrive" / "projects" / "digits"
    assert drive(colab).is_dir()
    assert calls(colab) == [f"mount {where} readonly=False", "asked for dfs_ephemeral"]


def test_asks_nobody_where_drive_is_mounted(colab: SnippetKernel, tmp_path: Path) -> None:
    values = {"MOUNT_POINT": str(tmp_path / "drive")}
    assert colab.insert("drive-mount", **values).status == "ok"
    asked = calls(colab)
    colab.must("SCENARIO['front_end'] = 'silent'; SCENARIO['silence'] = 60")
    assert colab.insert("drive-mount", **values).status == "ok" and calls(colab) == asked


def test_a_folder_that_a_cell_made_is_not_drive(colab: SnippetKernel, tmp_path: Path) -> None:
    """`makedirs("/content/drive/MyDrive/...")` before the mount: it ends with the machine."""
    made = tmp_path / "drive" / "MyDrive" / "runs"
    made.mkdir(parents=True)
    name, message = error_of(colab.insert("drive-mount", MOUNT_POINT=str(tmp_path / "drive")))
    assert name == "RuntimeError" and calls(colab) == [] and made.is_dir()
    assert f"{tmp_path / 'drive'} has files of this machine in it, not Drive's" in message
    assert colab.value("'DRIVE' in globals()") == "False"


def test_read_only(colab: SnippetKernel, tmp_path: Path) -> None:
    values = {"MOUNT_POINT": str(tmp_path / "drive"), "READ_ONLY": True}
    assert colab.insert("drive-mount", **values).status == "ok"
    assert calls(colab)[0].endswith("readonly=True")
    answer = colab.insert("drive-mount", DRIVE_FOLDER="data", **values)
    assert error_of(answer)[0] == "RuntimeError"
    assert "MyDrive/data" in error_of(answer)[1]
    assert not (tmp_path / "drive" / "MyDrive" / "data").exists()


@pytest.mark.parametrize(
    ("scenario", "advice", "original"),
    [
        ({"front_end": "silent", "drive": "stops"}, "only Colab's own page", "ValueError"),
        ({"drive": "stops"}, "only Colab's own page", "ValueError"),
        ({"drive": "root-timeout"}, "too many items in My Drive", "ValueError"),
        ({"drive": "domain-policy"}, "your organization", "ValueError"),
        ({"drive": "hangs"}, "did not start in time", "TIMEOUT"),
        ({"front_end": "refuses"}, "Google got no permission", "MessageError"),
    ],
)
def test_says_what_to_do(
    colab: SnippetKernel, tmp_path: Path, scenario: dict[str, Any], advice: str, original: str
) -> None:
    colab.must(f"SCENARIO.update({scenario!r})")
    answer = colab.insert("drive-mount", MOUNT_POINT=str(tmp_path / "drive"))
    name, message = error_of(answer)
    assert name == "RuntimeError"
    assert message.startswith("Drive is not mounted: ") and advice in message
    assert "\n" not in message
    assert colab.value("type(sys.last_value.__cause__).__name__") == repr(original)
    assert colab.value("'DRIVE' in globals()") == "False"


def test_makes_the_folders_above(colab: SnippetKernel, tmp_path: Path) -> None:
    answer = colab.insert("drive-mount", MOUNT_POINT=str(tmp_path / "a" / "b" / "drive"))
    assert answer.status == "ok"
    assert drive(colab) == tmp_path / "a" / "b" / "drive" / "MyDrive"


@pytest.mark.parametrize("fault", ["space", "symlink", "files", "file"])
def test_looks_at_the_mount_point_first(colab: SnippetKernel, tmp_path: Path, fault: str) -> None:
    where = tmp_path / ("my drive" if fault == "space" else "drive")
    if fault == "symlink":
        (tmp_path / "elsewhere").mkdir()
        where.symlink_to(tmp_path / "elsewhere")
    elif fault == "files":
        where.mkdir()
        (where / "notes.txt").write_text("mine")
    elif fault == "file":
        where.write_text("mine")
    answer = colab.insert("drive-mount", MOUNT_POINT=str(where))
    name, message = error_of(answer)
    assert name == "RuntimeError" and "MOUNT_POINT" in message
    assert colab.value("sys.last_value.__cause__ is None") == "False"
    assert calls(colab) == []


@pytest.mark.parametrize(
    "scenario", [{"hosted": False}, {"enterprise": True}, {"credentials": False}]
)
def test_goes_on_where_drive_cannot_be(
    colab: SnippetKernel, tmp_path: Path, scenario: dict[str, Any]
) -> None:
    colab.must(f"SCENARIO.update({scenario!r})")
    answer = colab.insert("drive-mount", MOUNT_POINT=str(tmp_path / "drive"))
    assert answer.status == "ok"
    assert "on Colab's own machines only" in answer.text("stdout")
    assert "deleted with this machine" in answer.text("stdout")
    assert drive(colab) == tmp_path / "drive-local"


def test_local_folder(kernel: SnippetKernel, tmp_path: Path) -> None:
    for _ in range(2):
        answer = kernel.insert("drive-mount", MOUNT_POINT="/no such/place", DRIVE_FOLDER="runs")
        assert answer.status == "ok"
        assert "deleted with this machine" in answer.text("stdout")
        assert drive(kernel) == tmp_path / "drive-local" / "runs"
        kernel.must("(DRIVE / 'kept').touch()")
    assert sorted(path.name for path in drive(kernel).iterdir()) == ["kept"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drive-local"]
