"""Staff keep rewards and charities without help, and facts stay facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.brand.models import Brand
from core.brand.versions import Version
from core.members.models import Member, StaffChange
from rewards import booking, giving
from rewards.models import Charity, Redemption, Reward, Session
from tests.rewards.conftest import available
from tests.rewards.factories import member_with
from tests.rewards.laws import breaches

pytestmark = pytest.mark.usefixtures("without_second_factor")
ClientOf = Callable[[Member], Client]


def of_role(role: str, client_of: ClientOf) -> Client:
    return client_of(Member.objects.create_user(f"{role}@example.com", role=role))


def latest() -> list[tuple[str, str]]:
    """What the newest version of the terms tells."""
    return Version.objects.order_by("-number").first().told()  # type: ignore[union-attr]


def date(prefix: int, **changes: Any) -> dict[str, Any]:
    """The fields of one date in the form."""
    fields = {
        "slug": "spring",
        "starts_0": "2099-03-16",
        "starts_1": "10:00",
        "ends_0": "2099-03-16",
        "ends_1": "12:00",
        "place": "The wood",
        "seats": "4",
    } | changes
    return {f"sessions-{prefix}-{name}": value for name, value in fields.items()}


def reward_form(*dates: dict[str, Any], known: int = 0, **changes: Any) -> dict[str, Any]:
    form = {
        "slug": "walk",
        "kind": "experience",
        "title": "A walk",
        "about": "With Derya.",
        "cost": "100",
        "cancel_until_hours": "48",
        "position": "0",
        "glyph": "sparkles",
        "colour": "",
        "sessions-TOTAL_FORMS": str(len(dates)),
        "sessions-INITIAL_FORMS": str(known),
    } | changes
    for each in dates:
        form |= each
    return form


def editing(session: Session, **changes: Any) -> dict[str, Any]:
    """The form of a reward with one date, as staff who opened it would send it."""
    starts, ends = session.starts, session.ends
    fields = {
        "slug": session.slug,
        "starts_0": f"{starts:%Y-%m-%d}",
        "starts_1": f"{starts:%H:%M:%S}",
        "ends_0": f"{ends:%Y-%m-%d}",
        "ends_1": f"{ends:%H:%M:%S}",
        "place": session.place,
        "seats": str(session.seats),
        "id": str(session.pk),
        "reward": str(session.reward_id),
    }
    shown = date(0, **fields | changes)
    reward = session.reward
    return reward_form(shown, known=1, title=reward.title, about=reward.about, cost=str(reward.cost))


def test_a_reward_is_made_published_booked_and_retired_without_help(owner: Client, ada: Member) -> None:
    response = owner.post("/admin/rewards/reward/add/", reward_form(date(0)))
    assert response.status_code == 302, response.context["errors"]
    reward = Reward.objects.get(slug="walk")
    assert reward.state == "draft"
    owner.post(f"/admin/rewards/reward/{reward.pk}/act/publish/")
    reward.refresh_from_db()
    assert reward.state == "live"
    booking.book(Session.objects.get(slug="spring"), member=ada)
    owner.post(f"/admin/rewards/reward/{reward.pk}/act/retire/")
    reward.refresh_from_db()
    assert reward.state == "retired"
    assert StaffChange.objects.count() >= 3


def test_an_experience_without_a_date_is_not_published(owner: Client, db: None) -> None:
    owner.post("/admin/rewards/reward/add/", reward_form())
    reward = Reward.objects.get(slug="walk")
    response = owner.post(f"/admin/rewards/reward/{reward.pk}/act/publish/", follow=True)
    assert "Add a date before you publish it." in response.content.decode()
    reward.refresh_from_db()
    assert reward.state == "draft"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "voucher"}, {"cost": "0"}, {"cost": "-1"}, {"slug": "a b"}, {"limit_per_member": "0"}, {"glyph": "no"},
     {"colour": "red"}, {"cancel_until_hours": "9999999"}, {"title": ""}],
)  # fmt: skip
def test_a_bad_reward_is_a_form_error(owner: Client, db: None, changes: dict[str, str]) -> None:
    response = owner.post("/admin/rewards/reward/add/", reward_form(date(0), **changes))
    assert response.status_code in (200, 422)
    assert Reward.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [{"ends_1": "09:00"}, {"seats": "0"}, {"seats": "100001"}, {"map_url": "javascript:alert(1)"}, {"place": ""}],
)
def test_a_bad_date_is_a_form_error(owner: Client, db: None, changes: dict[str, str]) -> None:
    owner.post("/admin/rewards/reward/add/", reward_form(date(0, **changes)))
    assert Session.objects.count() == 0


def test_fewer_seats_than_are_taken_is_refused_with_a_sentence(owner: Client, session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    booking.book(Session.objects.get(), member=member_with(100))
    session.refresh_from_db()
    address = f"/admin/rewards/reward/{session.reward_id}/change/"
    response = owner.post(address, editing(session, seats="1"))
    assert "There cannot be fewer seats than are taken." in response.content.decode()
    session.refresh_from_db()
    assert session.seats == 10
    assert owner.post(address, editing(session, seats="2")).status_code == 302
    session.refresh_from_db()
    assert (session.seats, session.taken) == (2, 2)


def test_saving_a_form_that_is_older_than_a_booking_unsells_nothing(
    owner: Client, session: Session, ada: Member
) -> None:
    form = editing(session, place="Elsewhere", seats="12")
    booking.book(session, member=ada)
    response = owner.post(f"/admin/rewards/reward/{session.reward_id}/change/", form | {"title": "A new name"})
    assert response.status_code == 302
    kept = Session.objects.get()
    assert (kept.taken, kept.seats, kept.place, kept.reward.title) == (1, 12, "Elsewhere", "A new name")
    assert breaches() == []


def test_a_charity_is_made_published_and_closed(owner: Client, db: None) -> None:
    form = {"slug": "seeds", "name": "Seeds", "about": "", "url": "https://example.org", "position": "0"}
    owner.post("/admin/rewards/charity/add/", form | {"glyph": "heart", "colour": "#2f6b4f"})
    charity = Charity.objects.get()
    owner.post(f"/admin/rewards/charity/{charity.pk}/act/publish/")
    assert Charity.objects.get().state == "open"
    owner.post(f"/admin/rewards/charity/{charity.pk}/act/close/")
    assert Charity.objects.get().state == "closed"


def test_what_becomes_of_a_reward_is_told_on_the_page_of_the_rules(owner: Client, session: Session) -> None:
    address = f"/admin/rewards/reward/{session.reward_id}/"
    title = session.reward.title
    owner.post(f"{address}change/", editing(session, place="Elsewhere"))
    before = Brand.current().version

    owner.post(f"{address}change/", editing(session, place="Elsewhere"))
    assert Brand.current().version == before

    owner.post(f"{address}change/", editing(session, place="Elsewhere", seats="12"))
    assert (Brand.current().version, latest()) == (before + 1, [("Rewards", f"changed: {title}")])
    owner.post(f"{address}act/retire/")
    assert (Brand.current().version, latest()) == (before + 2, [("Rewards", f"ended: {title}")])
    owner.post(f"{address}act/publish/")
    assert (Brand.current().version, latest()) == (before + 3, [("Rewards", f"new: {title}")])


def test_a_draft_is_told_of_when_it_is_published(owner: Client, db: None) -> None:
    before = Brand.current().version
    form = {"slug": "seeds", "name": "Seeds", "about": "", "url": "", "position": "0", "glyph": "heart", "colour": ""}
    owner.post("/admin/rewards/charity/add/", form)
    charity = Charity.objects.get()
    owner.post(f"/admin/rewards/charity/{charity.pk}/change/", form | {"name": "Old seeds"})
    assert Brand.current().version == before

    owner.post(f"/admin/rewards/charity/{charity.pk}/act/publish/")
    assert latest() == [("Charities", "new: Old seeds")]
    owner.post(f"/admin/rewards/charity/{charity.pk}/change/", form | {"name": "Good seeds"})
    assert latest() == [("Charities", "changed: Good seeds")]


def test_editing_a_charity_leaves_its_total_alone(owner: Client, charity: Charity, ada: Member) -> None:
    form = {"name": "New name", "about": "", "url": "", "position": "0", "glyph": "heart", "colour": ""}
    giving.give(charity, member=ada, points=100)
    assert owner.post(f"/admin/rewards/charity/{charity.pk}/change/", form).status_code == 302
    kept = Charity.objects.get()
    assert (kept.name, kept.points, kept.amount) == ("New name", 100, 100)


def test_staff_cancel_for_a_member_and_it_is_recorded(session: Session, ada: Member, client_of: ClientOf) -> None:
    redemption = booking.book(session, member=ada)
    support = of_role("support", client_of)
    address = f"/admin/rewards/redemption/{redemption.pk}/"
    assert "Cancel for the member" in support.get(f"{address}change/").content.decode()
    support.post(f"{address}act/cancel/")
    redemption.refresh_from_db()
    assert redemption.state == "cancelled"
    assert available(ada) == 1000
    assert StaffChange.objects.filter(action="cancel").count() == 1
    support.post(f"{address}act/cancel/")
    assert available(ada) == 1000


@pytest.mark.parametrize("model", ["redemption", "donation"])
def test_facts_can_be_neither_made_changed_nor_deleted(
    owner: Client, session: Session, charity: Charity, ada: Member, model: str
) -> None:
    redemption = booking.book(session, member=ada)
    donation = giving.give(charity, member=ada, points=100)
    pk = redemption.pk if model == "redemption" else donation.pk
    assert owner.get(f"/admin/rewards/{model}/add/").status_code == 403
    assert owner.get(f"/admin/rewards/{model}/{pk}/delete/").status_code == 403
    assert owner.post(f"/admin/rewards/{model}/{pk}/change/", {"cost": "1", "points": "1"}).status_code == 403
    assert owner.get(f"/admin/rewards/{model}/{pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("role", "model", "status"),
    [
        ("curator", "reward", 200),
        ("curator", "charity", 200),
        ("curator", "redemption", 200),
        ("support", "redemption", 200),
        ("support", "reward", 200),
        ("moderator", "reward", 403),
        ("moderator", "redemption", 403),
        ("analyst", "donation", 200),
    ],
)
def test_each_role_sees_only_its_own(db: None, client_of: ClientOf, role: str, model: str, status: int) -> None:
    assert of_role(role, client_of).get(f"/admin/rewards/{model}/").status_code == status


def test_support_cannot_publish_and_a_curator_cannot_cancel(session: Session, ada: Member, client_of: ClientOf) -> None:
    redemption = booking.book(session, member=ada)
    support, curator = of_role("support", client_of), of_role("curator", client_of)
    assert support.post(f"/admin/rewards/reward/{session.reward_id}/act/retire/").status_code == 403
    assert curator.post(f"/admin/rewards/redemption/{redemption.pk}/act/cancel/").status_code == 403
    assert (Reward.objects.get().state, Redemption.objects.get().state) == ("live", "booked")


@pytest.mark.parametrize("model", ["reward", "charity", "redemption", "donation"])
def test_lists_ask_a_bounded_number_of_times(
    owner: Client, session: Session, charity: Charity, django_assert_max_num_queries: Any, model: str
) -> None:
    for _ in range(6):
        member = member_with(200)
        booking.book(Session.objects.get(), member=member)
        giving.give(charity, member=member, points=10)
    with django_assert_max_num_queries(14):
        assert owner.get(f"/admin/rewards/{model}/").status_code == 200
    assert owner.get(f"/admin/rewards/{model}/?q=x").status_code == 200


def test_a_members_page_tells_of_their_tickets(owner: Client, session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    shown = owner.get(f"/admin/members/member/{ada.pk}/change/").content.decode()
    assert "Tickets" in shown
    assert "An evening of ferments" in shown
