"""The front page, and what makes the site an app."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from core.brand.models import Brand
from core.members.models import Member
from tests.look.awards import award

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_one_field_and_three_promises(client: Client) -> None:
    Brand.objects.update(points_other="leaves", name="Fern & Ember")
    page = client.get("/").content.decode()
    assert page.count('type="email"') == 1
    assert page.count('class="promise"') == 3
    assert "Every visit grows leaves." in page
    assert "Fern &amp; Ember" in page


def test_a_member_finds_the_balance_first(client_of: Callable[[Member], Client], member: Member) -> None:
    page = client_of(member).get("/").content.decode()
    assert page.index('id="balance"') < page.index('href="/wallet/"', page.index('id="main"'))
    assert 'type="email"' not in page


@pytest.mark.parametrize("path", ["/", "/manifest.webmanifest", "/icon.svg", "/icon-192.png", "/offline/"])
def test_the_front_is_only_read(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_the_visitors_page_asks_few_questions(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        client.get("/")


def test_the_dashboard_asks_few_questions_however_much_there_is_to_show(
    client_of: Callable[[Member], Client], member: Member, django_assert_max_num_queries: Any
) -> None:
    with (Path(__file__).parents[1] / "programme" / "fern-and-ember.yaml").open() as file:
        call_command("programme", "apply", file.name, stdout=StringIO())
    for number, hold in ((1, 0), (2, 14)):
        award(member, number * 1000, hold_days=hold)
    browser = client_of(member)
    browser.get("/invite/")
    browser.post("/invite/code/")
    assert b"Your next step" in browser.get("/").content
    with django_assert_max_num_queries(8):
        browser.get("/")


@pytest.mark.parametrize("path", ["/", "/offline/", "/nowhere/"])
def test_no_page_carries_a_style_attribute_or_a_script_in_place(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert all("src=" in part[:200] for part in page.split("<script")[1:])


def test_the_page_is_in_the_language_of_the_browser(client: Client) -> None:
    assert '<html lang="tr" dir="ltr">' in client.get("/", headers={"accept-language": "tr"}).content.decode()


def test_the_manifest_makes_it_an_app_of_the_brand(client: Client) -> None:
    Brand.objects.update(name="Fern & Ember")
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert manifest["name"] == "Fern & Ember"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"]).content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_an_icon_of_another_size_is_not_drawn(client: Client) -> None:
    assert client.get("/icon-9999.png").status_code == 404


def test_the_page_without_a_network_is_the_same_for_everybody(
    client: Client, client_of: Callable[[Member], Client], member: Member
) -> None:
    assert client.get("/offline/").content == client_of(member).get("/offline/").content


def test_the_worker_keeps_the_stylesheet_that_the_pages_use(client: Client) -> None:
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    sheet = worker.content.decode().split('STYLES = "')[1].split('"')[0]
    assert f'href="{sheet}"' in client.get("/").content.decode()
