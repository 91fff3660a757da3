"""Many friends at one moment: the cap is exact, and everybody is attributed once."""

from __future__ import annotations

import pytest

from core.activities.recording import record
from core.ledger.models import Lot
from core.members.models import Member
from referrals.models import Referral
from tests.referrals.people import NOON, agree, code_of, invited, join, offences, paid, points
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada() -> Member:
    agree(cap_count=10)
    return join("countess@example.com", NOON.replace(day=1))


def test_a_cap_met_by_fifty_at_once_is_exact(ada):
    friends = [invited(ada, f"friend{n}@example.org") for n in range(50)]
    said = [paid(friend, f"order-{n}", days=n / 50) for n, friend in enumerate(friends)]
    answers = at_once(lambda n: record([said[n]]), 50)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert points(ada) == 10 * 500
    assert [points(friend) for friend in friends] == [250] * 50
    rewarded = Referral.objects.filter(referrer_reward="earned").order_by("qualified_at")
    assert [referral.friend for referral in rewarded] == friends[:10]
    assert Lot.objects.filter(group="referral:referrer", points__gt=0).count() == 10
    assert offences() == []


def test_thirty_who_join_at_once_each_have_one_inviter_and_one_code(ada):
    code = code_of(ada)
    answers = at_once(lambda n: join(f"friend{n}@example.org", referral_code=code), 30)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Referral.objects.filter(referrer=ada, state="joined").count() == 30
    assert offences() == []


def test_an_order_and_its_refund_at_once_end_the_same(ada):
    from tests.referrals.people import refunded

    friends = [invited(ada, f"friend{n}@example.org") for n in range(8)]
    said = [
        event
        for n, friend in enumerate(friends)
        for event in (paid(friend, f"order-{n}", days=1), refunded(f"order-{n}"))
    ]
    answers = at_once(lambda n: record([said[n]]), len(said))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert points(ada) == 0
    assert [points(friend) for friend in friends] == [0] * 8
    assert offences() == []


def test_a_chain_of_inviters_does_not_deadlock(ada):
    agree(by="activity", activity="referral.qualified", minimum=None)
    line = [ada]
    for n in range(6):
        line.append(join(f"line{n}@example.org", NOON.replace(day=2 + n), referral_code=code_of(line[-1])))
    agree()
    friends = [invited(inviter, f"friend{n}@example.org") for n, inviter in enumerate(line)]
    said = [paid(friend, f"order-{n}") for n, friend in enumerate(friends)]
    answers = at_once(lambda n: record([said[n]]), len(said))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Referral.objects.filter(state="qualified").count() == len(friends) + len(line) - 1
    assert offences() == []
