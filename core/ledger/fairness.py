"""What the fairness page says of the books: what is taken back, and that nothing moves unseen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.brand.models import Brand, Refunds
from core.web import fairness
from core.web.fairness import Line

_POLICIES = {
    Refunds.OWED: (
        gettext_lazy(
            "Your balance never goes below zero. What you have spent already is owed; your next awards settle it."
        ),
        gettext_lazy("You never owe money."),
    ),
    Refunds.WITHIN_BALANCE: (
        gettext_lazy(
            "No more is taken back than you have. What you have spent already stays yours; you never owe anything."
        ),
    ),
    Refunds.ONLY_PENDING: (
        gettext_lazy("Only pending points are taken back. Once points are yours to spend, no refund takes them."),
    ),
}


@fairness.section(60, "refunds", gettext_lazy("What can be taken back"))
def refunds(brand: Brand) -> Iterable[Line]:
    """What a refund does, and what becomes of what was spent already."""
    yield Line(
        _("When an order is refunded, you have earned what the rest of it is worth; when nothing is left, nothing."),
        _("It ends the same whether the money comes back at once or in parts."),
        name=_("A refund"),
    )
    yield Line(*_POLICIES[Refunds(brand.refunds)], name=_("Points that you have spent"))
    yield Line(
        _("Each movement is one line of your wallet that opens to how it was worked out. No line is ever changed."),
        name=_("Nothing moves unseen"),
        url="/wallet/",
    )
