"""What happened: the sources that tell of it, the kinds that count, and the log of activities."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.activities import kinds
from core.members.models import Member
from core.sums import Checksum

SITE = "site"
# Stands as the fingerprint of a fact whose person was erased: its id alone tells a repeat.
ERASED = "erased"
GRACE = timedelta(hours=24)
SLUG = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?\Z", _("Use small letters, digits and hyphens."))


class Source(models.Model):
    """A system that sends events; the row `site` stands for what the site itself records."""

    slug = models.CharField(_("slug"), max_length=50, unique=True, validators=[SLUG])
    kind = models.CharField(_("kind"), max_length=20, default="standard")
    secret = models.CharField(max_length=120, blank=True, editable=False)
    previous_secret = models.CharField(max_length=120, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    def rotate(self) -> str:
        """Give the source a new secret and return it; the old one stays valid for 24 hours."""
        self.previous_secret, self.previous_until = self.secret, clock.now() + GRACE
        self.secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
        self.save(update_fields=["secret", "previous_secret", "previous_until"])
        return self.secret

    def secrets_now(self) -> list[str]:
        """The secrets that a signature may be made with now; none before the first was given."""
        known = [self.secret] if self.secret else []
        if self.previous_secret and self.previous_until and clock.now() < self.previous_until:
            known.append(self.previous_secret)
        return known


class Kind(models.Model):
    """A kind of activity that this brand sends beside the built-in ones."""

    slug = models.CharField(
        _("kind"),
        max_length=100,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9_]+(\.[a-z0-9_]+)+\Z", _("Write it as noun.verb, such as review.posted."))
        ],
    )
    title = models.CharField(_("title"), max_length=120)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("kind of activity")
        verbose_name_plural = _("kinds of activity")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def known(cls) -> set[str]:
        """The kinds of activity that the programme knows now (one query)."""
        return set(kinds.BUILT_IN) | set(cls.objects.filter(retired=False).values_list("slug", flat=True))

    @classmethod
    def titles(cls) -> dict[str, str]:
        """What each kind is called in front of people, in the active language (one query)."""
        return {slug: gettext(title) for slug, title in cls.untranslated_titles().items()}

    @classmethod
    def untranslated_titles(cls) -> dict[str, str]:
        """What each kind is called, the built-in ones as messages still to be translated (one query)."""
        return kinds.BUILT_IN | dict(cls.objects.values_list("slug", "title"))


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Named questions about the log."""

    def counting(self) -> ActivityQuerySet:
        """What counts for its member: accepted, and not as if it had never been."""
        return self.filter(status=Activity.Status.ACCEPTED, void=False).exclude(type=kinds.ORDER_REFUNDED)

    def originals(self) -> ActivityQuerySet:
        """All but repeats of an order under another id."""
        return self.filter(duplicate_of__isnull=True)


class Activity(models.Model):
    """One fact that the programme may reward, as it was told or as the site saw it; its facts are never edited.

    What moves is derived from later facts: `taken_back` (hundredths of the amount that refunds gave back) and `void`
    (as if it had never been), and whose it is when its e-mail joins later. When its person is erased, `email` and
    `data` are emptied and the fingerprint says so. `at` is the fact's own time; `version` the brand's version by which
    it is judged.
    """

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        PARKED = "parked", _("Parked")
        IGNORED = "ignored", _("Ignored")

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="activities", verbose_name=_("source"), db_index=False
    )
    external_id = models.CharField(_("id at the source"), max_length=220)
    type = models.CharField(_("kind"), max_length=200)
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("member"),
        db_index=False,
    )
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("amount"), null=True, blank=True)
    data = models.JSONField(_("data"), default=dict)
    at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    version = models.PositiveIntegerField(_("version of the terms"))
    fingerprint = models.CharField(max_length=64, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("repeats"),
        db_index=False,
    )
    cause = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consequences",
        verbose_name=_("cause"),
        db_index=False,
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACCEPTED)
    taken_back = models.BigIntegerField(_("given back"), default=0)
    void = models.BooleanField(_("void"), default=False)
    answer = models.JSONField(_("answer"), default=dict)
    checksum = Checksum(
        [
            *("source", "external_id", "type", "member", "email", "reference", "amount", "data", "at", "received_at"),
            *("version", "fingerprint", "duplicate_of", "cause", "status", "taken_back", "void", "answer"),
        ]
    )

    objects = ActivityQuerySet.as_manager()

    # Set while a cascade runs: whether it is of this very transaction, whether it was judged before, and the fact from
    # outside at the start of it all.
    new = False
    revised = False
    root: int | None = None

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="activity_id_once_a_source"),
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=Q(type=kinds.ORDER_PAID, duplicate_of__isnull=True),
                name="activity_one_order_a_reference",
            ),
            models.CheckConstraint(condition=Q(taken_back__gte=0), name="activity_taken_back_not_negative"),
        ]
        indexes = [
            models.Index(fields=["member", "type", "at"], name="activity_of_member"),
            models.Index(fields=["cause"], condition=Q(cause__isnull=False), name="activity_consequences"),
            models.Index(
                fields=["source", "reference"], condition=Q(type=kinds.ORDER_REFUNDED), name="activity_refunds_of"
            ),
            models.Index(fields=["email"], condition=Q(status="parked"), name="activity_parked_for"),
            models.Index(fields=["received_at", "id"], name="activity_log"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"

    @property
    def left(self) -> int:
        """What is left of the amount after refunds, in hundredths of the currency; 0 without an amount."""
        return (self.amount or 0) - self.taken_back

    @property
    def counts(self) -> bool:
        """Whether it counts at all, or is as if it had never been."""
        return not self.void

    def judged_by(self, since: int | None, until: int | None) -> bool:
        """Whether terms in force from version `since` on and before `until` (None: still) hold for it."""
        return since is not None and since <= self.version and (until is None or self.version < until)
