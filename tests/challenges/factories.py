"""Challenges and badges for tests, and the events that bring them forward."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from challenges.models import Badge, Challenge, Task
from core import activities
from core.activities.happening import Happening, Outcome
from core.activities.models import Activity, Kind, Source
from core.members.models import Member

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_numbers = itertools.count(1)


class BadgeFactory(factory.django.DjangoModelFactory[Badge]):
    class Meta:
        model = Badge

    slug = factory.Sequence(lambda n: f"badge-{n}")
    name = factory.Sequence(lambda n: f"Badge {n}")


class ChallengeFactory(factory.django.DjangoModelFactory[Challenge]):
    class Meta:
        model = Challenge

    slug = factory.Sequence(lambda n: f"challenge-{n}")
    title = factory.Sequence(lambda n: f"Challenge {n}")


class TaskFactory(factory.django.DjangoModelFactory[Task]):
    class Meta:
        model = Task

    slug = factory.Sequence(lambda n: f"task-{n}")
    title = factory.LazyAttribute(lambda task: f"The task {task.slug}")
    activity = "order.paid"


def a_badge(slug: str, **fields: Any) -> Badge:
    """A badge of that slug."""
    return BadgeFactory(slug=slug, name=slug.title(), **fields)


def a_draft(slug: str, *tasks: dict[str, Any], after: tuple[Challenge, ...] = (), **fields: Any) -> Challenge:
    """A challenge with these tasks (one order, when none is given) that nobody sees yet."""
    challenge = ChallengeFactory(slug=slug, title=slug.replace("-", " ").capitalize(), **fields)
    for number, task in enumerate(tasks or ({"slug": "order"},)):
        if not task.get("activity", "order.paid").startswith("order"):
            Kind.objects.get_or_create(slug=task["activity"], defaults={"title": task["activity"]})
        TaskFactory(challenge=challenge, position=number, **task)
    challenge.after.set(after)
    return challenge


def a_challenge(slug: str, *tasks: dict[str, Any], after: tuple[Challenge, ...] = (), **fields: Any) -> Challenge:
    """The same, live."""
    challenge = a_draft(slug, *tasks, after=after, **fields)
    challenge.publish()
    return challenge


def happening(
    member: Member, type: str = "order.paid", *, minutes: float = 0, reference: str = "", **fields: Any
) -> Happening:
    """An event of the shop about a member, `minutes` after noon; an order is worth 10.00 unless `amount` says else."""
    shop, _made = Source.objects.get_or_create(slug="shop")
    number = next(_numbers)
    if type == "order.paid":
        fields.setdefault("amount", 1000)
    return Happening(
        source_id=shop.pk,
        external_id=f"evt-{number}",
        type=type,
        at=NOON + timedelta(minutes=minutes),
        email=member.email,
        reference=reference or f"ref-{number}",
        **fields,
    )


def happens(member: Member, type: str = "order.paid", **fields: Any) -> Outcome:
    """Let an event of the shop arrive."""
    [outcome] = activities.record([happening(member, type, **fields)])
    return outcome


def pays(member: Member, reference: str, amount: int = 1000, **fields: Any) -> Outcome:
    """An order of `amount` hundredths arrives."""
    return happens(member, reference=reference, amount=amount, **fields)


def is_refunded(member: Member, reference: str, amount: int | None = None, **fields: Any) -> Outcome:
    """Money is given back for the order: `amount` hundredths, or all that is left."""
    return happens(member, "order.refunded", reference=reference, amount=amount, **fields)


def activity(type: str = "order.paid", amount: int | None = 1000, *, minutes: float = 0, pk: int = 1) -> Activity:
    """An activity in memory alone, for strategies."""
    return Activity(pk=pk, type=type, amount=amount, at=NOON + timedelta(minutes=minutes), version=1)
