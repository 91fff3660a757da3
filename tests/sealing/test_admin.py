"""Staff read the seals as they are published, and change none."""

from __future__ import annotations

import pytest

from core.sealing.models import Head
from tests.journeys.full_site import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def test_each_seal_is_listed_with_its_root_and_cannot_be_changed(staff, client_of):
    fill()
    head = Head.latest()
    owner = client_of(staff)

    assert head.root_hex in owner.get("/admin/sealing/head/").content.decode()
    page = owner.get(f"/admin/sealing/head/{head.pk}/change/")
    assert head.root_hex in page.content.decode()
    assert owner.post(f"/admin/sealing/head/{head.pk}/change/", {"size": 1}).status_code == 403
    assert owner.post(f"/admin/sealing/head/{head.pk}/delete/", {"post": "yes"}).status_code == 403
    assert owner.get("/admin/sealing/head/add/").status_code == 403
    assert Head.latest().root_hex == head.root_hex


def test_what_was_paid_is_shown_as_money_and_only_what_is_void_says_so(staff, client_of):
    fill()

    page = client_of(staff).get("/admin/activities/activity/?q=order-1").content.decode()

    assert "€123.45" in page
    assert "12345" not in page
    assert "as if it had never been" not in page
