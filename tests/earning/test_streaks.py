"""A streak multiplies what is done period after period, whatever order it is told in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from django.core.management import call_command
from django.db import transaction

from core.ledger.models import Lot
from core.ledger.rebuilding import differences
from tests.activities.conftest import ada, join, shop  # noqa: F401
from tests.shop import order, refund

PROGRAMME = """
earning:
  - slug: per-euro
    activity: order.paid
    calculation: per_amount
    settings: {points: 1, per: "1.00"}
    streak_multiplier: {every: week, step: "0.5", most: "2"}
"""


def test_any_order_of_arrival_ends_the_same_when_the_week_between_is_given_back(shop, ada, tmp_path):  # noqa: F811
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    call_command("programme", "apply", str(file))
    now = datetime.now(UTC)
    said = [order("ada@example.com", str(n), "10.50", at=now - timedelta(weeks=4 - n)) for n in range(4)]
    ends = []
    for number, arrival in enumerate(permutations([*said, refund("1")])):
        if number % 3:
            continue
        with transaction.atomic():
            for one in arrival:
                assert shop.send(one).status_code == 202
            ends.append(list(Lot.objects.exclude(points=0).order_by("at").values_list("points", flat=True)))
            if number % 30 == 0:
                assert list(differences()) == []
            transaction.set_rollback(True)
    assert [end for end in ends if end != [10, 10, 15]] == [], "10.50 × 1.5 = 15.75 in the second week in a row"
