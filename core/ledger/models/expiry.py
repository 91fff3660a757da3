"""How long points last since when, and what members were told of points that end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.models import ExpiryPolicy
from core.members.models import Member
from core.sums import Checksum


class ExpiryTerms(models.Model):
    """The brand's terms of expiry as they were found on a day, in order; never edited."""

    number = models.PositiveIntegerField(unique=True)
    policy = models.CharField(max_length=20, choices=ExpiryPolicy)
    months = models.PositiveIntegerField()
    since = models.DateField()
    checksum = Checksum(["number", "policy", "months", "since"])

    class Meta:
        verbose_name = _("terms of expiry")
        verbose_name_plural = _("terms of expiry")

    def __str__(self) -> str:
        return f"{self.policy} {self.months} since {self.since}"


class Expiry(models.Model):
    """Points that a member was told will end after the day `on`; nothing expires without it.

    It names those points by who points to it: the lots it was told of, or the whole wallet. `points` is how many they
    were when it was told. On `next_on` there is something to do: to remind, or, after the last day, to let expire what
    is then still there. It is closed once, with the transfer if anything was.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="expiries", verbose_name=_("member"))
    on = models.DateField(_("last day"))
    points = models.BigIntegerField(_("points"))
    told_at = models.DateTimeField(_("told"), default=clock.now)
    next_on = models.DateField(_("next looked at"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    transfer = models.OneToOneField(
        "ledger.Transfer", models.PROTECT, null=True, blank=True, related_name="expiry", verbose_name=_("transfer")
    )
    checksum = Checksum(["member", "on", "points", "told_at", "next_on", "closed_at", "transfer"])

    class Meta:
        verbose_name = _("expiry")
        verbose_name_plural = _("expiries")
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="expiry_is_of_something"),
            models.CheckConstraint(
                condition=Q(transfer__isnull=True) | Q(closed_at__isnull=False), name="expiry_closed_with_its_transfer"
            ),
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], condition=Q(closed_at__isnull=True), name="expiry_to_look_at")
        ]

    def __str__(self) -> str:
        return f"{self.points} of member {self.member_id} after {self.on}"
