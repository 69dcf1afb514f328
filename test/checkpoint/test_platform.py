"""The durable folder of each platform, told apart by paths and variables."""

import errno
import os
import re
import threading
from pathlib import Path

import pytest

from runtime_kit.platform import (
    PLATFORMS,
    DurableFolderError,
    Rule,
    detect,
    durable_folder,
)

ROOT = Path(__file__).parents[2]

CASES = {
    "colab": ({"COLAB_RELEASE_TAG": "x"}, ["content/drive/MyDrive"], "content/drive/MyDrive"),
    # Kaggle's image is made of Colab's.
    "kaggle": (
        {"KAGGLE_KERNEL_RUN_TYPE": "Interactive", "COLAB_RELEASE_TAG": "x"},
        ["kaggle/working"],
        "kaggle/working",
    ),
    "studio-lab": ({}, ["home/studio-lab-user"], "home/studio-lab-user"),
    "paperspace": ({}, ["storage", "notebooks"], "storage"),
    "runpod": ({"RUNPOD_POD_ID": "x"}, ["workspace"], "workspace"),
    "huggingface": ({"SPACE_ID": "me/space"}, ["data"], "data"),
    "sagemaker": (
        {},
        ["home/sagemaker-user", "opt/ml/metadata/resource-metadata.json"],
        "home/sagemaker-user",
    ),
}
MOUNTS = ("content/drive", "workspace", "data")


def mount(root: Path, *points: str) -> None:
    """Have a mount table say that these folders are mounted."""
    table = root / "proc/self/mounts"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text("".join(f"drive {root / point} fuse.drive rw 0 0\n" for point in points))


@pytest.mark.parametrize("name", CASES)
def test_durable_folder(tmp_path, name):
    environment, folders, durable = CASES[name]
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    mount(tmp_path, *MOUNTS)
    assert detect(environment, tmp_path).id == name
    assert durable_folder(environment, tmp_path) == tmp_path / durable / "runtime-kit-runs"


@pytest.mark.parametrize("name", ["colab", "runpod", "huggingface"])
def test_a_plain_folder_in_the_place_of_a_mount_is_not_durable(tmp_path, name):
    environment, folders, _ = CASES[name]
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    mount(tmp_path)
    assert detect(environment, tmp_path).durable is None


@pytest.mark.parametrize("helper", ["stopped", "killed"])
def test_a_mount_that_does_not_respond_is_said_and_no_other_folder_taken(
    tmp_path, helper, monkeypatch
):
    release, real = threading.Event(), os.stat

    def status(path, *arguments, **options):
        if str(path).endswith("MyDrive"):
            if helper == "killed":
                raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
            release.wait(60)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", status)
    monkeypatch.setattr("runtime_kit.platform.PROBE_SECONDS", 0.2)
    environment, folders, _ = CASES["colab"]
    (tmp_path / folders[0]).mkdir(parents=True)
    mount(tmp_path, *MOUNTS)
    try:
        for _ in range(3):
            found = detect(environment, tmp_path)
            assert found.durable is None
            assert "Remount it" in found.advice
        with pytest.raises(DurableFolderError, match="Remount it"):
            durable_folder(environment, tmp_path)
        assert sum("runtime-kit-probe" in thread.name for thread in threading.enumerate()) <= 1
    finally:
        release.set()


