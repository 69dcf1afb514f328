"""The durable folder of each platform, told apart by paths and variables."""

import pytest

from runtime_kit.platform import detect, durable_folder

CASES = {
    "colab": ({"COLAB_RELEASE_TAG": "x"}, ["content/drive/MyDrive"], "content/drive/MyDrive"),
    "kaggle": ({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, ["kaggle/working"], "kaggle/working"),
    "studio-lab": ({}, ["home/studio-lab-user"], "home/studio-lab-user"),
    "paperspace": ({}, ["storage", "notebooks"], "storage"),
    "runpod": ({"RUNPOD_POD_ID": "x"}, ["workspace"], "workspace"),
}


@pytest.mark.parametrize("name", CASES)
def test_durable_folder(tmp_path, name):
    environment, folders, durable = CASES[name]
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    assert detect(environment, tmp_path).id == name
    assert durable_folder(environment, tmp_path) == tmp_path / durable / "runtime-kit-runs"


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
