"""A code on its way to an address, and what the visitor carries until it is proved."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

from core import clock

VALID_FOR = timedelta(minutes=15)
MAX_TRIES = 5


class SignIn(models.Model):
    """One code sent to one address; the code itself is only in the mail.

    The tries are counted in this row by conditional UPDATE, so that fifty guesses at once are still at most five, with
    or without a cache and whoever they say they come from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    digest = models.CharField(max_length=64)
    next = models.CharField(max_length=2000, blank=True)
    carried = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now, db_index=True)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tries__lte=MAX_TRIES), name="sign_in_tries_are_bounded")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether a code may still be tried."""
        return self.used_at is None and self.tries < MAX_TRIES and self.ends_at > clock.now()

    def digest_of(self, code: str) -> str:
        """What is kept of a code: a keyed hash bound to this row."""
        return salted_hmac("core.members.sign_in", f"{self.pk}:{code}", algorithm="sha256").hexdigest()

    def spend_try(self) -> bool:
        """Take one of the tries; False when none is left, the time is over or the code was used."""
        return bool(
            SignIn.objects.filter(pk=self.pk, used_at=None, tries__lt=MAX_TRIES, ends_at__gt=clock.now()).update(
                tries=F("tries") + 1
            )
        )

    def matches(self, code: str) -> bool:
        """Whether `code` is the one that was sent, compared in constant time."""
        return constant_time_compare(self.digest, self.digest_of(code))

    def use(self) -> bool:
        """Mark the code as used; False when it was already."""
        return bool(SignIn.objects.filter(pk=self.pk, used_at=None).update(used_at=clock.now()))
