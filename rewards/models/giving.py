"""Charities and what members gave them."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.models import Brand
from core.members.models import Member
from core.sums import Checksum
from core.web.art import Cover
from core.web.refused import NotOpen
from rewards import art

validate_web_address = URLValidator(schemes=["http", "https"])


class CharityQuerySet(models.QuerySet["Charity"]):
    """Named questions about charities."""

    def open(self) -> CharityQuerySet:
        """Those that members can give to now."""
        return self.filter(state=Charity.State.OPEN)

    def visible(self) -> CharityQuerySet:
        """Those that may be looked at: a closed one keeps its page and its total."""
        return self.exclude(state=Charity.State.DRAFT)


class Charity(models.Model):
    """Somebody to whom points can be given as money.

    `points` and `amount` (minor units) are the sums of its donations. What a donation is worth beyond whole minor units
    is carried to the next one: `remainder` of them in parts of 1/`rate`, so that many small gifts give as much as one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), max_length=4000, blank=True)
    url = models.CharField(_("website"), max_length=500, blank=True, validators=[validate_web_address])
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[art.validate_colour], help_text=_("Of the cover.")
    )
    glyph = models.CharField(_("glyph"), max_length=30, default="heart", validators=[art.validate_glyph])
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Lower comes first."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    points = models.BigIntegerField(_("points given"), default=0, editable=False)
    amount = models.BigIntegerField(_("amount given"), default=0, editable=False)
    remainder = models.BigIntegerField(default=0, editable=False)
    rate = models.PositiveIntegerField(default=1, editable=False)

    objects = CharityQuerySet.as_manager()

    class Meta:
        verbose_name = _("charity")
        verbose_name_plural = _("charities")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0, amount__gte=0), name="charity_totals_not_negative"),
            models.CheckConstraint(
                condition=Q(remainder__gte=0) & Q(remainder__lt=F("rate")), name="charity_carries_less_than_a_cent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rewards:charity", args=[self.slug])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def cover(self) -> Cover:
        """The picture of its card."""
        return art.cover(self.slug, self.colour, self.glyph)

    def publish(self) -> bool:
        """Let members give to it; False when they could already."""
        return self._move([self.State.DRAFT, self.State.CLOSED], self.State.OPEN)

    def close(self) -> bool:
        """Let nobody give to it any more; False when nobody could. Its total stays."""
        return self._move([self.State.OPEN], self.State.CLOSED)

    def _move(self, expected: list[str], state: str) -> bool:
        moved = Charity.objects.filter(pk=self.pk, state__in=expected).update(state=state)
        self.refresh_from_db(fields=["state"])
        return bool(moved)

    def worth(self, points: int, brand: Brand) -> tuple[int, int]:
        """What `points` give now: whole minor units, with what is carried, and what is then carried on.

        The rest is in parts of 1/`brand.points_per_currency_unit` of a minor unit.
        """
        rate = brand.points_per_currency_unit
        return divmod(self.remainder * rate // self.rate + points * 100, rate)

    def receive(self, points: int, brand: Brand) -> int:
        """Add `points` to its total and return their amount in minor units; raises NotOpen when it is closed.

        The first UPDATE asks and locks: until the transaction ends nobody else gives to it, so that what is carried can
        be read, added to and written back. Call it inside a transaction.
        """
        if not Charity.objects.open().filter(pk=self.pk).update(points=F("points") + points):
            raise NotOpen(_("This charity does not take gifts at the moment."))
        self.refresh_from_db(fields=["points", "amount", "remainder", "rate"])
        self.points -= points
        amount = self.add(points, brand)
        self.save(update_fields=["amount", "remainder", "rate"])
        return amount

    def add(self, points: int, brand: Brand) -> int:
        """Add `points` to the totals of this row, which is locked and not yet written; return their amount."""
        amount, self.remainder = self.worth(points, brand)
        self.points += points
        self.amount += amount
        self.rate = brand.points_per_currency_unit
        return amount


class Donation(models.Model):
    """One gift: a member's points as an amount of money to a charity; never edited."""

    public_id = models.UUIDField(_("public number"), default=uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="donations", verbose_name=_("member"))
    charity = models.ForeignKey(Charity, models.PROTECT, related_name="donations", verbose_name=_("charity"))
    points = models.BigIntegerField(_("points"))
    amount = models.BigIntegerField(_("amount"), help_text=_("In minor units."))
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.PositiveIntegerField(_("points for one unit of the currency"))
    at = models.DateTimeField(_("at"), default=clock.now)
    key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 no key is no repeat
    checksum = Checksum(["public_id", "member", "charity", "points", "amount", "currency", "rate", "at", "key"])

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "key", "charity"], name="donation_once_a_key"),
            models.CheckConstraint(condition=Q(points__gte=1, amount__gte=1), name="donation_gives_something"),
        ]
        indexes = [models.Index(fields=["charity", "id"], name="donation_of_a_charity")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def reference(self) -> str:
        """The reference of the transfer that paid for it, and the key of its activity."""
        return f"donation:{self.public_id.hex}"


class LapseChoice(models.Model):
    """To which charity a member's points are to go when they expire."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="lapse_choice")
    charity = models.ForeignKey(Charity, models.PROTECT, related_name="lapse_choices", verbose_name=_("charity"))

    class Meta:
        verbose_name = _("charity for expired points")
        verbose_name_plural = _("charities for expired points")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.charity_id}"
