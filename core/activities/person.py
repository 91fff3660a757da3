"""What happened of a person: told as it was sent and what came of it, and forgotten but for what the books rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from core import bulk
from core.activities import kinds
from core.activities.holding import hold_emails
from core.activities.models import ERASED, Activity
from core.activities.subscription import concerned
from core.ledger.posting import lock
from core.members import erasure, known
from core.members.erasure import Erasure
from core.members.known import Person

Status = Activity.Status


@known.part("activities")
def activities(person: Person) -> Iterator[dict[str, Any]]:
    """The events of this person, also those that wait until they join, each with the answer that it got."""
    for fact in _told_of(person).select_related("source").order_by("pk").iterator():
        yield {
            "source": fact.source.slug,
            "id": fact.external_id,
            "type": fact.type,
            "at": fact.at,
            "received_at": fact.received_at,
            "data": fact.data,
            "amount": _money(fact.amount),
            "given_back": _money(fact.taken_back) if fact.taken_back else None,
            "status": fact.status,
            "counts": not fact.void,
            "answer": fact.answer,
        }


@erasure.search("activities")
def find_activities(person: Person) -> list[Any]:
    """The events that name this address but are not the member's, such as a refund of somebody else's order."""
    member_id = person.member.pk if person.member else None
    others = Activity.objects.filter(email=person.email).exclude(member=member_id) if member_id else None
    rows = Activity.objects.filter(email=person.email) if others is None else others
    return list(rows.values_list("pk", flat=True))


@erasure.step(10)
def hold(done: Erasure) -> None:
    """Let nothing happen to the person meanwhile: their address and wallet are locked, as by every event."""
    hold_emails([done.email])
    if done.member:
        lock(concerned({done.member.pk}, ()))


@erasure.step(50)
def forget_activities(done: Erasure) -> None:
    """What was said of the person goes; kind, time, reference and amount stay, for on these the books rest.

    The fingerprint goes too, since an address could be guessed by it: from now on the id alone tells a repeat.
    """
    named = Q(pk__in=done.found["activities"]) | Q(email=done.email, status=Status.PARKED)
    waiting = Activity.objects.filter(Q(named, status=Status.PARKED) & ~Q(type=kinds.ORDER_REFUNDED))
    orders = list(waiting.values_list("pk", flat=True))
    locked = Activity.objects.select_for_update(of=("self",)).order_by("pk")
    ignored = list(locked.filter(Q(pk__in=orders) | Q(cause__in=orders, status=Status.PARKED)))
    for fact in ignored:
        fact.status = Status.IGNORED
    bulk.update(ignored, ["status"])
    # Those that are ignored now are not parked any more, so they are named by their keys.
    named |= Q(pk__in=[fact.pk for fact in ignored if fact.pk in orders])
    if done.member:
        named |= Q(member=done.member)
    told = list(locked.filter(named).exclude(fingerprint="", email=""))
    for fact in told:
        fact.email, fact.data, fact.fingerprint = "", {}, ERASED if fact.fingerprint else ""
    bulk.update(told, ["email", "data", "fingerprint"])
    done.count("activities", len(told))


def _told_of(person: Person) -> QuerySet[Activity]:
    own = Q(member=person.member) if person.member else Q(pk__in=())
    return Activity.objects.filter(own | Q(email=person.email, member=None))


def _money(minor: int | None) -> str | None:
    return None if minor is None else f"{minor // 100}.{minor % 100:02d}"
