"""Cash back through the door: refunds in any order, multipliers, and what points were worth on the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.core.management import call_command
from django.db import transaction

from core.audit import laws
from core.brand.models import Brand
from core.brand.worths import Worths
from core.ledger.models import Transfer, Wallet
from core.ledger.rebuilding import differences
from core.programme.exporting import export
from tests.activities.conftest import ada, join, shop, wallet_of  # noqa: F401
from tests.shop import order, refund

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
RULE = "{slug: back, activity: order.paid, calculation: cash_back, settings: {percent: '5'}%s}"
TIERS = """
tiers:
  window_months: 12
  levels:
    - {slug: bronze, name: Bronze, from_points: 0, multiplier: "1.5"}
"""


@pytest.fixture
def programme(db, tmp_path):
    """Applies a programme with the rule, more of its terms, and other sections."""

    def apply(more: str = "", sections: str = "") -> None:
        file = tmp_path / "programme.yaml"
        file.write_text(f"earning:\n  - {RULE % more}\n{sections}")
        call_command("programme", "apply", str(file), verbosity=0)

    return apply


def all_is_right() -> bool:
    return not [breach for law in laws() for breach in law.check()] and not list(differences())


@pytest.mark.parametrize(
    ("more", "sections", "left"),
    [
        ("", "", 134),  # 26.99 × 5 % × 100 = 134.95
        (", tier_multiplier: true", TIERS, 202),  # 134.95 × 1.5 = 202.425
        (", streak_multiplier: {every: day, step: '0.1', most: '2'}", "", 134),
    ],
    ids=["plain", "tier", "streak"],
)
def test_refunds_in_any_order_end_the_same(shop, ada, programme, more, sections, left):  # noqa: F811
    programme(more, sections)
    story = [
        order("ada@example.com", "A", "42.50", at=AT),
        order("ada@example.com", "B", "30.00", at=AT + timedelta(minutes=1)),
        refund("A", "10.01"),
        refund("A", "5.50"),
        refund("B"),
    ]
    for number, arrival in enumerate(permutations(story)):
        with transaction.atomic():
            for said in arrival:
                assert shop.send(said).status_code in (202, 422)
            wallet = Wallet.objects.get(pk=ada.pk)
            assert (wallet.available, wallet.owed, wallet.earned) == (left, 0, left)
            assert number % 20 or all_is_right()
            transaction.set_rollback(True)


def test_a_streak_multiplies_the_exact_worth(shop, ada, wallet_of, programme):  # noqa: F811
    programme(", streak_multiplier: {every: day, step: '0.1', most: '2'}")
    shop.send(order("ada@example.com", "A", "0.99", at=AT - timedelta(days=1)))
    shop.send(order("ada@example.com", "B", "1.99", at=AT))
    assert wallet_of(ada).available == 4 + 10, "floor(4.95), and floor(9.95 × 1.1)"
    said = Transfer.objects.latest("pk").explanation.message
    assert said == "%(sum)s = %(points)s, rounded down."


def test_an_old_order_is_judged_by_what_points_were_worth_when_it_was_recorded(
    shop,  # noqa: F811
    ada,  # noqa: F811
    wallet_of,  # noqa: F811
    programme,
):
    programme()
    shop.send(order("ada@example.com", "old", "42.50", at=AT))
    programme(sections="programme: {points_per_currency_unit: 1000}\n")
    shop.send(order("ada@example.com", "new", "42.50", at=AT))
    assert wallet_of(ada).available == 212 + 2125
    shop.send(refund("old", "22.50"))
    assert wallet_of(ada).available == 100 + 2125
    programme(sections="programme: {points_per_currency_unit: 10}\n")
    shop.send(refund("new", "22.50"))
    assert wallet_of(ada).available == 100 + 1000
    assert all_is_right()


def test_each_version_knows_its_worth(db, programme):
    first = Brand.current().version
    programme()
    programme(sections="programme: {points_per_currency_unit: 7}\n")
    programme(", pending_days: 3")
    programme(sections="programme: {points_per_currency_unit: 9}\n")
    worths = Worths.read()
    assert [worths.of_version(first + each) for each in range(5)] == [100, 100, 7, 7, 9]
    assert Worths(9, ()).of_version(1) == 9


def test_a_worth_changed_in_the_admin_is_for_what_comes_after(owner, staff, shop, ada, wallet_of, programme):  # noqa: F811
    programme()
    shop.send(order("ada@example.com", "old", "10.00", at=AT))
    address = "/admin/brand/brand/1/change/"
    form = owner.get(address).context["adminform"].form
    said = {name: value for name, value in form.initial.items() if value is not None}
    assert owner.post(address, {**said, "points_per_currency_unit": 200}).status_code == 302
    shop.send(order("ada@example.com", "new", "10.00", at=AT))
    shop.send(refund("old", "5.00"))
    assert wallet_of(ada).available == 25 + 100


def test_the_file_has_it_back(db, programme, tmp_path):
    programme(", tier_multiplier: true", TIERS)
    written = export()
    assert "calculation: cash_back" in written
    assert "percent: '5'" in written
    file = tmp_path / "export.yaml"
    file.write_text(written)
    version = Brand.current().version
    call_command("programme", "apply", str(file), verbosity=0)
    assert Brand.current().version == version
