"""Giving: the amount is right to the cent, however it is split, and it happens once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.activities.models import Activity
from core.brand.models import Brand
from core.ledger.models import Entry, Wallet
from core.members.models import Member
from core.web.refused import InsufficientPoints, NotEligible, NotOpen
from rewards import giving
from rewards.models import Charity, Donation
from tests.rewards.conftest import available
from tests.rewards.factories import CharityFactory, member_with
from tests.rewards.laws import breaches


def test_points_become_money_in_the_charitys_total(charity: Charity, ada: Member) -> None:
    donation = giving.give(charity, member=ada, points=250)
    charity.refresh_from_db()
    assert (donation.amount, donation.currency) == (250, "EUR")
    assert (charity.points, charity.amount) == (250, 250)
    assert available(ada) == 750
    assert Wallet.of(ada.pk).donated == 250
    assert Entry.objects.filter(account="given").get().points == 250
    assert breaches() == []


def test_a_gift_is_recorded_for_the_programme_to_reward(charity: Charity, ada: Member) -> None:
    giving.give(charity, member=ada, points=250)
    fact = Activity.objects.get(type="points.donated")
    assert (fact.member, fact.amount, fact.data) == (ada, 250, {"charity": "seeds", "points": 250})


def test_the_same_key_again_is_the_same_gift(charity: Charity, ada: Member) -> None:
    first = giving.give(charity, member=ada, points=100, key="a")
    assert giving.give(charity, member=ada, points=100, key="a") == first
    assert available(ada) == 900
    assert Donation.objects.count() == 1


def test_a_closed_charity_takes_nothing(charity: Charity, ada: Member) -> None:
    stale = Charity.objects.get()
    assert charity.close()
    for known in (charity, stale):
        with pytest.raises(NotOpen):
            giving.give(known, member=ada, points=100)
    assert available(ada) == 1000
    assert Donation.objects.count() == 0
    assert breaches() == []


def test_who_does_not_take_part_gives_nothing(charity: Charity, ada: Member) -> None:
    ada.is_active = False
    with pytest.raises(NotEligible):
        giving.give(charity, member=ada, points=100)


def test_more_than_there_is_cannot_be_given(charity: Charity, ada: Member) -> None:
    with pytest.raises(InsufficientPoints):
        giving.give(charity, member=ada, points=1001)
    charity.refresh_from_db()
    assert (charity.points, charity.amount, available(ada)) == (0, 0, 1000)


def test_less_than_the_member_was_shown_is_not_given(charity: Charity, ada: Member, brand: Brand) -> None:
    Brand.objects.update(points_per_currency_unit=200)
    with pytest.raises(giving.AmountChanged):
        giving.give(charity, member=ada, points=100, shown=100)
    assert available(ada) == 1000
    assert giving.give(charity, member=ada, points=100, shown=50).amount == 50


def test_what_the_member_is_shown_is_what_is_given(charity: Charity, ada: Member) -> None:
    Brand.objects.update(points_per_currency_unit=300)
    brand = Brand.current()
    for points in (10, 4, 3, 100):
        shown = giving.quote(Charity.objects.get(), member=ada, points=points, brand=brand)
        assert giving.give(charity, member=ada, points=points, shown=shown).amount == shown


@pytest.mark.parametrize(("rate", "least"), [(1, 1), (99, 1), (100, 1), (101, 2), (300, 3), (1_000_000, 10_000)])
def test_the_least_gift_is_worth_a_cent(brand: Brand, rate: int, least: int) -> None:
    brand.points_per_currency_unit = rate
    assert giving.least_points(brand) == least
    assert brand.money_for(least) >= 1
    assert least == 1 or brand.money_for(least - 1) == 0


def test_round_numbers_are_offered_as_far_as_the_points_go(brand: Brand) -> None:
    assert giving.steps(Wallet(available=550), brand) == [100, 200, 500]
    assert giving.steps(Wallet(available=99), brand) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=st.integers(1, 700), parts=st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_however_a_sum_is_split_the_parts_add_up_to_it(db: None, rate: int, parts: list[int]) -> None:
    Brand.objects.update(points_per_currency_unit=rate)
    least = giving.least_points(Brand.current())
    parts = [part + least for part in parts]
    charity, member = CharityFactory(), member_with(sum(parts))
    amounts = [giving.give(charity, member=member, points=part).amount for part in parts]
    charity.refresh_from_db()
    assert all(amounts)
    assert sum(amounts) == charity.amount == sum(parts) * 100 // rate
    assert charity.points == sum(parts)
    assert available(member) == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gifts=st.lists(st.tuples(st.integers(1, 700), st.integers(0, 400)), min_size=1, max_size=8))
def test_the_total_is_right_to_the_cent_when_the_worth_of_a_point_changes(
    db: None, gifts: list[tuple[int, int]]
) -> None:
    charity = CharityFactory()
    worth = 0.0
    for rate, points in gifts:
        Brand.objects.update(points_per_currency_unit=rate)
        points += giving.least_points(Brand.current())
        giving.give(charity, member=member_with(points), points=points)
        worth += points * 100 / rate
    charity.refresh_from_db()
    assert worth - len(gifts) - 1 < charity.amount <= worth + 0.001
    assert [breach for breach in breaches() if "cent" in breach] == []
