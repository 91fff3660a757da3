"""All challenges and their terms in process memory, read anew when the version of the terms changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from challenges.models import Badge, Challenge, Edition
from challenges.terms import Terms
from core.activities.models import Activity
from core.brand.compiled import Compiled
from core.brand.models import Brand
from core.earning.tiering import CHANGED


@dataclass(frozen=True, slots=True)
class Issue:
    """One edition of the terms: it holds for activities of the versions from `since` on and before `until`."""

    id: int
    since: int
    until: int | None
    terms: Terms


class Plan:
    """One challenge with every edition that its terms ever had, oldest first."""

    def __init__(self, challenge: Challenge, issues: Sequence[Issue]) -> None:
        self.challenge = challenge
        self.id = challenge.pk
        self.slug = challenge.slug
        self.issues = tuple(issues)
        self.by_id = {issue.id: issue for issue in issues}
        self.prerequisites = frozenset(slug for issue in issues for slug in issue.terms.after)
        self.kinds = frozenset(kind for issue in issues for kind in issue.terms.kinds)
        self.automatic = any(issue.terms.automatic for issue in issues)
        self.selective = any(issue.terms.automatic and issue.terms.audience for issue in issues)
        self.badges = frozenset(issue.terms.prize_badge for issue in issues if issue.terms.prize_badge)

    @property
    def latest(self) -> Issue:
        """The terms for who joins next."""
        return self.issues[-1]

    def issue_for(self, activity: Activity) -> Issue | None:
        """The terms in force when the activity was recorded, if any were."""
        for issue in reversed(self.issues):
            if activity.judged_by(issue.since, issue.until):
                return issue
        return None

    def in_force(self, version: int) -> bool:
        """Whether it is live at that version of the programme."""
        return any(issue.since <= version and (issue.until is None or version < issue.until) for issue in self.issues)


class Programme:
    """What the handler and the pages need to know of all challenges, as one version of the terms has them."""

    def __init__(self, plans: Iterable[Plan], badges: Iterable[Badge]) -> None:
        self.plans = tuple(plans)
        self.by_slug = {plan.slug: plan for plan in self.plans}
        self.by_id = {plan.id: plan for plan in self.plans}
        self.badges = {badge.slug: badge for badge in badges}
        self.editions = frozenset(issue.id for plan in self.plans for issue in plan.issues)
        self._listening: dict[tuple[str, int], tuple[Plan, ...]] = {}

    def listening(self, activity: Activity) -> Sequence[Plan]:
        """The challenges for which an activity may count, by its kind and version."""
        return self.listening_to(activity.type, activity.version)

    def listening_to(self, kind: str, version: int) -> Sequence[Plan]:
        """The challenges for which activities of a kind, judged by a version, may count: found once, then looked up.

        A step on the ladder of tiers also concerns those that members of some tiers join by themselves.
        """
        key = (kind, version)
        if key not in self._listening:
            self._listening[key] = tuple(
                plan
                for plan in self.plans
                if (kind in plan.kinds and plan.in_force(version)) or (kind == CHANGED and plan.selective)
            )
        return self._listening[key]

    def around(self, plans: Iterable[Plan]) -> set[int]:
        """The ids of these challenges, of those that wait for them, and of all that stand before any of these."""
        listening = {plan.id: plan for plan in plans}
        waiting = {plan.id: plan for plan in self.waiting_for(listening.values())}
        before = {slug for plan in (listening | waiting).values() for slug in plan.prerequisites}
        return {*listening, *waiting, *(self.by_slug[slug].id for slug in before if slug in self.by_slug)}

    @cached_property
    def live(self) -> tuple[Plan, ...]:
        """Those that have not been ended, in their order."""
        return tuple(plan for plan in self.plans if plan.latest.until is None)

    @cached_property
    def selective(self) -> tuple[Plan, ...]:
        """Those that members of some tiers only join by themselves, by any of their terms."""
        return tuple(plan for plan in self.plans if plan.selective)

    @cached_property
    def behind(self) -> dict[str, tuple[Plan, ...]]:
        """The challenges that directly wait for each challenge, by slug."""
        found: dict[str, list[Plan]] = defaultdict(list)
        for plan in self.plans:
            for slug in plan.prerequisites:
                found[slug].append(plan)
        return {slug: tuple(plans) for slug, plans in found.items()}

    @cached_property
    def depth(self) -> dict[int, int]:
        """How many challenges stand before each challenge, by id; whatever waits for another comes later."""
        depths: dict[int, int] = {}

        def measure(plan: Plan, above: frozenset[int]) -> int:
            if plan.id not in depths:
                before = [self.by_slug[slug] for slug in plan.prerequisites if slug in self.by_slug]
                rest = [measure(other, above | {plan.id}) for other in before if other.id not in above | {plan.id}]
                depths[plan.id] = 1 + max(rest, default=-1)
            return depths[plan.id]

        for plan in self.plans:
            measure(plan, frozenset())
        return depths

    @cached_property
    def givers(self) -> dict[str, frozenset[int]]:
        """The ids of the challenges that give each badge, by the badge's slug."""
        found: dict[str, set[int]] = defaultdict(set)
        for plan in self.plans:
            for badge in plan.badges:
                found[badge].add(plan.id)
        return {badge: frozenset(ids) for badge, ids in found.items()}

    def waiting_for(self, plans: Iterable[Plan]) -> list[Plan]:
        """The challenges that members join by themselves once these are completed, at any remove."""
        found: dict[int, Plan] = {}
        queue = list(plans)
        while queue:
            for plan in self.behind.get(queue.pop().slug, ()):
                if plan.id not in found and plan.automatic:
                    found[plan.id] = plan
                    queue.append(plan)
        return list(found.values())

    def knows(self, editions: Iterable[int]) -> bool:
        """Whether all these editions had been written when this was read."""
        return self.editions.issuperset(editions)


def read() -> Programme:
    """The challenges as the database has them now (two queries)."""
    editions = Edition.objects.select_related("challenge__prize_badge").order_by(
        "challenge__position", "challenge_id", "since"
    )
    of: dict[int, list[Edition]] = defaultdict(list)
    for edition in editions:
        of[edition.challenge_id].append(edition)
    plans = [
        Plan(found[0].challenge, [Issue(one.pk, one.since, one.until, one.terms) for one in found])
        for found in of.values()
    ]
    return Programme(plans, Badge.objects.all())


_compiled = Compiled(read)


def programme(brand: Brand) -> Programme:
    """The challenges as this version of the brand's terms has them: read after a change, without a query otherwise."""
    return _compiled.of(brand)
