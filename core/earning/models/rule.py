"""Earning rules: what an ordinary activity is worth."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.activities.models import SLUG, Activity
from core.brand.periods import Per
from core.earning.calculations import CALCULATIONS
from core.earning.drawing import new_seed
from core.sums import Checksum, renew

MOST_MULTIPLIER = 100
MOST_PERIODS = 100


class RuleQuerySet(models.QuerySet["Rule"]):
    """Named questions about rules."""

    def in_force(self) -> RuleQuerySet:
        """The rules that hold for what happens from now on."""
        return self.filter(since__isnull=False, until__isnull=True)

    def end(self, version: int) -> None:
        """Let these rules hold for nothing that is recorded from brand version `version` on; in a transaction."""
        ended = list(self.values_list("pk", flat=True))
        Rule.objects.filter(pk__in=ended).update(until=version)
        renew(Rule.objects.filter(pk__in=ended))


class Rule(models.Model):
    """One version of an earning rule; its terms are never edited, a change is a new version under the same slug.

    It holds for the activities that are recorded from brand version `since` on and before `until`. Its `seed` decides
    what a calculation draws; it is a secret until the version has ended.
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
    tier_multiplier = models.BooleanField(
        _("multiplied by the tier"),
        default=False,
        db_default=False,
        help_text=_("The points are multiplied by the multiplier of the tier that the member holds by then."),
    )
    streak_every = models.CharField(
        _("streak of"),
        max_length=10,
        choices=[(per.value, per.label) for per in (Per.DAY, Per.WEEK, Per.MONTH)],
        blank=True,
        default="",
        db_default="",
        help_text=_("Doing it day after day, week after week or month after month multiplies the points."),
    )
    streak_step = models.DecimalField(
        _("more each time"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001")), MaxValueValidator(Decimal(MOST_MULTIPLIER))],
        help_text=_("0.1 makes × 1.1 of the second time in a row, × 1.2 of the third."),
    )
    streak_most = models.DecimalField(
        _("at most times"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(MOST_MULTIPLIER))],
    )
    audience = models.JSONField(
        _("only for tiers"),
        null=True,
        blank=True,
        help_text=_("Who holds none of these tiers by then gets nothing by this rule; none chosen: everybody."),
    )
    starts = models.DateTimeField(_("starts"), null=True, blank=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    since = models.PositiveIntegerField(editable=False)
    until = models.PositiveIntegerField(null=True, editable=False)
    seed = models.CharField(max_length=64, default=new_seed, db_default="", editable=False)
    checksum = Checksum(
        [
            *("slug", "activity", "calculation", "settings", "limit_count", "limit_per", "pending_days"),
            *("tier_multiplier", "streak_every", "streak_step", "streak_most", "audience", "starts", "ends"),
            *("since", "until", "seed"),
        ]
    )

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
            models.CheckConstraint(
                condition=Q(streak_every="", streak_step__isnull=True, streak_most__isnull=True)
                | ~Q(streak_every="") & Q(streak_step__gt=0, streak_most__gte=1),
                name="rule_streak_is_whole",
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
        if len({not self.streak_every, self.streak_step is None, self.streak_most is None}) > 1:
            raise ValidationError({"streak_every": _("A streak is a period, a step and the most it multiplies by.")})
        if self.streak_step and (self.streak_most or 0) - 1 > MOST_PERIODS * self.streak_step:
            raise ValidationError({"streak_step": _("A streak reaches the most after at most 100 periods.")})
        if self.audience and (self.limit_count or CALCULATIONS[self.calculation].limit):
            raise ValidationError({"audience": _("A rule with a limit is for everybody.")})
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
