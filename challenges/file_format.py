"""What badges and challenges look like in the programme file, also what this version cannot run yet."""

from __future__ import annotations

from challenges.art import default_art
from challenges.models.challenge import MOST_POINTS
from core.sections import (
    COLOUR,
    KIND,
    MOMENT,
    MONEY,
    SLUG,
    YES_NO,
    Schema,
    choice,
    mapping,
    optional,
    several,
    text,
    whole,
)
from core.web.art import SHAPES
from core.web.glyphs import GLYPHS

MOST_TARGET = 10**9
_POINTS = whole(0, MOST_POINTS, default=0)
_PRIZE = mapping({"points": _POINTS, "badge": optional(SLUG)}, default={})
_MILESTONE = mapping({"at": whole(1, MOST_TARGET), "prize": _PRIZE}, required=["at", "prize"])
_QUESTION = mapping(
    {"ask": text(300), "answers": several(text(200), minItems=2), "right": whole(0)},
    required=["ask", "answers", "right"],
)
_QUIZ = mapping(
    {"pass": whole(1), "questions": several(_QUESTION, minItems=1)},
    required=["pass", "questions"],
)
# The keys of which a task has exactly one.
WAYS = ("count", "sum", "quiz", "code", "proof")
_TASK = mapping(
    {
        "slug": SLUG,
        "title": text(120),
        "activity": optional(KIND),
        "count": optional(whole(1, MOST_TARGET)),
        "sum": optional(choice("amount")),
        "target": optional(MONEY),
        "milestones": several(_MILESTONE, default=[]),
        "quiz": optional(_QUIZ),
        "code": optional(text(80)),
        "proof": optional(choice("photo", "link", "text")),
    },
    required=["slug", "title"],
)
_STREAK = mapping(
    {"every": choice("day", "week", "month"), "length": whole(2, 1000), "freezes": whole(0, 1000, default=0)},
    required=["every", "length"],
)
_COMMUNITY = mapping(
    {"target": whole(1), "unit": text(40, default=""), "prize": _PRIZE},
    required=["target"],
)
CHALLENGE: dict[str, Schema] = {
    "slug": SLUG,
    "title": text(120),
    "summary": text(2000, default=""),
    "combine": choice("any", "sequence", "streak", default="any"),
    "need": optional(whole(1, 100)),
    "join": choice("automatic", "by_hand", default="automatic"),
    "starts": optional(MOMENT),
    "ends": optional(MOMENT),
    "after": several(SLUG, default=[], uniqueItems=True),
    "audience": optional(mapping({"tiers": several(SLUG, minItems=1, uniqueItems=True)}, required=["tiers"])),
    "streak": optional(_STREAK),
    "community": optional(_COMMUNITY),
    "tasks": several(_TASK, minItems=1, maxItems=100),
    "prize": _PRIZE,
    "repeat": choice("never", "on_completion", "daily", "weekly", "monthly", default="never"),
    "budget": optional(mapping({"points": whole(1), "per_member": optional(whole(1))})),
}
BADGE: dict[str, Schema] = {
    "slug": SLUG,
    "name": text(80),
    "description": text(300, default=""),
    "secret": {**YES_NO, "default": False},
    "art": mapping(
        {"shape": choice(*SHAPES), "colour": COLOUR, "glyph": choice(*GLYPHS)},
        required=["shape", "colour", "glyph"],
        default=default_art(),
    ),
}
