"""Who invited whom: what is carried, what wins, and what does not count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from core import clock
from core.members.models import Member
from referrals import changing, trail
from referrals.models import Referral, ReferralTerms
from tests.referrals.people import NOON, agree, code_of, invited, join, order, points, referral_of

pytestmark = pytest.mark.django_db


def trail_to(*steps: tuple[Member, float]) -> str:
    """A signed trail of clicks on these members' links, so many days before noon."""
    return trail.sign(tuple(trail.Step(code_of(member), NOON - timedelta(days=days)) for member, days in steps))


@pytest.fixture
def grace(terms) -> Member:
    return join("grace@example.com", NOON - timedelta(days=20), alias="Grace")


@pytest.fixture
def mary(terms) -> Member:
    return join("mary@example.com", NOON - timedelta(days=10))


def test_the_code_the_token_and_the_cookie_each_attribute(ada, lawful):
    carried = {
        "code": {"referral_code": code_of(ada).lower()},
        "token": {"referral_token": trail_to((ada, 1))},
        "cookie": {"referral_cookie": trail_to((ada, 1))},
    }
    for how, what in carried.items():
        friend = join(f"{how}@example.com", **what)
        referral = referral_of(friend)
        assert (referral.referrer, referral.matched_by, referral.state) == (ada, how, "joined")


def test_a_typed_code_wins_over_the_token_and_the_token_over_the_cookie(ada, grace, mary):
    token, cookie = trail_to((grace, 1)), trail_to((mary, 0.5))
    first = join("one@example.com", referral_code=code_of(ada), referral_token=token, referral_cookie=cookie)
    second = join("two@example.com", referral_token=token, referral_cookie=cookie)
    third = join("three@example.com", referral_cookie=cookie)
    assert [referral_of(friend).referrer for friend in (first, second, third)] == [ada, grace, mary]


def test_a_code_that_is_nobodys_leaves_the_link_in_place(ada):
    friend = join("one@example.com", referral_code="ZZZZZZZ", referral_token=trail_to((ada, 1)))
    assert referral_of(friend).matched_by == "token"


def test_the_terms_are_frozen_on_joining(ada):
    friend = invited(ada, "one@example.com")
    agree(referrer_points=1, friend_points=1, minimum=100_000)
    order(friend)
    assert (points(ada), points(friend)) == (500, 250)


@pytest.mark.parametrize(("attribution", "winner"), [("last", "mary@example.com"), ("first", "countess@example.com")])
def test_of_several_clicks_the_rule_decides(ada, grace, mary, attribution, winner):
    agree(attribution=attribution)
    friend = join("one@example.com", referral_cookie=trail_to((ada, 9), (grace, 6), (mary, 3)))
    assert referral_of(friend).referrer.email == winner


def test_the_first_click_inside_the_window_counts(ada, grace, mary):
    agree(attribution="first", window_days=7)
    friend = join("one@example.com", referral_cookie=trail_to((ada, 9), (grace, 6), (mary, 3)))
    assert referral_of(friend).referrer == grace


def test_a_click_counts_until_the_window_is_over(ada):
    inside = join("in@example.com", referral_token=trail_to((ada, 89.9)))
    outside = join("out@example.com", referral_token=trail_to((ada, 90.1)), referral_cookie=trail_to((ada, 91)))
    assert referral_of(inside).clicked_at == NOON - timedelta(days=89.9)
    assert not Referral.objects.filter(friend=outside).exists()


def forged(ada) -> list[str]:
    good = trail_to((ada, 1))
    body, stamp, signature = good.split(":")
    return [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        f"{body}x:{stamp}:{signature}",
        signing.dumps([[code_of(ada), int(NOON.timestamp() * 1000)]], salt="another"),
        signing.dumps([[code_of(ada), int(NOON.timestamp() * 1000)]], key="another", salt=trail.SALT),
        signing.dumps({"code": code_of(ada)}, salt=trail.SALT),
        signing.dumps([[code_of(ada)]], salt=trail.SALT),
        signing.dumps([[code_of(ada), "soon"]], salt=trail.SALT),
        signing.dumps([[code_of(ada), 10**30]], salt=trail.SALT),
        signing.dumps([["<script>", 1]], salt=trail.SALT),
        code_of(ada),
        "",
        "a:b:c",
        "\ud800",
        "x" * 5000,
    ]


