"""Badges, and the fact that somebody earned one."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from challenges.art import default_art, validate_art
from core import clock
from core.brand.models import Brand
from core.brand.versions import ADDED, CHANGED, ENDED, Change
from core.members.models import Member
from core.sums import Checksum

SLUG = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use small letters, digits and single hyphens."))
BADGES = gettext_noop("Badges")
SECRET = gettext_noop("a secret badge")


class BadgeQuerySet(models.QuerySet["Badge"]):
    """Named questions about badges."""

    def current(self) -> BadgeQuerySet:
        """Those that can still be earned, in their order on the shelf."""
        return self.filter(retired=False)


class Badge(models.Model):
    """Something to be proud of, earned once."""

    slug = models.CharField(_("slug"), max_length=60, unique=True, validators=[SLUG])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    art = models.JSONField(_("look"), default=default_art, validators=[validate_art])
    secret = models.BooleanField(
        _("secret"), default=False, help_text=_("Only a silhouette is shown to those who have not earned it.")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    retired = models.BooleanField(_("retired"), default=False, editable=False)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("challenges:badge", args=[self.slug])

    @property
    def called(self) -> str:
        """What it is called in front of those who do not have it, as a message."""
        return SECRET if self.secret else self.name

    @transaction.atomic
    def amend(self) -> None:
        """Save what was edited, so that every page shows it from now on."""
        self.save()
        Brand.bump(Change(BADGES, CHANGED, self.called))

    @transaction.atomic
    def retire(self) -> bool:
        """Take it off the shelf of those who do not have it; False when it was retired already."""
        return self._move(retired=True)

    @transaction.atomic
    def bring_back(self) -> bool:
        """Put it on the shelf again; False when it was there."""
        return self._move(retired=False)

    def _move(self, *, retired: bool) -> bool:
        if not Badge.objects.filter(pk=self.pk, retired=not retired).update(retired=retired):
            return False
        self.retired = retired
        Brand.bump(Change(BADGES, ENDED if retired else ADDED, self.called))
        return True


class BadgeAwardQuerySet(models.QuerySet["BadgeAward"]):
    """Named questions about who has which badge."""

    def live(self) -> BadgeAwardQuerySet:
        """Those that have not been withdrawn."""
        return self.filter(revoked_at__isnull=True)


class BadgeAward(models.Model):
    """The fact that a member earned a badge, at `earned_at` by the activity's own time.

    A refund can withdraw it, which closes the fact and keeps it; earning the badge again is a new fact.
    """

    badge = models.ForeignKey(Badge, models.PROTECT, related_name="awards", verbose_name=_("badge"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="badge_awards", verbose_name=_("member"))
    challenge = models.ForeignKey(
        "challenges.Challenge", models.PROTECT, related_name="badge_awards", verbose_name=_("challenge")
    )
    activity = models.ForeignKey(
        "activities.Activity", models.PROTECT, related_name="badge_awards", verbose_name=_("activity")
    )
    earned_at = models.DateTimeField(_("earned"))
    awarded_at = models.DateTimeField(_("awarded"), default=clock.now)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)
    checksum = Checksum(["badge", "member", "challenge", "activity", "earned_at", "awarded_at", "revoked_at", "reason"])

    objects = BadgeAwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("badge award")
        verbose_name_plural = _("badge awards")
        ordering = ["-earned_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "badge"], condition=Q(revoked_at__isnull=True), name="badge_once_a_member"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, reason="") | (Q(revoked_at__isnull=False) & ~Q(reason="")),
                name="badge_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.badge_id}"

    @property
    def why_withdrawn(self) -> str:
        """The reason in the active language."""
        return _now(self.reason) if self.reason else ""
