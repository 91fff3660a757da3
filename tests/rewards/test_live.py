"""Seats left, as they change by themselves on every page that shows them."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string

from core.live import fragments
from core.members.models import Member
from rewards import booking, cancelling
from rewards.models import Session
from tests.live.conftest import Look, live_site, look  # noqa: F401 fixtures of the open page
from tests.rewards.factories import SessionFactory, member_with


@pytest.mark.parametrize(("taken", "words"), [(0, "10 seats left"), (9, "1 seat left"), (10, "Sold out")])
def test_the_fragment_says_how_many_seats_are_left(session: Session, taken: int, words: str) -> None:
    Session.objects.update(taken=taken)
    found = fragments.named("seats")
    assert found is not None
    assert found.public
    shown = render_to_string(found.template, {**found.context(session="december"), "oob": True}).strip()
    assert re.fullmatch(r'<span id="seats-december" class="[^"]*" hx-swap-oob="true">' + words + "</span>", shown)


def test_whoever_looks_sees_a_seat_go_and_come_back(look: Look) -> None:  # noqa: F811
    session = SessionFactory(slug="december")
    watcher = look(Member.objects.create_user("watcher@example.com"))
    redemption = booking.book(session, member=member_with(100))
    said = watcher.recv(timeout=2)
    assert 'id="seats-december"' in said
    assert "9 seats left" in said
    cancelling.cancel(redemption)
    assert "10 seats left" in watcher.recv(timeout=2)
