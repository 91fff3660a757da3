"""The kinds of reward: each is a strategy in a file of its own, found by its slug."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rewards.kinds.experience import Experience
from rewards.kinds.kind import Kind

__all__ = ["Kind", "choices", "of", "validate"]

_kinds: dict[str, Kind] = {kind.slug: kind for kind in [Experience()]}


def of(slug: str) -> Kind:
    """The kind of that slug."""
    return _kinds[slug]


def known(slug: str) -> bool:
    """Whether rewards of that kind can be had here."""
    return slug in _kinds


def choices() -> list[tuple[str, str]]:
    """All kinds as pairs of slug and title, for a form."""
    return [(kind.slug, str(kind.title)) for kind in _kinds.values()]


def validate(slug: str) -> None:
    """Raise ValidationError unless there is such a kind."""
    if not known(slug):
        raise ValidationError(_("%(slug)s is not a kind of reward."), params={"slug": slug})
