"""Changing the terms: what holds for those who join from now on. Who has joined keeps the terms of that day."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import clock, sections
from core.activities import kinds
from core.activities.models import Kind
from core.brand.models import Brand
from core.brand.versions import ENDED, Change
from referrals import qualifying
from referrals.models import ReferralTerms
from referrals.terms import Terms

INVITATIONS = gettext_noop("Invitations")
UNFIT = kinds.UNREWARDED | {kinds.ORDER_PAID, kinds.MEMBER_JOINED}  # the latter two are ways of their own


def flaws(terms: Terms) -> dict[str, str]:
    """What is wrong with the terms beyond single values, by the name of the setting."""
    found: dict[str, str] = {}
    if terms.by not in qualifying.WAYS:
        found["by"] = str(_("This is not a way to qualify."))
    elif terms.by == qualifying.ByActivity.slug:
        if not terms.activity or terms.activity in UNFIT:
            found["activity"] = str(_("Choose a kind of activity."))
    elif terms.by == qualifying.ByChallenge.slug and not terms.challenge:
        found["challenge"] = str(_("Choose a challenge."))
    return found


@transaction.atomic
def put(terms: Terms, *, version: int | None = None) -> ReferralTerms:
    """Put `terms` in force; `version` is the brand's version if it has begun already.

    Settings that the way to qualify does not use are emptied. Raises ValidationError for what cannot be.
    """
    if problems := flaws(terms):
        raise ValidationError(problems)
    if version is None:
        Brand.bump(Change(INVITATIONS))
    row = ReferralTerms.objects.filter(pk=1).first() or ReferralTerms(pk=1)
    row.changed_at = clock.now()
    for name, value in terms.stored().items():
        setattr(row, name, value)
    for name in {"activity", "challenge", "minimum"} - set(qualifying.WAYS[terms.by].settings):
        setattr(row, name, None if name == "minimum" else "")
    row.title = _title(row)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def withdraw() -> None:
    """Invite nobody any more: links lead nowhere until there are terms again; friends who have joined may qualify."""
    Brand.bump(Change(INVITATIONS, ENDED))
    ReferralTerms.objects.filter(pk=1).delete()


def challenge_titles() -> dict[str, str]:
    """The challenges in force by slug, as the section of the programme file tells them (this app is beside theirs)."""
    for section in sections.sections():
        if section.key == "challenges" and isinstance(section, sections.ListSection):
            return {slug: str(item.get("title", slug)) for slug, item in section.present().items()}
    return {}


def kind_titles() -> dict[str, str]:
    """The kinds of activity that may qualify a friend, beside orders and joining."""
    return {slug: title for slug, title in Kind.titles().items() if slug not in UNFIT}


def _title(row: ReferralTerms) -> str:
    """What people call that for which the friend qualifies; kept with the terms, which outlive it."""
    if row.challenge:
        return challenge_titles().get(row.challenge, row.challenge)
    if row.activity and row.activity not in kinds.BUILT_IN:
        return Kind.titles().get(row.activity, row.activity)
    return ""
