"""What the fairness page says of earning: each rule as it holds now, then what goes for all of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.brand.models import Brand
from core.brand.periods import Per
from core.earning.calculations import Limit
from core.earning.terms import Terms, compiled
from core.web import fairness
from core.web.fairness import Line


@fairness.section(10, "earning", gettext_lazy("How you earn"))
def earning(brand: Brand) -> Iterable[Line]:
    """Each rule in force: what it gives, how often, and from when it can be spent."""
    found = [line for terms in compiled.of(brand).values() for each in terms if (line := rule(each, brand))]
    if not found:
        yield Line(
            _("There is nothing to earn by itself at the moment; challenges and invitations say what they give.")
        )
        return
    yield from found
    yield Line(
        _("What you do counts once, and by its own time, however late we hear of it."),
        _("Within a limit, what came first counts."),
        _("When a rule changes, what was counted by it before stays as it was."),
        name=_("For all of these"),
    )


def rule(terms: Terms, brand: Brand) -> Line | None:
    """One rule in people's words; None when it no longer holds for anything to come."""
    rule, sentence = terms.rule, terms.calculation.sentence()
    if rule.since is None or rule.until is not None or (rule.ends and rule.ends <= clock.now()):
        return None
    return Line(
        sentence.text(brand),
        limit(terms.limit) if terms.limit and not terms.calculation.limit else "",
        hold(rule.pending_days),
        fairness.dates(rule.starts, rule.ends, brand),
        name=_(terms.thing["message"]),
        facts=sentence.facts(brand),
    )


def limit(limit: Limit) -> str:
    """How often it is rewarded."""
    match limit.per:
        case Per.DAY:
            said = ngettext("At most %(count)s a day.", "At most %(count)s a day.", limit.count)
        case Per.WEEK:
            said = ngettext("At most %(count)s a week.", "At most %(count)s a week.", limit.count)
        case Per.MONTH:
            said = ngettext("At most %(count)s a month.", "At most %(count)s a month.", limit.count)
        case _:
            said = ngettext("At most %(count)s in all.", "At most %(count)s in all.", limit.count)
    return said % {"count": limit.count}


def hold(days: int) -> str:
    """From when the points can be spent; empty when it is at once."""
    if not days:
        return ""
    return ngettext(
        "The points can be spent %(days)s day later.", "The points can be spent %(days)s days later.", days
    ) % {"days": days}
