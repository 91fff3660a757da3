"""Translations: whole, and compiled when they changed."""

from __future__ import annotations

import gettext
import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings

from core.serve.words import compile_catalogues

WORDS = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Join"
msgstr "{word}"
"""


def written(folder: Path, word: str) -> Path:
    """A Turkish catalogue with one word."""
    source = folder / "tr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(WORDS.format(word=word))
    return source


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(tmp_path: Path) -> None:
    source = written(tmp_path, "Katıl")
    assert compile_catalogues(tmp_path) == [source]
    assert compile_catalogues(tmp_path) == []

    written(tmp_path, "Sen de katıl")
    os.utime(source, (2**31, 2**31))

    assert compile_catalogues(tmp_path) == [source]
    assert gettext.translation("django", tmp_path, ["tr"]).gettext("Join") == "Sen de katıl"
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]


# --- what is written -------------------------------------------------------------------------------------------------

CATALOGUES = [
    source for folder in settings.LOCALE_PATHS for source in sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))
]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%%")


def messages(source: Path) -> list[Message]:
    with source.open("rb") as file:
        return [message for message in read_po(file, locale=source.parent.parent.name) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def test_each_language_but_the_sources_own_has_a_catalogue() -> None:
    written_in = {source.parent.parent.name for source in CATALOGUES}
    assert written_in == {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda source: source.relative_to(settings.BASE_DIR).parts[0])
def test_every_message_is_translated_and_nobody_guessed(source: Path) -> None:
    found = messages(source)
    assert len(found) > 50
    assert [message.id for message in found if not all(forms(message.string)) or not message.string] == []
    assert [message.id for message in found if message.fuzzy] == []
    assert [message.id for message in found if len(forms(message.id)) != len(forms(message.string))] == []


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda source: source.relative_to(settings.BASE_DIR).parts[0])
def test_a_translation_says_the_same_values(source: Path) -> None:
    for message in messages(source):
        for asked, text in zip(forms(message.id), forms(message.string), strict=True):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(asked)), message.id


def test_no_turkish_suffix_hangs_on_a_value_whose_last_vowel_nobody_knows() -> None:
    turkish = [source for source in CATALOGUES if source.parent.parent.name == "tr"]
    texts = [text for source in turkish for message in messages(source) for text in forms(message.string)]
    assert [
        text for text in texts if re.search(r"%\(\w+\)s(?:</\w+>)?['\N{RIGHT SINGLE QUOTATION MARK}]?[a-zçğıöşü]", text)
    ] == []
