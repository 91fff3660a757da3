"""The one stylesheet that the files of static/css become."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from core.web import stylesheet

HERE = "#2f6b4f"


@pytest.fixture
def address() -> str:
    return stylesheet.address(HERE)


def test_every_file_of_the_folder_is_in_it_once(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert "@import" not in text
    index = (stylesheet.FOLDER / "app.css").read_text()
    for path in stylesheet.FOLDER.rglob("*.css"):
        if path.name != "app.css":
            assert index.count(f'@import url("{path.relative_to(stylesheet.FOLDER)}");') == 1
            assert path.read_text().count("{") == path.read_text().count("}")
    assert text.count("{") == text.count("}")


def test_the_layers_are_named_before_anything_is_in_them(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert text.startswith("@layer tokens, base, layout, components, utilities;")
    assert "--accent:oklch(" in text


def test_it_is_kept_for_ever_under_its_own_mark_only(client: Client, address: str) -> None:
    assert "immutable" in client.get(address)["Cache-Control"]
    old = client.get("/look/2f6b4f-000000000000.css")
    assert old.status_code == 200
    assert old["Cache-Control"] == "no-cache"


def test_it_is_sent_compressed_to_who_can_read_that(client: Client, address: str) -> None:
    packed = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == client.get(address).content
    assert len(packed.content) < 16_000


def test_it_changes_its_address_with_the_brands_colour() -> None:
    assert stylesheet.address("#123456") != stylesheet.address("#123457")


def test_it_asks_the_database_nothing(client: Client, address: str, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", ["/look/red-000000000000.css", "/look/2F6B4F-000000000000.css", "/look/2f6b4f-0.css"])
def test_what_is_no_colour_is_not_found(client: Client, path: str, db: None) -> None:
    assert client.get(path).status_code == 404


def test_it_is_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
