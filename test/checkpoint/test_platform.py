"""The durable folder of each platform, told apart by paths and variables."""

import re
from pathlib import Path

import pytest

from runtime_kit.platform import PLATFORMS, Rule, detect, durable_folder

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


@pytest.mark.parametrize("rule", PLATFORMS, ids=lambda rule: rule.id)
def test_a_platform_is_known_wherever_it_has_to_be(rule: Rule, tmp_path: Path) -> None:
    """A new row of the table fails here until the places that cannot read it know it too."""
    names = (ROOT / "src/snippets/format/platforms.ts").read_text()
    assert re.search(rf"^  '?{rule.id}'?: '", names, re.MULTILINE), (
        "src/snippets/format/platforms.ts"
    )
    texts = (ROOT / "src/panel/format/verdictText.ts").read_text()
    for said in filter(None, (rule.advice, rule.gpu_advice)):
        assert said in texts, "src/panel/format/verdictText.ts"
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
