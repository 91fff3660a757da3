"""Whatever the order of arrival, challenges end the same; and as if what was given back had never been."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from challenges.models import BadgeAward, Challenge, Participation
from core.activities.models import Activity
from core.ledger.models import Wallet
from core.members.models import Member
from tests.challenges.factories import a_badge, a_challenge, happens, is_refunded, pays

pytestmark = pytest.mark.django_db

_people = itertools.count(1)


@dataclass(frozen=True)
class Event:
    """A paid order, a refund of it (of `amount` hundredths, or whole), or something of another kind."""

    what: str
    name: int
    minute: int
    amount: int | None = None

    def arrive(self, member: Member) -> None:
        reference = f"{member.pk}-{self.name}"
        if self.what == "paid":
            pays(member, reference, self.amount or 0, minutes=self.minute)
        elif self.what == "refunded":
            is_refunded(member, reference, self.amount, minutes=self.minute)
        else:
            happens(member, self.what, reference=f"{reference}-{self.minute}", minutes=self.minute)


def end_of(member: Member) -> dict[str, Any]:
    """All that a member came to, in words that do not depend on the order of arrival."""
    rows = Participation.objects.filter(member=member).select_related("challenge", "latest")
    facts = Activity.objects.counting().filter(member=member, source__slug="site")
    return {
        "progress": {
            row.challenge.slug: (
                row.state,
                {task: quantity for task, quantity in row.progress.items() if quantity},
                row.joined_at,
                row.completed_at,
                sorted((fact.task, fact.activity.at, fact.quantity) for fact in row.contributions.all()),
            )
            for row in rows
        },
        "badges": sorted(BadgeAward.objects.live().filter(member=member).values_list("badge__slug", "earned_at")),
        "facts": sorted(facts.values_list("type", "reference", "at")),
        "points": Wallet.of(member.pk).earned,
    }


def a_programme() -> None:
    """Challenges of every shape, one after another and one that counts the others."""
    regular = a_badge("regular")
    first = a_challenge(
        "first",
        {"slug": "orders", "target": 2, "milestones": [{"at": 1, "points": 3}]},
        prize_points=100,
        prize_badge=regular,
    )
    a_challenge("sum", {"slug": "spend", "kind": "total", "target": 3000}, after=(first,), prize_points=50)
    a_challenge(
        "either",
        {"slug": "review", "activity": "review.posted"},
        {"slug": "orders", "target": 3},
        need=1,
        prize_points=20,
        prize_badge=regular,
    )
    a_challenge("both", {"slug": "done", "activity": "challenge.completed", "target": 2}, prize_points=7)


def arrives(events: list[Event]) -> dict[str, Any]:
    member = Member.objects.create_user(f"person-{next(_people)}@example.com")
    for event in events:
        event.arrive(member)
    return end_of(member)


def test_five_events_about_two_orders_end_the_same_in_every_order() -> None:
    a_programme()
    events = [
        Event("paid", 1, 0, 2000),
        Event("paid", 2, 1, 2500),
        Event("refunded", 1, 2, 500),
        Event("refunded", 2, 3),
        Event("review.posted", 3, 4),
    ]
    expected = arrives(events)

    for arrival in itertools.permutations(events):
        assert arrives(list(arrival)) == expected


def test_what_was_given_back_whole_is_as_if_it_had_never_been() -> None:
    a_programme()
    kept = [Event("paid", 1, 0, 2000), Event("paid", 2, 1, 2500), Event("paid", 4, 9, 900)]
    undone = [Event("paid", 3, 5, 4000), Event("refunded", 3, 6)]

    assert arrives([kept[0], *undone, *kept[1:]]) == arrives(kept)
    assert arrives([*kept, *undone]) == arrives(kept)


orders = st.lists(st.tuples(st.integers(500, 4000), st.sampled_from(["kept", "whole", "part"])), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), orders=orders, reviews=st.integers(0, 2))
def test_any_arrival_of_any_events_ends_like_the_order_of_their_own_time(
    data: st.DataObject, orders: list[tuple[int, str]], reviews: int, db: None
) -> None:
    if not Challenge.objects.exists():
        a_programme()
    minutes = iter(data.draw(st.permutations(range(2 * len(orders) + reviews)), label="minutes"))
    events: list[Event] = []
    for number, (amount, fate) in enumerate(orders):
        events.append(Event("paid", number, next(minutes), amount))
        if fate != "kept":
            events.append(Event("refunded", number, next(minutes), None if fate == "whole" else amount // 2))
    events += [Event("review.posted", 100 + number, next(minutes)) for number in range(reviews)]

    arrival = data.draw(st.permutations(events), label="arrival")

    assert arrives(list(arrival)) == arrives(sorted(events, key=lambda event: event.minute))
