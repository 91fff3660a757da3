"""Whatever programme is applied, its export says the same again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.programme.applying import apply
from core.programme.exporting import export
from core.programme.reading import parse
from core.sections import MOST

slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
kept = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")
words = st.text(kept, min_size=1, max_size=30).filter(lambda text: text.strip() == text)
points = st.integers(1, 10_000)
moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0).isoformat() + "+03:00"
)
money = st.integers(1, 999_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


def listed(items: Any, name: str = "slug") -> Any:
    """A list of a few things with names of their own."""
    return st.lists(items, max_size=3, unique_by=lambda item: item[name])


def with_some(always: dict[str, Any], sometimes: dict[str, Any]) -> Any:
    """A mapping that has the keys of `always` and some of `sometimes`."""
    return st.fixed_dictionaries(always, optional=sometimes)


brands = with_some(
    {"name": words},
    {
        "tagline": words,
        "points_name": st.fixed_dictionaries({"one": words, "other": words}),
        "currency": st.sampled_from(["EUR", "TRY"]),
        "points_per_currency_unit": st.integers(1, 1_000_000),
        "time_zone": st.sampled_from(["UTC", "Europe/Istanbul", "America/New_York"]),
        "languages": st.sampled_from([["en"], ["tr", "en"]]),
        "brand_colour": st.sampled_from(["#2f6b4f", "#ABCDEF"]),
    },
)
kinds = listed(st.fixed_dictionaries({"kind": st.sampled_from(["a.b", "c.d", "e.f"]), "title": words}), "kind")
limits = st.fixed_dictionaries(
    {"count": st.integers(1, MOST), "per": st.sampled_from(["day", "week", "month", "total"])}
)
rules = listed(
    st.one_of(
        with_some(
            {
                "slug": slugs,
                "activity": st.just("order.paid"),
                "calculation": st.just("per_amount"),
                "settings": st.fixed_dictionaries({"points": points, "per": money}),
            },
            {"limit": limits, "pending_days": st.integers(0, 365)},
        ),
        with_some(
            {
                "slug": slugs,
                "activity": st.just("subscription.started"),
                "calculation": st.sampled_from(["flat", "first_time"]),
                "settings": st.fixed_dictionaries({"points": points}),
            },
            {"starts": moments},
        ),
        st.fixed_dictionaries(
            {
                "slug": slugs,
                "activity": st.just("order.paid"),
                "calculation": st.just("cash_back"),
                "settings": st.fixed_dictionaries(
                    {"percent": st.integers(1, 10_000).map(lambda each: f"{each // 100}.{each % 100:02}")}
                ),
            },
            optional={"tier_multiplier": st.booleans()},
        ),
        st.fixed_dictionaries(
            {
                "slug": slugs,
                "activity": st.just("order.paid"),
                "calculation": st.just("mystery"),
                "settings": st.fixed_dictionaries(
                    {"odds": st.integers(1, 99).map(lambda chance: [[5, chance], [7, 100 - chance]])}
                ),
            },
        ),
    )
)
badges = listed(with_some({"slug": slugs, "name": words}, {"description": words, "secret": st.booleans()}))
tasks = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"slug": slugs, "title": words, "activity": st.just("order.paid"), "count": st.integers(1, 50)}
        ),
        st.fixed_dictionaries(
            {
                "slug": slugs,
                "title": words,
                "activity": st.just("order.paid"),
                "sum": st.just("amount"),
                "target": money,
            }
        ),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda task: task["slug"],
)
challenges = listed(
    with_some(
        {"slug": slugs, "title": words, "tasks": tasks},
        {
            "summary": words,
            "join": st.sampled_from(["automatic", "by_hand"]),
            "starts": moments,
            "prize": st.fixed_dictionaries({"points": points}),
        },
    )
)
referrals = with_some(
    {
        "referrer": st.fixed_dictionaries({"points": points}),
        "friend": st.fixed_dictionaries({"points": points}),
        "qualifies": with_some({"activity": st.just("order.paid")}, {"minimum": money}),
    },
    {
        "window_days": st.integers(1, 365),
        "hold_days": st.integers(0, 90),
        "attribution": st.sampled_from(["last", "first"]),
    },
)
charities = listed(with_some({"slug": slugs, "name": words}, {"about": words, "url": st.just("https://example.org/x")}))
programmes = with_some(
    {"programme": brands},
    {
        "kinds": kinds,
        "earning": rules,
        "badges": badges,
        "challenges": challenges,
        "referral": referrals,
        "charities": charities,
    },
)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=programmes, second=programmes)
def test_what_is_exported_applies_as_nothing(first, second):
    with transaction.atomic():
        for programme in (first, second):
            # JSON is YAML: what Hypothesis makes is applied without going through our own writer.
            apply(parse(json.dumps(programme, ensure_ascii=False).encode(), "first.yaml"))
            assert apply(parse(json.dumps(programme, ensure_ascii=False).encode(), "again.yaml")).changes == []

        written = export()

        assert apply(parse(written.encode(), "export.yaml")).changes == []
        assert export() == written
        for key in ("kinds", "badges", "challenges", "charities", "earning"):
            assert _names(second, key) is None or _names(yaml.safe_load(written), key) == _names(second, key)
        transaction.set_rollback(True)


def _names(programme: dict[str, Any], key: str) -> set[str] | None:
    """The names of what a programme has in a section, or None without that section."""
    if key not in programme:
        return None
    return {item.get("slug") or item["kind"] for item in programme[key]}
