"""What the fairness page says of the books: what is taken back, and that nothing moves unseen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.brand.models import Brand, ExpiryPolicy, Lapse, Refunds
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


@fairness.section(65, "expiry", gettext_lazy("How long points last"))
def expiry(brand: Brand) -> Iterable[Line]:
    """Whether points end, when, after which notice, and what becomes of them."""
    months = brand.expiry_months
    if brand.expiry_policy == ExpiryPolicy.NEVER:
        yield Line(_("Points do not expire."))
        return
    if brand.expiry_policy == ExpiryPolicy.ROLLING:
        said = ngettext(
            "Each award lasts until the end of the month that is %(months)d month after it became yours to spend.",
            "Each award lasts until the end of the month that is %(months)d months after it became yours to spend.",
            months,
        )
        yield Line(said % {"months": months}, _("What ends soonest is used first."))
    else:
        said = ngettext(
            "Your points last as long as you earn, spend or give some within %(months)d month.",
            "Your points last as long as you earn, spend or give some within %(months)d months.",
            months,
        )
        yield Line(said % {"months": months})
    days = ", ".join(str(number) for number in brand.expiry_notice_days)
    yield Line(
        _("We tell you %(days)s days before. Nothing expires unless you were told at least 30 days before.")
        % {"days": days},
        _("When these rules are made shorter, the points that you have get a whole period from that day on."),
    )
    if brand.expiry_lapse_to == Lapse.CHARITY:
        yield Line(_("Points that expire go to a charity that you choose in your wallet."), url="/wallet/")
