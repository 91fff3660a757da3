"""Translations, compiled when they changed."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

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
