"""What the fairness page says of rewards and of giving."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.brand.models import Brand
from core.web import fairness
from core.web.fairness import MOST_LINES, Line
from rewards.giving import least_points
from rewards.models import Charity, Reward


@fairness.section(40, "rewards", gettext_lazy("Rewards"))
def rewards(brand: Brand) -> Iterable[Line]:
    """What a reward costs and until when it can be given back; one query."""
    live = list(Reward.objects.live()[: MOST_LINES + 1])
    if not live:
        return
    yield Line(
        _("Who comes first has the place. When there is none left, nobody's points are taken."),
        _("When you cancel in time, points and place go back together."),
        _("What you have booked keeps the terms of that day."),
        name=_("For all of these"),
    )
    for reward in live[:MOST_LINES]:
        yield in_short(reward, brand)
    if len(live) > MOST_LINES:
        yield Line(name=_("All rewards"), url="/rewards/")


def in_short(reward: Reward, brand: Brand) -> Line:
    """What one reward costs, how many one can hold, and until when it can be cancelled."""
    limit, hours = reward.limit_per_member, reward.cancel_until_hours
    several = ngettext("One for each member.", "Up to %(limit)s for each member.", limit or 1)
    before = ngettext(
        "It can be cancelled until %(hours)s hour before it begins.",
        "It can be cancelled until %(hours)s hours before it begins.",
        hours,
    )
    return Line(
        _("It costs %(points)s.") % {"points": brand.points(reward.cost)},
        several % {"limit": limit} if limit else "",
        before % {"hours": hours} if hours else _("It can be cancelled until it begins."),
        name=reward.title,
        url=reward.get_absolute_url(),
    )


@fairness.section(50, "giving", gettext_lazy("Giving"))
def giving(brand: Brand) -> Iterable[Line]:
    """What points are worth when given away, and what each charity has been given; one query."""
    charities = list(Charity.objects.open()[: MOST_LINES + 1])
    if not charities:
        return
    unit = brand.points_per_currency_unit
    yield Line(
        _("%(points)s give %(money)s; the least is %(least)s.")
        % {"points": brand.points(unit), "money": brand.money(100), "least": brand.points(least_points(brand))},
        _("What is beyond whole cents goes into the charity's next gift, so nothing is lost."),
        _("You see the amount in money before you say yes."),
        name=_("What points are worth"),
    )
    for charity in charities[:MOST_LINES]:
        given = {"money": brand.money(charity.amount), "points": brand.points(charity.points)}
        yield Line(
            _("So far members gave %(money)s: %(points)s.") % given, name=charity.name, url=charity.get_absolute_url()
        )
    if len(charities) > MOST_LINES:
        yield Line(name=_("All charities"), url="/give/")
