"""What the fairness page says of invitations: what both get and for what, and what is looked at."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.brand.models import Brand
from core.web import fairness
from core.web.fairness import Line
from referrals import invitation, wording
from referrals.models import ReferralTerms
from referrals.terms import FIRST, Terms


@fairness.section(30, "invitations", gettext_lazy("Inviting friends"))
def invitations(brand: Brand) -> Iterable[Line]:
    """The terms in force; one query."""
    terms = ReferralTerms.in_force()
    if terms is None:
        return
    yield Line(
        invitation.promise_to_inviter(terms, brand),
        invitation.promise_to_friend(terms, brand) if terms.friend_points else "",
        hold(terms.hold_days),
        wording.limit(terms),
        name=_("What both get"),
    )
    yield Line(*within(terms), name=_("In which time"))
    yield Line(
        _("Nobody can invite themselves, in whatever spelling of their address, nor anybody who is a member already."),
        _("An order from before your friend joined does not count."),
        _("When what counted is taken back, so are both rewards."),
        name=_("What does not count"),
    )


@fairness.section(81, "privacy")
def privacy(brand: Brand) -> Iterable[Line]:
    """What is kept of who opens a link."""
    yield Line(
        _("Who opens an invitation is counted under a name made of network and browser that nobody can be found by."),
        _("It is another name each day."),
        _("Programs that only look at a link are not counted."),
        name=_("Invitations"),
    )


def hold(days: int) -> str:
    """How long both rewards are pending; empty when they are not."""
    if not days:
        return ""
    said = ngettext("Rewards stay pending for %(days)s day.", "Rewards stay pending for %(days)s days.", days)
    return said % {"days": days}


def within(terms: Terms) -> Iterable[str]:
    """The days that a friend has, and which click counts."""
    yield ngettext(
        "Your friend has %(days)s day from opening the link to join.",
        "Your friend has %(days)s days from opening the link to join.",
        terms.window_days,
    ) % {"days": terms.window_days}
    yield ngettext(
        "From then on there is %(days)s day for the rest.",
        "From then on there are %(days)s days for the rest.",
        terms.qualify_within_days,
    ) % {"days": terms.qualify_within_days}
    yield (
        _("Of several links that a friend opened, the first counts.")
        if terms.attribution == FIRST
        else _("Of several links that a friend opened, the last counts.")
    )
    yield _("The terms of the day on which your friend joins hold for you both.")
