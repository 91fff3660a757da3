"""The sections `badges` and `challenges` of the programme file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Max

from challenges import combines, tasks
from challenges.file_format import BADGE, CHALLENGE, MOST_TARGET, WAYS
from challenges.models import Badge, Challenge, Task
from challenges.models.badge import BADGES, SECRET
from challenges.models.challenge import CHALLENGES
from core.activities.kinds import UNREWARDED
from core.sections import Applying, Aside, Item, ListSection, Problem, Reference, mapping, register


class Badges(ListSection):
    """What there is to be proud of."""

    key, thing, order = "badges", "badge", 50
    told = BADGES
    schema = mapping(BADGE, required=["slug", "name"])

    def called(self, item: Item) -> str:
        return SECRET if item["secret"] else super().called(item)

    def present(self) -> dict[str, Item]:
        names = list(self.schema["properties"])
        return {badge.slug: {name: getattr(badge, name) for name in names} for badge in Badge.objects.current()}

    def put(self, item: Item, applying: Applying) -> None:
        fields = {name: value for name, value in item.items() if name != "slug"}
        Badge.objects.update_or_create(
            slug=item["slug"],
            defaults={**fields, "retired": False},
            create_defaults={**fields, "position": _last(Badge) + 1},
        )

    def retire(self, name: str, applying: Applying) -> None:
        Badge.objects.filter(slug=name).update(retired=True)


class Challenges(ListSection):
    """Goals made of tasks, with a prize. A change holds for those who join from then on."""

    key, thing, order = "challenges", "challenge", 60
    told = CHALLENGES
    schema = mapping(CHALLENGE, required=["slug", "title", "tasks"])

    def check(self, item: Item) -> Iterable[Problem]:
        if item["need"] and item["need"] > len(item["tasks"]):
            yield Problem(("need",), f"must be at most {len(item['tasks'])}, the number of tasks")
        if item["starts"] and item["ends"] and item["starts"] >= item["ends"]:
            yield Problem(("ends",), "must be after starts")
        if item["slug"] in item["after"]:
            yield Problem(("after",), "must not name the challenge itself")
        if (item["combine"] == "streak") != (item["streak"] is not None):
            yield Problem(("streak",), "must be there with combine: streak, and only then")
        known: set[str] = set()
        for number, task in enumerate(item["tasks"]):
            if task["slug"] in known:
                yield Problem(("tasks", number, "slug"), "must be another than that of the tasks before it")
            known.add(task["slug"])
            for problem in _wrong(task):
                yield Problem(("tasks", number, *problem.path), problem.message)

    def refers(self, item: Item) -> Iterable[Reference]:
        if badge := item["prize"]["badge"]:
            yield Reference(("prize", "badge"), "badges", badge)
        for number, slug in enumerate(item["after"]):
            yield Reference(("after", number), "challenges", slug)
        for number, slug in enumerate(item["audience"]["tiers"] if item["audience"] else ()):
            yield Reference(("audience", "tiers", number), "tiers", slug)
        for number, task in enumerate(item["tasks"]):
            if task["activity"]:
                yield Reference(("tasks", number, "activity"), "kinds", task["activity"])

    def aside(self, item: Item) -> Iterable[Aside]:
        # What the file restricts or adds cannot be left out: the challenge would be another than it says.
        unknown = "is not available in this version"
        if item["combine"] not in {way.slug for way in combines.known()}:
            yield Aside((), f"combine '{item['combine']}' {unknown}")
        if item["repeat"] != "never":
            yield Aside((), f"repeat '{item['repeat']}' {unknown}")
        for key in ("community", "budget"):
            if item[key] is not None:
                yield Aside((), f"{key} {unknown}")
        for task in item["tasks"]:
            if _kind(task) is None:
                yield Aside((), f"{_way(task)} (task '{task['slug']}') {unknown}")
            if any(stone["prize"]["badge"] for stone in task["milestones"]):
                yield Aside((), f"a badge on the way (task '{task['slug']}') {unknown}")

    def present(self) -> dict[str, Item]:
        live = Challenge.objects.live().select_related("prize_badge").prefetch_related("tasks")
        after: dict[int, list[str]] = defaultdict(list)
        links = Challenge.after.through.objects.order_by("pk")
        for challenge_id, slug in links.values_list("from_challenge_id", "to_challenge__slug"):
            after[challenge_id].append(slug)
        return {challenge.slug: _written(challenge, after[challenge.pk]) for challenge in live}

    def put(self, item: Item, applying: Applying) -> None:
        challenge = Challenge.objects.filter(slug=item["slug"]).first()
        challenge = challenge or Challenge(slug=item["slug"], position=_last(Challenge) + 1)
        for name in ("title", "summary", "combine", "need", "join", "starts", "ends"):
            setattr(challenge, name, item[name])
        challenge.prize_points = item["prize"]["points"]
        badge = item["prize"]["badge"]
        challenge.prize_badge = Badge.objects.get(slug=badge) if badge else None
        challenge.audience = item["audience"]["tiers"] if item["audience"] else None
        challenge.full_clean(validate_unique=False)
        challenge.save()
        _put_after(challenge, item["after"])
        challenge.tasks.exclude(slug__in=[task["slug"] for task in item["tasks"]]).delete()
        for number, task in enumerate(item["tasks"]):
            _put_task(challenge, number, task)
        if not challenge.publish(applying.version):
            challenge.amend(applying.version)

    def retire(self, name: str, applying: Applying) -> None:
        Challenge.objects.get(slug=name).end(applying.version)


def _last(model: type[Badge] | type[Challenge]) -> int:
    return model.objects.aggregate(last=Max("position"))["last"] or 0


def _put_after(challenge: Challenge, slugs: list[str]) -> None:
    """Set what comes before a challenge, in the order of the file."""
    link = Challenge.after.through
    link.objects.filter(from_challenge=challenge).delete()
    link.objects.bulk_create([link(from_challenge=challenge, to_challenge=_named(slug)) for slug in slugs])


def _named(slug: str) -> Challenge:
    """The challenge of that slug; one that the file lists further down is a draft until its turn comes."""
    return Challenge.objects.get_or_create(slug=slug, defaults={"title": slug, "position": _last(Challenge) + 1})[0]


def _way(task: Item) -> str:
    return next((way for way in WAYS if task[way] is not None), "")


def _kind(task: Item) -> tasks.TaskKind | None:
    return next((kind for kind in tasks.known() if kind.reads(task)), None)


def _wrong(task: Item) -> Iterable[Problem]:
    ways = [way for way in WAYS if task[way] is not None]
    if len(ways) != 1:
        yield Problem((), f"must have exactly one of {', '.join(WAYS)}")
        return
    counted = ways[0] in ("count", "sum")
    if counted != (task["activity"] is not None):
        yield Problem(("activity",), "must be there with count or sum, and only then")
    if task["activity"] in UNREWARDED:
        yield Problem(("activity",), "must be something to be proud of, and neither a refund nor a change of tier")
    if (ways[0] == "sum") != (task["target"] is not None):
        yield Problem(("target",), "must be there with sum, and only then")
    elif task["target"] is not None and not 0 < Decimal(task["target"]) <= MOST_TARGET:
        yield Problem(("target",), f"must be above 0 and at most {MOST_TARGET}")
    elif kind := _kind(task):
        for number, stone in enumerate(task["milestones"]):
            if stone["at"] * kind.unit > kind.target(task):
                yield Problem(("milestones", number, "at"), "must be at most the target")


def _put_task(challenge: Challenge, number: int, item: Item) -> None:
    kind = _kind(item)
    assert kind is not None
    fields: dict[str, Any] = {
        "title": item["title"],
        "kind": kind.slug,
        "activity": item["activity"],
        "target": kind.target(item),
        "milestones": [
            {"at": stone["at"] * kind.unit, "points": stone["prize"]["points"]} for stone in item["milestones"]
        ],
        "position": number,
    }
    Task.objects.update_or_create(challenge=challenge, slug=item["slug"], defaults=fields)


def _written(challenge: Challenge, after: list[str]) -> Item:
    """A challenge in the words of the file."""
    names = ("slug", "title", "summary", "combine", "need", "join", "starts", "ends")
    return {
        **{name: getattr(challenge, name) for name in names},
        "after": after,
        "audience": {"tiers": challenge.audience} if challenge.audience else None,
        "tasks": [_written_task(task) for task in challenge.tasks.all()],
        "prize": {
            "points": challenge.prize_points,
            "badge": challenge.prize_badge.slug if challenge.prize_badge else None,
        },
    }


def _written_task(task: Task) -> Item:
    kind = tasks.task_kind(task.kind)
    stones = [{"at": stone["at"] // kind.unit, "prize": {"points": stone["points"]}} for stone in task.milestones]
    return {
        "slug": task.slug,
        "title": task.title,
        "activity": task.activity,
        **kind.written(task.target),
        "milestones": stones,
    }


register(Badges())
register(Challenges())
