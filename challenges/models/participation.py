"""What members did: who takes part in which challenge, and what counted."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from challenges.models.challenge import Challenge, Edition
from challenges.terms import Terms
from core.activities.models import Activity
from core.members.models import Member
from core.sums import Checksum


class Participation(models.Model):
    """One member's way through one challenge, by the terms of the edition in force on joining.

    `progress` holds how far each task is, in the smallest unit of its kind, and never goes beyond the target: it is the
    sum of the contributions. `latest` is the last activity that counted, in own-time order; of a completed one it is
    the activity that completed it. `joined_at` is the own time of the first activity that counted, or the click.
    """

    class State(models.TextChoices):
        JOINED = "joined", _("Under way")
        COMPLETED = "completed", _("Completed")

    class How(models.TextChoices):
        AUTOMATIC = "automatic", _("By itself")
        BY_HAND = "by_hand", _("By hand")

    # No index of their own: what each event moves is in as few indexes as serve a question.
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, related_name="participations", verbose_name=_("challenge"), db_index=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="participations", verbose_name=_("member"), db_index=False
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="participations", verbose_name=_("terms"), db_index=False
    )
    how = models.CharField(_("joined how"), max_length=10, choices=How)
    joined_at = models.DateTimeField(_("joined"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.JOINED)
    progress = models.JSONField(_("progress"), default=dict)
    latest = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last that counted"),
        db_index=False,
    )
    latest_at = models.DateTimeField(_("last counted"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    checksum = Checksum(["challenge", "member", "edition", "how"])  # the rest follows from the contributions

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "challenge"], name="participation_once_a_member"),
            models.CheckConstraint(
                condition=Q(state="joined", completed_at__isnull=True)
                | Q(state="completed", completed_at__isnull=False, latest__isnull=False),
                name="participation_completed_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["challenge", "state"], name="participation_of_challenge")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.challenge_id}"

    @property
    def terms(self) -> Terms:
        """The terms that hold for this member."""
        return self.edition.terms

    @property
    def completed(self) -> bool:
        return self.state == self.State.COMPLETED

    @property
    def completions(self) -> int:
        """How often the member has completed the challenge."""
        return int(self.completed)

    @property
    def counts_from(self) -> datetime | None:
        """The own time from which activities count: the second of the click; nothing for who joined by an activity."""
        return self.joined_at.replace(microsecond=0) if self.how == self.How.BY_HAND else None


class Contribution(models.Model):
    """What one activity counted for one task, in the smallest unit of the task's kind."""

    # Whoever deletes a participation deletes these first, all of them in one statement.
    participation = models.ForeignKey(
        Participation,
        models.DO_NOTHING,
        related_name="contributions",
        verbose_name=_("participation"),
        db_index=False,
    )
    task = models.CharField(_("task"), max_length=60)
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="contributions", verbose_name=_("activity"), db_index=False
    )
    quantity = models.PositiveBigIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "task", "activity"], name="contribution_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="contribution_counts_something"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.task}: {self.quantity}"
