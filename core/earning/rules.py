"""Changing the earning rules: a change is a new version, what was judged stays as it was."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from core.activities.models import Kind
from core.brand.models import Brand
from core.brand.versions import ADDED, CHANGED, ENDED, Change
from core.earning.models import Rule

TERMS = (
    *("activity", "calculation", "settings", "limit_count", "limit_per", "pending_days", "starts", "ends"),
    *("tier_multiplier", "streak_every", "streak_step", "streak_most", "audience"),
)
EARNING = gettext_noop("Earning")


@transaction.atomic
def put(slug: str, *, version: int | None = None, **terms: Any) -> Rule:
    """Let the rule `slug` hold with these terms from now on, as a new version unless they are the same already.

    `version` is the brand version that begins with the change, for who has begun one. Raises ValidationError.
    """
    current = Rule.objects.in_force().filter(slug=slug).first()
    rule = Rule(slug=slug, since=0, **terms)
    rule.full_clean(validate_constraints=False)
    if current and all(getattr(current, name) == getattr(rule, name) for name in TERMS):
        return current
    rule.since = version or Brand.bump(Change(EARNING, CHANGED if current else ADDED, called(rule.activity)))
    Rule.objects.in_force().filter(slug=slug).end(rule.since)
    rule.save()
    return rule


@transaction.atomic
def retire(slug: str, *, version: int | None = None) -> None:
    """End the rule `slug` for what happens from now on; twice is harmless."""
    if rule := Rule.objects.in_force().filter(slug=slug).first():
        ended = version or Brand.bump(Change(EARNING, ENDED, called(rule.activity)))
        Rule.objects.in_force().filter(slug=slug).end(ended)


def called(activity: str) -> str:
    """What people call what a rule rewards, as a message to be translated (one query)."""
    return Kind.untranslated_titles().get(activity, activity)
