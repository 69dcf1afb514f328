"""Settings in other languages, as JupyterLab's own server translates them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterlab_server import translation_utils
from jupyterlab_server.translation_utils import get_language_pack, translator

from jupyterlab_runtime_kit.schema_texts import DOMAIN, read_texts, translate_schemas

SCHEMA = Path(__file__).parents[2] / "schema" / "plugin.json"
WORDS = {"ko_KR": "런타임", "zh_CN": "运行时", "zh_TW": "執行階段"}
TITLES = {"ko_KR": "활성 셀 아래", "zh_CN": "活动单元格下方", "zh_TW": "使用中的儲存格下方"}


@pytest.fixture(autouse=True)
def server() -> Iterator[Any]:
    server = SimpleNamespace(log=logging.getLogger("test"))
    translate_schemas(server)  # type: ignore[arg-type]
    yield server
    translator.set_locale("en")
    translator._TRANSLATORS.pop(DOMAIN, None)


def schema() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def title(translated: dict[str, Any]) -> str:
    return translated["properties"]["insertPosition"]["oneOf"][0]["title"]


@pytest.mark.parametrize("language", WORDS)
def test_schemas_come_in_the_language(language: str) -> None:
    translator.set_locale(language)
    translated = translator.translate_schema(schema())
    assert title(translated) == TITLES[language]
    # The front end would take these for changed by the user.
    for part in ("jupyter.lab.menus", "jupyter.lab.toolbars", "jupyter.lab.shortcuts"):
        assert translated[part] == schema()[part]
    # Back again: nothing of the language stays.
    translator.set_locale("en")
    assert translator.translate_schema(schema()) == schema()


@pytest.mark.parametrize("language", WORDS)
def test_the_front_end_gets_the_same_texts(language: str) -> None:
    data, message = get_language_pack(language)
    assert message == ""
    assert data[DOMAIN]["menu\x04Runtime"] == [WORDS[language]]
    assert data[DOMAIN][""]["language"] == language.replace("_", "-")


def test_without_the_languages_pack_all_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation_utils, "_get_installed_language_pack_locales", lambda: ({}, ""))
    translator.set_locale("ko_KR")
    assert title(translator.translate_schema(schema())) == title(schema())
    assert get_language_pack("ko_KR")[0] == {}


def test_a_language_that_is_not_ours_is_english() -> None:
    assert read_texts("de_DE") == {}
    translator.set_locale("de_DE")
    assert title(translator.translate_schema(schema())) == title(schema())


def test_another_server_is_left_alone(
    server: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(translator, "_TRANSLATORS")
    with caplog.at_level(logging.INFO):
        translate_schemas(server)
    assert "settings are not translated" in caplog.text
    monkeypatch.undo()
