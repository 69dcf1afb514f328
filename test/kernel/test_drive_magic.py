"""`%drive_mount`, `%%drive_mount` and the library form of Mount Drive, in kernels of both ends of
the version range, with real rclone."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernels import STAND_INS, SnippetKernel, error_of, kernel_pythons, snippet_kernel
from rclone_remotes import SETTINGS, unmount_below

from runtime_kit.snippets import find_snippet, render_snippet

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=kernel_pythons())
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SnippetKernel]:
    """A kernel with a remote `box`, which is the folder `box` in its working directory."""
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed")
    folder = tmp_path_factory.mktemp("kernel")
    (folder / "box").mkdir()
    (folder / "rclone.conf").write_text(f"[box]\ntype = alias\nremote = {folder / 'box'}\n")
    settings = {
        **SETTINGS,
        "RCLONE_CONFIG": str(folder / "rclone.conf"),
        "RUNTIME_KIT_STATE": str(folder / "state"),
        "PYTHONPATH": str(ROOT),
    }
    with snippet_kernel(request.param, folder, **settings) as kernel:
        kernel.must("%load_ext runtime_kit")
        yield kernel
    unmount_below(folder)


def folder_of(kernel: SnippetKernel) -> Path:
    return Path(ast.literal_eval(kernel.value("__import__('os').getcwd()")))


def test_sets_drive(kernel: SnippetKernel) -> None:
    told = kernel.must("name = 'box'\n%drive_mount --remote {name} --folder 'my runs'")
    assert "kept when the runtime ends" in told and told.splitlines()[-1].startswith("DRIVE = ")
    assert kernel.value("DRIVE.name, DRIVE.is_dir()") == "('my runs', True)"
    assert (folder_of(kernel) / "box" / "my runs").is_dir()
    status = ast.literal_eval(kernel.value("__import__('runtime_kit').drive.status()"))
    assert status["provider"] in ("rclone-mount", "rclone-copy") and status["durable"]


def test_runs_a_body_and_flushes(kernel: SnippetKernel) -> None:
    answer = kernel.run("%%drive_mount --remote box\n_ = (DRIVE / 'a').write_text('a')\n6 * 7")
    assert answer.status == "ok"
    [result] = [content for kind, content in answer.outputs if kind == "execute_result"]
    assert result["data"]["text/plain"] == "42"
    assert "has" in answer.text("stdout").splitlines()[-1]
    assert (folder_of(kernel) / "box" / "a").read_text() == "a"
    failed = kernel.run("%%drive_mount --remote box\n_ = (DRIVE / 'b').write_text('b')\n1 / 0")
    assert error_of(failed)[0] == "ZeroDivisionError"
    assert (folder_of(kernel) / "box" / "b").read_text() == "b"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%drive_mount --remote nowhere", "rclone has no such remote"),
        ("%drive_mount --folder ../x", "outside of the Drive"),
        ("%drive_mount --bogus", "Usage: %drive_mount"),
        ("%drive_mount 'open", "no closing quotation"),
    ],
)
def test_says_what_is_wrong_in_a_line(kernel: SnippetKernel, line: str, words: str) -> None:
    answer = kernel.run(f"DRIVE = 'mine'\n{line}")
    assert answer.status == "error"
    said = answer.text("stderr")
    assert words in said and said.strip().count("\n") == 0
    assert kernel.value("DRIVE") == "'mine'"


def test_the_library_form_takes_the_same_parameters() -> None:
    forms = [find_snippet("drive-mount", form) for form in ("standalone", "library")]
    described = [[p.describe() for p in form.parameters] for form in forms if form is not None]
    assert len(described) == 2 and described[0] == described[1]


def test_the_library_form(kernel: SnippetKernel, tmp_path: Path) -> None:
    snippet = find_snippet("drive-mount", "library")
    assert snippet is not None

    def insert(**values: object) -> str:
        cells = render_snippet(snippet, values)
        return kernel.must("\n".join(c.source for c in cells if c.cell_type == "code"))

    where = str(tmp_path / "here")
    insert(MOUNT_POINT=where, RCLONE_REMOTE="box", DRIVE_FOLDER="runs")
    assert ast.literal_eval(kernel.value("str(DRIVE)")) == f"{where}/runs"
    kernel.must("import os; os.chdir(DRIVE); drive.unmount()")
    unmount_below(tmp_path)
    # On Colab, by the same cell.
    kernel.must(f"import sys; sys.path.insert(0, {str(STAND_INS / 'colab')!r})")
    insert(MOUNT_POINT=str(tmp_path / "drive"))
    assert ast.literal_eval(kernel.value("str(DRIVE)")) == f"{tmp_path}/drive/MyDrive"
    kernel.must("sys.path.pop(0)")
