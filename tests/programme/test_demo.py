"""The demo fills an empty database through the doors of real traffic, and the books are right afterwards."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from challenges.models import Challenge
from core import clock
from core.activities.models import Activity, Source
from core.audit import findings
from core.brand.models import Brand
from core.earning import tiers
from core.ledger.models import Lot, Transfer, Wallet
from core.ledger.rebuilding import differences
from core.ledger.upcoming import upcoming
from core.members.models import Member, Notice, NoticeMail
from core.programme.demo.telling import WRITTEN_FOR, moved, tell
from core.programme.reading import parse, read
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db
SMALL = ("--members", "8", "--days", "10")


def test_a_small_demo_is_told_quickly_and_leaves_the_books_right():
    began = time.monotonic()

    answer = run("demo", *SMALL)

    assert answer.code == 0, answer.err
    assert time.monotonic() - began < 60
    assert Member.objects.customers().count() == 8
    assert Activity.objects.filter(source__slug="shop", type="order.paid").count() > 8
    assert [f"{finding.law.slug}: {finding.rows}" for finding in findings() if finding.rows] == []
    assert list(differences()) == []


def test_the_demo_says_how_to_sign_in_and_shows_how_far_it_is():
    answer = run("demo", *SMALL)

    assert "/accounts/login/ with ada@example.com" in answer.out
    assert "/admin/ with owner@goodturn.example" in answer.out
    assert "100 %" in answer.err.splitlines()[-1]
    assert Member.objects.get(email="owner@goodturn.example").role == "owner"


def test_ada_is_the_first_member_and_can_book_a_class():
    run("demo", "--members", "12", "--days", "40")

    ada = Member.objects.get(email="ada@example.com")
    assert Member.objects.customers().order_by("pk").first() == ada
    assert Wallet.of(ada.pk).available >= 450


def test_the_demo_has_tiers_points_that_end_and_points_that_wait():
    run("demo", "--members", "12", "--days", "75")

    brand = Brand.current()
    ada = Member.objects.get(email="ada@example.com")
    standing = tiers.standing_of(ada.pk, brand)
    wallet = Wallet.of(ada.pk)
    assert standing is not None
    assert standing.slug != "bronze"
    assert standing.next is not None
    assert wallet.pending > 0
    assert Lot.objects.filter(member=ada, held_until__gt=clock.now()).exists()
    assert upcoming(wallet, brand) is not None
    assert {"tier.changed", "points.expiring", "points.released"} <= set(Notice.objects.values_list("kind", flat=True))
    assert Challenge.objects.live().filter(audience__isnull=False).exists()
    assert [f"{finding.law.slug}: {finding.rows}" for finding in findings() if finding.rows] == []
    assert list(differences()) == []


def test_nobody_gets_a_mail_about_what_was_long_ago():
    run("demo", *SMALL)

    assert Notice.objects.exists()
    assert not NoticeMail.objects.exists()


def test_the_same_seed_tells_the_same_story():
    stories = []
    for _time in range(2):
        with clock.at(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)):
            stories.append(_story("--seed", "3"))
    with clock.at(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)):
        other = _story("--seed", "4")

    assert stories[0] == stories[1]
    assert stories[0] != other


def _story(*options: str) -> list[tuple]:
    """What a demo leaves, told without keys; everything is taken back afterwards."""
    from django.db import transaction

    with transaction.atomic():
        run("demo", *SMALL, *options)
        told = list(
            Activity.objects.order_by("at", "email", "type", "amount").values_list("at", "email", "type", "amount")
        )
        told += list(
            Transfer.objects.order_by("at", "points", "reason", "member__email").values_list(
                "member__email", "points", "reason"
            )
        )
        transaction.set_rollback(True)
    return told


def test_a_database_with_members_is_refused_and_stays_as_it_was():
    Member.objects.create_user("somebody@example.com")

    answer = run("demo", *SMALL)

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "The demo needs an empty database, and this one has members.\n"
    assert list(Member.objects.values_list("email", flat=True)) == ["somebody@example.com"]
    assert not Source.objects.exclude(slug="site").exists()


def test_a_demo_that_is_interrupted_leaves_nothing():
    def interrupt(_note: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tell(members=8, days=10, seed=7, step=interrupt)

    assert not Member.objects.exists()
    assert not Activity.objects.exists()
    assert Brand.current().name == "Goodturn"


@pytest.mark.parametrize("options", [("--members", "0"), ("--days", "0"), ("--members", "1000000")])
def test_numbers_that_make_no_sense_are_refused(options):
    answer = run("demo", *options)

    assert answer.code == 2
    assert answer.err.startswith("There must be 1 to")


def test_a_programme_that_is_there_already_stays(apply):
    apply(
        "programme: {name: Ours, time_zone: Europe/Istanbul}\n"
        "earning:\n"
        "  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: '1.00'}}\n"
        "sources:\n  - {slug: till, kind: standard}\n"
    )

    answer = run("demo", *SMALL)

    assert answer.code == 0, answer.err
    assert run("programme", "export").out.startswith("programme:\n  name: Ours\n")
    assert Activity.objects.filter(source__slug="till").exists()
    assert Wallet.objects.filter(available__gt=0).exists()


def test_the_demo_gives_its_secret_back():
    run("demo", *SMALL)

    shop = Source.objects.get(slug="shop")
    assert shop.secrets_now() == []


def test_the_dates_of_the_file_move_together_by_whole_weeks():
    text = b"challenges:\n  - {starts: 2026-09-01T10:00:00+03:00, ends: 2026-09-02T10:00:00+03:00, title: 2026-09-01}\n"

    [item] = moved(parse(text, "x.yaml"), WRITTEN_FOR.replace(month=9, day=16)).data["challenges"]

    assert item == {
        "starts": "2026-09-15T10:00:00+03:00",
        "ends": "2026-09-16T10:00:00+03:00",
        "title": "2026-09-01",
    }


def test_the_file_of_the_demo_can_be_applied_as_it_is(settings):
    answer = run("programme", "apply", str(settings.BASE_DIR / "programmes" / "demo.yaml"))

    assert (answer.code, answer.err) == (0, "")
    assert read(str(settings.BASE_DIR / "programmes" / "demo.yaml")).data["programme"]["name"] == "Fern & Ember"
