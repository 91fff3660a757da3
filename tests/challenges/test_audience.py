"""Challenges for some tiers only: who can join, what stays, and that no order of arrival matters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from challenges.flaws import Unfinished
from challenges.joining import join, refusal_for
from challenges.models import Challenge, Edition, Participation
from challenges.standing import standings
from core import activities, clock
from core.activities.happening import Happening
from core.activities.models import Activity
from core.brand.models import Brand
from core.earning import tasks
from core.earning.models import MemberTier
from core.ledger.models import Wallet
from core.ledger.rebuilding import differences
from core.members.models import Member
from core.web.refused import NotEligible
from tests.api.conftest import bearing
from tests.challenges.factories import NOON, a_challenge, a_draft, happening, happens, is_refunded, pays
from tests.challenges.test_any_order import end_of
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db

TIERS = """
programme: {time_zone: UTC}
tiers:
  window_months: 12
  levels:
    - {slug: bronze, name: Bronze, from_points: 0}
    - {slug: silver, name: Silver, from_points: 100}
    - {slug: gold, name: Gold, from_points: 1000}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
"""
CHALLENGES = """
kinds:
  - {kind: review.posted, title: Wrote a review}
challenges:
  - slug: silver
    title: Two more
    audience: {tiers: [silver, gold]}
    tasks: [{slug: orders, title: Orders, activity: order.paid, count: 2}]
    prize: {points: 900}
  - slug: gold
    title: Reviews of gold
    audience: {tiers: [gold]}
    join: by_hand
    tasks: [{slug: reviews, title: Reviews, activity: review.posted, count: 3}]
    prize: {points: 5}
