"""The ladder of tiers as staff write it, and its editions, each in force from one version of the terms to another."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import clock
from core.activities.models import SLUG
from core.brand.models import Brand
from core.brand.versions import Change
from core.earning.ladder import Ladder, Rung
from core.ledger.models import Wallet
from core.sums import Checksum, renew

TIERS = gettext_noop("Tiers")
MOST_MONTHS = 120
MOST_MULTIPLIER = 100


def validate_perks(perks: Any) -> None:
    """Raise ValidationError unless `perks` is a list of texts of 1 to 200 characters."""
    if not isinstance(perks, list) or not all(isinstance(perk, str) and 0 < len(perk) <= 200 for perk in perks):
        raise ValidationError(_("Write each perk in at most 200 characters."))


class Tiers(models.Model):
    """The one row that says over how many months points are counted, and how long a tier lasts after that."""

    window_months = models.PositiveSmallIntegerField(
        _("window in months"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
        help_text=_("A tier is reached by the points earned in so many calendar months, the present one included."),
    )
    grace_months = models.PositiveSmallIntegerField(
        _("grace in months"),
        default=0,
        validators=[MaxValueValidator(MOST_MONTHS)],
        help_text=_("A tier lasts so many months longer when not enough is earned to keep it."),
    )
    # Up to which member everybody was looked at since the ladder changed; None when all were.
    looked_at = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("tiers")
        verbose_name_plural = _("tiers")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="tiers_are_one_row"),
            models.CheckConstraint(condition=Q(window_months__gte=1), name="tiers_window_is_a_month"),
        ]

    def __str__(self) -> str:
        return str(_("Tiers"))

    @classmethod
    def current(cls) -> Tiers:
        """The row as staff have it, made when it is first asked for."""
        return cls.objects.get_or_create(pk=1)[0]

    def ladder(self) -> Ladder:
        """The ladder as it is written now."""
        return Ladder(self.window_months, self.grace_months, tuple(level.rung() for level in self.levels.all()))

    @transaction.atomic
    def amend(self, version: int | None = None) -> bool:
        """Let what was edited hold from now on; False when nothing is new.

        `version` is the brand version that begins with it, when the caller has begun one.
        """
        body = self.ladder().stored()
        current = TierEdition.objects.filter(until__isnull=True).first()
        if current.body == body if current else not body["rungs"]:
            return False
        version = version or Brand.bump(Change(TIERS))
        TierEdition.objects.filter(until__isnull=True, since__gte=version).delete()
        TierEdition.objects.filter(until__isnull=True).update(until=version)
        renew(TierEdition.objects.filter(until=version))
        TierEdition.objects.create(since=version, body=body)
        if Wallet.objects.exists():
            Tiers.objects.filter(pk=self.pk).update(looked_at=0)
        return True


class TierLevel(models.Model):
    """One tier as staff write it."""

    tiers = models.ForeignKey(Tiers, models.CASCADE, related_name="levels", verbose_name=_("tiers"))
    slug = models.CharField(_("slug"), max_length=50, unique=True, validators=[SLUG])
    name = models.CharField(_("name"), max_length=80)
    from_points = models.PositiveIntegerField(
        _("from points"), unique=True, help_text=_("Earned in the window. The lowest tier begins at 0.")
    )
    multiplier = models.DecimalField(
        _("multiplier"),
        max_digits=7,
        decimal_places=4,
        default=1,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(MOST_MULTIPLIER))],
        help_text=_("What awards are multiplied by, where a rule says so."),
    )
    perks = models.JSONField(_("perks"), default=list, blank=True, validators=[validate_perks])

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["from_points"]
        constraints = [models.CheckConstraint(condition=Q(multiplier__gte=1), name="tier_multiplier_takes_nothing")]

    def __str__(self) -> str:
        return self.name

    def rung(self) -> Rung:
        """The tier as it is written now."""
        return Rung(self.slug, self.name, self.from_points, Fraction(self.multiplier), tuple(self.perks))


class TierEdition(models.Model):
    """The ladder in force from one version of the terms on, until another; never edited."""

    since = models.PositiveIntegerField(_("from version"), unique=True)
    until = models.PositiveIntegerField(_("until version"), null=True, blank=True)
    body = models.JSONField(_("ladder"))
    created_at = models.DateTimeField(_("written"), default=clock.now)
    checksum = Checksum(["since", "until", "body", "created_at"])

    class Meta:
        verbose_name = _("edition of the tiers")
        verbose_name_plural = _("editions of the tiers")
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="tier_edition_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return str(self.since)

    @property
    def ladder(self) -> Ladder:
        return Ladder.restored(self.body)
