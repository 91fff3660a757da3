"""The brand whose programme this is: its name, its points and their worth."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from core import bulk
from core.brand import amounts
from core.brand.versions import Change, Version

LANGUAGES = ("en", "tr")


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone of the IANA database."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


def validate_languages(languages: object) -> None:
    """Raise ValidationError unless `languages` is a list of languages that the site speaks."""
    if not isinstance(languages, list) or not languages or any(lang not in LANGUAGES for lang in languages):
        raise ValidationError(_("Choose from %(languages)s."), params={"languages": ", ".join(LANGUAGES)})


def default_languages() -> list[str]:
    return list(LANGUAGES)


class Refunds(models.TextChoices):
    """What is taken back when an order is refunded whose points the member may have used."""

    OWED = "owed", _("All of it; what is not there is owed")
    WITHIN_BALANCE = "within_balance", _("What the wallet has; the rest is let go")
    ONLY_PENDING = "only_pending", _("Only what is still pending; the rest is let go")


class ExpiryPolicy(models.TextChoices):
    """Whether and when points end."""

    NEVER = "never", _("Points do not expire")
    INACTIVITY = "inactivity", _("All of them, some months after the member was last active")
    ROLLING = "rolling", _("Each award, at the end of the month some months after it became available")


class Lapse(models.TextChoices):
    """What becomes of points that expire."""

    NOTHING = "nothing", _("They are gone")
    CHARITY = "charity", _("They go to a charity of the member's choice")


LEAST_NOTICE = 30


def default_notice_days() -> list[int]:
    return [60, 30, 7]


def validate_notice_days(days: object) -> None:
    """Raise ValidationError unless `days` are several days before, each once, the first at least 30."""
    right = isinstance(days, list) and bool(days) and all(type(day) is int and 1 <= day <= 365 for day in days)
    if not right or not isinstance(days, list) or len(set(days)) != len(days) or max(days) < LEAST_NOTICE:
        raise ValidationError(
            _("Name days before, each from 1 to 365 and once, and the first of them at least %(least)s."),
            params={"least": LEAST_NOTICE},
        )


class Brand(models.Model):
    """The one row of settings that every other part rests on.

    `version` counts the changes to rules, challenges and referral terms: a fact is judged by the version in force when
    it was recorded, so that it can be judged again in the same way. `stamp` is new with each of them.
    """

    class Enrolment(models.TextChoices):
        OPT_IN = "opt_in", _("People sign up themselves")
        UNIVERSAL = "universal", _("Everybody takes part: a wallet opens with the first purchase")

    name = models.CharField(_("name"), max_length=80, default="Goodturn")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    points_one = models.CharField(_("one point is called"), max_length=40, default="point")
    points_other = models.CharField(_("several points are called"), max_length=40, default="points")
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}\Z")])
    points_per_currency_unit = models.PositiveIntegerField(
        _("points for one unit of the currency"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("What points are worth when they are given away: 100 means that 100 points give 1.00."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    languages = models.JSONField(_("languages"), default=default_languages, validators=[validate_languages])
    enrolment = models.CharField(_("enrolment"), max_length=20, choices=Enrolment, default=Enrolment.OPT_IN)
    refunds = models.CharField(
        _("refunds take back"), max_length=20, choices=Refunds, default=Refunds.OWED, db_default=Refunds.OWED.value
    )
    expiry_policy = models.CharField(
        _("expiry"), max_length=20, choices=ExpiryPolicy, default=ExpiryPolicy.NEVER, db_default="never"
    )
    expiry_months = models.PositiveIntegerField(
        _("months until points expire"),
        default=12,
        db_default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    expiry_notice_days = models.JSONField(
        _("days of notice"), default=default_notice_days, db_default=[60, 30, 7], validators=[validate_notice_days]
    )
    expiry_lapse_to = models.CharField(
        _("points that expire"), max_length=20, choices=Lapse, default=Lapse.NOTHING, db_default="nothing"
    )
    brand_colour = models.CharField(
        _("brand colour"), max_length=7, default="#2f6b4f", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z")]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    stamp = models.CharField(max_length=32, blank=True, default="", editable=False)

    told = ""  # the text that it was read from, where a page read it (`core.brand.now`)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brand")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="brand_is_one_row"),
            models.CheckConstraint(condition=Q(points_per_currency_unit__gte=1), name="brand_points_have_a_worth"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse another currency once amounts are kept in this one: their numbers would mean something else."""
        kept = Brand.objects.filter(pk=self.pk).values_list("currency", flat=True).first()
        if kept not in (None, self.currency) and amounts.are_recorded():
            sentence = _("The currency stays %(currency)s: amounts are recorded in it already.")
            raise ValidationError({"currency": ValidationError(sentence, params={"currency": kept})})

    @classmethod
    def current(cls) -> Brand:
        """The brand's settings as they stand in the database now (one query)."""
        found = bulk.ahead(cls, "id {}", [1]).rows
        if not found:
            raise cls.DoesNotExist
        return found[0]

    @classmethod
    def bump(cls, *changes: Change) -> int:
        """Begin a new version of the terms and return its number; call it inside the transaction of the change.

        The row stays locked until that transaction ends, so that changes of terms come one after the other. `changes`
        say what it is about, for the page of the rules. Call it before what points are worth is changed: it keeps that.
        """
        cls.objects.filter(pk=1).update(version=F("version") + 1, stamp=uuid4().hex)
        number, worth = cls.objects.values_list("version", "points_per_currency_unit").get(pk=1)
        Version.begin(number, changes, worth)
        return number

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days, weeks and months are counted."""
        return ZoneInfo(self.time_zone)

    @property
    def precision(self) -> int:
        """How many digits the currency's minor unit has (2 for EUR)."""
        return get_currency_precision(self.currency)

    def points(self, number: int) -> str:
        """`number` points in the brand's own word: "1 leaf", "42 leaves"."""
        word = self.points_one if abs(number) == 1 else self.points_other
        return f"{format_decimal(number, locale=_locale())} {word}"

    def money(self, minor: int) -> str:
        """An amount in minor units as people write it in the active language."""
        return format_currency(Decimal(minor).scaleb(-2), self.currency, locale=_locale())

    def money_for(self, points: int) -> int:
        """What `points` are worth when given away, in minor units (hundredths), rounded down."""
        return points * 100 // self.points_per_currency_unit


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
