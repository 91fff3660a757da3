"""Who a person is here, how they sign in, what was written to them and what staff changed: told, and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from core import bulk, clock, live
from core.brand.models import Brand
from core.members import erasure, known, sessions, staff
from core.members.erasure import Erasure
from core.members.known import Person
from core.members.models import (
    Allowance,
    Letter,
    Member,
    Notice,
    NoticeChoice,
    NoticeMail,
    SignIn,
    StaffChange,
    identity,
)

NAMES = ("email", "identity", "alias", "language")

# --- told ------------------------------------------------------------------------------------------------------------


@known.part("profile")
def profile(person: Person) -> dict[str, Any] | None:
    """What the member said of themselves, and since when they take part."""
    member = person.member
    if member is None:
        return None
    names = ("email", "alias", "language", "time_zone", "joined_at", "last_login", "role", "is_active", "leaderboard")
    return {name: getattr(member, name) for name in names}


@known.part("sign_in")
def sign_in(person: Person) -> dict[str, Any] | None:
    """Proved addresses, passkeys and second factors (without their secrets), and the sessions that are open."""
    if person.member is None:
        return None
    factors = Authenticator.objects.filter(user=person.member).order_by("pk")
    return {
        "addresses": list(EmailAddress.objects.filter(user=person.member).values("email", "verified")),
        "factors": [
            {"type": one.type, "name": str(one), "added_at": one.created_at, "last_used_at": one.last_used_at}
            for one in factors
        ],
        "sessions": [{"ends_at": one.expire_date} for one in sessions.about(person.member_id, person.email)],
    }


@known.part("letters")
def letters(person: Person) -> Iterator[Any]:
    """The mails of late; their words are kept only until they are sent."""
    rows = Letter.objects.filter(to=person.email).order_by("pk")
    return rows.values("subject", "text", "written_at", "sent_at").iterator()


@known.part("notices")
def notices(person: Person) -> Iterator[dict[str, Any]]:
    """What the member was told on the site, and when it was mailed and read."""
    brand = Brand.current()
    rows = Notice.objects.filter(member=person.member) if person.member else Notice.objects.none()
    for row in rows.order_by("pk").iterator():
        yield {
            "kind": row.kind,
            "text": row.explanation.text(brand),
            "told_at": row.told_at,
            "mailed_at": row.mailed_at,
            "read_at": row.read_at,
        }


@known.part("changes_by_staff")
def changes_by_staff(person: Person) -> Iterator[Any]:
    """What staff changed about the member; who of them did it is not the member's to know."""
    rows = _changes_about(person.member) if person.member else StaffChange.objects.none()
    return rows.order_by("pk").values("at", "action", "before", "after").iterator()


def _changes_about(member: Member) -> QuerySet[StaffChange]:
    return StaffChange.objects.filter(model=Member._meta.label_lower, object_id=str(member.pk))


# --- forgotten -------------------------------------------------------------------------------------------------------


@erasure.search("sessions")
def find_sessions(person: Person) -> list[Any]:
    """The keys of the person's sessions, which only a look into all of them finds."""
    return [session.pk for session in sessions.about(person.member_id, person.email)]


@erasure.step(15)
def dismiss(done: Erasure) -> None:
    """Staff lose their role first; raises LastOwner."""
    if done.member and done.member.role:
        staff.dismiss(done.member)


@erasure.step(50)
def forget_letters(done: Erasure) -> None:
    """Mails, codes that are on their way, and how often there were any."""
    done.count("letters", Letter.objects.filter(to=done.email).delete()[0])
    done.count("sign-ins", SignIn.objects.filter(email=done.email).delete()[0])
    Allowance.objects.filter(key=f"mails:{done.email}").delete()


@erasure.step(51)
def forget_ways_in(done: Erasure) -> None:
    """Proved addresses, passkeys, second factors and sessions, whose sockets close with them."""
    addresses = Q(email__iexact=done.email)
    if done.member:
        addresses |= Q(user=done.member)
        Authenticator.objects.filter(user=done.member).delete()
        live.close(done.member.pk)
    EmailAddress.objects.filter(addresses).delete()
    # Those that began while the others were looked for.
    lately = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE) - timedelta(hours=1)
    newer = sessions.about(done.person.member_id, done.email, ends_after=lately)
    keys = [*done.found["sessions"], *(session.pk for session in newer)]
    done.count("sessions", Session.objects.filter(pk__in=keys).delete()[0])


@erasure.step(51)
def forget_notices(done: Erasure) -> None:
    """Mails that are still to be written, and what was chosen. What was told stays: the expiry of points rests on it,
    and it says how many and when, never who.
    """
    if done.member:
        NoticeMail.objects.filter(notice__member=done.member).delete()
        NoticeChoice.objects.filter(member=done.member).delete()


@erasure.step(52)
def forget_changes(done: Erasure) -> None:
    """What the record of changes says of the person, and their name where they did something themselves."""
    named = Q(who=done.email) | Q(title__icontains=done.email)
    named |= Q(before__icontains=done.email) | Q(after__icontains=done.email)
    if done.member:
        named |= Q(model=Member._meta.label_lower, object_id=str(done.member.pk))
    changes = list(StaffChange.objects.filter(named))
    for change in changes:
        change.who, change.title = _without(done, (change.who, change.title))
        change.before, change.after = _without(done, (change.before, change.after))
        if change.model == Member._meta.label_lower and done.member and change.object_id == str(done.member.pk):
            change.before, change.after = (_nameless(values) for values in (change.before, change.after))
    bulk.update(changes, ["who", "title", "before", "after"])
    entries = list(
        LogEntry.objects.filter(Q(object_repr__icontains=done.email) | Q(change_message__contains=done.email))
    )
    for entry in entries:
        entry.object_repr, entry.change_message = _without(done, (entry.object_repr, entry.change_message))
    bulk.update(entries, ["object_repr", "change_message"])
    done.count("changes by staff", len(changes) + len(entries))


def _without(done: Erasure, values: Iterable[Any]) -> list[Any]:
    """Texts and JSON values in which the person's address stands no more."""
    written = re.compile(re.escape(done.email), re.IGNORECASE)
    return [_swept(value, written, done.address) for value in values]


def _swept(value: Any, written: re.Pattern[str], address: str) -> Any:
    match value:
        case dict():
            return {name: _swept(item, written, address) for name, item in value.items()}
        case list():
            return [_swept(item, written, address) for item in value]
        case str():
            return written.sub(address, value)
    return value


def _nameless(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """What stood in the member's row, without what they were called before."""
    return values and {name: "" if name in NAMES else value for name, value in values.items()}


@erasure.step(90)
def forget_member(done: Erasure) -> None:
    """The row stays for the books to point at; nobody can be told by it, and nobody gets in by it."""
    if done.member is None:
        return
    row = Member.objects.filter(pk=done.member.pk, erased_at=None)
    done.count(
        "member",
        row.update(
            email=done.address,
            identity=identity(done.address),
            alias="",
            language="",
            password=make_password(None),
            last_login=None,
            is_active=False,
            leaderboard=False,
            role="",
            erased_at=done.at,
        ),
    )
