"""What each calculation makes of an activity, without a member or a database."""

from __future__ import annotations

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
    ],
)
def test_wrong_settings_are_refused(name, settings):
    with pytest.raises(ValidationError):
        CALCULATIONS[name].read(settings)


def test_every_calculation_says_its_rule_in_a_sentence():
    settings = {"per_amount": {"points": 1, "per": "1.00"}}
    for name, calculation in CALCULATIONS.items():
        assert issubclass(calculation, Calculation)
        sentence = calculation.read(settings.get(name, {"points": 5})).sentence().text(BRAND)
        assert "leaf" in sentence or "leaves" in sentence