def test_forged_tokens_and_cookies_are_ignored(ada):
    for number, text in enumerate(forged(ada)):
        assert trail.read(text) == (), text
        friend = Member.objects.create_user(f"forger{number}@example.com", joined_at=NOON)
        from core.activities.joining import welcome

        if "\ud800" not in text:
            welcome(friend, {"referral_token": text, "referral_cookie": text})
    assert Referral.objects.count() == 0


def test_a_click_of_the_future_is_ignored(ada):
    friend = join("one@example.com", referral_token=trail_to((ada, -1)))
    assert not Referral.objects.filter(friend=friend).exists()


def test_without_terms_nobody_is_attributed(ada):
    changing.withdraw()
    friend = invited(ada, "one@example.com")
    assert not ReferralTerms.objects.exists()
    assert not Referral.objects.filter(friend=friend).exists()


def test_somebody_without_an_invitation_has_no_referral(ada):
    assert not Referral.objects.filter(friend=join("one@example.com")).exists()


# --- the same person -------------------------------------------------------------------------------------------------

ALIASES = [
    ("anna.smith@gmail.com", alias)
    for alias in (
        "annasmith@gmail.com",
        "a.nnasmith@gmail.com",
        "a.n.n.a.s.m.i.t.h@gmail.com",
        "anna.smith+shop@gmail.com",
        "annasmith+1@gmail.com",
        "ANNASMITH@gmail.com",
        "Anna.Smith+X@Gmail.com",
        "AnnaSmith@GMAIL.COM",
        "anna.smith@googlemail.com",
        "annasmith@googlemail.com",
        "an.na.smith@googlemail.com",
        "annasmith+a+b@googlemail.com",
        "ANNA.SMITH@GoogleMail.com",
        "annasmit.h@gmail.com",
        "anna.smith+@gmail.com",
        "annas.mith+tag.with.dots@gmail.com",
    )
] + [
    ("bob@example.org", alias)
    for alias in (
        "bob+1@example.org",
        "bob+2@example.org",
        "bob+shop@example.org",
        "BOB+x@example.org",
        "Bob+Y@Example.org",
        "bob+a+b@example.org",
        "bob+a.b@example.org",
        "bob+@example.org",
        "bob+-@example.org",
        "bob+_@EXAMPLE.ORG",
    )
] + [
    ("carol+first@example.net", "carol@example.net"),
    ("carol+first@example.net", "carol+second@example.net"),
    ("Dora.Lee+x@googlemail.com", "doralee@gmail.com"),
    ("d.o.r.a.lee@gmail.com", "dora.lee+y@googlemail.com"),
]  # fmt: skip


def test_there_are_thirty_forms_of_an_alias():
    assert len(ALIASES) == len(set(ALIASES)) == 30


@pytest.mark.parametrize(("own", "alias"), ALIASES)
def test_another_spelling_of_the_own_address_joins_but_brings_nothing(terms, own, alias, lawful):
    inviter = join(own, NOON - timedelta(days=30))
    friend = invited(inviter, alias)
    referral = referral_of(friend)
    assert (referral.state, referral.refusal) == ("refused", "self")
    assert "nobody can invite themselves" in referral.explanation.text()
    order(friend)
    assert (points(inviter), points(friend)) == (0, 0)


@pytest.mark.parametrize("other", ["anna.smithe@gmail.com", "anna.smith@example.com", "an-na.smith@gmail.com"])
def test_another_address_is_another_person(terms, other):
    inviter = join("anna.smith@gmail.com", NOON - timedelta(days=30))
    assert referral_of(invited(inviter, other)).state == "joined"


