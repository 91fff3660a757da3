"""Ada, of whom the site knows all that it can know, and her friend Grace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from challenges import joining
from challenges.models import Challenge
from core import clock
from core.activities.models import Source
from core.api.models import Token
from core.members import letters, staff
from core.members.models import Member
from referrals.models import Code
from rewards import booking, giving
from rewards.models import Charity, Session
from tests.journeys.full_site import PROGRAMME
from tests.mailbox import Mailbox
from tests.shop import Shop, event, order, refund

EMAIL, ALIAS = "ada.lovelace@example.com", "Countess of Numbers"


@dataclass
class Stage:
    """Who is there, and the doors that they use."""

    shop: Shop
    ada: Member
    grace: Member
    browser: Client
    token: str

    def api(self, path: str, key: str = "", **body: Any) -> Any:
        """Write by the JSON API."""
        headers = {"authorization": f"Bearer {self.token}"} | ({"idempotency-key": key} if key else {})
        return Client().post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def door(email: str, mailbox: Mailbox, **posted: str) -> Client:
    """A browser that came in by the code from the mail."""
    client = Client()
    assert client.post("/accounts/login/", {"email": email, **posted}).status_code == 303
    assert client.post("/accounts/code/", {"code": mailbox.code(email)}).status_code == 302
    return client


@pytest.fixture
def programme(db: None) -> None:
    call_command("programme", "apply", str(PROGRAMME), verbosity=0)


@pytest.fixture
def stage(programme: None, mailbox: Mailbox, without_second_factor: None, client_of: Callable[..., Client]) -> Stage:
    """Ada came by Grace's invitation, ordered, booked, gave, was looked after by staff and waits for mail."""
    token = Token(name="till")
    secret = token.renew(Token.Scope.WRITE)
    token.save()
    shop = Shop.opened(Source.objects.exclude(slug="site").first().slug)
    owner = staff.appoint("owner@example.com", "owner")
    door("grace@example.com", mailbox)
    grace = Member.objects.get(email="grace@example.com")
    assert shop.send(order(EMAIL, "order-0", "80.00")).json()["status"] == "parked"
    browser = door(EMAIL, mailbox, referral_code=Code.objects.get(member=grace).code)
    ada = Member.objects.get(email=EMAIL)
    said = {"alias": ALIAS, "language": "en", "time_zone": "Europe/Istanbul"}
    assert browser.post("/me/", said).status_code == 303
    for number in range(1, 4):
        more = {"customer": {"name": "Ada Lovelace", "mail": EMAIL}}
        assert shop.send(order(EMAIL, f"order-{number}", "60.00", **more), id=f"evt-ada-{number}").status_code == 202
    assert shop.send(refund("order-3", "10.00", email=EMAIL)).status_code == 202
    assert shop.send(event("review.posted", EMAIL, reference="review-1")).status_code == 202
    assert shop.send({**order(EMAIL, "x"), "type": "shop.visited"}).json()["status"] == "ignored"
    assert shop.send(refund("order-of-nobody", "1.00", email=EMAIL)).json()["status"] == "parked"
    stage = Stage(shop, ada, grace, browser, secret)
    assert stage.api("members", key="ada-1", email=EMAIL).status_code == 200
    desk = client_of(owner)
    posted = {"points": 500, "reason": "A gift", "_confirm": "1"}
    desk.post(f"/admin/ledger/wallet/{ada.pk}/adjust/", posted)
    staff.appoint(EMAIL, "support", by=owner)
    staff.dismiss(Member.objects.get(pk=ada.pk), by=owner)
    session = Session.objects.filter(starts__gt=clock.now() + timedelta(days=1)).select_related("reward").first()
    ada.refresh_from_db()
    booking.book(session, member=ada)
    giving.give(Charity.objects.open().first(), member=ada, points=100)
    letters.write(EMAIL, "account/email/code", {"code": "123456", "minutes": 15, "link": ""})
    joining.join(ada, Challenge.objects.get(slug="full-larder"))
    ada.refresh_from_db()
    return stage


def traces(*words: str) -> list[str]:
    """Where in the whole database one of these words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = value if isinstance(value, str) else json.dumps(value, default=str)
                    if any(word.lower() in text.lower() for word in words):
                        found.append(f"{table}.{name}: {text[:200]}")
    return found
