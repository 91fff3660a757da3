"""What the fairness page says of challenges: what goes for all of them, and each in short."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.compiled import Plan, Programme, programme
from challenges.terms import Terms
from core import clock
from core.brand.models import Brand
from core.earning import tiers
from core.web import fairness
from core.web.fairness import MOST_LINES, Line


@fairness.section(20, "challenges", gettext_lazy("Challenges"))
def challenges(brand: Brand) -> Iterable[Line]:
    """The terms of all challenges, and the prize of each; nothing is read for a known version."""
    known = programme(brand)
    live = [plan for plan in known.live if not over(plan.latest.terms)]
    if not live:
        return
    yield Line(
        _("The terms by which you join stay yours: a later change holds for those who join after it."),
        _("What you do counts by its own time, however late we hear of it."),
        _("When what counted is taken back, so is what it brought: progress, prizes and badges."),
        name=_("For all of these"),
    )
    for plan in live[:MOST_LINES]:
        yield in_short(plan, known, brand)
    if len(live) > MOST_LINES:
        yield Line(name=_("All challenges"), url="/challenges/")


def over(terms: Terms) -> bool:
    """Whether nothing can count any more."""
    return terms.ends is not None and terms.ends <= clock.now()


def in_short(plan: Plan, known: Programme, brand: Brand) -> Line:
    """What one challenge asks for and gives, by the terms of who joins now."""
    terms = plan.latest.terms
    return Line(
        needed(terms),
        audience(terms, brand),
        prize(terms, known, brand),
        fairness.dates(terms.starts, terms.ends, brand),
        name=terms.title,
        url=plan.challenge.get_absolute_url(),
    )


def needed(terms: Terms) -> str:
    """How many of its tasks have to be done; empty where there is only one."""
    if len(terms.tasks) == 1:
        return ""
    if terms.needed == len(terms.tasks):
        return _("It asks for all of its %(all)s tasks.") % {"all": len(terms.tasks)}
    return _("It asks for %(need)s of its %(all)s tasks.") % {"need": terms.needed, "all": len(terms.tasks)}


def audience(terms: Terms, brand: Brand) -> str:
    """For members of which tiers it is; empty for everybody."""
    if not terms.audience:
        return ""
    said = {"tiers": tiers.names(terms.audience, brand)}
    return _("Only who holds one of these tiers can join, and stays in it afterwards: %(tiers)s.") % said


def prize(terms: Terms, known: Programme, brand: Brand) -> str:
    """What completing it gives, without the name of a secret badge."""
    points = brand.points(terms.prize_points) if terms.prize_points else ""
    badge = known.badges.get(terms.prize_badge or "")
    if badge is None:
        return _("It gives %(points)s.") % {"points": points} if points else ""
    if badge.secret:
        said = _("It gives %(points)s and a secret badge.") if points else _("It gives a secret badge.")
    else:
        said = _("It gives %(points)s and the badge %(badge)s.") if points else _("It gives the badge %(badge)s.")
    return said % {"points": points, "badge": badge.name}
