"""What the fairness page says of earning: each rule as it holds now, then what goes for all of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.brand.models import Brand
from core.brand.periods import Per
from core.earning import tiers
from core.earning.calculations import Limit
from core.earning.drawing import CHECK, seal
from core.earning.multiplying import written
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
        _("The seed of its draws is sealed: SHA-256 %(seal)s.") % {"seal": seal(rule.seed)} if terms.draws else "",
        limit(terms.limit) if terms.limit and not terms.calculation.limit else "",
        hold(rule.pending_days),
        *multipliers(terms, brand),
        fairness.dates(rule.starts, rule.ends, brand),
        name=_(terms.thing["message"]),
        facts=sentence.facts(brand),
    )


@fairness.section(12, "draws", gettext_lazy("Draws"))
def draws(brand: Brand) -> Iterable[Line]:
    """How anybody checks a draw, and the seeds of what draws no longer."""
    drawing = [terms for each in compiled.of(brand).values() for terms in each if terms.draws]
    if not drawing:
        return
    yield Line(
        _("Each draw follows from a secret seed and from the name of what it is for, and from nothing else."),
        _("The seal of the seed is public from the beginning, so nobody can choose another seed afterwards."),
        _("The seed itself is shown here as soon as the rule changes or ends: then everybody can check each draw."),
        _("The number is HMAC-SHA256 of that name under the seed, modulo 100. In Python: %(line)s") % {"line": CHECK},
        name=_("How it is drawn"),
    )
    over = [terms for terms in drawing if terms.rule.until is not None]
    for terms in sorted(over, key=lambda one: -(one.rule.until or 0))[: fairness.MOST_LINES]:
        yield Line(
            terms.calculation.sentence().text(brand),
            name=_(terms.thing["message"]),
            facts=[(_("Seed"), terms.rule.seed), (_("Seal of the seed (SHA-256)"), seal(terms.rule.seed))],
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


def multipliers(terms: Terms, brand: Brand) -> Iterable[str]:
    """By what the points are multiplied, and for whom the rule is."""
    rule = terms.rule
    if rule.audience:
        yield _("Only for: %(tiers)s.") % {"tiers": tiers.names(rule.audience, brand)}
    if rule.tier_multiplier:
        yield _("Your tier multiplies it.")
    if terms.streak:
        said = {"step": written(terms.streak.step), "most": written(terms.streak.most)}
        match terms.streak.every:
            case Per.DAY:
                yield _("Each day in a row adds × %(step)s, up to × %(most)s.") % said
            case Per.WEEK:
                yield _("Each week in a row adds × %(step)s, up to × %(most)s.") % said
            case _:
                yield _("Each month in a row adds × %(step)s, up to × %(most)s.") % said


@fairness.section(15, "tiers", gettext_lazy("Tiers"))
def ladder(brand: Brand) -> Iterable[Line]:
    """From how many points on each tier is held, how long, and what it brings."""
    found = tiers.current(brand)
    if found is None:
        return
    window = ngettext(
        "What you earned in the present calendar month counts.",
        "What you earned in the last %(months)s calendar months counts, the present one included.",
        found.window,
    )
    grace = ngettext(
        "A tier lasts as long as that is enough, and %(months)s month longer.",
        "A tier lasts as long as that is enough, and %(months)s months longer.",
        found.grace,
    )
    yield Line(
        window % {"months": found.window},
        grace % {"months": found.grace},
        _("Spending never takes you down. Points that are taken back do not count."),
        name=_("For all of these"),
    )
    for rung in found.rungs:
        times = _("Awards × %(factor)s where a rule says so.") % {"factor": written(rung.multiplier)}
        yield Line(
            _("From %(points)s on.") % {"points": brand.points(rung.from_points)},
            times if rung.multiplier != 1 else "",
            "; ".join(rung.perks),
            name=rung.name,
        )
