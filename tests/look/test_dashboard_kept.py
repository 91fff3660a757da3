"""The dashboard is kept while nothing in it changes; what changes it is seen at the next look, by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from challenges import joining
from challenges.models import BadgeAward, Challenge
from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger.models import Lot, Wallet
from core.ledger.spending import adjust
from core.members import notice_list, notices
from core.members.models import Member
from core.web import dashboard
from core.web.cards import dashboard as cards
from referrals import changing
from referrals.models import ReferralTerms
from rewards import booking, cancelling, giving
from rewards.models import Charity, Redemption, Reward, Session
from tests.journeys.full_site import FullSite, fill, join, shop
from tests.look.awards import award

pytestmark = pytest.mark.django_db
WHY = Explanation("Because")
NONCE = re.compile(r'nonce="[^"]+"')


@pytest.fixture
def site() -> FullSite:
    dashboard.kept.clear()
    return fill()


@pytest.fixture
def ada(site: FullSite) -> Member:
    return Member.objects.get(pk=site.ada.pk)


def look(browser: Client, known: HttpResponse | None = None, **headers: str) -> HttpResponse:
    """A visit by a browser that has the page as it was in the answer `known`."""
    if known is not None:
        headers["if_none_match"] = known["ETag"]
    return browser.get("/", headers=headers)  # type: ignore[return-value]


def words(page: HttpResponse) -> str:
    return NONCE.sub("", page.content.decode())


def as_rendered_now(browser: Client, **headers: str) -> str:
    """The page by whoever keeps nothing."""
    dashboard.kept.clear()
    return words(look(browser, **headers))


# --- what changes it --------------------------------------------------------------------------------------------------


def earns(ada: Member) -> None:
    shop(("order.paid", ada, "order-new", 1_000))


def makes_progress_without_points(ada: Member) -> None:
    # The third review of a day is worth nothing; it counts for the challenge.
    shop(("review.posted", ada, "review-3", None))


def joins(ada: Member) -> None:
    joining.join(ada, Challenge.objects.get(slug="critics-circle"))


def gets_points_that_wait(ada: Member) -> None:
    award(ada, 7, hold_days=3)


def pays_less(ada: Member) -> None:
    shop(("order.refunded", ada, "order-2", None))


def is_given_points_by_staff(ada: Member) -> None:
    adjust(ada.pk, 5, reference="gift", explanation=WHY)


def books(ada: Member) -> None:
    booking.book(Session.objects.get(slug="winter"), member=ada)


def cancels(ada: Member) -> None:
    cancelling.cancel(Redemption.objects.live().filter(member=ada).latest("pk"))


def gives(ada: Member) -> None:
    giving.give(Charity.objects.get(slug="warm-kitchens"), member=ada, points=10)


def sees_another_give(ada: Member) -> None:
    giver = join("giver@example.com")
    shop(("order.paid", giver, "giver-1", 10_000))
    giving.give(Charity.objects.get(slug="seed-library"), member=giver, points=100)


def loses_a_badge(ada: Member) -> None:
    BadgeAward.objects.filter(member=ada).update(revoked_at=clock.now(), reason="undone")


def has_a_friend_join(ada: Member) -> None:
    join("one-more@example.com", ada)


def is_told(ada: Member) -> None:
    notices.tell([notices.Told(ada.pk, "points.released", "told-once", WHY)])


def has_read(ada: Member) -> None:
    notice_list.read_all(ada.pk)


def reads_turkish(ada: Member) -> None:
    Member.objects.filter(pk=ada.pk).update(language="tr")


def becomes_staff(ada: Member) -> None:
    Member.objects.filter(pk=ada.pk).update(role="owner")


def sees_another_brand(ada: Member) -> None:
    Brand.objects.update(name="Ash & Oak")


def sees_points_called_otherwise(ada: Member) -> None:
    Brand.objects.update(points_other="crumbs")


def finds_a_challenge_ended(ada: Member) -> None:
    Challenge.objects.get(slug="full-larder").end()


def finds_a_challenge_amended(ada: Member) -> None:
    challenge = Challenge.objects.get(slug="full-larder")
    challenge.summary = "As full as it gets."
    challenge.save()
    challenge.amend()


def finds_no_more_invitations(ada: Member) -> None:
    changing.withdraw()


def finds_other_terms(ada: Member) -> None:
    ReferralTerms.objects.update(referrer_points=900)


def finds_a_session_moved(ada: Member) -> None:
    Session.objects.filter(slug="winter").update(place="Cellar")


def finds_a_reward_renamed(ada: Member) -> None:
    Reward.objects.filter(slug="ferment-class").update(title="A night of ferments")


def finds_a_charity_closed(ada: Member) -> None:
    Charity.objects.get(slug="warm-kitchens").close()


CHANGES = [
    earns,
    makes_progress_without_points,
    gets_points_that_wait,
    pays_less,
    is_given_points_by_staff,
    gives,
    sees_another_give,
    loses_a_badge,
    has_a_friend_join,
    is_told,
    has_read,
    reads_turkish,
    becomes_staff,
    sees_another_brand,
    sees_points_called_otherwise,
    finds_a_challenge_ended,
    finds_a_challenge_amended,
    finds_no_more_invitations,
    finds_other_terms,
    finds_a_charity_closed,
]
WITH_A_TICKET = [cancels, finds_a_session_moved, finds_a_reward_renamed]


def check_seen(browser: Client, change: Callable[[Member], None], ada: Member) -> None:
    known = look(browser)
    assert look(browser, known).status_code == 304

    change(ada)

    seen = look(browser, known)
    assert seen.status_code == 200
    assert seen["ETag"] != known["ETag"]
    assert words(seen) != words(known)
    assert look(browser, seen).status_code == 304
    assert words(seen) == as_rendered_now(browser)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_is_seen_at_the_next_look(ada: Member, client_of: Callable[[Member], Client], change) -> None:
    notices.tell([notices.Told(ada.pk, "points.released", "told-before", WHY)])
    check_seen(client_of(ada), change, ada)


@pytest.mark.parametrize("change", [books, joins], ids=lambda change: change.__name__)
def test_what_somebody_new_does_is_seen(site: FullSite, client_of: Callable[[Member], Client], change) -> None:
    new = site.newcomer
    shop(("order.paid", new, "new-1", 90_000), ("review.posted", new, "new-2", None))
    check_seen(client_of(new), change, new)


@pytest.mark.parametrize("change", WITH_A_TICKET, ids=lambda change: change.__name__)
def test_what_becomes_of_a_ticket_is_seen(ada: Member, client_of: Callable[[Member], Client], change) -> None:
    books(ada)
    check_seen(client_of(ada), change, ada)


def test_a_seat_that_another_takes_is_seen(site: FullSite, client_of: Callable[[Member], Client]) -> None:
    check_seen(client_of(site.newcomer), lambda _one: books(Member.objects.get(pk=site.ada.pk)), site.newcomer)


def test_a_challenge_that_is_published_is_seen(site: FullSite, client_of: Callable[[Member], Client]) -> None:
    def publish(_one: Member) -> None:
        Challenge.objects.get(slug="first-steps").end()
        changed = Challenge.objects.get(slug="full-larder")
        Challenge.objects.filter(pk=changed.pk).update(title="The fullest larder")
        Challenge.objects.get(pk=changed.pk).amend()

    check_seen(client_of(site.newcomer), publish, site.newcomer)


# --- what the clock changes -------------------------------------------------------------------------------------------


def at(moment: datetime, browser: Client, known: HttpResponse | None = None) -> HttpResponse:
    with clock.at(moment):
        return look(browser, known)


def test_points_that_waited_are_there_when_their_time_has_come(
    ada: Member, client_of: Callable[[Member], Client]
) -> None:
    browser = client_of(ada)
    due = Lot.objects.filter(member=ada, held_until__isnull=False).order_by("held_until").first().held_until
    before = at(due - timedelta(seconds=1), browser)
    available = Wallet.of(ada.pk).available
    assert at(due - timedelta(microseconds=1), browser, before).status_code == 304

    after = at(due, browser, before)

    assert after.status_code == 200
    assert Wallet.of(ada.pk).available > available
    assert f'<data value="{Wallet.of(ada.pk).available}">' in words(after)


TIMES_LEFT = [timedelta(days=38), timedelta(days=16), timedelta(days=6), timedelta(hours=20), timedelta(minutes=30)]


@pytest.mark.parametrize("left", TIMES_LEFT)
def test_the_time_that_is_left_is_never_behind(
    ada: Member, client_of: Callable[[Member], Client], left: timedelta
) -> None:
    browser = client_of(ada)
    ends = Challenge.objects.get(slug="full-larder").ends
    step = timedelta(days=1) if left.days > 7 else timedelta(hours=1) if left.days else timedelta(minutes=1)
    tags = []
    for moment in (ends - left + step * part / 8 for part in range(20)):
        seen = at(moment, browser)
        tags.append(seen["ETag"])
        with clock.at(moment):
            assert words(seen) == as_rendered_now(browser)
    assert 1 < len(set(tags)) <= 4


def test_a_challenge_is_over_at_its_end(ada: Member, client_of: Callable[[Member], Client]) -> None:
    browser = client_of(ada)
    ends = Challenge.objects.get(slug="full-larder").ends
    last = at(ends - timedelta(microseconds=1), browser)
    assert "The full larder" in words(last)

    over = at(ends, browser, last)

    assert over.status_code == 200
    assert "The full larder" not in words(over)


def test_a_session_that_began_is_no_offer_any_more(site: FullSite, client_of: Callable[[Member], Client]) -> None:
    browser = client_of(site.newcomer)
    begins = Session.objects.get(slug="winter").starts
    offered = at(begins - timedelta(microseconds=1), browser)

    begun = at(begins, browser, offered)

    assert begun.status_code == 200
    assert words(begun) != words(offered)


def test_the_time_to_qualify_ends(client_of: Callable[[Member], Client], site: FullSite) -> None:
    friend = Member.objects.get(email="friend0@example.com")
    browser = client_of(friend)
    until = friend.referral.qualify_until
    in_time = at(until - timedelta(microseconds=1), browser)

    late = at(until, browser, in_time)

    assert late.status_code == 200
    assert "is over" in words(late)


def test_midnight_and_the_new_year_are_seen(ada: Member, client_of: Callable[[Member], Client]) -> None:
    browser = client_of(ada)
    year = clock.now().year + 1
    eve = datetime(year, 1, 1, tzinfo=clock.now().tzinfo) - timedelta(microseconds=1)
    old = at(eve, browser)

    new = at(eve + timedelta(microseconds=1), browser, old)

    assert new.status_code == 200
    assert f", {year - 1}" in words(new)  # what has happened now happened last year


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_nobody_sees_what_is_kept_for_another(
    client_of: Callable[[Member], Client], member: Member, other_member: Member
) -> None:
    award(member, 4321)
    award(other_member, 1234)
    one, other = client_of(member), client_of(other_member)
    for _visit in range(2):
        assert b'<data value="4321">' in look(one).content
        assert b'<data value="1234">' in look(other).content
    assert look(other, look(one)).status_code == 200


def test_a_kept_page_ends_with_the_session(client_of: Callable[[Member], Client], member: Member) -> None:
    browser = client_of(member)
    known = look(browser)
    Member.objects.filter(pk=member.pk).update(is_active=False)

    answer = look(browser, known)

    assert answer.status_code == 200
    assert b'type="email"' in answer.content
    assert "ETag" not in answer


def test_another_language_is_another_page(client_of: Callable[[Member], Client], member: Member) -> None:
    browser = client_of(member)
    english = look(browser)
    turkish = look(browser, english, accept_language="tr")
    assert turkish.status_code == 200
    assert '<html lang="tr"' in words(turkish)
    assert look(browser, turkish, accept_language="tr").status_code == 304
    assert {part.strip() for part in turkish["Vary"].split(",")} == {"HX-Request", "Accept-Language", "Cookie"}


def test_no_more_is_kept_than_for_so_many_members(
    client_of: Callable[[Member], Client], member: Member, other_member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    dashboard.kept.clear()
    monkeypatch.setattr(dashboard.kept, "most", 1)
    look(client_of(member))
    look(client_of(other_member))
    assert len(dashboard.kept) == 1


# --- how it is answered -----------------------------------------------------------------------------------------------


def test_it_takes_two_queries_whatever_is_kept(ada: Member, client_of: Callable[[Member], Client]) -> None:
    browser = client_of(ada)
    known = look(browser)
    dashboard.kept.clear()
    for headers, status in (({}, 200), ({}, 200), ({"if-none-match": known["ETag"]}, 304)):
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get("/", headers=headers)
        assert answer.status_code == status
        assert len(queries) <= 2, [query["sql"] for query in queries]
        assert all(query["sql"].startswith(("SELECT", "WITH")) for query in queries)


def test_a_page_that_has_not_changed_leaves_the_kept_ones_policy_alone(
    client_of: Callable[[Member], Client], member: Member
) -> None:
    browser = client_of(member)
    first, second = look(browser), look(browser)
    unchanged = look(browser, second)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "Content-Security-Policy" not in unchanged
    assert unchanged["Cache-Control"] == second["Cache-Control"] == "private, no-cache"
    for page in (first, second):
        nonces = set(re.findall(r'nonce="([^"]+)"', page.content.decode()))
        assert len(nonces) == 1
        assert f"'nonce-{nonces.pop()}'" in page["Content-Security-Policy"]
    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]


def test_what_is_said_once_is_not_said_again(client_of: Callable[[Member], Client], member: Member) -> None:
    browser = client_of(member)
    known = look(browser)
    request = browser.get("/").wsgi_request
    said = CookieStorage(request)
    said.add(messages.SUCCESS, "Saved, once.")
    said.update(spoken := HttpResponse())
    browser.cookies.update(spoken.cookies)

    told, after = look(browser, known), look(browser, known)

    assert told.status_code == 200
    assert b"Saved, once." in told.content
    assert "ETag" not in told
    assert after.status_code == 304
    assert b"Saved, once." not in look(browser).content


def test_a_page_that_changed_and_changed_back_is_the_same_page(
    client_of: Callable[[Member], Client], member: Member, brand: Brand
) -> None:
    browser = client_of(member)
    known = look(browser)
    Brand.objects.update(name="Ash & Oak")
    assert look(browser, known).status_code == 200
    Brand.objects.update(name=brand.name)
    assert look(browser, known).status_code == 304


def test_a_card_may_not_hold_a_form_with_a_token(
    client_of: Callable[[Member], Client], member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    dashboard.kept.clear()
    lapse = ("rewards/lapse_card.html", {"charities": [], "chosen": member})
    monkeypatch.setattr(
        cards, "cards", [*cards.cards, type(cards.cards[0])(99, "with a form", lambda _look: lapse, ())]
    )
    with pytest.raises(ValueError, match="token"):
        look(client_of(member))
