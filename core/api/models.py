"""Who may use the API, and what was answered to writes that may come again."""

from __future__ import annotations

import hashlib
import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.sums import Checksum

# Stands as the fingerprint of a request whose person was erased: its key alone tells a repeat.
ERASED = "erased"


def digest(secret: str) -> str:
    """What is kept of a token: 256 bits of randomness need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    """A bearer token by the name of who holds it; only its hash is kept.

    A revoked name may be given a new secret. It stays the same row, so that a write under an idempotency key is
    recognised after the secret was changed.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9](?:[A-Za-z0-9 ._-]*[A-Za-z0-9])?\Z", _("Use letters and digits."))],
    )
    hash = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def bearing(cls, secret: str) -> Token | None:
        """The token in force that has this secret (one query)."""
        return cls.objects.filter(hash=digest(secret), revoked_at__isnull=True).first()

    def renew(self, scope: str) -> str:
        """Give the token a new secret and scope, in force from now on, and return the secret; save it yourself."""
        secret = "gt_" + secrets.token_urlsafe(32)
        self.hash, self.scope, self.created_at, self.revoked_at = digest(secret), scope, clock.now(), None
        return secret

    @property
    def may_write(self) -> bool:
        """Whether this token may change anything."""
        return self.scope == self.Scope.WRITE


class Reply(models.Model):
    """What was answered to a write under an idempotency key, for ever; never edited."""

    token = models.ForeignKey(Token, models.PROTECT, related_name="replies", verbose_name=_("token"))
    key = models.CharField(_("idempotency key"), max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    body = models.TextField(_("answer"), blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    checksum = Checksum(["token", "key", "fingerprint", "status", "body", "content_type", "at"])

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="reply_one_a_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
