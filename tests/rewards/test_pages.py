"""The pages of rewards and tickets: who sees what, what forms do, and at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.members.models import Member
from rewards import booking, cancelling
from rewards.models import Redemption, Reward, Session
from tests.rewards.conftest import available
from tests.rewards.factories import RewardFactory, SessionFactory, fund

ClientOf = Callable[[Member], Client]


def page(response: Any) -> str:
    return str(response.content.decode())


# --- the catalogue and a reward ---------------------------------------------------------------------------------------


def test_a_visitor_sees_rewards_with_cost_dates_and_seats(client: Client, session: Session) -> None:
    shown = page(client.get("/rewards/"))
    assert "An evening of ferments" in shown
    assert "100 points" in shown
    assert re.search(r'id="seats-december"[^>]*>10 seats left<', shown)


def test_a_member_sees_what_they_have_and_what_is_missing(client_of: ClientOf, reward: Reward, ada: Member) -> None:
    SessionFactory(reward__cost=1220)
    shown = page(client_of(ada).get("/rewards/"))
    assert "You have it" in shown
    assert "220 to go" in shown


def test_an_empty_catalogue_says_what_to_do(client: Client, db: None) -> None:
    assert "Nothing to have just now" in page(client.get("/rewards/"))


def test_drafts_are_not_there_and_retired_ones_say_so(client: Client, reward: Reward) -> None:
    Reward.objects.update(state="draft")
    assert client.get("/rewards/ferments/").status_code == 404
    assert client.post("/rewards/ferments/booking/", {"session": "december"}).status_code == 404
    Reward.objects.update(state="retired")
    assert "An evening" not in page(client.get("/rewards/"))
    assert client.get("/rewards/ferments/").status_code == 200


def test_a_reward_shows_dates_as_choices_with_place_and_terms(
    client_of: ClientOf, session: Session, ada: Member
) -> None:
    Session.objects.update(map_url="https://example.org/map")
    shown = page(client_of(ada).get("/rewards/ferments/"))
    assert 'name="session" value="december"' in shown
    assert "The back kitchen" in shown
    assert "can be cancelled until" in shown
    assert "https://example.org/map" in shown
    assert "Book for 100 points" in shown


def test_who_lacks_points_is_told_how_many_instead_of_a_button(
    client_of: ClientOf, session: Session, other_member: Member
) -> None:
    shown = page(client_of(fund(other_member, 40)).get("/rewards/ferments/"))
    assert "You need 60 points more" in shown
    assert "Book for" not in shown


def test_past_and_withdrawn_dates_are_not_offered(client: Client, session: Session) -> None:
    SessionFactory(reward=session.reward, slug="gone", starts=clock.now() - timedelta(hours=1))
    SessionFactory(reward=session.reward, slug="off", withdrawn=True)
    shown = page(client.get("/rewards/ferments/"))
    assert "seats-december" in shown
    assert "seats-gone" not in shown
    assert "seats-off" not in shown


def test_a_sold_out_date_says_so(client: Client, session: Session) -> None:
    Session.objects.update(taken=10)
    assert re.search(r'id="seats-december"[^>]*>Sold out<', page(client.get("/rewards/ferments/")))


def test_what_staff_write_runs_no_script(client: Client, session: Session) -> None:
    Reward.objects.update(about="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")
    shown = page(client.get("/rewards/ferments/"))
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


# --- booking ----------------------------------------------------------------------------------------------------------


def test_booking_leads_to_the_ticket(client_of: ClientOf, session: Session, ada: Member) -> None:
    response = client_of(ada).post("/rewards/ferments/booking/", {"session": "december"})
    redemption = Redemption.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/tickets/{redemption.token}/")
    assert available(ada) == 900


def test_a_double_click_books_once(client_of: ClientOf, session: Session, ada: Member) -> None:
    Reward.objects.update(limit_per_member=None)
    client = client_of(ada)
    key = re.search(r'name="key" value="([^"]+)"', page(client.get("/rewards/ferments/")))[1]
    answers = [client.post("/rewards/ferments/booking/", {"session": "december", "key": key}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Redemption.objects.count() == 1
    client.post("/rewards/ferments/booking/", {"session": "december"})
    assert Redemption.objects.count() == 2


def test_a_refusal_is_a_page_with_the_reason(client_of: ClientOf, session: Session, ada: Member) -> None:
    booking.book(session, member=ada)
    response = client_of(ada).post("/rewards/ferments/booking/", {"session": "december"})
    assert response.status_code == 409
    assert "You have this already" in page(response)
    assert 'data-slug="limit-reached"' in page(response)


def test_a_visitor_who_books_is_sent_to_sign_in_and_back_to_the_reward(client: Client, session: Session) -> None:
    response = client.post("/rewards/ferments/booking/", {"session": "december"})
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/rewards/ferments/")


BAD = ["", " ", "a\x00b", "ä", "a b", "x" * 61, "../..", "\ud800", "<b>", "١٢"]


@pytest.mark.parametrize("value", [None, *BAD])
def test_a_session_that_cannot_be_one_is_a_form_error(
    client_of: ClientOf, session: Session, ada: Member, value: str | None
) -> None:
    data = {} if value is None else {"session": value.encode(errors="replace").decode()}
    response = client_of(ada).post("/rewards/ferments/booking/", data)
    assert response.status_code == 422
    assert "Dates" in page(response)
    assert Redemption.objects.count() == 0


@pytest.mark.parametrize("key", ["x", "\x00", "1" * 500])
def test_a_key_that_is_none_is_a_form_error(client_of: ClientOf, session: Session, ada: Member, key: str) -> None:
    response = client_of(ada).post("/rewards/ferments/booking/", {"session": "december", "key": key})
    assert response.status_code == 422


def test_a_session_of_another_reward_is_not_there(client_of: ClientOf, session: Session, ada: Member) -> None:
    SessionFactory(slug="elsewhere")
    response = client_of(ada).post("/rewards/ferments/booking/", {"session": "elsewhere"})
    assert response.status_code == 404
    assert available(ada) == 1000


# --- the ticket -------------------------------------------------------------------------------------------------------


@pytest.fixture
def ticket(session: Session, ada: Member) -> Redemption:
    return booking.book(session, member=ada)


def test_the_ticket_shows_what_is_needed_at_the_door(client_of: ClientOf, ticket: Redemption, ada: Member) -> None:
    shown = page(client_of(ada).get(f"/tickets/{ticket.token}/"))
    assert re.search(r'role="img" aria-label="[^"]*QR[^"]*"><svg', shown)
    assert 'class="ticket"' in shown
    assert "The back kitchen" in shown
    assert f"/tickets/{ticket.token}/calendar.ics" in shown
    assert f'action="/tickets/{ticket.token}/cancellation/"' in shown
    assert "style=" not in shown


@pytest.mark.parametrize(("method", "tail"), [("get", ""), ("get", "calendar.ics"), ("post", "cancellation/")])
def test_a_ticket_is_there_for_its_owner_alone(
    client_of: ClientOf, client: Client, ticket: Redemption, other_member: Member, method: str, tail: str
) -> None:
    address = f"/tickets/{ticket.token}/{tail}"
    assert getattr(client_of(other_member), method)(address).status_code == 404
    assert getattr(client, method)(address).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "booked"


@pytest.mark.parametrize("token", ["x", "-", "a" * 500, "%00", "ä", "..", "a%0d%0ab"])
def test_a_made_up_ticket_is_not_there(client_of: ClientOf, ticket: Redemption, ada: Member, token: str) -> None:
    assert client_of(ada).get(f"/tickets/{token}/").status_code == 404


def test_cancelling_gives_back_and_shows_the_cancelled_ticket(
    client_of: ClientOf, ticket: Redemption, ada: Member
) -> None:
    client = client_of(ada)
    for _ in range(2):
        response = client.post(f"/tickets/{ticket.token}/cancellation/", follow=True)
        assert response.status_code == 200
        assert "This ticket is not good any more" in page(response)
    assert available(ada) == 1000


def test_a_ticket_that_is_too_late_to_cancel_has_no_form_and_refuses(
    client_of: ClientOf, ticket: Redemption, ada: Member
) -> None:
    Session.objects.update(starts=clock.now() + timedelta(hours=2), ends=clock.now() + timedelta(hours=4))
    client = client_of(ada)
    assert "cancellation" not in page(client.get(f"/tickets/{ticket.token}/"))
    response = client.post(f"/tickets/{ticket.token}/cancellation/")
    assert response.status_code == 409
    assert 'data-slug="too-late"' in page(response)
    assert available(ada) == 900


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/rewards/"),
        ("post", "/rewards/ferments/"),
        ("get", "/rewards/ferments/booking/"),
        ("put", "/rewards/ferments/booking/"),
        ("post", "/tickets/{token}/"),
        ("post", "/tickets/{token}/calendar.ics"),
        ("get", "/tickets/{token}/cancellation/"),
    ],
)
def test_other_methods_are_refused_and_change_nothing(
    client_of: ClientOf, ticket: Redemption, ada: Member, method: str, address: str
) -> None:
    response = getattr(client_of(ada), method)(address.format(token=ticket.token))
    assert response.status_code == 405
    assert Redemption.objects.filter(state="booked").count() == 1


@pytest.mark.parametrize("address", ["/rewards/", "/rewards/ferments/", "/tickets/{token}/"])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    client_of: ClientOf, ticket: Redemption, ada: Member, django_assert_max_num_queries: Any, address: str
) -> None:
    Reward.objects.update(limit_per_member=None)
    for _ in range(5):
        other = SessionFactory(reward=RewardFactory(limit_per_member=None))
        booking.book(other, member=ada)
        reward = Reward.objects.get(pk=ticket.reward_id)
        cancelling.cancel(booking.book(SessionFactory(reward=reward), member=ada))
        booking.book(SessionFactory(reward=reward), member=fund(ada, 100))
    client = client_of(ada)
    with django_assert_max_num_queries(12):
        assert client.get(address.format(token=ticket.token)).status_code == 200


def test_the_front_page_shows_tickets_before_offers(client_of: ClientOf, session: Session, ada: Member) -> None:
    client = client_of(ada)
    assert "Seats you could take" in page(client.get("/"))
    ticket = booking.book(session, member=ada)
    shown = page(client.get("/"))
    assert "Your tickets" in shown
    assert f"/tickets/{ticket.token}/" in shown


def test_the_visitors_front_page_shows_seats_left(client: Client, session: Session) -> None:
    assert 'id="seats-december"' in page(client.get("/"))
