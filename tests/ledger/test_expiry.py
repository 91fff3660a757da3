"""Points end as the brand says, never without a notice at least 30 days before, and never sooner than promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.brand.models import Brand
from core.ledger.expiring import expire_due
from core.ledger.lasting import Lasting, Term
from core.ledger.models import Expiry, Lot, Transfer, Wallet
from core.ledger.spending import adjust, donate, spend, unspend
from core.members.models import Member, Notice
from rewards.lapsing import choose
from rewards.models import Charity, Donation
from tests.ledger.conftest import WHY, breaches

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 10, 12, tzinfo=UTC)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def terms(policy: str, months: int = 12, **more: object) -> None:
    """The brand changes its terms, and the scheduler finds them."""
    Brand.objects.update(expiry_policy=policy, expiry_months=months, **more)
    expire_due()


def live(until: datetime, since: datetime = START) -> None:
    """Let the scheduler run each day."""
    day = since
    while day <= until:
        with clock.at(day):
            expire_due()
        day += timedelta(days=1)


def figures(member: Member) -> tuple[int, int]:
    wallet = Wallet.of(member.pk)
    return wallet.available, wallet.expired


def told(member: Member, kind: str = "points.expiring") -> list[date]:
    return [notice.told_at.date() for notice in Notice.objects.filter(member=member, kind=kind).order_by("pk")]


@pytest.fixture
def earned(member, due):
    """Forty points on the day it all begins."""
    with clock.at(START):
        due(member, "order", 40)


@pytest.mark.usefixtures("earned")
def test_points_never_expire_unless_the_brand_says_so(member):
    with clock.at(on(2046, 1, 1)):
        assert expire_due() == 0
    assert figures(member) == (40, 0)


@pytest.mark.usefixtures("earned")
def test_inactivity_ends_the_whole_balance_after_three_notices(member):
    with clock.at(START):
        terms("inactivity")
    live(on(2027, 1, 11), on(2026, 11, 1))
    assert figures(member) == (40, 0)
    assert told(member) == [date(2026, 11, 12), date(2026, 12, 12), date(2027, 1, 4)]
    live(on(2027, 1, 13), on(2027, 1, 12))
    assert figures(member) == (0, 40)
    assert len(told(member, "points.expired")) == 1
    assert breaches() == []


@pytest.mark.usefixtures("earned")
@pytest.mark.parametrize("act", [spend, donate])
def test_any_activity_keeps_all_of_it(member, act):
    with clock.at(START):
        terms("inactivity")
    live(on(2026, 12, 20), on(2026, 11, 1))
    with clock.at(on(2026, 12, 21)):
        act(member.pk, 1, reference="act", explanation=WHY)
    live(on(2027, 2, 1), on(2026, 12, 21))
    assert figures(member) == (39, 0)
    with clock.at(on(2027, 12, 1)):
        expire_due()
    assert Expiry.objects.filter(member=member, closed_at=None).get().on == date(2027, 12, 31)


@pytest.mark.usefixtures("earned")
def test_rolling_ends_each_award_with_its_month_and_uses_the_soonest_first(member, due):
    with clock.at(START):
        terms("rolling")
    with clock.at(on(2026, 1, 31)):
        due(member, "order-2", 10)
    with clock.at(on(2026, 2, 1)):
        due(member, "order-3", 5)
        spend(member.pk, 15, reference="spent", explanation=WHY)
    live(on(2027, 2, 1), on(2026, 11, 20))
    assert figures(member) == (5, 35)
    first = [date(2026, 12, 2), date(2027, 1, 1), date(2027, 1, 24)]
    assert told(member) == [*first[:1], date(2026, 12, 30), *first[1:], date(2027, 1, 29)]
    assert Transfer.objects.filter(reason="expired").count() == 1
    live(on(2027, 3, 1), on(2027, 2, 2))
    assert figures(member) == (0, 40)
    assert breaches() == []


@pytest.mark.usefixtures("earned")
@pytest.mark.parametrize("policy", ["inactivity", "rolling"])
def test_who_was_told_late_keeps_them_thirty_days_longer(member, policy):
    with clock.at(START):
        terms(policy)
    with clock.at(on(2027, 6, 1)):
        expire_due()
        expire_due()
    assert figures(member) == (40, 0)
    assert Expiry.objects.get().on == date(2027, 7, 1)
    live(on(2027, 7, 1), on(2027, 6, 2))
    assert figures(member) == (40, 0)
    with clock.at(on(2027, 7, 2)):
        expire_due()
    assert figures(member) == (0, 40)
    assert breaches() == []


@pytest.mark.usefixtures("earned")
@pytest.mark.parametrize(("policy", "last"), [("inactivity", date(2028, 6, 16)), ("rolling", date(2028, 6, 30))])
def test_switching_it_on_gives_a_whole_period(member, policy, last):
    with clock.at(on(2027, 6, 15)):
        terms(policy)
    with clock.at(on(2028, 6, 1)):
        expire_due()
    assert Expiry.objects.get().on == max(last, date(2028, 7, 1))


def test_terms_that_change_take_nobody_below_a_whole_period():
    long = Term("rolling", 24, date(2026, 1, 1))
    short = Term("rolling", 6, date(2027, 3, 10))
    longer = Term("rolling", 36, date(2027, 5, 1))
    assert Lasting((long,)).ends(date(2026, 2, 3)) == date(2028, 2, 29)
    assert Lasting((long, short)).ends(date(2026, 2, 3)) == date(2027, 9, 30)
    assert Lasting((long, short)).ends(date(2025, 6, 3)) == date(2027, 9, 30)
    assert Lasting((long, short)).ends(date(2027, 4, 3)) == date(2027, 10, 31)
    assert Lasting((long, short, longer)).ends(date(2026, 2, 3)) == date(2029, 2, 28)
    soon = Lasting((Term("rolling", 12, date(2020, 1, 1)), Term("rolling", 6, date(2026, 12, 20))))
    assert soon.ends(date(2026, 1, 5)) == date(2027, 1, 31), "what ended sooner anyway ends then"


@pytest.mark.parametrize("policy", ["inactivity", "rolling"])
@pytest.mark.parametrize("months", [1, 6, 12])
def test_the_day_from_which_points_end_is_the_latest_that_does(policy, months):
    lasting = Lasting((Term(policy, 24, date(2025, 5, 31)), Term(policy, months, date(2026, 8, 31))))
    for number in range(0, 900, 7):
        last = date(2026, 1, 1) + timedelta(days=number)
        begun = lasting.begun(last)
        assert last < lasting.ends(begun + timedelta(days=1))
        assert lasting.ends(begun) <= last or begun < date(1910, 1, 1), "none has, so it is a day before all of them"


@pytest.mark.usefixtures("earned")
def test_what_was_told_by_terms_that_no_longer_hold_does_not_expire(member):
    with clock.at(START):
        terms("rolling")
    with clock.at(on(2026, 12, 15)):
        expire_due()
        terms("never")
    live(on(2027, 2, 2), on(2027, 1, 28))
    assert figures(member) == (40, 0)
    assert Lot.objects.get().expiry_id is None
    with clock.at(on(2027, 2, 3)):
        terms("inactivity", 6)
    live(on(2027, 8, 4), on(2027, 6, 1))
    assert figures(member) == (40, 0)
    live(on(2027, 8, 6), on(2027, 8, 5))
    assert figures(member) == (0, 40)
    assert breaches() == []


@pytest.mark.usefixtures("earned")
def test_what_comes_back_after_its_day_is_told_of_anew(member):
    with clock.at(START):
        terms("rolling")
    with clock.at(on(2027, 1, 20)):
        spend(member.pk, 30, reference="booked", explanation=WHY)
    live(on(2027, 2, 10), on(2026, 12, 1))
    assert figures(member) == (0, 10)
    with clock.at(on(2027, 2, 11)):
        unspend("booked", reference="booked:back", explanation=WHY)
    live(on(2027, 3, 13), on(2027, 2, 11))
    assert figures(member) == (30, 10)
    live(on(2027, 3, 14), on(2027, 3, 14))
    assert figures(member) == (0, 40)
    assert breaches() == []


@pytest.mark.usefixtures("earned")
def test_points_lapse_to_the_charity_that_the_member_chose(member, other_member, due):
    first, second = (Charity.objects.create(slug=slug, name=slug.title(), position=n) for n, slug in enumerate("ab"))
    first.publish(), second.publish()
    choose(second, member=member)
    with clock.at(START):
        due(other_member, "other", 33)
        terms("rolling", expiry_lapse_to="charity")
    with clock.at(on(2026, 12, 15)):
        expire_due()
    assert "go to B" in Notice.objects.get(member=member, kind="points.expiring").explanation.text()
    with clock.at(on(2027, 2, 1)):
        expire_due()
    wallet = Wallet.of(member.pk)
    assert (wallet.available, wallet.donated, wallet.expired) == (0, 40, 0)
    assert list(Charity.objects.order_by("slug").values_list("points", "amount")) == [(33, 33), (40, 40)]
    assert Donation.objects.get(member=member).charity == second
    assert breaches() == []


def test_a_gift_of_less_than_a_cent_is_none(member, due):
    Charity.objects.create(slug="a", name="A").publish()
    Brand.objects.update(points_per_currency_unit=1000)
    with clock.at(START):
        due(member, "order", 9)
        terms("rolling", expiry_lapse_to="charity")
    with clock.at(on(2026, 12, 15)):
        expire_due()
    with clock.at(on(2027, 2, 1)):
        expire_due()
    assert figures(member) == (0, 9)
    assert not Donation.objects.exists()


@pytest.mark.parametrize("policy", ["inactivity", "rolling"])
def test_a_run_makes_as_many_statements_for_many_as_for_one(policy, due):
    people = [Member.objects.create_user(f"m{number}@example.com") for number in range(21)]
    Charity.objects.create(slug="a", name="A").publish()
    with clock.at(START):
        terms(policy, expiry_lapse_to="charity")
        due(people[0], "first", 10)
    made = []
    for group in (people[:1], people[1:]):
        for person in group:
            with clock.at(START):
                due(person, f"order:{person.pk}", 10)
        for day in (on(2026, 12, 15), on(2027, 3, 1)):
            with clock.at(day), CaptureQueriesContext(connection) as captured:
                expire_due()
            made.append(len([query for query in captured if "SAVEPOINT" not in query["sql"]]))
    assert made[:2] == made[2:]
    assert Wallet.objects.filter(available__gt=0).count() == 0
    assert breaches() == []


@pytest.mark.usefixtures("earned")
def test_the_wallet_says_what_ends_next_and_takes_a_choice(member, client_of):
    charity = Charity.objects.create(slug="seeds", name="Seed Library")
    charity.publish()
    with clock.at(START):
        terms("rolling", expiry_lapse_to="charity")
    client = client_of(member)
    with clock.at(on(2026, 3, 1)):
        adjust(member.pk, 2, reference="later", explanation=WHY)
        page = client.get("/wallet/").content.decode()
    card = page[page.index('id="upcoming"') : page.index('id="lapse"')]
    assert "40 points" in card
    assert "2027-01-31" in card
    assert "Seed Library" in page
    answer = client.post("/wallet/charity/", {"charity": "seeds"})
    assert (answer.status_code, answer["Location"]) == (303, "/wallet/")
    assert member.lapse_choice.charity == charity
    charity.close()
    assert client.post("/wallet/charity/", {"charity": "seeds"}).status_code == 409
    assert client.post("/wallet/charity/", {"charity": "nobody"}).status_code == 404
