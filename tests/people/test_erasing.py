"""Erasing a person: nothing tells who they were, and the books do not move."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from challenges.models import BadgeAward
from core import audit
from core.activities.models import Activity
from core.brand.models import Brand
from core.ledger.models import Entry, Transfer, Wallet
from core.members import closing, erasure
from core.members import staff as appointing
from core.members.forms import ProfileForm
from core.members.models import Member, StaffChange, canonical, identity
from core.members.sessions import about
from referrals.models import Referral
from rewards.models import Redemption
from tests.mailbox import Mailbox
from tests.people.conftest import ALIAS, EMAIL, Stage, door, traces
from tests.shop import order, refund

pytestmark = pytest.mark.django_db


def manage(*arguments: str) -> int:
    """The exit code of `manage.py person …`."""
    try:
        call_command("person", *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def breaches() -> list[str]:
    return [f"{law.slug}: {row}" for law in audit.laws() for row in law.check()]


def books() -> list[tuple[object, ...]]:
    return list(Entry.objects.order_by("pk").values_list("pk", "transfer__reference", "account", "member", "points"))


def test_nothing_in_the_whole_database_tells_who_it_was(stage: Stage) -> None:
    words = (EMAIL, identity(EMAIL), ALIAS, "lovelace")
    before = traces(*words)
    for table in ("members_member", "activities_activity", "members_letter", "api_reply"):
        assert any(table in trace for trace in before), table
    for table in ("members_staffchange", "account_emailaddress", "members_signin", "members_allowance"):
        assert any(table in trace for trace in before), table
    assert len(list(about(stage.ada.pk, EMAIL))) == 1
    assert manage("erase", EMAIL.upper()) == 0
    # A session does not show what it holds until it is opened.
    assert traces(*words) == []
    assert list(about(stage.ada.pk, EMAIL)) == []


def test_the_books_stay_as_they_are_of_nobody(stage: Stage) -> None:
    before, wallet = books(), Wallet.objects.values().get(pk=stage.ada.pk)
    ahead = Redemption.objects.live().filter(member=stage.ada).count()
    assert ahead == 1
    erasure.erase(EMAIL)
    after = books()
    assert after[: len(before)] == before
    assert {row[1].partition(":")[0] for row in after[len(before) :]} == {"redemption"}
    now = Wallet.objects.values().get(pk=stage.ada.pk)
    cost = Redemption.objects.get().cost
    assert (now["available"], now["spent"]) == (wallet["available"] + cost, wallet["spent"] - cost)
    assert breaches() == []


def test_what_is_still_ahead_is_given_back(stage: Stage) -> None:
    booked = Redemption.objects.select_related("session").get(member=stage.ada)
    taken = booked.seat.taken
    erasure.erase(EMAIL)
    booked.refresh_from_db()
    booked.seat.refresh_from_db()
    assert (booked.state, booked.seat.taken) == ("cancelled", taken - 1)


def test_the_member_is_out_and_cannot_come_back(stage: Stage) -> None:
    assert stage.browser.get("/wallet/").status_code == 200
    erasure.erase(EMAIL)
    assert stage.browser.get("/wallet/").status_code == 302
    assert not BrowserSession.objects.filter(pk=stage.browser.session.session_key).exists()
    kept = Member.objects.get(pk=stage.ada.pk)
    closing.reopen(kept)
    kept.refresh_from_db()
    assert (kept.is_active, kept.address, str(kept)) == (False, "", f"Erased person {kept.pk}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=kept.pk).update(is_active=True)


def test_a_form_that_was_open_meanwhile_brings_nobody_back(stage: Stage) -> None:
    form = ProfileForm({"alias": "Evelina", "language": "en", "time_zone": ""}, instance=stage.ada)
    assert form.is_valid()
    erasure.erase(EMAIL)
    form.save()
    assert traces(EMAIL, "Evelina") == []


def test_twice_is_harmless_and_says_that_there_is_nothing(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert manage("erase", EMAIL) == 0
    before = books()
    assert manage("erase", EMAIL) == 1
    assert capsys.readouterr().err == f"Nothing is known of {EMAIL}.\n"
    assert (books(), breaches()) == (before, [])


def test_what_is_no_address_is_exit_2(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert manage("erase", "ada") == 2
    assert capsys.readouterr().err == "ada is not an e-mail address.\n"


def test_the_same_address_joins_anew_as_somebody_else(stage: Stage, mailbox: Mailbox) -> None:
    erasure.erase(EMAIL)
    door(EMAIL, mailbox)
    again = Member.objects.get(email=canonical(EMAIL))
    assert again.pk != stage.ada.pk
    assert (Wallet.of(again.pk).available, BadgeAward.objects.filter(member=again).count()) == (0, 0)
    assert breaches() == []


def test_an_order_that_comes_later_revives_nobody(stage: Stage) -> None:
    erasure.erase(EMAIL)
    wallet = Wallet.objects.values().get(pk=stage.ada.pk)
    assert stage.shop.send(order(EMAIL, "order-9", "60.00")).json()["status"] == "parked"
    assert Wallet.objects.values().get(pk=stage.ada.pk) == wallet
    assert not Member.objects.filter(email=EMAIL).exists()
    # The shop's new word is a new person's trace, and goes as the old ones went.
    assert manage("erase", EMAIL) == 0
    assert traces(EMAIL) == []


def test_a_refund_still_settles_the_books_and_says_nothing_of_the_person(stage: Stage) -> None:
    erasure.erase(EMAIL)
    earned = Wallet.of(stage.ada.pk).earned
    assert stage.shop.send(refund("order-2", email=EMAIL)).status_code == 202
    assert Wallet.of(stage.ada.pk).earned < earned
    assert traces(EMAIL) == []
    assert breaches() == []


def test_a_repeat_gets_its_first_answer_and_leaves_no_trace(stage: Stage) -> None:
    first = Activity.objects.get(external_id="evt-ada-1").answer
    erasure.erase(EMAIL)
    said = order(EMAIL, "order-1", "60.00")
    again = stage.shop.send(said, id="evt-ada-1")
    assert (again.status_code, again.json()["points"]) == (200, first["points"])
    other = stage.shop.send(said, id="evt-ada-another")
    assert (other.status_code, other.json()["duplicate"]) == (200, True)
    assert traces(EMAIL) == []
    assert breaches() == []


def test_a_repeat_opens_no_wallet_where_everybody_takes_part(stage: Stage) -> None:
    Brand.objects.update(enrolment=Brand.Enrolment.UNIVERSAL)
    erasure.erase(EMAIL)
    said = order(EMAIL, "order-1", "60.00")
    assert stage.shop.send(said, id="evt-ada-1").status_code == 200
    assert stage.shop.send(said, id="evt-ada-another").status_code == 200
    assert traces(EMAIL) == []
    assert stage.shop.send(order(EMAIL, "order-new", "60.00")).json()["status"] == "accepted"
    assert Member.objects.filter(email=EMAIL, claimed=False).count() == 1
    assert breaches() == []


def test_the_api_answers_a_repeat_without_the_address(stage: Stage) -> None:
    erasure.erase(EMAIL)
    again = stage.api("members", key="ada-1", email=EMAIL)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert EMAIL not in again.content.decode()
    assert Member.objects.filter(email=EMAIL).count() == 0


def test_the_friend_of_an_erased_inviter_still_gets_theirs(stage: Stage) -> None:
    erasure.erase("grace@example.com")
    stage.shop.send(refund("order-0"))
    assert breaches() == []
    assert Referral.objects.get(friend=stage.ada).friend_reward == "earned"


def test_the_inviter_of_an_erased_friend_keeps_theirs(stage: Stage, client_of: Callable[[Member], Client]) -> None:
    before = Wallet.of(stage.grace.pk).earned
    assert Referral.objects.get(friend=stage.ada).referrer_reward == "earned"
    erasure.erase(EMAIL)
    assert Wallet.of(stage.grace.pk).earned == before
    page = client_of(stage.grace).get("/invite/").content.decode()
    assert ALIAS.split()[0] not in page
    assert "erased" not in page
    for number in range(4):
        stage.shop.send(refund(f"order-{number}"))
    assert Wallet.of(stage.grace.pk).earned < before
    assert breaches() == []


def test_the_last_owner_stays(staff: Member, capsys: pytest.CaptureFixture[str]) -> None:
    assert manage("erase", staff.email) == 1
    assert "last owner" in capsys.readouterr().err
    staff.refresh_from_db()
    assert (staff.email, staff.role) == ("owner@example.com", "owner")


def test_staff_who_are_erased_leave_what_they_did_without_their_name(stage: Stage) -> None:
    appointing.appoint("second@example.com", "owner")
    changes = StaffChange.objects.count()
    erasure.erase("owner@example.com")
    assert StaffChange.objects.count() >= changes
    assert traces("owner@example.com") == []


def test_of_who_never_joined_what_waits_is_forgotten(programme: None, stage: Stage) -> None:
    stage.shop.send(order("eve@example.com", "order-e", "60.00"))
    assert manage("erase", "eve@example.com") == 0
    assert traces("eve@example.com") == []
    assert Activity.objects.get(reference="order-e").status == "ignored"
    assert stage.shop.send(refund("order-e", "10.00", email="eve@example.com")).json()["status"] == "ignored"
    assert traces("eve@example.com") == []
    assert breaches() == []


def test_nothing_is_forgotten_when_a_step_fails(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = traces(EMAIL)

    def fail(done: erasure.Erasure) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(erasure, "_steps", [*erasure._steps, (99, fail)])
    with pytest.raises(RuntimeError):
        erasure.erase(EMAIL)
    assert traces(EMAIL) == before


def test_the_work_does_not_grow_with_what_is_known(stage: Stage, django_assert_max_num_queries: object) -> None:
    said = [order(EMAIL, f"more-{number}", "5.00") for number in range(60)]
    assert stage.shop.send_batch(*said).status_code == 202
    with django_assert_max_num_queries(110):  # type: ignore[operator]
        erasure.erase(EMAIL)
    assert Transfer.objects.filter(member=stage.ada).exists()
