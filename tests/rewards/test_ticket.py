"""What a ticket carries: a calendar entry that any calendar understands, and a code that leads back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from core.brand.models import Brand
from core.members.models import Member
from rewards import booking, cancelling, ticket
from rewards.models import Redemption, Session

ISTANBUL = ZoneInfo("Europe/Istanbul")


@pytest.fixture
def redemption(session: Session, ada: Member) -> Redemption:
    Brand.objects.update(time_zone="Europe/Istanbul")
    Session.objects.update(
        starts=datetime(2099, 12, 5, 18, 30, tzinfo=ISTANBUL),
        ends=datetime(2099, 12, 5, 21, tzinfo=ISTANBUL),
        place="Kiler, Çukurcuma; arka oda",
    )
    return booking.book(Session.objects.get(), member=ada)


def entry(redemption: Redemption) -> Any:
    """The one event of the ticket's calendar file."""
    calendar = Calendar.from_ical(ticket.calendar(Redemption.objects.get(pk=redemption.pk), Brand.current()))
    [event] = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_the_calendar_has_the_session_in_the_brands_time_zone(redemption: Redemption) -> None:
    event = entry(redemption)
    start = event["dtstart"]
    assert start.params["TZID"] == "Europe/Istanbul"
    assert start.dt == datetime(2099, 12, 5, 18, 30, tzinfo=ISTANBUL)
    assert event["dtend"].dt == datetime(2099, 12, 5, 21, tzinfo=ISTANBUL)
    assert event["summary"] == "An evening of ferments"
    assert event["location"] == "Kiler, Çukurcuma; arka oda"
    assert event["status"] == "CONFIRMED"
    content = ticket.calendar(redemption, Brand.current())
    assert b"BEGIN:VTIMEZONE" in content
    assert b"\r\n" in content


def test_the_uid_never_changes_and_a_cancelled_ticket_is_crossed_out(redemption: Redemption) -> None:
    first = entry(redemption)
    cancelling.cancel(redemption)
    second = entry(redemption)
    assert second["uid"] == first["uid"]
    assert str(redemption.public_id) in first["uid"]
    assert second["status"] == "CANCELLED"
    assert second["sequence"] > first["sequence"]


def test_the_file_is_sent_as_a_calendar(client_of: Any, redemption: Redemption, ada: Member) -> None:
    response = client_of(ada).get(f"/tickets/{redemption.token}/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].endswith('.ics"')
    assert "private" in response["Cache-Control"]


def test_the_code_is_drawn_without_styles_and_holds_the_tickets_address(redemption: Redemption, settings: Any) -> None:
    settings.BASE_URL = "https://club.example.com"
    assert redemption.ticket_url == f"https://club.example.com/tickets/{redemption.token}/"
    drawn = ticket.qr(redemption)
    assert drawn.startswith("<svg")
    assert "style" not in drawn


def test_tokens_cannot_be_guessed(redemption: Redemption) -> None:
    assert len(redemption.token) >= 32
    assert str(redemption.public_id) not in redemption.token