def test_dots_make_a_difference_outside_gmail(terms):
    inviter = join("anna.smith@example.org", NOON - timedelta(days=30))
    assert referral_of(invited(inviter, "annasmith@example.org")).state == "joined"


def test_who_was_a_member_under_another_spelling_is_refused(ada, grace, lawful):
    friend = invited(ada, "grace+again@example.com")
    referral = referral_of(friend)
    assert (referral.state, referral.refusal) == ("refused", "already-member")
    order(friend)
    assert (points(ada), points(friend)) == (0, 0)


# --- what the database itself refuses --------------------------------------------------------------------------------


def copy_of(referral: Referral, **changes: object) -> Referral:
    fields = {f.attname: getattr(referral, f.attname) for f in Referral._meta.concrete_fields if not f.primary_key}
    return Referral(**{**fields, **changes})


def refused_by_the_database(referral: Referral) -> bool:
    try:
        with transaction.atomic():
            referral.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_a_friend_has_one_inviter_for_ever(ada, grace):
    friend = invited(ada, "one@example.com")
    again = copy_of(referral_of(friend), referrer_id=grace.pk, referrer_joined_at=grace.joined_at)
    assert refused_by_the_database(again)


def test_nobody_is_their_own_inviter(ada, grace):
    referral = referral_of(invited(ada, "one@example.com"))
    assert refused_by_the_database(copy_of(referral, friend_id=ada.pk))


def test_a_friend_cannot_be_the_inviter_of_who_was_there_before(ada):
    friend = invited(ada, "one@example.com")
    loop = copy_of(
        referral_of(friend),
        referrer_id=friend.pk,
        friend_id=ada.pk,
        referrer_joined_at=friend.joined_at,
        joined_at=ada.joined_at,
    )
    assert refused_by_the_database(loop)


def test_two_who_joined_at_one_moment_cannot_close_a_loop(ada):
    friend = invited(ada, "one@example.com", ada.joined_at)
    same = {"referrer_joined_at": ada.joined_at, "joined_at": ada.joined_at}
    assert referral_of(friend).referrer == ada
    assert refused_by_the_database(copy_of(referral_of(friend), referrer_id=friend.pk, friend_id=ada.pk, **same))


@pytest.mark.parametrize("change", ["referrer", "code", "terms"])
def test_the_inviter_and_the_terms_stay(ada, grace, change):
    friend = invited(ada, "one@example.com")
    values = {"referrer": {"referrer": grace}, "code": {"code": "ABCDEFG"}, "terms": {"terms": {}}}
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(friend=friend).update(**values[change])
    referral_of(friend).save()
    assert referral_of(friend).referrer == ada


def test_many_newcomers_take_as_many_statements_as_one(ada, grace, django_assert_num_queries):
    from core.activities import kinds
    from core.activities.cascade import site_id
    from core.activities.models import Activity
    from referrals.attribution import attribute

    def joining(name: str, number: int) -> list[Activity]:
        members = [Member.objects.create_user(f"{name}{n}@example.com", joined_at=NOON) for n in range(number)]
        data = {"carried": {"referral_code": code_of(ada), "referral_cookie": trail_to((grace, 1))}}
        return [
            Activity(source_id=site_id(), type=kinds.MEMBER_JOINED, member=member, data=data, at=NOON)
            for member in members
        ]

    one, many = joining("one", 1), joining("many", 50)
    with django_assert_num_queries(5):
        attribute(one)
    with django_assert_num_queries(5):
        assert len(attribute(many)) == 50


def test_the_clock_of_the_demo_is_the_clock_of_the_trail(ada):
    moment = NOON - timedelta(days=5)
    with clock.at(moment):
        now = clock.now()
    terms = ReferralTerms.in_force()
    assert terms is not None
    followed = trail.followed((), code_of(ada), now, terms)
    assert [step.at for step in followed] == [moment]
