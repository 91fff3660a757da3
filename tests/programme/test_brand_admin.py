"""Staff keep the brand's settings in one form."""

from __future__ import annotations

import pytest

from core import clock
from core.activities import record
from core.activities.happening import Happening
from core.activities.models import Source
from core.brand.models import Brand
from core.earning import rules
from core.members.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
ADDRESS = "/admin/brand/brand/1/change/"


def form(**changes: object) -> dict[str, object]:
    """The form as it is sent."""
    brand = Brand.current()
    names = ["name", "tagline", "points_one", "points_other", "currency", "points_per_currency_unit"]
    names += ["time_zone", "languages", "enrolment", "refunds", "brand_colour"]
    names += ["expiry_policy", "expiry_months", "expiry_lapse_to"]
    return {name: getattr(brand, name) for name in names} | {"expiry_notice_days": "60, 30, 7"} | changes


def test_the_list_is_the_one_form(staff, client_of):
    response = client_of(staff).get("/admin/brand/brand/")

    assert (response.status_code, response.headers["Location"]) == (302, ADDRESS)


def test_the_form_shows_the_settings(staff, client_of):
    page = client_of(staff).get(ADDRESS).content.decode()

    assert 'value="Goodturn"' in page
    assert 'type="color"' in page
    assert "Europe/Istanbul" in page


def test_a_change_is_kept_and_begins_a_new_version(staff, client_of):
    before = Brand.current().version

    response = client_of(staff).post(ADDRESS, form(name="Fern & Ember", time_zone="Europe/Istanbul", languages=["tr"]))

    brand = Brand.current()
    assert response.status_code == 302
    assert (brand.name, brand.time_zone, brand.languages, brand.version) == (
        "Fern & Ember",
        "Europe/Istanbul",
        ["tr"],
        before + 1,
    )


def test_saving_without_a_change_begins_no_version(staff, client_of):
    before = Brand.current().version

    client_of(staff).post(ADDRESS, form())

    assert Brand.current().version == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "euro"},
        {"brand_colour": "green"},
        {"points_per_currency_unit": "0"},
        {"time_zone": "Mars/Olympus"},
        {"languages": ["xx"]},
        {"languages": []},
        {"name": ""},
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_the_form_and_not_kept(wrong, staff, client_of):
    before = Brand.objects.values().get()

    response = client_of(staff).post(ADDRESS, form(**wrong))

    assert response.status_code == 200
    assert "errornote" in response.content.decode() or "error" in response.content.decode()
    assert Brand.objects.values().get() == before


@pytest.mark.parametrize("path", ["/admin/brand/brand/add/", "/admin/brand/brand/1/delete/"])
def test_the_brand_is_neither_added_nor_deleted(path, staff, client_of):
    assert client_of(staff).post(path, {"post": "yes"}).status_code == 403
    assert Brand.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [("curator", 302), ("analyst", 403), ("support", 403)])
def test_only_owners_and_curators_change_the_brand(role, status, client_of):
    person = Member.objects.create_user("staff@example.com", role=role)

    assert client_of(person).post(ADDRESS, form(name="Changed")).status_code == status
    assert (Brand.current().name == "Changed") == (status == 302)


def test_a_member_does_not_get_in(member, client_of):
    assert client_of(member).get(ADDRESS).status_code in (302, 403)


def test_refunds_take_back_only_what_is_pending_once_the_rules_for_orders_hold_points(staff, client_of):
    browser = client_of(staff)
    terms = {"activity": "order.paid", "calculation": "flat", "settings": {"points": 5}}
    rules.put("for-orders", **terms)
    rules.put("for-reviews", **terms | {"activity": "subscription.started"})

    page = browser.post(ADDRESS, form(refunds="only_pending")).content.decode()
    assert "First let these rules for orders hold their points for some days: for-orders." in page
    assert Brand.current().refunds == "owed"

    rules.put("for-orders", **terms, pending_days=14)
    assert browser.post(ADDRESS, form(refunds="only_pending")).status_code == 302
    assert Brand.current().refunds == "only_pending"
    sent = {"slug": "at-once", "activity": "order.paid", "calculation": "flat", "settings": '{"points": 5}'}
    page = browser.post("/admin/earning/rule/add/", sent | {"pending_days": "0"}).content.decode()
    assert "Hold them for a day at least: refunds take back only what is pending." in page
    assert browser.post("/admin/earning/rule/add/", sent | {"pending_days": "1"}).status_code == 302


def test_a_file_without_the_one_section_is_compared_with_what_is_in_force(apply):
    rule = "earning:\n  - {slug: x, activity: order.paid, calculation: flat, settings: {points: 5}%s}\n"
    policy = "programme: {name: Fern, refunds: only_pending}\n"
    assert apply(rule % "").code == 0

    answer = apply(policy)
    assert (answer.code, Brand.current().refunds) == (2, "owed")
    assert "programme.refunds: must be another while these rules for orders hold nothing: x" in answer.err

    assert apply(policy + rule % ", pending_days: 14").code == 0
    assert "earning[0].pending_days: must be at least 1 for orders" in apply(rule % "").err


@pytest.fixture
def order_paid(db):
    """Somebody paid for an order in the programme's currency."""
    shop = Source.objects.create(slug="shop", kind="standard")
    said = Happening(shop.pk, "1", "order.paid", clock.now(), email="ada@example.com", reference="1", amount=4250)
    assert [outcome.errors for outcome in record([said])] == [[]]


def test_another_currency_is_kept_while_no_amount_is_recorded(staff, client_of):
    assert client_of(staff).post(ADDRESS, form(currency="USD")).status_code == 302

    assert Brand.current().currency == "USD"


def test_another_currency_is_refused_once_amounts_are_recorded(staff, client_of, order_paid):
    before = Brand.current()

    response = client_of(staff).post(ADDRESS, form(currency="USD", name="Other"))

    assert "The currency stays EUR: amounts are recorded in it already." in response.content.decode()
    assert (Brand.current().currency, Brand.current().name, Brand.current().version) == (
        "EUR",
        before.name,
        before.version,
    )
    assert client_of(staff).post(ADDRESS, form(name="Other")).status_code == 302


def test_a_file_with_another_currency_is_refused_once_amounts_are_recorded(apply, order_paid):
    answer = apply("programme: {name: Other, currency: USD}\n")

    assert (answer.code, answer.out) == (2, "")
    assert "demo.yaml:1" in answer.err
    assert "The currency stays EUR: amounts are recorded in it already." in answer.err
    assert (Brand.current().currency, Brand.current().name) == ("EUR", "Goodturn")
