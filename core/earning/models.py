"""Earning rules: what an ordinary activity is worth."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.activities.models import SLUG, Activity
from core.brand.periods import Per
from core.earning.calculations import CALCULATIONS


class RuleQuerySet(models.QuerySet["Rule"]):
    """Named questions about rules."""

    def in_force(self) -> RuleQuerySet:
        """The rules that hold for what happens from now on."""
        return self.filter(since__isnull=False, until__isnull=True)


class Rule(models.Model):
    """One version of an earning rule; its terms are never edited, a change is a new version under the same slug.

    It holds for the activities that are recorded from brand version `since` on and before `until`.
    """

    slug = models.CharField(_("slug"), max_length=50, validators=[SLUG])
    activity = models.CharField(_("activity"), max_length=100)
    calculation = models.CharField(_("calculation"), max_length=30)
    settings = models.JSONField(_("settings"), default=dict)
    limit_count = models.PositiveIntegerField(_("at most"), null=True, blank=True, validators=[MinValueValidator(1)])
    limit_per = models.CharField(_("per"), max_length=10, choices=Per, blank=True)
    pending_days = models.PositiveSmallIntegerField(
        _("pending days"),
        default=0,
        validators=[MaxValueValidator(365)],
        help_text=_("The points can be spent this many days after what earned them: your return window."),
    )
    starts = models.DateTimeField(_("starts"), null=True, blank=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    since = models.PositiveIntegerField(editable=False)
    until = models.PositiveIntegerField(null=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        ordering = ["slug", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=Q(until__isnull=True), name="rule_one_version_in_force"),
            models.CheckConstraint(
                condition=Q(limit_count__isnull=True, limit_per="") | Q(limit_count__gte=1) & ~Q(limit_per=""),
                name="rule_limit_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        """Check the settings against their calculation."""
        if self.calculation not in CALCULATIONS:
            raise ValidationError({"calculation": _("There is no such calculation.")})
        CALCULATIONS[self.calculation].read(self.settings)
        if (self.limit_count is None) != (not self.limit_per):
            raise ValidationError({"limit_per": _("A limit is a number and a period.")})
        if self.limit_count and CALCULATIONS[self.calculation].limit:
            raise ValidationError({"limit_count": _("This calculation has its own limit.")})
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValidationError({"ends": _("The end must be after the start.")})

    def holds_for(self, activity: Activity) -> bool:
        """Whether this version judges that activity, by its own time."""
        return (
            activity.type == self.activity
            and activity.judged_by(self.since, self.until)
            and (self.starts is None or self.starts <= activity.at)
            and (self.ends is None or activity.at < self.ends)
        )
