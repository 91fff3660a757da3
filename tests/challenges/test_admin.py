"""Staff create a challenge with tasks, prize and badge, and put it live without help; facts stay facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from challenges.models import Badge, Challenge, Participation
from core.activities.models import Kind
from core.brand.models import Brand
from core.earning.models import TierLevel, Tiers
from core.ledger.models import Wallet
from core.members.models import Member
from tests.challenges.factories import a_badge, a_challenge, a_draft, is_refunded, pays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
ClientOf = Callable[[Member], Client]


def task(number: int, **changes: Any) -> dict[str, Any]:
    """The fields of one task in the form."""
    fields = {
        "title": "Two orders",
        "slug": "orders",
        "activity": "order.paid",
        "kind": "count",
        "amount": "2",
        "stones": "1: 20",
        "position": "0",
    } | changes
    return {f"tasks-{number}-{name}": value for name, value in fields.items()}


def form(*tasks: dict[str, Any], known: int = 0, **changes: Any) -> dict[str, Any]:
    """A challenge as the form sends it."""
    fields = {
        "title": "Two orders",
        "slug": "two-orders",
        "summary": "Come **twice**.",
        "join": "automatic",
        "need": "",
        "position": "0",
        "prize_points": "150",
        "prize_badge": "",
        "tasks-TOTAL_FORMS": str(len(tasks)),
        "tasks-INITIAL_FORMS": str(known),
    } | changes
    for each in tasks:
        fields |= each
    return {name: value for name, value in fields.items() if value is not None}


def add(client: Client, **data: Any) -> Any:
    return client.post(reverse("admin:challenges_challenge_add"), data["data"], follow=True)


def do(client: Client, thing: Challenge | Badge, name: str) -> Any:
    kind = type(thing).__name__.lower()
    return client.post(reverse(f"admin:challenges_{kind}_act", args=[thing.pk, name]), follow=True)


def test_a_challenge_is_created_with_badge_tasks_and_prize_and_put_live(owner: Client, member: Member) -> None:
    badge = {"name": "Regular", "slug": "regular", "description": "", "position": "0"}
    owner.post(reverse("admin:challenges_badge_add"), badge | {"shape": "star", "colour": "#1d6a96", "glyph": "people"})
    regular = Badge.objects.get()
    assert regular.art == {"shape": "star", "colour": "#1d6a96", "glyph": "people"}

    page = owner.get(reverse("admin:challenges_challenge_add"))
    assert page.status_code == 200
    add(owner, data=form(task(0), prize_badge=str(regular.pk)))
    challenge = Challenge.objects.get()
    assert challenge.state == "draft"
    pays(member, "order-0")
    assert not Participation.objects.exists()

    do(owner, challenge, "publish")
    challenge.refresh_from_db()
    assert challenge.state == "live"
    pays(member, "order-1")
    assert Wallet.of(member.pk).available == 20
    pays(member, "order-2", minutes=1)

    assert Wallet.of(member.pk).available == 170
    assert Participation.objects.get().completed


def test_a_sum_is_written_in_whole_units(owner: Client) -> None:
    add(owner, data=form(task(0, kind="total", amount="150.50", stones="50: 10")))

    written = Challenge.objects.get().tasks.get()
    assert (written.target, written.milestones) == (15050, [{"at": 5000, "points": 10}])
    page = owner.get(reverse("admin:challenges_challenge_change", args=[written.challenge_id])).content.decode()
    assert 'value="150.50"' in page or 'value="150.5"' in page
    assert "50: 10" in page


def test_a_challenge_is_for_the_tiers_that_were_ticked(owner: Client) -> None:
    for points, slug in enumerate(("bronze", "silver", "gold")):
        TierLevel.objects.create(tiers=Tiers.current(), slug=slug, name=slug.title(), from_points=points)

    add(owner, data=form(task(0)) | {"audience": ["silver", "gold"]})

    challenge = Challenge.objects.get()
    assert challenge.audience == ["silver", "gold"]
    page = owner.get(reverse("admin:challenges_challenge_change", args=[challenge.pk])).content.decode()
    assert page.count("checked") >= 2
    response = add(owner, data=form(task(0), slug="other") | {"audience": ["jade"]})
    assert "Select a valid choice. jade" in response.content.decode()
    add(owner, data=form(task(0), slug="for-all"))
    assert Challenge.objects.get(slug="for-all").audience is None


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (form(), "at least one task"),
        (form(task(0), need="2"), "asks for more tasks"),
        (form(task(0, amount="1.5")), "whole number"),
        (form(task(0, amount="0")), "greater than or equal"),
        (form(task(0, stones="one: two")), "Write it like this"),
        (form(task(0, stones="3: 5")), "beyond the target"),
        (form(task(0, activity="order.refunded")), "Select a valid choice"),
        (form(task(0, activity="tier.changed")), "Select a valid choice"),
        (form(task(0), task(1)), "duplicate"),
        (form(task(0), slug="Two Orders"), "small letters"),
        (
            form(
                task(0),
                starts_0="2026-11-20",
                starts_1="10:00",
                ends_0="2026-11-19",
                ends_1="10:00",
            ),
            "ends before it starts",
        ),
    ],
)
def test_a_challenge_that_makes_no_sense_is_not_saved(owner: Client, data: dict[str, Any], complaint: str) -> None:
    response = add(owner, data=data)

    assert complaint in response.content.decode()
    assert not Challenge.objects.exists()


def test_a_challenge_cannot_come_before_itself(owner: Client) -> None:
    first = a_challenge("first", {"slug": "orders", "target": 2})
    second = a_challenge("second", after=(first,))
    ids = {"tasks-0-id": str(first.tasks.get().pk), "tasks-0-challenge": str(first.pk)}

    response = owner.post(
        reverse("admin:challenges_challenge_change", args=[first.pk]),
        form(task(0) | ids, known=1, after=[str(second.pk)]),
    )

    assert "before itself" in response.content.decode()
    assert not first.after.exists()


def test_editing_a_live_challenge_says_for_whom_it_holds_and_begins_a_version(owner: Client, member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=150)
    pays(member, "order-1")
    version = Brand.current().version
    address = reverse("admin:challenges_challenge_change", args=[challenge.pk])
    assert "holds for those who join from now on" in owner.get(address).content.decode()
    ids = {"tasks-0-id": str(challenge.tasks.get().pk), "tasks-0-challenge": str(challenge.pk)}

    owner.post(address, form(task(0, amount="1", stones="") | ids, known=1, prize_points="7", slug=None))

    assert Brand.current().version == version + 1
    assert [edition.terms.prize_points for edition in challenge.editions.order_by("since")] == [150, 7]
    pays(member, "order-2", minutes=1)
    assert Wallet.of(member.pk).available == 150


def test_a_draft_without_a_task_cannot_go_live(owner: Client) -> None:
    challenge = Challenge.objects.create(slug="empty", title="Empty")

    response = do(owner, challenge, "publish")

    challenge.refresh_from_db()
    assert challenge.state == "draft"
    assert "It needs at least one task." in response.content.decode()


def test_ending_twice_is_harmless(owner: Client) -> None:
    challenge = a_challenge("two-orders")

    do(owner, challenge, "end")
    version = Brand.current().version
    do(owner, challenge, "end")

    challenge.refresh_from_db()
    assert challenge.state == "ended"
    assert Brand.current().version == version


def test_acts_are_posts(owner: Client) -> None:
    challenge = a_draft("draft")

    owner.get(reverse("admin:challenges_challenge_act", args=[challenge.pk, "publish"]))

    challenge.refresh_from_db()
    assert challenge.state == "draft"


def test_only_a_draft_can_be_deleted(owner: Client) -> None:
    draft, live = a_draft("draft"), a_challenge("live")

    for challenge in (draft, live):
        owner.post(reverse("admin:challenges_challenge_delete", args=[challenge.pk]), {"post": "yes"})

    assert list(Challenge.objects.all()) == [live]


@pytest.mark.parametrize(("part", "wrong"), [("colour", "green"), ("shape", "cube"), ("glyph", "dragon")])
def test_a_badge_that_cannot_be_drawn_is_not_saved(owner: Client, part: str, wrong: str) -> None:
    look = {"shape": "star", "colour": "#1d6a96", "glyph": "people"} | {part: wrong}

    response = owner.post(
        reverse("admin:challenges_badge_add"), {"name": "B", "slug": "b", "description": "", "position": "0"} | look
    )

    assert response.status_code == 200
    assert not Badge.objects.exists()


def test_a_badge_is_retired_and_brought_back(owner: Client) -> None:
    badge = a_badge("old")

    do(owner, badge, "retire")
    badge.refresh_from_db()
    assert badge.retired
    do(owner, badge, "bring_back")
    badge.refresh_from_db()
    assert not badge.retired


@pytest.mark.parametrize("name", ["challenge", "badge", "participation", "badgeaward"])
def test_every_list_and_page_opens(
    owner: Client, member: Member, name: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        a_challenge(f"challenge-{number}", prize_badge=a_badge(f"badge-{number}"))
    for number in range(3):
        person = Member.objects.create_user(f"person-{number}@example.com")
        pays(person, f"order-{number}")
    pays(member, "mine")
    is_refunded(member, "mine", minutes=1)

    with django_assert_max_num_queries(14):
        assert owner.get(reverse(f"admin:challenges_{name}_changelist")).status_code == 200
    model = {"participation": Participation}.get(name)
    if model:
        page = owner.get(reverse(f"admin:challenges_{name}_change", args=[model.objects.all()[0].pk]))
        assert page.status_code == 200


@pytest.mark.parametrize("name", ["participation", "badgeaward"])
def test_facts_are_only_read(owner: Client, member: Member, name: str) -> None:
    a_challenge("one-order", prize_badge=a_badge("b"))
    pays(member, "order-1")
    row = Participation.objects.get() if name == "participation" else member.badge_awards.get()  # type: ignore[attr-defined]
    change = reverse(f"admin:challenges_{name}_change", args=[row.pk])

    assert owner.get(change).status_code == 200
    assert owner.post(change, {"state": "joined"}).status_code == 403
    assert owner.get(reverse(f"admin:challenges_{name}_add")).status_code == 403
    assert owner.post(reverse(f"admin:challenges_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("curator", 200), ("support", 403), ("moderator", 403), ("analyst", 403)])
def test_only_curators_write(client_of: ClientOf, role: str, status: int) -> None:
    client = client_of(Member.objects.create_user(f"{role}@example.com", role=role))

    assert client.get(reverse("admin:challenges_challenge_add")).status_code == status
    assert client.get(reverse("admin:challenges_challenge_changelist")).status_code == 200


def test_a_member_of_staff_sees_a_members_challenges_on_their_page(owner: Client, member: Member) -> None:
    a_challenge("one-order", prize_badge=a_badge("regular"))
    pays(member, "order-1")

    page = owner.get(reverse("admin:members_member_change", args=[member.pk])).content.decode()

    assert "One order" in page
    assert "Regular" in page


def test_kinds_of_this_brand_can_be_chosen(owner: Client) -> None:
    Kind.objects.create(slug="review.posted", title="Wrote a review")

    page = owner.get(reverse("admin:challenges_challenge_add")).content.decode()

    assert "Wrote a review (review.posted)" in page
    assert "order.refunded" not in page


@pytest.mark.parametrize("role", ["moderator", "support", "analyst"])
def test_whoever_may_only_read_a_challenge_reads_all_of_it(role: str, owner: Client, client_of: ClientOf) -> None:
    add(
        owner,
        data=form(task(0, kind="total", amount="150.50", stones="50: 10"), prize_badge=str(a_badge("regular").pk)),
    )
    challenge = Challenge.objects.get()
    reader = client_of(Member.objects.create_user("reader@example.com", role=role))
    page = reader.get(reverse("admin:challenges_challenge_change", args=[challenge.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "150.5" in text
    assert "50: 10" in text
    assert 'name="title"' not in text


def test_whoever_may_only_read_a_badge_sees_its_look(client_of: ClientOf) -> None:
    badge = a_badge("regular")
    analyst = client_of(Member.objects.create_user("reader@example.com", role="analyst"))
    page = analyst.get(reverse("admin:challenges_badge_change", args=[badge.pk])).content.decode()
    assert "badge-art--earned" in page
    assert 'name="shape"' not in page
