"""Redemptions: the fact that a member had a reward for points."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.members.models import Member
from core.sums import Checksum, renew
from core.web.refused import NotEligible, Refused, TooLate
from rewards.models.reward import Reward, Session

new_token = partial(secrets.token_urlsafe, 24)


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Named questions about redemptions."""

    def live(self) -> RedemptionQuerySet:
        """Those that hold something: not cancelled."""
        return self.exclude(state=Redemption.State.CANCELLED)

    def of(self, member: Member) -> RedemptionQuerySet:
        return self.filter(member=member)

    def upcoming(self) -> RedemptionQuerySet:
        """Live tickets to what is not over yet, soonest first."""
        return self.live().filter(session__ends__gt=clock.now()).order_by("session__starts", "pk")


class Redemption(models.Model):
    """One reward that one member has, with the price and the terms of the day it was booked.

    Only `state` moves, and only by `rewards.cancelling`. `key` tells a repeated request from a second one.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(_("public number"), default=uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="redemptions", verbose_name=_("member"))
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions", verbose_name=_("reward"))
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="redemptions", verbose_name=_("session")
    )
    cost = models.PositiveIntegerField(_("cost"), help_text=_("In points."))
    cancel_until_hours = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 no key is no repeat
    created_at = models.DateTimeField(_("booked"), default=clock.now)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    checksum = Checksum(
        [
            *("public_id", "member", "reward", "session", "cost", "cancel_until_hours", "state", "token", "key"),
            *("created_at", "cancelled_at"),
        ]
    )

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key", "session"], name="redemption_once_a_key"),
            models.CheckConstraint(condition=Q(cost__gte=1), name="redemption_costs_something"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="redemption_cancelled_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["member", "reward"], name="redemption_of_a_member")]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("rewards:ticket", args=[self.token])

    @property
    def ticket_url(self) -> str:
        """The whole address of the ticket, as it stands in its QR code."""
        return f"{settings.BASE_URL}{self.get_absolute_url()}"

    @property
    def reference(self) -> str:
        """The reference of the transfer that paid for it, and the key of its activity."""
        return f"redemption:{self.public_id.hex}"

    @property
    def return_reference(self) -> str:
        """The reference of the transfer that gives its points back."""
        return f"{self.reference}:returned"

    @property
    def seat(self) -> Session:
        """The session of an experience; other kinds have none, and do not ask."""
        assert self.session is not None
        return self.session

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def cancel_until(self) -> datetime | None:
        """The last moment at which the member can cancel it."""
        return self.reward.strategy.cancel_until(self)

    def move_to_cancelled(self) -> bool:
        """Mark it as cancelled; True for the one call that did, whoever else tries at the same moment."""
        booked = Redemption.objects.filter(pk=self.pk, state=self.State.BOOKED)
        with transaction.atomic():
            moved = booked.update(state=self.State.CANCELLED, cancelled_at=clock.now())
            if moved:
                renew(Redemption.objects.filter(pk=self.pk))
        self.refresh_from_db(fields=["state", "cancelled_at", "checksum"])
        return bool(moved)

    def cancellation_refusal(self) -> Refused | None:
        """Why the member cannot cancel it now; None when they can, or have done so already."""
        if self.is_cancelled:
            return None
        until = self.cancel_until
        if until is None:
            return NotEligible(_("This cannot be cancelled."))
        return TooLate(_("It is too late to cancel this.")) if clock.now() > until else None

    @property
    def can_be_cancelled(self) -> bool:
        return not self.is_cancelled and self.cancellation_refusal() is None
