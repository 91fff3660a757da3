"""The pages of challenges and badges, for members and for visitors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.test import Client

from challenges.joining import join
from challenges.live_fragments import badges as badges_fragment
from challenges.live_fragments import challenge as challenge_fragment
from challenges.models import Challenge, Participation
from core import clock
from core.members.models import Member
from tests.challenges.factories import NOON, a_badge, a_challenge, a_draft, happens, pays

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ClientOf = Callable[[Member], Client]


@pytest.fixture
def browser(client_of: ClientOf, member: Member) -> Client:
    """Ada's."""
    return client_of(member)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def a_shop_of_challenges() -> None:
    """One challenge of every state for who has ordered once."""
    critic = a_badge("critic", description="Three honest reviews")
    first = a_challenge("first-steps", prize_points=150, prize_badge=a_badge("first-leaf"))
    a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=20)
    a_challenge("critics", {"slug": "r", "activity": "review.posted", "target": 3}, join="by_hand", prize_badge=critic)
    reviews = a_challenge("later", {"slug": "share", "activity": "post.shared"}, after=(first,), join="by_hand")
    a_challenge("much-later", {"slug": "order"}, after=(reviews,))
    a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000}, ends=NOON + timedelta(days=9))
    a_challenge("winter", starts=NOON + timedelta(days=9))


@pytest.mark.parametrize("address", ["/challenges/", "/challenges/first-steps/", "/badges/", "/badges/first-leaf/"])
def test_visitors_may_read(client: Client, address: str) -> None:
    a_shop_of_challenges()

    response = client.get(address)

    assert response.status_code == 200
    assert "<progress" in text_of(response) or "badge-art" in text_of(response)


@pytest.mark.parametrize("address", ["/challenges/", "/challenges/first-steps/", "/badges/", "/badges/first-leaf/"])
def test_pages_are_only_read(browser: Client, address: str) -> None:
    a_shop_of_challenges()

    assert browser.post(address).status_code == 405
    assert browser.head(address).status_code == 200


@pytest.mark.parametrize("address", ["/challenges/nothing/", "/challenges/draft/", "/badges/nothing/"])
def test_what_is_not_there_or_a_draft_is_not_found(browser: Client, address: str) -> None:
    a_draft("draft")

    assert browser.get(address).status_code == 404
    assert browser.post("/challenges/draft/participation/").status_code == 404


def test_the_list_shows_what_is_under_way_open_locked_and_done(browser: Client, member: Member) -> None:
    a_shop_of_challenges()
    with clock.at(NOON):
        pays(member, "order-1")
        response = browser.get("/challenges/")

    groups = response.context
    assert [one.slug for one in groups["under_way"]] == ["two-orders", "larder"]
    assert [one.slug for one in groups["open"]] == ["critics", "later"]
    assert [one.slug for one in groups["locked"]] == ["much-later", "winter"]
    assert [one.slug for one in groups["completed"]] == ["first-steps"]
    assert 'id="challenge-two-orders"' in text_of(response)
    assert "Complete this first:" in text_of(response)


def test_an_empty_programme_says_what_to_do(browser: Client) -> None:
    assert "No challenge just now" in text_of(browser.get("/challenges/"))
    assert "No badges yet" in text_of(browser.get("/badges/"))


def test_the_page_shows_bars_prize_terms_and_what_counted(browser: Client, member: Member) -> None:
    a_challenge(
        "larder",
        {"slug": "spend", "title": "Spend 150 EUR", "kind": "total", "target": 15000},
        summary="Fill the **larder**. <script>alert(1)</script>",
        prize_points=500,
    )
    pays(member, "order-77", 9000)

    page = text_of(browser.get("/challenges/larder/"))

    assert "€90.00 of €150.00" in page
    assert 'value="9000" max="15000"' in page
    assert "order-77" in page
    assert "<strong>larder</strong>" in page
    assert "<script>alert" not in page
    assert "500" in page


