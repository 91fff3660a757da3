"""Rewards, and the sessions at which an experience takes place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.art import Cover
from core.web.refused import NotOpen, Refused, SoldOut, TooLate
from rewards import art, kinds

if TYPE_CHECKING:
    from rewards.kinds import Kind

MOST_POINTS = 1_000_000_000
MOST_SEATS = 100_000
MOST_HOURS = 24 * 365

validate_web_address = URLValidator(schemes=["http", "https"])


class TooFewSeats(Refused):
    """Fewer seats than people who hold one."""

    slug = "too-few-seats"
    sentence = _("There cannot be fewer seats than are taken.")


class RewardQuerySet(models.QuerySet["Reward"]):
    """Named questions about rewards."""

    def live(self) -> RewardQuerySet:
        """Those that members can have now."""
        return self.filter(state=Reward.State.LIVE)

    def visible(self) -> RewardQuerySet:
        """Those that may be looked at: a retired one keeps its page, for those who hold a ticket to it."""
        return self.exclude(state=Reward.State.DRAFT)

    def with_upcoming(self) -> RewardQuerySet:
        """With `upcoming`: the sessions that are still to begin and open to booking, in order of time."""
        sessions = Session.objects.upcoming().order_by("starts", "pk")
        return self.prefetch_related(models.Prefetch("sessions", sessions, to_attr="upcoming"))


class Reward(models.Model):
    """Something that points are spent on. What it is made of, its kind says (`rewards.kinds`)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        RETIRED = "retired", _("Retired")

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, default="experience", validators=[kinds.validate])
    title = models.CharField(_("title"), max_length=120)
    about = models.TextField(_("about"), max_length=4000, blank=True)
    cost = models.PositiveIntegerField(
        _("cost"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_POINTS)],
        help_text=_("In points."),
    )
    limit_per_member = models.PositiveIntegerField(
        _("limit per member"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many one member can hold at a time; empty for no limit."),
    )
    cancel_until_hours = models.PositiveIntegerField(
        _("can be cancelled until"),
        default=0,
        validators=[MaxValueValidator(MOST_HOURS)],
        help_text=_("Hours before it begins. A change holds for new bookings only."),
    )
    tiers = models.JSONField(
        _("only for tiers"), null=True, blank=True, help_text=_("None chosen: everybody can have it.")
    )
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[art.validate_colour], help_text=_("Of the cover.")
    )
    glyph = models.CharField(_("glyph"), max_length=30, default="sparkles", validators=[art.validate_glyph])
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Lower comes first."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)

    objects = RewardQuerySet.as_manager()

    upcoming: list[Session]  # filled in by `with_upcoming`

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=1), name="reward_costs_something"),
            models.CheckConstraint(
                condition=Q(limit_per_member__isnull=True) | Q(limit_per_member__gte=1),
                name="reward_limit_allows_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rewards:reward", args=[self.slug])

    @property
    def strategy(self) -> Kind:
        """What this kind of reward is made of."""
        return kinds.of(self.kind)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def cover(self) -> Cover:
        """The picture of its card."""
        return art.cover(self.slug, self.colour, self.glyph)

    def publish(self) -> bool:
        """Offer it to members; False when it was live already. Raises Refused when its kind finds something missing."""
        self.strategy.check_publishable(self)
        return self._move([self.State.DRAFT, self.State.RETIRED], self.State.LIVE)

    def retire(self) -> bool:
        """Offer it no longer; False when it was not live. Tickets that people hold stay good."""
        return self._move([self.State.LIVE], self.State.RETIRED)

    def _move(self, expected: list[str], state: str) -> bool:
        moved = Reward.objects.filter(pk=self.pk, state__in=expected).update(state=state)
        self.refresh_from_db(fields=["state"])
        return bool(moved)


class SessionQuerySet(models.QuerySet["Session"]):
    """Named questions about sessions."""

    def upcoming(self) -> SessionQuerySet:
        """Those still to begin that can be chosen, full ones included."""
        return self.filter(starts__gt=clock.now(), withdrawn=False)

    def of_live_rewards(self) -> SessionQuerySet:
        """Those of rewards that members can have now, each with its reward."""
        return self.filter(reward__state=Reward.State.LIVE).select_related("reward")


class Session(models.Model):
    """One date of an experience, with its seats.

    `taken` is moved only by `take_seat` and `put_seat_back`; it is the number of live bookings, kept so that a seat can
    be sold by one conditional UPDATE.
    """

    reward = models.ForeignKey(Reward, models.CASCADE, related_name="sessions", verbose_name=_("reward"))
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=160)
    map_url = models.CharField(_("map link"), max_length=500, blank=True, validators=[validate_web_address])
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)])
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)
    withdrawn = models.BooleanField(
        _("withdrawn"), default=False, help_text=_("Not offered any more; tickets that people hold stay good.")
    )
    position = models.PositiveIntegerField(default=0, editable=False)  # its place in the programme file

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("seats")), name="session_is_never_oversold"
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["reward", "starts"], name="session_of_a_reward")]

    def __str__(self) -> str:
        return f"{self.reward_id}: {self.slug}"

    def clean(self) -> None:
        super().clean()
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("It must end after it starts.")})

    @property
    def seats_left(self) -> int:
        return self.seats - self.taken

    @property
    def is_sold_out(self) -> bool:
        return self.taken >= self.seats

    @property
    def cancel_by(self) -> datetime:
        """The last moment at which a booking made now could be cancelled."""
        return self.cancel_until(self.reward.cancel_until_hours)

    def cancel_until(self, hours: int) -> datetime:
        """The last moment at which a booking can be cancelled, `hours` before it begins."""
        return self.starts - timedelta(hours=hours)

    def closed(self) -> Refused | None:
        """That this date is not on offer, from what this row says."""
        return NotOpen(_("This date is not offered any more.")) if self.withdrawn else None

    def over(self) -> Refused | None:
        """That it has begun, from what this row says."""
        return TooLate(_("This has begun already.")) if self.starts <= clock.now() else None

    def full(self) -> Refused | None:
        """That there is no seat left, from what this row says."""
        return SoldOut(_("All seats of this date are taken.")) if self.is_sold_out else None

    def refusal(self) -> Refused | None:
        """Why nobody can take a seat now, from what this row says; None when there is one."""
        return self.closed() or self.over() or self.full()

    def take_seat(self) -> None:
        """Take one seat for good if there is one at the instant of writing; raises NotOpen, TooLate or SoldOut."""
        free = Session.objects.upcoming().filter(pk=self.pk, taken__lt=F("seats"))
        if not free.update(taken=F("taken") + 1):
            self.refresh_from_db(fields=["seats", "taken", "starts", "withdrawn"])
            raise self.refusal() or SoldOut

    def put_seat_back(self) -> None:
        """Free one taken seat."""
        Session.objects.filter(pk=self.pk, taken__gt=0).update(taken=F("taken") - 1)

    def withdraw(self) -> None:
        """Offer this date no longer; one that nobody ever booked is gone for good."""
        if not self.redemptions.exists():
            self.delete()
            return
        Session.objects.filter(pk=self.pk).update(withdrawn=True)
        self.withdrawn = True

    def resize(self, seats: int) -> None:
        """Set the number of seats; raises TooFewSeats when more are taken than that."""
        if not Session.objects.filter(pk=self.pk, taken__lte=seats).update(seats=seats):
            raise TooFewSeats
        self.seats = seats
