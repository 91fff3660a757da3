"""The rules ready to be applied, kept in the process's memory for each version of the terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from core.activities.models import Activity, Kind
from core.brand.compiled import Compiled
from core.brand.explanation import Explanation
from core.brand.periods import Per
from core.brand.worths import Worths
from core.earning.calculations import CALCULATIONS, Award, Calculation, Fact, Limit, Standing
from core.earning.models import Rule
from core.earning.multiplying import Streak, multiplied

GONE = Explanation(gettext_noop("What earned this no longer counts, so it is taken back."))
FULL = Explanation(gettext_noop("Another one came first within the limit, so this one earns nothing."))
OTHERS = Explanation(gettext_noop("This was for members of another tier, so it earns nothing."))


@dataclass(frozen=True)
class Terms:
    """A rule ready to be applied."""

    rule: Rule
    calculation: Calculation
    limit: Limit | None
    streak: Streak | None
    thing: dict[str, str]
    worths: Worths

    @classmethod
    def of(cls, rule: Rule, titles: dict[str, str], worths: Worths) -> Terms:
        calculation = CALCULATIONS[rule.calculation].read(rule.settings)
        limit = calculation.limit
        if rule.limit_count:
            limit = Limit(rule.limit_count, Per(rule.limit_per))
        thing = {"message": titles.get(rule.activity, rule.activity)}
        return cls(rule, calculation, limit, Streak.of(rule), thing, worths)

    @property
    def by_standing(self) -> bool:
        """Whether what it gives depends on how the member stood when it happened."""
        rule = self.rule
        return bool(rule.tier_multiplier or self.streak or rule.audience or self.calculation.by_standing)

    @property
    def draws(self) -> bool:
        """Whether what it gives is drawn by lot."""
        return self.calculation.draws

    def award(self, activity: Activity, standing: Standing) -> Award:
        """What the rule gives for this activity, leaving the limit and all multipliers aside."""
        if not activity.counts:
            return Award(0, self._about(GONE, activity))
        award = self._points(activity, standing)
        return replace(award, explanation=self._about(award.explanation, activity))

    def award_by_standing(self, activity: Activity, standing: Standing) -> Award:
        """The same, multiplied as the rule says: once for the whole of it, and rounded down at the end."""
        if self.rule.audience and standing.tier not in self.rule.audience:
            return Award(0, self._about(OTHERS, activity))
        award = multiplied(self._points(activity, standing), standing, self.rule, self.streak)
        if self.limit and award.worth < 1:
            award = replace(award, points=0)
        return replace(award, explanation=self._about(award.explanation, activity))

    def full(self, activity: Activity) -> Award:
        """Nothing, since the limit was reached."""
        return Award(0, self._about(FULL, activity))

    def _points(self, activity: Activity, standing: Standing) -> Award:
        standing = replace(standing, points_per_unit=self.worths.of_version(activity.version))
        named = f"{activity.source_id}:{activity.external_id}"
        seed = self.rule.seed
        fact = Fact(activity.type, activity.at, activity.reference, activity.left, activity.taken_back, named, seed)
        return self.calculation.points(fact, standing)

    def _about(self, explanation: Explanation, activity: Activity) -> Explanation:
        named = {"name": activity.reference} if activity.reference else {}
        return replace(explanation, thing=self.thing | named)


Rules = dict[str, list[Terms]]


def _load() -> Rules:
    titles, worths = Kind.untranslated_titles(), Worths.read()
    found: Rules = defaultdict(list)
    for rule in Rule.objects.order_by("pk"):
        found[rule.activity].append(Terms.of(rule, titles, worths))
    return dict(found)


compiled = Compiled(_load)
