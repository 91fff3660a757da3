"""The programme that is measured: two rules, five challenges that an order brings forward, something to book."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core import clock
from core.programme.applying import apply
from core.programme.reading import Document

# So far away that nothing is ever completed: each event does the same work as the one before.
FAR = 10_000_000
SHOP = "bench-shop"
EXPERIENCE = "bench-class"


def set_up(live: int = 5, seats: int = 100_000, sessions: int = 1) -> None:
    """Let the programme be in force with `live` challenges, of which five count orders (`order.paid`)."""
    apply(Document("bench", _programme(live, seats, sessions)))


def _programme(live: int, seats: int, sessions: int) -> dict[str, Any]:
    return {
        "programme": {"name": "Bench", "points_name": {"one": "point", "other": "points"}, "currency": "EUR"},
        "kinds": [{"kind": "review.posted", "title": "Wrote a review"}, {"kind": "post.shared", "title": "Shared"}],
        "earning": [
            {
                "slug": "per-euro",
                "activity": "order.paid",
                "calculation": "per_amount",
                "settings": {"points": 1, "per": "1.00"},
            },
            {"slug": "review", "activity": "review.posted", "calculation": "flat", "settings": {"points": 50}},
        ],
        "badges": [{"slug": f"badge-{n}", "name": f"Badge {n}"} for n in range(5)],
        "challenges": [_challenge(number) for number in range(live)],
        "referral": {
            "referrer": {"points": 300},
            "friend": {"points": 150},
            "qualifies": {"activity": "subscription.started"},
        },
        "rewards": [_experience(seats, sessions)],
        "charities": [{"slug": "orchard", "name": "The Orchard", "about": "Plants trees."}],
    }


def _challenge(number: int) -> dict[str, Any]:
    """The first five count orders, two of them their sum; the others wait for what never happens."""
    task: dict[str, Any] = {"slug": "task", "title": "Go on", "activity": "order.paid", "count": FAR}
    if number in (3, 4):
        task = {"slug": "task", "title": "Spend", "activity": "order.paid", "sum": "amount", "target": f"{FAR * 10}.00"}
    if number >= 5:
        task["activity"] = "post.shared"
    prize: dict[str, Any] = {"points": 100} | ({"badge": f"badge-{number}"} if number < 5 else {})
    return {
        "slug": f"challenge-{number}",
        "title": f"Challenge {number}",
        "summary": "One thing after the other.",
        "join": "automatic",
        "tasks": [task],
        "prize": prize,
    }


def _experience(seats: int, sessions: int) -> dict[str, Any]:
    soon = clock.now().replace(microsecond=0) + timedelta(days=30)
    return {
        "slug": EXPERIENCE,
        "kind": "experience",
        "title": "An evening class",
        "cost": 1,
        "cancel_until_hours": 24,
        "sessions": [
            {
                "slug": f"session-{number}",
                "starts": (soon + timedelta(hours=number)).isoformat(),
                "ends": (soon + timedelta(hours=number + 1)).isoformat(),
                "place": "Here",
                "seats": seats,
            }
            for number in range(sessions)
        ],
    }