"""
SILVER, UP = ["silver", "gold"], ["gold"]
# How long after the noon of the factories each of these tests is looked at: all that happens in them is past.
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def an_hour_later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def tiers(tmp_path: Path, db: None) -> None:
    file = tmp_path / "tiers.yaml"
    file.write_text(TIERS)
    call_command("programme", "apply", str(file))


def progress_of(member: Member, slug: str) -> dict[str, Any] | None:
    row = Participation.objects.filter(member=member, challenge__slug=slug).first()
    return row.progress if row else None


def arrive(event: Happening) -> None:
    [outcome] = activities.record([event])
    assert not outcome.errors


# Who joins ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("tiers")
def test_only_who_held_the_tier_before_joins_by_themselves(member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 5}, audience=SILVER)

    pays(member, "one", 9999)
    pays(member, "two", 100, minutes=1)
    assert progress_of(member, "silver") is None, "the order that reaches the tier is not of the tier"

    pays(member, "three", 100, minutes=2)
    assert progress_of(member, "silver") == {"orders": 1}


@pytest.mark.usefixtures("tiers")
def test_what_happens_in_the_moment_of_the_step_is_not_after_it(member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 5}, audience=SILVER)

    pays(member, "one", 10000)
    pays(member, "two", 100)

    assert progress_of(member, "silver") is None


@pytest.mark.usefixtures("tiers")
def test_a_click_joins_who_holds_the_tier_and_tells_the_others_what_it_takes(member: Member) -> None:
    challenge = a_challenge("silver", {"slug": "orders", "target": 5}, audience=SILVER, join="by_hand")
    pays(member, "one", 4000)

    with pytest.raises(NotEligible, match=r"Silver, Gold\. With 60 points more you reach Silver"):
        join(member, challenge)

    pays(member, "two", 6000)
    assert refusal_for(challenge, member) is None
    assert join(member, challenge).how == Participation.How.BY_HAND


@pytest.mark.usefixtures("tiers")
def test_whoever_has_joined_stays_when_the_tier_is_lost(
    member: Member, the_books_hold: Callable[[], list[str]]
) -> None:
    a_challenge("by-itself", {"slug": "orders", "target": 3}, audience=SILVER)
    by_hand = a_challenge("by-hand", {"slug": "orders", "target": 3}, audience=SILVER, join="by_hand")
    pays(member, "one", 10000)
    pays(member, "two", 100, minutes=1)
    join(member, by_hand)

    a_year_later = NOON + timedelta(days=400)
    with clock.at(a_year_later):
        assert tasks.end_due() == 1
        assert MemberTier.objects.get(member=member).level == "bronze"
        pays(member, "three", 100, minutes=400 * 24 * 60 - 5)

        assert progress_of(member, "by-itself") == {"orders": 2}
        assert progress_of(member, "by-hand") == {"orders": 1}
        assert {one.state for one in standings(member.pk, Brand.current())} == {"joined"}
        assert the_books_hold() == []
        assert list(differences()) == []


@pytest.mark.usefixtures("tiers")
def test_a_tier_that_was_never_reached_after_all_began_nothing_by_itself_but_a_click_stands(
    member: Member, the_books_hold: Callable[[], list[str]]
) -> None:
    a_challenge("by-itself", {"slug": "orders", "target": 1}, audience=SILVER, prize_points=7)
    by_hand = a_challenge("by-hand", {"slug": "orders", "target": 3}, audience=SILVER, join="by_hand")
    pays(member, "one", 10000)
    pays(member, "two", 100, minutes=1)
    join(member, by_hand)
    assert Wallet.of(member.pk).earned == 108

    is_refunded(member, "one")

    assert progress_of(member, "by-itself") is None
    assert progress_of(member, "by-hand") == {}
    assert Wallet.of(member.pk).earned == 1
    assert the_books_hold() == []
    assert list(differences()) == []


def test_without_any_tiers_nobody_is_of_an_audience(member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 5})
    Edition.objects.update(body=Edition.objects.get().body | {"audience": SILVER})

    pays(member, "one", 10000)

    assert progress_of(member, "silver") is None


# Any order of arrival -----------------------------------------------------------------------------------------------


def ends_of(member: Member, orders: Iterator[tuple[Happening, ...]]) -> list[Any]:
    """What each of these arrivals of the same events ends in, undone after each; the replay agrees with some."""
    ends = []
    for number, arrival in enumerate(orders):
        with transaction.atomic():
            for event in arrival:
                arrive(event)
            held = Activity.objects.counting().filter(member=member, type="tier.changed")
            ends.append({**end_of(member), "tiers": sorted(held.values_list("at", "reference"))})
            if number % 10 == 0:
                assert list(differences()) == []
            transaction.set_rollback(True)
    return ends


def a_fifth(events: Sequence[Happening], step: int = 5) -> Iterator[tuple[Happening, ...]]:
    return itertools.islice(itertools.permutations(events), 0, None, step)


@pytest.mark.usefixtures("tiers")
def test_steps_and_activities_end_the_same_in_any_order_of_arrival(member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 2}, audience=SILVER, prize_points=900)
    a_challenge(
        "gold",
        {"slug": "reviews", "activity": "review.posted", "target": 2, "milestones": [{"at": 1, "points": 3}]},
        audience=UP,
        prize_points=10,
    )
    events = [
        happening(member, amount=10000, reference="one", minutes=0),  # silver
        happening(member, amount=100, reference="two", minutes=1),
        happening(member, amount=100, reference="three", minutes=2),  # the prize: gold
        happening(member, "review.posted", minutes=3),
        happening(member, "review.posted", minutes=4),
    ]

    ends = ends_of(member, itertools.permutations(events))

    assert ends[0]["progress"]["gold"][0] == "completed", "there is something to be wrong"
    assert [end for end in ends if end != ends[0]] == []


@pytest.mark.usefixtures("tiers")
def test_a_step_that_is_taken_back_ends_the_same_in_any_order_of_arrival(member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 2}, audience=SILVER, prize_points=900)
    first = a_challenge("first", {"slug": "review", "activity": "review.posted", "target": 1}, audience=SILVER)
    a_challenge("then", {"slug": "orders", "target": 1}, audience=["bronze"], after=(first,), prize_points=2)
    events = [
        happening(member, amount=6000, reference="one", minutes=0),
        happening(member, amount=5000, reference="two", minutes=1),  # silver, until the refund
        happening(member, "review.posted", minutes=2),
        happening(member, amount=4500, reference="three", minutes=3),  # silver with the refund
        happening(member, amount=100, reference="four", minutes=4),
        happening(member, "order.refunded", reference="one", amount=5000, minutes=5),
    ]

    ends = ends_of(member, a_fifth(events))

    assert ends[0]["progress"]["silver"][1] == {"orders": 1}
    assert [end for end in ends if end != ends[0]] == []


@pytest.mark.usefixtures("tiers")
def test_a_tier_that_ended_meanwhile_ends_the_same_in_any_order_of_arrival(member: Member) -> None:
    a_challenge(
        "silver", {"slug": "reviews", "activity": "review.posted", "target": 3}, audience=SILVER, prize_points=1
    )
    days = 24 * 60
    events = [
        happening(member, amount=10000, reference="one", minutes=-600 * days),
        happening(member, "review.posted", reference="in it", minutes=-500 * days),
        happening(member, "review.posted", reference="after it", minutes=-30 * days),
        happening(member, "review.posted", reference="last", minutes=-1 * days),
    ]

    ends = ends_of(member, itertools.permutations(events))
    assert ends[0]["progress"]["silver"][1] == {"reviews": 3}, "who joined in time goes on without the tier"
    assert [end for end in ends if end != ends[0]] == []

    ends = ends_of(member, itertools.permutations([events[0], *events[2:]]))
    assert ends[0]["progress"] == {}, "who came after the tier had ended does not join"
    assert [end for end in ends if end != ends[0]] == []


@pytest.mark.usefixtures("tiers")
def test_a_batch_ends_as_its_events_one_by_one(member: Member, other_member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 2}, audience=SILVER, prize_points=900)

    for number in range(3):
        pays(member, f"a-{number}", 10000, minutes=number)
    activities.record([happening(other_member, amount=10000, minutes=number) for number in (2, 0, 1)])

    one, other = end_of(member), end_of(other_member)
    assert one == other
    assert one["points"] == 1200


@pytest.mark.usefixtures("tiers")
def test_what_happened_after_the_end_of_a_tier_that_nobody_had_looked_for_begins_nothing(member: Member) -> None:
    a_challenge("silver", {"slug": "reviews", "activity": "review.posted", "target": 3}, audience=SILVER)
    pays(member, "one", 10000)
    with clock.at(NOON + timedelta(days=400)):
        happens(member, "review.posted", minutes=399 * 24 * 60)
        tasks.end_due()
        assert progress_of(member, "silver") is None
        assert list(differences()) == []


# What it costs ------------------------------------------------------------------------------------------------------


def statements(events: list[Happening]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        activities.record(events)
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"][:200] for query in captured if not query["sql"].startswith(words)]


def reviews(people: Sequence[Member], minute: int) -> list[Happening]:
    return [happening(person, "review.posted", minutes=minute) for person in people]


@pytest.mark.usefixtures("tiers")
def test_as_many_statements_for_many_members_as_for_one() -> None:
    for number in range(10):
        a_challenge(f"silver-{number}", {"slug": "reviews", "activity": "review.posted", "target": 50}, audience=SILVER)
    people = [Member.objects.create_user(f"person-{number}@example.com") for number in range(42)]
    activities.record([happening(person, amount=100) for person in people])
    activities.record(reviews(people[:1], 1))
    outside = statements(reviews(people[1:2], 1))
    many = statements(reviews(people[2:], 1))
    assert len(many) == len(outside), "\n".join(many)

    activities.record([happening(person, amount=10000, minutes=2) for person in people])
    assert not Participation.objects.exists()
    activities.record(reviews(people[:1], 3))
    joining = statements(reviews(people[1:2], 3))
    many = statements(reviews(people[2:], 3))
    assert len(many) == len(joining), "\n".join(many)
    assert Participation.objects.count() == 42 * 10
    assert len(outside) <= 12, "\n".join(outside)
    assert len(joining) <= 17, "\n".join(joining)


# The programme file, the pages, the API and the admin -----------------------------------------------------------------


def test_the_file_says_for_whom_and_says_it_again(apply: Any) -> None:
    assert apply(TIERS + CHALLENGES).code == 0
    assert Challenge.objects.get(slug="silver").terms().audience == ("silver", "gold")

    exported = run("programme", "export").out

    assert "audience:" in exported
    assert apply(exported).lines == ["Nothing to change: the programme is as the file says."]


def test_a_changed_audience_holds_for_who_joins_from_then_on(apply: Any, member: Member) -> None:
    apply(TIERS + CHALLENGES)
    pays(member, "one", 10000)
    pays(member, "two", 100, minutes=1)

    answer = apply((TIERS + CHALLENGES).replace("[silver, gold]", "[gold]"))

    assert answer.code == 0
    pays(member, "three", 100, minutes=2)
    assert progress_of(member, "silver") == {"orders": 2}


def test_an_audience_leaves_the_terms_without_one_as_they_were_kept() -> None:
    challenge = a_challenge("everybody")
    assert "audience" not in Edition.objects.get().body
    challenge.amend()
    assert Edition.objects.count() == 1


def test_a_tier_that_is_not_there_is_named_with_its_place(apply: Any) -> None:
    answer = apply((TIERS + CHALLENGES).replace("tiers: [gold]", "tiers: [gold, jade]"))

    assert answer.code == 2
    assert "challenges[1].audience.tiers[1]" in answer.err or "audience" in answer.err
    assert "there is no tier 'jade'" in answer.err
    assert not Challenge.objects.exists()


@pytest.mark.usefixtures("tiers")
def test_others_see_it_locked_with_what_it_takes(client: Client, client_of: Any, member: Member) -> None:
    a_challenge("silver", {"slug": "orders", "target": 2}, audience=SILVER, join="by_hand")
    a_challenge("bronze", {"slug": "orders", "target": 2}, audience=["bronze"], join="by_hand")
    browser = client_of(member)

    for one in (client, browser):
        page = one.get("/challenges/").content.decode()
        assert "From Silver on" in page
        assert "Locked" in page
    page = browser.get("/challenges/silver/").content.decode()
    assert "With 100 points more you reach Silver." in page
    assert 'action="/challenges/silver/participation/"' not in page
    assert browser.post("/challenges/silver/participation/").status_code == 409
    assert not Participation.objects.exists()
    assert 'action="/challenges/bronze/participation/"' in browser.get("/challenges/bronze/").content.decode()

    pays(member, "one", 10000)
    page = browser.get("/challenges/silver/").content.decode()
    assert 'action="/challenges/silver/participation/"' in page
    assert browser.post("/challenges/silver/participation/").status_code == 303


@pytest.mark.usefixtures("tiers")
def test_the_fairness_page_says_for_whom(client: Client) -> None:
    a_challenge("silver", audience=SILVER)

    page = client.get("/fairness/").content.decode()

    assert "Only who holds one of these tiers can join, and stays in it afterwards: Silver, Gold." in page


@pytest.mark.usefixtures("tiers")
def test_the_api_says_for_whom() -> None:
    a_challenge("everybody")
    a_challenge("silver", audience=SILVER)

    items = bearing("analysts", "read").get("/api/v1/challenges").json()["items"]

    assert [item["audience"] for item in items] == [[], SILVER]


def test_no_challenge_goes_live_for_tiers_that_are_not_there() -> None:
    draft = a_draft("silver", audience=SILVER)

    with pytest.raises(Unfinished, match="tiers that the programme does not have"):
        draft.publish()
