"""A "no" of the domain: a sentence for the person and a stable slug for programs."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Something that the rules do not allow, said so that a person knows what would change it.

    `slug` is the stable end of the problem type in the JSON API; `status` the HTTP status (409).
    """

    slug = "refused"
    status = 409
    sentence: str | Promise = _("That is not possible.")

    def __init__(self, sentence: str | Promise | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class NotOpen(Refused):
    slug = "not-open"
    sentence = _("This is not open.")


class NotEligible(Refused):
    slug = "not-eligible"
    sentence = _("This is not open to you yet.")


class AlreadyDone(Refused):
    slug = "already-done"
    sentence = _("You have done this already.")


class TooLate(Refused):
    slug = "too-late"
    sentence = _("It is too late for this.")


class LimitReached(Refused):
    slug = "limit-reached"
    sentence = _("You have reached the limit.")


class SoldOut(Refused):
    slug = "sold-out"
    sentence = _("There is none left.")


class InsufficientPoints(Refused):
    slug = "insufficient-points"
    sentence = _("There are not enough points for this.")
