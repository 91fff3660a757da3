"""The terms: in the programme file, in the admin, and what cannot be."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.activities.models import Kind
from core.brand.models import Brand
from core.members.models import Member
from referrals import changing, qualifying
from referrals.models import Referral, ReferralTerms
from referrals.terms import Terms
from tests.programme.conftest import run
from tests.referrals.people import agree, invited, join, order, referral_of, refund

pytestmark = pytest.mark.django_db

FILE = """
referral:
  referrer: {points: 500}
  friend: {points: 250}
  qualifies: {activity: order.paid, minimum: "20.00"}
  window_days: 30
  qualify_within_days: 20
  hold_days: 14
  attribution: first
  cap: {count: 20, per: month}
"""


@pytest.fixture
def apply(tmp_path):
    """Applies a text as a programme file."""

    def do(text: str, *options: str):
        path = tmp_path / "programme.yaml"
        path.write_text(text)
        return run("programme", "apply", str(path), *options)

    return do


def test_the_section_becomes_the_terms(apply):
    version = Brand.current().version
    answer = apply(FILE)
    assert answer.code == 0, answer.err
    assert ReferralTerms.in_force() == Terms(
        referrer_points=500,
        friend_points=250,
        by="order",
        minimum=2000,
        window_days=30,
        qualify_within_days=20,
        hold_days=14,
        attribution="first",
        cap_count=20,
        cap_per="month",
    )
    assert Brand.current().version == version + 1


@pytest.mark.parametrize(
    ("qualifies", "by"),
    [
        ('{activity: order.paid, minimum: "20.00"}', "order"),
        ("{activity: order.paid}", "order"),
        ("{activity: member.joined}", "joining"),
        ("{activity: review.posted}", "activity"),
        ('{activity: review.posted, minimum: "1.00"}', "activity"),
        ("{activity: referral.qualified}", "activity"),
    ],
)
def test_every_way_to_qualify_goes_in_and_comes_out_the_same(apply, qualifies, by):
    text = FILE.replace('{activity: order.paid, minimum: "20.00"}', qualifies)
    text = f"kinds:\n  - {{kind: review.posted, title: Wrote a review}}\n{text}"
    assert apply(text).code == 0
    assert ReferralTerms.objects.get().by == by
    again = apply(text)
    assert again.code == 0
    assert "referral" not in "\n".join(line for line in again.lines if line.lstrip().startswith(("+", "~", "-")))
    exported = run("programme", "export").out
    assert apply(exported, "--dry-run").code == 0
    assert ReferralTerms.objects.get().by == by


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {activity: order.paid, challenge: x}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {activity: order.refunded}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {activity: tier.changed}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', 'qualifies: {challenge: x, minimum: "1.00"}'),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {challenge: nowhere}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {activity: no.such}"),
        ('qualifies: {activity: order.paid, minimum: "20.00"}', "qualifies: {activity: order.paid, minimum: -1}"),
        ("referrer: {points: 500}", "referrer: {points: -1}"),
        ("referrer: {points: 500}", "referrer: {}"),
        ("hold_days: 14", "hold_days: 91"),
        ("window_days: 30", "window_days: 0"),
        ("attribution: first", "attribution: best"),
        ("cap: {count: 20, per: month}", "cap: {count: 0, per: month}"),
        ("cap: {count: 20, per: month}", "cap: {count: 20, per: year}"),
        ("cap: {count: 20, per: month}", "caps: 1"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_changed(apply, line, wrong):
    answer = apply(FILE.replace(line, wrong))
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert not ReferralTerms.objects.exists()


def test_what_people_call_it_is_kept_with_the_terms():
    Kind.objects.create(slug="class.attended", title="Came to a class")
    agree(by="activity", activity="class.attended", minimum=None)
    assert ReferralTerms.objects.get().title == "Came to a class"


def test_settings_that_the_way_does_not_use_are_emptied():
    agree(by="joining", minimum=2000, activity="review.posted", challenge="x")
    row = ReferralTerms.objects.get()
    assert (row.minimum, row.activity, row.challenge) == (None, "", "")


@pytest.mark.parametrize(
    "terms",
    [Terms(by="luck"), Terms(by="activity"), Terms(by="activity", activity="order.paid"), Terms(by="challenge")],
)
def test_terms_that_cannot_be_are_refused(terms):
    with pytest.raises(ValidationError):
        changing.put(terms)
    assert not ReferralTerms.objects.exists()


def test_there_is_one_row_of_terms(terms):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralTerms.objects.create(pk=2)


@pytest.mark.parametrize("way", qualifying.WAYS.values())
def test_every_way_says_what_is_to_be_done(brand, way):
    terms = Terms(by=way.slug, activity="review.posted", title="Wrote a review", challenge="first", minimum=2000)
    said = way(terms)
    for sentence in (said.step(brand), said.friend_does(brand), said.you_do(brand), str(way.title)):
        assert sentence
    assert said.awaits


# --- the admin --------------------------------------------------------------------------------------------------------

ENTERED = {
    "referrer_points": "400",
    "friend_points": "200",
    "hold_days": "7",
    "by": "order",
    "least": "12.50",
    "activity": "",
    "challenge": "",
    "window_days": "30",
    "qualify_within_days": "20",
    "attribution": "last",
    "cap_count": "",
    "cap_per": "month",
}
ADMIN = "/admin/referrals/referralterms/"


def test_staff_put_terms_in_force_and_change_them(staff, client_of):
    client = client_of(staff)
    assert client.get(ADMIN).url == f"{ADMIN}add/"
    assert client.get(f"{ADMIN}add/").status_code == 200
    assert client.post(f"{ADMIN}add/", ENTERED).status_code == 302
    assert ReferralTerms.objects.get().minimum == 1250
    assert client.get(ADMIN).url == f"{ADMIN}1/change/"
    page = client.get(f"{ADMIN}1/change/")
    assert "12.5" in page.content.decode()
    version = Brand.current().version
    assert client.post(f"{ADMIN}1/change/", ENTERED | {"friend_points": "300", "least": ""}).status_code == 302
    row = ReferralTerms.objects.get()
    assert (row.friend_points, row.minimum) == (300, None)
    assert Brand.current().version == version + 1


def test_what_cannot_be_comes_back_with_the_reason(staff, client_of):
    response = client_of(staff).post(f"{ADMIN}add/", ENTERED | {"by": "activity"})
    assert response.status_code == 200
    assert "Choose a kind of activity." in response.content.decode()
    assert not ReferralTerms.objects.exists()


def test_staff_end_invitations(staff, client_of, terms):
    assert client_of(staff).post(f"{ADMIN}1/delete/", {"post": "yes"}).status_code == 302
    assert not ReferralTerms.objects.exists()


def test_staff_read_referrals_with_their_reasons_and_edit_none(staff, client_of, ada, django_assert_max_num_queries):
    refused = invited(ada, "countess+1@example.com")
    done = invited(ada, "done@example.org")
    order(done)
    refund()
    for number in range(30):
        invited(ada, f"friend{number}@example.org")
    client = client_of(staff)
    client.get("/admin/referrals/referral/")
    with django_assert_max_num_queries(20):
        page = client.get("/admin/referrals/referral/").content.decode()
    assert "nobody can invite themselves" in page
    assert "The order was refunded" in page
    for friend in (refused, done):
        address = f"/admin/referrals/referral/{referral_of(friend).pk}/change/"
        told = client.get(address)
        assert told.status_code == 200
        assert "&#x27;refused&#x27;" not in told.content.decode(), "the state is said in words"
        assert client.post(address, {"state": "qualified"}).status_code == 403
    assert client.get("/admin/referrals/referral/add/").status_code == 403
    assert client.post(f"/admin/referrals/referral/{referral_of(done).pk}/delete/").status_code == 403
    assert Referral.objects.count() == 32


@pytest.mark.parametrize(
    ("role", "terms_allowed", "referrals_allowed"),
    [("curator", True, True), ("moderator", False, True), ("support", False, True), ("analyst", False, True)],
)
def test_each_role_sees_its_own(role, terms_allowed, referrals_allowed, client_of, terms):
    person = Member.objects.create_user("staff@example.com", role=role)
    client = client_of(person)
    assert (client.post(f"{ADMIN}1/change/", ENTERED).status_code == 302) is terms_allowed
    assert (client.get("/admin/referrals/referral/").status_code == 200) is referrals_allowed


def test_whoever_may_only_read_the_terms_reads_all_of_them(client_of, terms):
    analyst = client_of(Member.objects.create_user("staff@example.com", role="analyst"))
    page = analyst.get(f"{ADMIN}1/change/").content.decode()
    assert "€20.00" in page
    assert 'name="least"' not in page


def test_a_member_has_no_door_to_the_admin(client_of, terms):
    assert client_of(join("someone@example.com")).get("/admin/referrals/referral/").status_code == 403
