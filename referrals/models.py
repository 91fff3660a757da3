"""Invitations: the terms, each member's code, the clicks on its link, and who came by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, JSONObject, Upper
from django.utils.translation import gettext_lazy as _

from core import clock
from core.activities.models import Activity
from core.brand.explanation import Explanation
from core.brand.periods import Per
from core.members.models import Member
from core.sums import Checksum
from referrals import qualifying
from referrals.terms import FIRST, LAST, NAMES, Terms


class Attribution(models.TextChoices):
    """Which of several clicks counts."""

    LAST_CLICK = LAST, _("the last click")
    FIRST_CLICK = FIRST, _("the first click")


class ReferralTerms(models.Model):
    """The terms in force, one row; without it nobody can be invited."""

    referrer_points = models.PositiveIntegerField(
        _("points for the inviter"), default=0, validators=[MaxValueValidator(1_000_000_000)]
    )
    friend_points = models.PositiveIntegerField(
        _("points for the friend"), default=0, validators=[MaxValueValidator(1_000_000_000)]
    )
    by = models.CharField(_("the friend qualifies"), max_length=40, default=qualifying.ByOrder.slug)
    activity = models.CharField(_("kind of activity"), max_length=100, blank=True)
    minimum = models.PositiveBigIntegerField(
        _("least amount"), null=True, blank=True, help_text=_("In hundredths of the currency: 2000 is 20.00.")
    )
    challenge = models.CharField(_("challenge"), max_length=60, blank=True)
    title = models.CharField(max_length=200, blank=True, editable=False)
    window_days = models.PositiveIntegerField(
        _("days from click to joining"), default=90, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    qualify_within_days = models.PositiveIntegerField(
        _("days from joining to qualifying"), default=60, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    hold_days = models.PositiveSmallIntegerField(
        _("days on which rewards stay pending"), default=0, validators=[MaxValueValidator(90)]
    )
    attribution = models.CharField(_("what counts is"), max_length=8, choices=Attribution, default=LAST)
    cap_count = models.PositiveIntegerField(
        _("rewarded friends at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cap_per = models.CharField(_("in each"), max_length=8, choices=Per, default=Per.MONTH)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("referral terms")
        verbose_name_plural = _("referral terms")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="referral_terms_are_one_row"),
            models.CheckConstraint(condition=Q(hold_days__lte=90), name="referral_terms_hold_at_most_90_days"),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, qualify_within_days__gte=1), name="referral_terms_last_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Referral terms"))

    def plain(self) -> Terms:
        """The same as plain values, to be frozen."""
        return Terms.restored({name: getattr(self, name) for name in NAMES})

    @classmethod
    def in_force(cls) -> Terms | None:
        """The terms as they stand now, or None when there are none (one query)."""
        row = cls.objects.filter(pk=1).first()
        return row.plain() if row else None


class CodeQuerySet(models.QuerySet["Code"]):
    """Named questions about codes."""

    def with_terms(self) -> CodeQuerySet:
        """Each code with its member and the terms in force (`terms_now`), in one statement."""
        row = ReferralTerms.objects.filter(pk=1).values(json=JSONObject(**{name: name for name in NAMES}))
        return self.select_related("member").annotate(terms_now=models.Subquery(row))

    def with_joined(self) -> CodeQuerySet:
        """Each code with how many friends joined by it and were not refused (`joined`), in one statement."""
        friends = Referral.objects.standing().filter(referrer=models.OuterRef("member")).order_by().values("referrer")
        joined = models.Subquery(friends.annotate(number=models.Count("pk")).values("number"))
        return self.annotate(joined=Coalesce(joined, 0))


class Code(models.Model):
    """A member's own code, for ever."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="referral_code", verbose_name=_("member"))
    code = models.CharField(_("code"), max_length=7, unique=True)
    created_at = models.DateTimeField(_("given"), default=clock.now)
    checksum = Checksum(["member", "code", "created_at"])

    terms_now: dict[str, Any] | None  # annotated by with_terms
    joined: int  # annotated by with_joined

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral code")
        verbose_name_plural = _("referral codes")
        constraints = [
            models.CheckConstraint(condition=Q(code=Upper("code")), name="referral_code_is_upper_case"),
        ]

    def __str__(self) -> str:
        return self.code


