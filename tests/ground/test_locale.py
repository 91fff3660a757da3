"""The language and the time zone of the one who reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from core.brand.models import Brand
from core.members.models import Member

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_in_the_language_of_the_browser(client: Client) -> None:
    assert client.get("/", headers={"accept-language": "tr,en;q=0.5"})["Content-Language"] == "tr"
    assert client.get("/", headers={"accept-language": "xx"})["Content-Language"] == "en"


def test_a_member_reads_in_their_own_language_on_any_browser(
    client_of: Callable[[Member], Client], member: Member
) -> None:
    Member.objects.filter(pk=member.pk).update(language="tr")

    assert client_of(member).get("/", headers={"accept-language": "en"})["Content-Language"] == "tr"


def test_a_language_that_the_brand_does_not_speak_is_not_spoken(client: Client, brand: Brand) -> None:
    Brand.objects.update(languages=["en"])

    assert client.get("/", headers={"accept-language": "tr"})["Content-Language"] == "en"


def test_one_readers_language_is_not_the_next_ones(client: Client) -> None:
    client.get("/", headers={"accept-language": "tr"})

    assert client.get("/")["Content-Language"] == "en"
