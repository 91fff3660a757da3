"""A mystery is drawn once for ever, by odds that are public and a seed that anybody can check it by afterwards."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from core.audit import laws
from core.brand.models import Brand
from core.earning.calculations import CALCULATIONS, Fact, Standing
from core.earning.drawing import drawn, seal
from core.earning.models import Rule
from core.ledger.models import Lot, Transfer, Wallet
from core.ledger.rebuilding import differences
from core.programme.exporting import export
from tests.activities.conftest import ada, join, shop, wallet_of  # noqa: F401
from tests.shop import event, order, refund

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
ODDS = [[10, 70], [50, 25], [500, 5]]
RULE = "{slug: surprise, activity: %s, calculation: mystery, settings: {odds: %s}%s}"
KIND = "kinds:\n  - {kind: survey.answered, title: Answered a survey}\n"
BRAND = Brand(points_one="leaf", points_other="leaves", currency="EUR")


@pytest.fixture
def programme(db, tmp_path):
    """Applies a programme with the rule, more of its terms, and other sections."""

    def apply(activity: str = "survey.answered", odds: object = ODDS, more: str = "", sections: str = KIND) -> None:
        file = tmp_path / "programme.yaml"
        file.write_text(f"{sections}earning:\n  - {RULE % (activity, odds, more)}\n")
        call_command("programme", "apply", str(file), verbosity=0)

    return apply


def answered(number: int, at: datetime = AT) -> dict:
    return event("survey.answered", "ada@example.com", at=at, reference=f"survey-{number}")


def all_is_right() -> bool:
    return not [breach for law in laws() for breach in law.check()] and not list(differences())


def test_the_odds_are_kept():
    """Chi-square of 20,000 draws: with two degrees of freedom above 13.8 once in a thousand; the seed is fixed."""
    calculation = CALCULATIONS["mystery"].read({"odds": ODDS})
    number = 20_000
    found = dict.fromkeys((points for points, _chance in ODDS), 0)
    for each in range(number):
        fact = Fact("survey.answered", AT, id=f"1:evt-{each}", seed="5eed")
        found[calculation.points(fact, Standing()).points] += 1
    expected = {points: number * chance / 100 for points, chance in ODDS}
    assert sum((found[points] - expected[points]) ** 2 / expected[points] for points in found) < 13.8, found


def test_each_number_belongs_to_one_outcome():
    calculation = CALCULATIONS["mystery"].read({"odds": ODDS})
    given = [calculation._at(number) for number in range(100)]
    assert {points: given.count(points) for points, _chance in ODDS} == {10: 70, 50: 25, 500: 5}


def test_the_draw_is_what_it_is_said_to_be():
    assert drawn("5eed", "1:evt-1") == int(hmac.new(b"5eed", b"1:evt-1", "sha256").hexdigest(), 16) % 100
    assert seal("5eed") == hashlib.sha256(b"5eed").hexdigest()


def test_it_says_what_was_drawn_from_what():
    worth = (
        CALCULATIONS["mystery"]
        .read({"odds": ODDS})
        .points(Fact("survey.answered", AT, id="1:evt-1", seed="5eed"), Standing())
    )
    number = drawn("5eed", "1:evt-1")
    assert worth.explanation.text(BRAND) == (
        f"Drawn by lot: {number} of the numbers 0 to 99, which gives {worth.points} leaves."
    )
    assert worth.explanation.facts(BRAND) == [
        ("Numbers", "0 to 69: 10 leaves"),
        ("Numbers", "70 to 94: 50 leaves"),
        ("Numbers", "95 to 99: 500 leaves"),
        ("Drawn for", "1:evt-1"),
        ("Seal of the seed (SHA-256)", seal("5eed")),
        ("How to check", "The page of the rules says how, under Draws."),
    ]
    assert CALCULATIONS["mystery"].read({"odds": ODDS}).sentence().text(BRAND) == (
        "Drawn by lot: 10 leaves (70 in 100), 50 leaves (25 in 100), 500 leaves (5 in 100)."
    )


def test_any_order_of_arrival_draws_the_same(shop, ada, programme):  # noqa: F811
    programme()
    story = [answered(number, AT + timedelta(minutes=number)) | {"id": f"evt-{number}"} for number in range(4)]
    ends = set()
    for arrival in permutations(story):
        with transaction.atomic():
            for said in arrival:
                assert shop.send(dict(said), id=said["id"]).status_code == 202
            ends.add(tuple(Lot.objects.order_by("at").values_list("points", flat=True)))
            transaction.set_rollback(True)
    assert len(ends) == 1


def test_a_refund_takes_back_what_was_drawn_and_a_part_of_it_nothing(shop, ada, wallet_of, programme):  # noqa: F811
    programme("order.paid", sections="")
    shop.send(order("ada@example.com", "A", "42.50", at=AT))
    given = wallet_of(ada).available
    assert given in {10, 50, 500}
    shop.send(refund("A", "10.00"))
    assert wallet_of(ada).available == given
    shop.send(refund("A"))
    assert wallet_of(ada).available == 0
    assert all_is_right()


def test_a_limit_counts_draws(shop, ada, programme):  # noqa: F811
    programme(more=", limit: {count: 1, per: day}")
    for number in range(3):
        shop.send(answered(number))
    assert Lot.objects.filter(points__gt=0).count() == 1
    assert all_is_right()


def test_every_draw_can_be_checked_once_the_seed_is_shown(shop, ada, programme):  # noqa: F811
    programme()
    for number in range(12):
        shop.send(answered(number))
    seed = Rule.objects.in_force().get().seed
    page = Client().get("/fairness/").content.decode()
    assert seal(seed) in page
    assert seed not in page
    assert seed not in export()

    programme(odds=[[20, 50], [30, 50]])
    page = Client().get("/fairness/").content.decode()
    shown = re.findall(r"<dd>([0-9a-f]{64})</dd>", page)
    assert shown == [seed, seal(seed)]
    assert seal(Rule.objects.in_force().get().seed) in page
    assert Rule.objects.in_force().get().seed not in page
    for transfer in Transfer.objects.all():
        facts = dict(transfer.explanation.facts(BRAND))
        number = int(hmac.new(shown[0].encode(), facts["Drawn for"].encode(), "sha256").hexdigest(), 16) % 100
        assert transfer.points == (10 if number < 70 else 50 if number < 95 else 500)
    assert all_is_right()


def test_the_same_terms_keep_their_seed(programme):
    programme()
    seed = Rule.objects.get().seed
    programme()
    assert [rule.seed for rule in Rule.objects.all()] == [seed]
    programme(odds=[[10, 60], [50, 40]])
    seeds = {rule.seed for rule in Rule.objects.all()}
    assert len(seeds) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in seeds)


def test_a_drawn_prize_that_was_changed_is_named(shop, ada, programme):  # noqa: F811
    programme()
    shop.send(answered(1))
    assert all_is_right()
    Rule.objects.update(seed="another")
    assert any(law.slug == "facts-are-as-written" for law in laws() for _breach in law.check())
    lot, rule = Lot.objects.get(), Rule.objects.get()
    for number in range(1000):
        rule.seed = f"seed-{number}"
        named = lot.cause.rpartition(":")[2]
        if CALCULATIONS["mystery"].read({"odds": ODDS})._at(drawn(rule.seed, _id_of(int(named)))) != lot.points:
            break
    rule.save()
    assert list(differences())
    assert Wallet.objects.get(pk=ada.pk).available == lot.points


def _id_of(pk: int) -> str:
    from core.activities.models import Activity

    fact = Activity.objects.get(pk=pk)
    return f"{fact.source_id}:{fact.external_id}"


def test_the_file_has_it_back(programme, tmp_path):
    programme()
    file = tmp_path / "export.yaml"
    file.write_text(export())
    version = Brand.current().version
    call_command("programme", "apply", str(file), verbosity=0)
    assert Brand.current().version == version


def test_a_person_has_all_numbers_of_a_draw_in_their_data(shop, ada, programme, tmp_path):  # noqa: F811
    programme()
    shop.send(answered(1))
    file = tmp_path / "ada.json"
    call_command("person", "export", "ada@example.com", str(file), verbosity=0)
    said = file.read_text()
    assert "0 to 69: 10 points; 70 to 94: 50 points; 95 to 99: 500 points" in said
    assert Rule.objects.get().seed not in said