class Click(models.Model):
    """One visitor's click on a link, at most one an hour; who it was is a hash whose key changes daily."""

    code = models.ForeignKey(Code, models.CASCADE, related_name="clicks")
    visitor = models.CharField(max_length=32)
    at = models.DateTimeField(default=clock.now)
    hour = models.DateTimeField()
    checksum = Checksum(["code", "visitor", "at", "hour"])

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        constraints = [
            models.UniqueConstraint(fields=["code", "visitor", "hour"], name="click_one_a_visitor_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.code_id} {self.at:%Y-%m-%d %H:%M}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Named questions about referrals."""

    def standing(self) -> ReferralQuerySet:
        """Those that were not refused."""
        return self.exclude(state=Referral.State.REFUSED)

    def qualified(self) -> ReferralQuerySet:
        return self.filter(state=Referral.State.QUALIFIED)


class Referral(models.Model):
    """A friend who joined by a member's link or code; who belongs to whom never changes.

    The state of the referral and what each side got for it are kept apart. A friend who did not qualify in time is
    still *joined*: a fact that is told late may yet qualify, so that any order of arrival ends the same. Only
    *reversed* tells of that order: it says that there had been a reward.
    """

    class State(models.TextChoices):
        JOINED = "joined", _("Joined")
        QUALIFIED = "qualified", _("Qualified")
        REFUSED = "refused", _("Refused")

    class MatchedBy(models.TextChoices):
        CODE = "code", _("Typed code")
        TOKEN = "token", _("Link, by the form or the mail")
        COOKIE = "cookie", _("Link, by the cookie")

    class Refusal(models.TextChoices):
        SELF = "self", _("The inviter's own mailbox")
        MEMBER = "already-member", _("Was a member already")

    class Reward(models.TextChoices):
        NONE = "none", _("None yet")
        EARNED = "earned", _("Rewarded")
        CAPPED = "capped", _("Above the limit")
        GONE = "gone", _("The inviter has left")
        REVERSED = "reversed", _("Taken back")

    referrer = models.ForeignKey(Member, models.PROTECT, related_name="referrals", verbose_name=_("inviter"))
    friend = models.OneToOneField(Member, models.PROTECT, related_name="referral", verbose_name=_("friend"))
    code = models.CharField(_("code"), max_length=7)
    matched_by = models.CharField(_("matched by"), max_length=8, choices=MatchedBy)
    clicked_at = models.DateTimeField(_("clicked"), null=True, blank=True)
    referrer_joined_at = models.DateTimeField(editable=False)
    joined_at = models.DateTimeField(_("joined"))
    terms = models.JSONField(_("terms"))
    awaits = models.CharField(max_length=100)
    cap_per = models.CharField(max_length=8, blank=True)
    qualify_until = models.DateTimeField(_("has to qualify before"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.JOINED)
    refusal = models.CharField(_("refused because"), max_length=20, choices=Refusal, blank=True)
    why = models.JSONField(default=dict, blank=True)
    qualified_at = models.DateTimeField(_("qualified"), null=True, blank=True)
    activity = models.ForeignKey(
        "activities.Activity", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("qualified by")
    )
    referrer_reward = models.CharField(_("inviter's reward"), max_length=10, choices=Reward, default=Reward.NONE)
    friend_reward = models.CharField(_("friend's reward"), max_length=10, choices=Reward, default=Reward.NONE)
    checksum = Checksum(
        [
            *("referrer", "friend", "code", "matched_by", "clicked_at", "referrer_joined_at", "joined_at", "terms"),
            *("awaits", "cap_per", "qualify_until", "state", "refusal", "why", "qualified_at", "activity"),
            *("referrer_reward", "friend_reward"),
        ]
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(condition=~Q(referrer=F("friend")), name="referral_is_of_somebody_else"),
            # Whoever invites was there first: with one referrer a friend, no chain of invitations can close to a loop.
            models.CheckConstraint(
                condition=Q(referrer_joined_at__lt=F("joined_at"))
                | Q(referrer_joined_at=F("joined_at"), referrer__lt=F("friend")),
                name="referral_inviter_was_there_first",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
                name="referral_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="qualified", qualified_at__isnull=False, activity__isnull=False)
                | ~Q(state="qualified") & Q(qualified_at__isnull=True, activity__isnull=True),
                name="referral_qualified_by_something",
            ),
            models.CheckConstraint(
                condition=Q(state="qualified") | ~Q(referrer_reward="earned") & ~Q(friend_reward="earned"),
                name="referral_rewarded_when_qualified",
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "-joined_at", "-id"], name="referral_of_inviter"),
            models.Index(
                fields=["referrer", "qualified_at"], condition=Q(state="qualified"), name="referral_counted_for_cap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.joined_at:%Y-%m-%d}"

    @property
    def frozen(self) -> Terms:
        """The terms as they were when the friend joined."""
        return Terms.restored(self.terms)

    @property
    def explanation(self) -> Explanation:
        """Why it is refused, capped or taken back; empty when there is nothing to explain."""
        return Explanation.restored(self.why)

    def in_time(self, fact: Activity) -> bool:
        """Whether a fact of the friend falls into the time in which they can qualify.

        What is told to the second only may have been before joining within that second; it is taken to have been
        after it, unless it was told before.
        """
        told_after = fact.received_at >= self.joined_at
        since = self.joined_at.replace(microsecond=0) if told_after else self.joined_at
        return since <= fact.at < self.qualify_until

    def expired(self, now: datetime) -> bool:
        """Whether the friend had time enough to qualify and did not."""
        return self.state == self.State.JOINED and self.qualify_until <= now

    def cause(self, side: str) -> str:
        """The cause under which the ledger keeps the reward of `side` ("referrer" or "friend")."""
        return f"referral:{self.pk}:{side}"