@pytest.mark.parametrize(
    "environment",
    [
        {"BINDER_SERVICE_HOST": "x", "JUPYTERHUB_API_URL": "x"},
        {"BINDER_REPO_URL": "x", "JUPYTERHUB_API_URL": "x"},
        {"DATABRICKS_RUNTIME_VERSION": "15.4"},
        {"MODAL_TASK_ID": "ta-1"},
        {"SPACE_ID": "me/space"},
    ],
)
def test_what_keeps_no_files_says_so_at_the_run(tmp_path, environment, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mount(tmp_path)
    durable_folder({**environment, "HOME": str(tmp_path)}, tmp_path)
    assert "is deleted when the runtime ends" in capsys.readouterr().out


def table(root: Path, *lines: str) -> None:
    """A mount table of these lines."""
    mounts = root / "proc/self/mounts"
    mounts.parent.mkdir(parents=True, exist_ok=True)
    mounts.write_text("".join(f"{line} rw 0 0\n" for line in lines))


@pytest.mark.parametrize("kind", ["overlay", "fuse.fuse-overlayfs"])
def test_a_containers_own_disk_is_said_and_a_volume_is_not(tmp_path, capsys, monkeypatch, kind):
    """Of Docker, of Podman without root, and of Kubernetes, which leaves no file that marks it."""
    folder = tmp_path / "my work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    table(tmp_path, f"overlay / {kind}")
    durable_folder({}, tmp_path)
    assert "this container's own disk" in capsys.readouterr().out
    table(tmp_path, f"overlay / {kind}", f"/dev/sda {tmp_path}/my\\040work ext4")
    durable_folder({}, tmp_path)
    assert capsys.readouterr().out == ""
    # A neighbour whose name begins the same is no mount of this folder.
    table(tmp_path, f"overlay / {kind}", f"/dev/sda {tmp_path}/my ext4")
    durable_folder({}, tmp_path)
    assert "this container's own disk" in capsys.readouterr().out


def test_a_hub_that_keeps_no_home(tmp_path, capsys):
    env = {"JUPYTERHUB_API_URL": "http://hub", "HOME": str(tmp_path)}
    table(tmp_path, "overlay / overlay")
    assert detect(env, tmp_path).durable is None
    durable_folder(env, tmp_path)
    assert "This hub keeps no home folder" in capsys.readouterr().out
    table(tmp_path, "overlay / overlay", f"claim {tmp_path} nfs4")
    assert durable_folder(env, tmp_path) == tmp_path / "runtime-kit-runs"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("environment", "advice"),
    [({"COLAB_RELEASE_TAG": "x"}, "Mount Drive"), ({"VAST_CONTAINERLABEL": "x"}, "mirror")],
)
def test_no_durable_folder_is_said(tmp_path, environment, advice, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert durable_folder(environment, tmp_path) == tmp_path / "runtime-kit-runs"
    assert advice in capsys.readouterr().out


def test_ones_own_machine_and_the_variable(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert detect({}, tmp_path).id == "local"
    assert durable_folder({}, tmp_path) == tmp_path / "runtime-kit-runs"
    assert capsys.readouterr().out == ""
    assert durable_folder({"RUNTIME_KIT_FOLDER": str(tmp_path / "x")}) == tmp_path / "x"


@pytest.mark.parametrize("rule", PLATFORMS, ids=lambda rule: rule.id)
def test_a_platform_is_known_wherever_it_has_to_be(rule: Rule, tmp_path: Path) -> None:
    """A new row of the table fails here until the places that cannot read it know it too."""
    names = (ROOT / "src/snippets/format/platforms.ts").read_text()
    assert re.search(rf"^  '?{rule.id}'?: '", names, re.MULTILINE), (
        "src/snippets/format/platforms.ts"
    )
    texts = (ROOT / "src/panel/format/verdictText.ts").read_text()
    if rule.advice:
        assert re.search(rf"^  '?{rule.id}'?: later", texts, re.MULTILINE), "verdictText.ts"
    if rule.gpu_advice:
        assert f"'gpu-on-{rule.id}': later" in texts, "verdictText.ts"
    if rule.variable and rule.id != "colab":  # which a cell can release by itself
        cell = (ROOT / "runtime_kit/snippets/release-runtime.py").read_text()
        assert rule.variable.removesuffix("*") in cell, "runtime_kit/snippets/release-runtime.py"
    # It is recognised by its own marks alone, whatever row is in front of it.
    env = {rule.variable.replace("*", "_URL"): "x"} if rule.variable else {}
    for place in rule.places:
        (tmp_path / place).mkdir(parents=True)
    assert detect(env, tmp_path).id == rule.id


def test_every_platform_of_the_page_is_in_the_table() -> None:
    names = (ROOT / "src/snippets/format/platforms.ts").read_text()
    ids = re.findall(r"^  '?([a-z-]+)'?: '", names, re.MULTILINE)
    assert sorted(ids) == sorted(rule.id for rule in PLATFORMS)
