"""A friend qualifies, and no longer does: by the earliest fact that meets the frozen terms, however it is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.activities.models import Activity, Kind
from core.activities.recording import record
from core.brand.explanation import Explanation
from core.ledger import spending
from core.ledger.models import Lot, Tally, Transfer, Wallet
from core.ledger.rebuilding import differences
from core.ledger.releasing import release_due
from core.members.models import Member
from referrals.models import Referral
from tests.challenges.factories import a_challenge
from tests.referrals.people import (
    NOON,
    agree,
    happening,
    invited,
    join,
    offences,
    order,
    paid,
    points,
    referral_of,
    refund,
    refunded,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lawful")]


@pytest.fixture
def bob(ada) -> Member:
    """Bob, whom Ada invited."""
    return invited(ada, "bob@example.com")


def facts() -> list[tuple[int, bool]]:
    """The friends that challenges may count: how many, and whether they still count."""
    return list(Activity.objects.filter(type="referral.qualified").order_by("at").values_list("member_id", "void"))


def test_an_order_of_the_least_amount_rewards_both(ada, bob):
    order(bob)
    referral = referral_of(bob)
    assert (referral.state, referral.qualified_at) == ("qualified", NOON + timedelta(days=1))
    assert (points(ada), points(bob)) == (500, 250)
    assert facts() == [(ada.pk, False)]


def test_both_sides_are_told_why_without_learning_more(ada, bob):
    order(bob)
    said = {transfer.member_id: transfer for transfer in Transfer.objects.filter(reason="referral")}
    to_ada, to_bob = said[ada.pk].explanation, said[bob.pk].explanation
    assert to_ada.text() == "The friend who joined through your invitation on November 20, 2026 ordered enough."
    assert to_bob.text().startswith("You joined through an invitation and ordered for ")
    assert "20.00" in to_bob.text()
    assert to_ada.facts() == [("Least amount", "€20.00")]
    assert "example.com" not in str(said[ada.pk].why) + str(said[bob.pk].why)


def test_a_smaller_order_does_not_qualify(ada, bob):
    order(bob, amount=1999)
    assert (referral_of(bob).state, points(ada), points(bob)) == ("joined", 0, 0)


def test_a_second_order_changes_nothing(ada, bob):
    order(bob)
    order(bob, "order-2", days=2)
    assert (points(ada), points(bob)) == (500, 250)
    assert Transfer.objects.filter(reason="referral").count() == 2


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (1, True)])
def test_an_order_dated_before_joining_qualifies_nothing(ada, seconds, counts):
    bob = invited(ada, "bob@example.com", NOON + timedelta(microseconds=400_000))
    order(bob, days=seconds / 86400)
    assert (points(ada), points(bob)) == ((500, 250) if counts else (0, 0))


@pytest.mark.parametrize(("days", "counts"), [(59.999, True), (60, False), (61, False)])
def test_qualifying_has_its_time(ada, bob, days, counts):
    order(bob, days=days)
    assert (points(ada), points(bob)) == ((500, 250) if counts else (0, 0))


def test_what_was_parked_before_joining_and_dated_after_it_counts(ada):
    stranger = Member(email="bob@example.com")
    send(paid(stranger, "order-1", days=1), paid(stranger, "order-0", days=-1))
    bob = invited(ada, "bob@example.com")
    assert (points(ada), points(bob)) == (500, 250)
    assert referral_of(bob).activity.reference == "order-1"


def test_an_order_told_before_joining_is_dated_before_it_though_within_the_same_second(ada):
    with clock.at(NOON + timedelta(milliseconds=200)):
        send(paid(Member(email="bob@example.com"), "order-1", days=0))
    bob = invited(ada, "bob@example.com", NOON + timedelta(milliseconds=400))
    assert (points(ada), points(bob), referral_of(bob).state) == (0, 0, "joined")


# --- given back ------------------------------------------------------------------------------------------------------


def test_a_refund_takes_both_rewards_back_and_says_why(ada, bob):
    order(bob)
    refund()
    referral = referral_of(bob)
    assert (referral.state, referral.referrer_reward, referral.friend_reward) == ("joined", "reversed", "reversed")
    assert referral.explanation.text() == "The order was refunded, so it no longer counts."
    assert (points(ada), points(bob)) == (0, 0)
    assert facts() == [(ada.pk, True)]


def test_a_partial_refund_below_the_minimum_is_a_refund(ada, bob):
    order(bob, amount=2500)
    refund(amount=500)
    assert points(ada) == 500
    refund(amount=1, days=3)
    assert (points(ada), points(bob)) == (0, 0)


def test_after_a_refund_the_next_order_that_counts_takes_its_place(ada, bob):
    order(bob)
    order(bob, "order-2", 5000, days=5)
    refund(days=6)
    assert (points(ada), points(bob)) == (500, 250)
    assert referral_of(bob).qualified_at == NOON + timedelta(days=5)
    assert facts() == [(ada.pk, True), (ada.pk, False)]


def test_an_earlier_order_told_later_is_the_one_that_qualifies(ada, bob):
    order(bob, "order-2", days=5)
    order(bob, "order-1", days=1)
    assert referral_of(bob).activity.reference == "order-1"
    assert points(ada) == 500


def test_what_was_spent_meanwhile_is_owed(ada, bob):
    order(bob)
    spending.adjust(ada.pk, -400, reference="taken", explanation=Explanation("A test"))
    refund()
    wallet = Wallet.of(ada.pk)
    assert (wallet.available, wallet.owed) == (0, 400)


def test_a_refund_inside_the_hold_cancels_both_sides(ada):
    agree(hold_days=14)
    with clock.at(NOON + timedelta(days=1)):
        bob = invited(ada, "bob@example.com")
        order(bob)
        wallets = Wallet.of(ada.pk), Wallet.of(bob.pk)
        assert [(wallet.available, wallet.pending) for wallet in wallets] == [(0, 500), (0, 250)]
        refund(days=1)
        wallets = Wallet.of(ada.pk), Wallet.of(bob.pk)
    assert [(wallet.available, wallet.pending, wallet.owed) for wallet in wallets] == [(0, 0, 0)] * 2


def test_what_is_on_hold_becomes_spendable(ada):
    agree(hold_days=14)
    with clock.at(NOON + timedelta(days=1)):
        bob = invited(ada, "bob@example.com")
        order(bob)
    with clock.at(NOON + timedelta(days=15, seconds=1)):
        assert release_due() == 2
    assert (points(ada), points(bob)) == (500, 250)


# --- the other ways --------------------------------------------------------------------------------------------------


def test_joining_can_be_enough(ada):
    agree(by="joining")
    bob = invited(ada, "bob@example.com")
    assert (points(ada), points(bob), referral_of(bob).state) == (500, 250, "qualified")


def test_another_activity_can_qualify(ada):
    Kind.objects.create(slug="class.attended", title="Came to a class")
    agree(by="activity", activity="class.attended", minimum=None)
    bob = invited(ada, "bob@example.com")
    order(bob)
    assert points(ada) == 0
    send(happening("class.attended", bob.email, at=NOON + timedelta(days=2)))
    assert (points(ada), points(bob)) == (500, 250)
    text = Transfer.objects.get(member=ada).explanation.facts()
    assert text == [("Asked for", "Came to a class")]


def test_a_challenge_can_qualify_and_be_undone(ada):
    a_challenge("first-steps")
    agree(by="challenge", challenge="first-steps")
    bob = invited(ada, "bob@example.com")
    order(bob)
    assert (points(ada), points(bob)) == (500, 250)
    assert "completed “First steps”" in Transfer.objects.get(member=ada, reason="referral").explanation.text()
    refund()
    assert (points(ada), points(bob)) == (0, 0)


def test_bringing_friends_is_a_challenge_that_advances(ada):
    task = {"slug": "friends", "activity": "referral.qualified", "target": 3}
    a_challenge("bring-three", task, prize_points=1000)
    friends = [invited(ada, f"friend{n}@example.com") for n in range(3)]
    for number, friend in enumerate(friends):
        order(friend, f"order-{number}")
    assert points(ada) == 3 * 500 + 1000
    refund("order-1")
    assert points(ada) == 2 * 500


def test_a_challenge_up_the_line_is_rewarded_in_the_same_cascade(ada):
    a_challenge("bring-one", {"slug": "friend", "activity": "referral.qualified"})
    agree(by="challenge", challenge="bring-one")
    bob = invited(ada, "bob@example.com")
    agree()
    carol = invited(bob, "carol@example.com", NOON + timedelta(hours=1))
    order(carol)
    assert (points(carol), points(bob), points(ada)) == (250, 500 + 250, 500)
    refund()
    assert (points(carol), points(bob), points(ada)) == (0, 0, 0)


# --- who has left ----------------------------------------------------------------------------------------------------


def test_when_the_inviter_has_left_the_friend_still_gets_theirs(ada, bob):
    Member.objects.filter(pk=ada.pk).update(is_active=False)
    order(bob)
    referral = referral_of(bob)
    assert (referral.state, referral.referrer_reward, referral.friend_reward) == ("qualified", "gone", "earned")
    assert (points(ada), points(bob)) == (0, 250)
    assert facts() == []


def test_who_leaves_later_keeps_the_books_as_they_are(ada, bob):
    order(bob)
    Member.objects.filter(pk=ada.pk).update(is_active=False)
    order(bob, "order-0", days=0.5)
    assert (points(ada), points(bob)) == (500, 250)


# --- any order, any number ------------------------------------------------------------------------------------------


def state(*members: Member) -> tuple:
    """Everything that must not depend on the order in which things were told; "reversed" tells of that order."""
    rows = Referral.objects.order_by("friend_id").values_list(
        "state", "qualified_at", "activity__reference", "referrer_reward", "friend_reward"
    )
    ends = [tuple("none" if value == "reversed" else value for value in row) for row in rows]
    facts = Activity.objects.filter(type="referral.qualified", void=False)
    counting = sorted(facts.values_list("at", "member_id"))
    return [points(member) for member in members], ends, counting


def test_every_order_of_four_events_ends_the_same():
    agree()
    ends = set()
    for turn, sequence in enumerate(permutations(range(4))):
        ada = join(f"ada{turn}@example.com", NOON - timedelta(days=1))
        bob = invited(ada, f"bob{turn}@example.com")
        told = [
            paid(bob, f"a{turn}", 3000, days=1),
            paid(bob, f"b{turn}", 2500, days=3),
            refunded(f"a{turn}", 1500, days=4),
            refunded(f"b{turn}", 100, days=5),
        ]
        for number in sequence:
            send(told[number])
        referral = referral_of(bob)
        ends.add((points(ada), points(bob), referral.state, referral.qualified_at, referral.activity.reference[0]))
    assert ends == {(500, 250, "qualified", NOON + timedelta(days=3), "b")}


@pytest.mark.parametrize("hold_days", [0, 60])
def test_a_reward_is_of_the_month_in_which_the_friend_qualified_in_any_order_of_arrival(hold_days):
    agree(hold_days=hold_days)
    ends = []
    with clock.at(NOON + timedelta(days=40)):
        ada = join("ada@example.com", NOON - timedelta(days=1))
        bob = invited(ada, "bob@example.com")
        told = [
            paid(bob, "a", 3000, days=1),
            paid(bob, "b", 2500, days=5),
            paid(bob, "c", 2500, days=35),
            refunded("a", 3000, days=36),
        ]
        for sequence in [*permutations(told), *permutations(told[:3])]:
            with transaction.atomic():
                for one in sequence:
                    send(one)
                lots = sorted(Lot.objects.exclude(points=0).values_list("member", "points", "at", "held_until"))
                tallies = sorted(Tally.objects.exclude(earned=0).values_list("member", "per", "starts", "earned"))
                ends.append((len(sequence), lots, tallies))
                assert offences() == []
                assert list(differences()) == []
                transaction.set_rollback(True)
    assert [end for end in ends if end != ends[0 if end[0] == 4 else -1]] == []
    qualified = [NOON + timedelta(days=day) for day in (5, 1)]
    assert [{lot[2] for lot in ends[number][1]} for number in (0, -1)] == [{moment} for moment in qualified]
    assert ends[0][1][0][3] == (qualified[0] + timedelta(days=hold_days) if hold_days else None)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which friend
        st.integers(0, 2),  # which of their orders
        st.sampled_from([1000, 2000, 2500, 4000]),  # its amount
        st.integers(-1, 70),  # its day
        st.sampled_from([0, 500, 4000]),  # what is given back
    ),
    max_size=6,
    unique_by=lambda event: event[:2],
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, turn=st.randoms(use_true_random=False), batched=st.booleans(), cap=st.sampled_from([None, 1, 2]))
def test_any_order_of_arrival_ends_the_same(db, events, turn, batched, cap):
    def told(shuffled: bool) -> tuple:
        agree(cap_count=cap)
        ada = join("ada@example.com", NOON - timedelta(days=1))
        friends = [invited(ada, f"friend{n}@example.com") for n in range(3)]
        said = []
        for friend, number, amount, day, back in events:
            reference = f"{friend}-{number}"
            said.append(paid(friends[friend], reference, amount, days=day))
            if back:
                said.append(refunded(reference, min(back, amount), days=80))
        if shuffled:
            turn.shuffle(said)
        for batch in [said] if batched and shuffled else [[one] for one in said]:
            record(batch)
        assert not shuffled or offences() == []
        points, rows, counting = state(ada, *friends)
        return points, rows, [at for at, member_id in counting if member_id == ada.pk]

    ends = []
    for shuffled in (False, True):
        with transaction.atomic():
            ends.append(told(shuffled))
            transaction.set_rollback(True)
    assert ends[0] == ends[1]


def test_five_hundred_orders_take_as_many_statements_as_one(ada):
    friends = [invited(ada, f"friend{n}@example.com") for n in range(60)]

    def statements(*chosen: Member) -> int:
        said = [paid(friend, f"order-{friend.pk}") for friend in chosen]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(*said)
        return len(queries)

    statements(friends[0])  # what a process looks up once
    assert statements(friends[1]) == statements(*friends[2:])
    assert points(ada) == 60 * 500
    assert Lot.objects.filter(group="referral:referrer").count() == 60