def test_a_visitor_is_asked_to_sign_up_and_led_back(client: Client) -> None:
    a_challenge("critics", join="by_hand")

    assert "next=/challenges/critics/" in text_of(client.get("/challenges/critics/"))
    response = client.post("/challenges/critics/participation/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/challenges/critics/"
    assert not Participation.objects.exists()


def test_joining_without_a_script_leads_back_to_the_page_with_a_message(browser: Client, member: Member) -> None:
    a_challenge("critics", join="by_hand")

    response = browser.post("/challenges/critics/participation/")

    assert (response.status_code, response["Location"]) == (303, "/challenges/critics/")
    assert [str(one) for one in get_messages(response.wsgi_request)] == ["You have joined: Critics."]
    assert Participation.objects.filter(member=member).exists()


def test_joining_with_a_script_answers_with_the_part_of_the_page(browser: Client) -> None:
    a_challenge("critics", join="by_hand")

    response = browser.post("/challenges/critics/participation/", headers=HTMX)

    page = text_of(response)
    assert response.status_code == 200
    assert page.strip().startswith('<section id="participation"')
    assert "<html" not in page
    assert 'id="challenge-critics"' in page
    assert "Under way" in page
    assert "HX-Request" in response["Vary"]


def test_joining_is_a_post(browser: Client) -> None:
    a_challenge("critics", join="by_hand")

    assert browser.get("/challenges/critics/participation/").status_code == 405
    assert not Participation.objects.exists()


def test_a_refusal_is_409_with_its_reason(browser: Client) -> None:
    a_challenge("first-steps")
    a_challenge("critics", join="by_hand", after=(a_challenge("before"),))

    response = browser.post("/challenges/critics/participation/")
    assert response.status_code == 409
    assert "Complete this first: Before." in text_of(response)
    assert browser.post("/challenges/first-steps/participation/", headers=HTMX).status_code == 409


def test_an_ended_challenge_stays_for_who_took_part(browser: Client, member: Member, client: Client) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2})
    pays(member, "order-1")
    challenge.end()

    assert "1 of 2" in text_of(browser.get("/challenges/two-orders/"))
    assert "This challenge has ended." in text_of(client.get("/challenges/two-orders/"))
    assert [one.state for one in browser.get("/challenges/").context["expired"]] == ["expired"]
    assert "two-orders" not in text_of(client.get("/challenges/"))


def test_the_shelf_shows_earned_ones_first_and_what_the_others_ask(browser: Client, member: Member) -> None:
    a_shop_of_challenges()
    a_badge("night-owl", secret=True)
    pays(member, "order-1")
    with clock.at(NOON):
        join(member, Challenge.objects.get(slug="critics"))
    happens(member, "review.posted", minutes=1)

    response = browser.get("/badges/")

    assert [(place.badge.slug, place.state) for place in response.context["places"]] == [
        ("first-leaf", "earned"),
        ("critic", "locked"),
        ("night-owl", "secret"),
    ]
    page = text_of(response)
    assert "Critics: 33 %" in page
    assert "Night-Owl" not in page


def test_a_secret_badge_is_a_silhouette_until_it_is_earned(browser: Client, member: Member) -> None:
    a_challenge("night", prize_badge=a_badge("night-owl", secret=True, description="Ordered at night"))
    assert "Ordered at night" not in text_of(browser.get("/badges/night-owl/"))
    assert "Night-Owl" not in text_of(browser.get("/challenges/night/"))

    pays(member, "order-1")

    assert "Ordered at night" in text_of(browser.get("/badges/night-owl/"))


def test_a_retired_badge_is_seen_by_who_has_it(browser: Client, member: Member, client: Client) -> None:
    badge = a_badge("old")
    a_challenge("one-order", prize_badge=badge)
    pays(member, "order-1")
    badge.retire()

    assert browser.get("/badges/old/").status_code == 200
    assert client.get("/badges/old/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/challenges/", "/challenges/challenge-0/", "/badges/", "/badges/badge-0/"])
def test_a_page_makes_few_queries_however_much_there_is(
    browser: Client, member: Member, address: str, django_assert_max_num_queries: Any
) -> None:
    before = None
    for number in range(15):
        before = a_challenge(
            f"challenge-{number}",
            {"slug": "orders", "target": 1 if number < 5 else 90},
            prize_badge=a_badge(f"badge-{number}"),
            after=(before,) if before and number > 12 else (),
        )
    for number in range(30):
        pays(member, f"order-{number}", minutes=number)

    with django_assert_max_num_queries(20 if address == "/" else 8):
        assert browser.get(address).status_code == 200


def test_the_socket_sends_the_fragment_of_the_page(browser: Client, member: Member) -> None:
    a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_badge=a_badge("regular"))
    pays(member, "order-1")

    progress = render_to_string("challenges/challenge.html#progress", challenge_fragment(member, slug="two-orders"))
    shelf = render_to_string("challenges/badges.html#badges", badges_fragment(member))

    assert progress.strip() in text_of(browser.get("/challenges/two-orders/"))
    assert shelf.strip() in text_of(browser.get("/badges/"))
    assert "hx-swap-oob" not in progress
    swapped = render_to_string(
        "challenges/challenge.html#progress", {**challenge_fragment(member, slug="two-orders"), "oob": True}
    )
    assert 'id="challenge-two-orders" class="stack" hx-swap-oob="true"' in swapped


def test_the_front_pages_show_the_next_step_and_what_could_be_begun(
    browser: Client, member: Member, client: Client
) -> None:
    a_shop_of_challenges()
    with clock.at(NOON):
        pays(member, "order-1")
        page = text_of(browser.get("/"))
        visitors = text_of(client.get("/"))

    assert page.index("Your next step") < page.index("Two orders") < page.index("Also under way")
    assert page.count('id="challenge-two-orders"') == 1
    assert page.count('id="badges"') == 1
    assert "Challenges to begin today" in visitors
    assert "/challenges/first-steps/" in visitors
