"""What a ticket carries with it: its QR code and its entry for the calendar."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from icalendar import Calendar, Event, vUri

from core import clock
from core.brand.models import Brand
from rewards.models import Redemption


def qr(redemption: Redemption) -> SafeString:
    """An inline SVG of the ticket's address, dark on white in every theme so that any reader takes it."""
    code = segno.make(redemption.ticket_url, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=1, border=2, dark="#111", light="#fff", omitsize=True))


def calendar(redemption: Redemption, brand: Brand) -> bytes:
    """The session as an iCalendar file (RFC 5545) in the brand's time zone.

    The UID never changes and SEQUENCE counts, so that importing it again moves the entry, or crosses it out.
    """
    session = redemption.seat
    event = Event()
    event.add("uid", f"{redemption.public_id}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", int(redemption.is_cancelled))
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts.astimezone(brand.zone))
    event.add("dtend", session.ends.astimezone(brand.zone))
    event.add("summary", redemption.reward.title)
    event.add("location", session.place)
    event.add("description", redemption.ticket_url)
    event.add("url", vUri(redemption.ticket_url))
    event.add("status", "CANCELLED" if redemption.is_cancelled else "CONFIRMED")
    entry = Calendar()
    entry.add("prodid", f"-//{brand.name}//Goodturn//EN")
    entry.add("version", "2.0")
    entry.add("method", "PUBLISH")
    entry.add_component(event)
    entry.add_missing_timezones()
    return entry.to_ical()
