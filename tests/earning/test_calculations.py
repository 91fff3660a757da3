"""What each calculation makes of an activity, without a member or a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from core.brand.models import Brand
from core.earning.calculations import CALCULATIONS, Award, Calculation, Fact, Standing

BRAND = Brand(points_one="leaf", points_other="leaves", currency="EUR")


def fact(amount: int = 0, taken_back: int = 0) -> Fact:
    return Fact("order.paid", datetime(2026, 11, 20, tzinfo=UTC), "order-1", amount, taken_back)


def award(name: str, settings: dict, activity: Fact) -> Award:
    return CALCULATIONS[name].read(settings).points(activity, Standing())


@pytest.mark.parametrize(
    ("points", "per", "amount", "expected"),
    [
        (1, "1.00", 4250, 42),
        (1, "1.00", 99, 0),
        (1, "1.00", 0, 0),
        (3, "10", 2999, 8),
        (5, "0.50", 149, 14),
        (1, "1.00", 10**14, 10**12),
    ],
)
def test_points_per_amount_are_rounded_down_once(points, per, amount, expected):
    assert award("per_amount", {"points": points, "per": per}, fact(amount)).points == expected


def test_points_per_amount_explain_themselves():
    worth = award("per_amount", {"points": 1, "per": "1.00"}, fact(2250, taken_back=2000))
    assert worth.explanation.text(BRAND) == "€22.50 × 1 leaf ÷ €1.00 = 22 leaves, rounded down."
    assert worth.explanation.facts(BRAND) == [
        ("Amount", "€42.50"),
        ("Refunded", "€20.00"),
        ("Left of it", "€22.50"),
    ]


@pytest.mark.parametrize(
    ("percent", "points_per_unit", "amount", "expected"),
    [
        ("5", 100, 4250, 212),
        ("5", 1, 4250, 2),
        ("0.01", 100, 9999, 0),
        ("0.01", 100, 10000, 1),
        ("100", 1000, 1, 10),
        ("12.5", 3, 999, 3),
        ("99.99", 1_000_000, 10**9, 9_999_000_000_000),
        ("5", 100, 0, 0),
    ],
)
def test_cash_back_is_worth_that_part_of_what_was_paid_rounded_down_once(percent, points_per_unit, amount, expected):
    calculation = CALCULATIONS["cash_back"].read({"percent": percent})
    assert calculation.points(fact(amount), Standing(points_per_unit=points_per_unit)).points == expected


def test_cash_back_explains_itself():
    worth = award("cash_back", {"percent": "5"}, fact(2250, taken_back=2000))
    assert worth.explanation.text(BRAND) == "€22.50 × 5 % × 100 leaves ÷ €1.00 = 112 leaves, rounded down."
    assert worth.explanation.facts(BRAND) == [
        ("Amount", "€42.50"),
        ("Refunded", "€20.00"),
        ("Left of it", "€22.50"),
        ("Percent", "5"),
        ("Worth in money", "€1.12"),
    ]
    sentence = CALCULATIONS["cash_back"].read({"percent": "2.50"}).sentence()
    assert sentence.text(BRAND) == "2.5 % of what you pay, as points worth as much."


@pytest.mark.parametrize("name", ["flat", "first_time"])
def test_flat_points_are_the_same_each_time(name):
    worth = award(name, {"points": 50}, fact())
    assert worth.points == 50
    assert "50 leaves" in worth.explanation.text(BRAND)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("flat", {}),
        ("flat", {"points": 0}),
        ("flat", {"points": -5}),
        ("flat", {"points": "50"}),
        ("flat", {"points": 1.5}),
        ("flat", {"points": True}),
        ("flat", {"points": 10**9}),
        ("flat", {"points": 5, "per": "1.00"}),
        ("per_amount", {"points": 1}),
        ("per_amount", {"points": 1, "per": "0.00"}),
        ("per_amount", {"points": 1, "per": "1.005"}),
        ("per_amount", {"points": 1, "per": "1.00\n"}),
        ("per_amount", {"points": 1, "per": 1}),
        ("cash_back", {}),
        ("cash_back", {"percent": 5}),
        ("cash_back", {"percent": "0"}),
        ("cash_back", {"percent": "0.00"}),
        ("cash_back", {"percent": "100.01"}),
        ("cash_back", {"percent": "5.005"}),
        ("cash_back", {"percent": "-5"}),
        ("cash_back", {"percent": "5\n"}),
        ("cash_back", {"percent": "5", "points": 1}),
        ("mystery", {}),
        ("mystery", {"odds": []}),
        ("mystery", {"odds": [[10, 100]]}),
        ("mystery", {"odds": [[10, 50], [20, 49]]}),
        ("mystery", {"odds": [[10, 50], [20, 51]]}),
        ("mystery", {"odds": [[10, 50], [10, 50]]}),
        ("mystery", {"odds": [[10, 100], [20, 0]]}),
        ("mystery", {"odds": [[0, 50], [20, 50]]}),
        ("mystery", {"odds": [[10, 150], [20, -50]]}),
        ("mystery", {"odds": [[10, 50, 1], [20, 50]]}),
        ("mystery", {"odds": [[10, "50"], [20, 50]]}),
        ("mystery", {"odds": [[10, 50.0], [20, 50]]}),
        ("mystery", {"odds": [[10**9, 50], [20, 50]]}),
        ("mystery", {"odds": [[n + 1, 4 if n < 4 else 5] for n in range(21)]}),
    ],
)
def test_wrong_settings_are_refused(name, settings):
    with pytest.raises(ValidationError):
        CALCULATIONS[name].read(settings)


def test_every_calculation_says_its_rule_in_a_sentence():
    for name, calculation in CALCULATIONS.items():
        assert issubclass(calculation, Calculation)
        sentence = calculation.read(json.loads(calculation.example)).sentence().text(BRAND)
        assert any(word in sentence for word in ("leaf", "leaves", "points worth")), name
