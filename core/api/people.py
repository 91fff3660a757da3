"""Members by their e-mail, and their statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Router, Schema, Status

from core.activities.joining import welcome
from core.activities.models import Activity
from core.api import problems, profile
from core.api.idempotency import idempotent
from core.api.paging import PAGE, Cursor, Limit, Page, page
from core.api.profile import MemberOut
from core.api.reading import Body, Email, ReferralCode
from core.brand.models import Brand
from core.ledger import statement
from core.ledger.models import Entry
from core.ledger.releasing import wallet_of
from core.members import enrolment
from core.members.models import Member, canonical

router = Router(tags=["members"])


class MemberIn(Body):
    """Someone to take into the programme."""

    email: Email
    referral_code: ReferralCode | None = None


class EntryOut(Schema):
    """A line of the statement: signed points, the balance after it, and why, in the member's language."""

    points: int
    balance: int
    reason: str
    explanation: str
    activity: str | None
    at: datetime


def known_member(email: str) -> Member:
    """The member with this e-mail, in whatever case; 404 if nobody has it. For every router."""
    name = canonical(email)
    # What no row can hold must not reach the database: PostgreSQL minds NUL.
    found = None if len(name) > 254 or "\x00" in name else Member.objects.filter(email=name).first()
    if found is None:
        raise problems.unknown("member")
    return found


@router.post("/members", response={201: MemberOut, 200: MemberOut})
@idempotent
def join(request: HttpRequest, body: MemberIn) -> Status[dict[str, Any]]:
    """Take someone in: 201, or 200 for who is in already.

    A `referral_code` that is nobody's or no longer valid makes no attribution, as on the site.
    """
    known = Member.objects.filter(email=body.email).first()
    if known is not None and known.claimed:
        return Status(200, profile.of(known))
    member, new = _create(body.email, body.referral_code)
    return Status(201 if new else 200, profile.of(member))


@router.get("/members/{path:email}/entries", response=Page[EntryOut])
def entries(request: HttpRequest, email: str, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """The member's statement, newest first."""
    member = known_member(email)
    wallet_of(member.pk)
    brand = Brand.current()
    with reading(member, brand):
        found = page(statement.entries(member.pk), cursor, limit, order=("-pk",))
        ids = {entry.transfer.activity_id for entry in found["items"] if entry.transfer.activity_id}
        behind = dict(Activity.objects.filter(pk__in=ids).values_list("pk", "external_id"))
        found["items"] = [_line(entry, brand, behind) for entry in found["items"]]
    return found


@router.get("/members/{path:email}", response=MemberOut)
def member(request: HttpRequest, email: str) -> dict[str, Any]:
    """One member, by e-mail in whatever case."""
    return profile.of(known_member(email))


@contextmanager
def reading(member: Member, brand: Brand) -> Iterator[None]:
    """The language and time zone in which this member reads the site."""
    language = member.language if member.language in brand.languages else brand.languages[0]
    with translation.override(language), timezone.override(member.zone or brand.zone):
        yield


def _create(email: str, referral_code: str | None) -> tuple[Member, bool]:
    """A new member, or one who claims their wallet, welcomed as on the site; or who joined at the same moment."""
    member = Member.objects.filter(email=email, claimed=False).first()
    try:
        with transaction.atomic():
            member = member or Member.objects.create_user(email)
    except IntegrityError:
        return known_member(email), False
    if not member.claimed and not enrolment.claim(member):
        return member, False
    welcome(member, {"referral_code": referral_code} if referral_code else {})
    return member, True


def _line(entry: Entry, brand: Brand, behind: dict[int, str]) -> dict[str, Any]:
    transfer = entry.transfer
    return {
        "points": entry.points,
        "balance": entry.balance,
        "reason": transfer.reason,
        "explanation": entry.explained(brand),
        "activity": behind.get(transfer.activity_id or 0),
        "at": transfer.at,
    }
