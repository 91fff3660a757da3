"""Whoever holds a ticket is told when staff move the date or cancel the booking."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from core import clock
from core.members.models import Member, Notice, NoticeMail
from rewards import booking, cancelling, moving
from rewards.models import Redemption, Session
from tests.rewards.factories import fund

pytestmark = pytest.mark.django_db


def move(session: Session, **values: object) -> None:
    for name, value in values.items():
        setattr(session, name, value)
    moving.save(session, list(values))


def texts(member: Member) -> list[str]:
    return [notice.explanation.text() for notice in Notice.objects.filter(member=member).order_by("pk")]


def test_the_holders_of_a_moved_date_are_told_when_and_where_it_is(
    session: Session, ada: Member, other_member: Member
) -> None:
    session.reward.limit_per_member = None
    ticket = booking.book(session, member=ada)
    cancelling.cancel(booking.book(session, member=fund(other_member, 500)))
    starts = session.starts.replace(hour=19, minute=30)
    move(session, starts=starts + timedelta(days=1), ends=starts + timedelta(days=1, hours=2), place="The cellar")
    (said,) = texts(ada)
    assert session.reward.title in said
    assert "19:30, at this place: The cellar." in said
    notice = Notice.objects.get()
    assert (notice.kind, notice.url) == ("booking.changed", ticket.get_absolute_url())
    assert NoticeMail.objects.count() == 1
    move(session, place="The kitchen")
    assert len(texts(ada)) == 2


def test_what_does_not_move_it_tells_nobody(session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    move(session, map_url="https://example.com/map", position=3)
    move(session, place=session.place, starts=session.starts)
    assert texts(ada) == []


def test_a_date_that_is_over_tells_nobody(session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    with clock.at(session.ends + timedelta(days=1)):
        move(session, place="Elsewhere")
    assert texts(ada) == []


def test_it_is_told_whether_the_date_moves_in_the_admin_or_in_the_file(
    session: Session, ada: Member, owner: Client, without_second_factor: None, tmp_path: object, capsys: object
) -> None:
    booking.book(session, member=ada)
    call_command("programme", "export")
    file = yaml.safe_load(capsys.readouterr().out)
    (reward,) = [reward for reward in file["rewards"] if reward["slug"] == session.reward.slug]
    reward["sessions"][0]["place"] = "The cellar"
    path = tmp_path / "programme.yaml"
    path.write_text(yaml.safe_dump(file))
    call_command("programme", "apply", str(path))
    call_command("programme", "apply", str(path))
    assert [said.count("The cellar") for said in texts(ada)] == [1]


def test_who_is_cancelled_by_staff_is_told_once(session: Session, ada: Member) -> None:
    ticket = booking.book(session, member=ada)
    stale = Redemption.objects.get(pk=ticket.pk)
    cancelling.cancel_for_member(ticket)
    cancelling.cancel_for_member(stale)
    assert len(texts(ada)) == 1
    assert "cancelled for you, so you have your 100 points back" in texts(ada)[0]


def test_who_cancels_is_not_told(session: Session, ada: Member) -> None:
    ticket = booking.book(session, member=ada)
    stale = Redemption.objects.get(pk=ticket.pk)
    cancelling.cancel(ticket)
    cancelling.cancel_for_member(stale)
    assert texts(ada) == []
