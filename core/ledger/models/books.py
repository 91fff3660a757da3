"""The books: wallets that hold points, and the facts that moved them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.brand.periods import Per
from core.members.models import Member


class Account(models.TextChoices):
    """Where points can stand. The first three belong to a member, the rest are the brand's books."""

    WALLET = "wallet", _("Wallet")
    PENDING = "pending", _("Pending")
    OWED = "owed", _("Owed")
    ISSUED = "issued", _("Issued")
    REDEEMED = "redeemed", _("Redeemed")
    GIVEN = "given", _("Given")
    EXPIRED = "expired", _("Expired")


MEMBER_ACCOUNTS = (Account.WALLET, Account.PENDING, Account.OWED)


class Reason(models.TextChoices):
    """Why points moved, in the field's words."""

    EARNED = "earned", _("Earned")
    PRIZE = "prize", _("Prize")
    REFERRAL = "referral", _("Invitation reward")
    ADJUSTED = "adjusted", _("Adjusted by staff")
    REVERSED = "reversed", _("Taken back")
    RELEASED = "released", _("Now yours to spend")
    SETTLED = "settled", _("Owed points settled")
    SPENT = "spent", _("Spent")
    RETURNED = "returned", _("Given back")
    DONATED = "donated", _("Given away")
    EXPIRED = "expired", _("Expired")
    LAPSED = "lapsed", _("Expired, and given to a charity")


class Wallet(models.Model):
    """A member's points, in one row that moves with each entry.

    The balances and the totals are sums of the member's entries, kept so that a page need not add them up.
    `owed` is what was taken back but could not be taken because it had been spent. Always true:
    available + pending - owed = earned - spent - donated - expired.
    """

    member = models.OneToOneField(
        Member, models.PROTECT, primary_key=True, related_name="wallet", verbose_name=_("member")
    )
    available = models.BigIntegerField(_("available"), default=0)
    pending = models.BigIntegerField(_("pending"), default=0)
    owed = models.BigIntegerField(_("owed"), default=0)
    earned = models.BigIntegerField(_("earned"), default=0)
    spent = models.BigIntegerField(_("spent"), default=0)
    donated = models.BigIntegerField(_("donated"), default=0)
    expired = models.BigIntegerField(_("expired"), default=0)
    version = models.BigIntegerField(_("version"), default=0)
    active_on = models.DateField(
        _("last active on"),
        null=True,
        blank=True,
        help_text=_("The day (by UTC) on which points last came in, or were spent or given."),
    )
    expiry = models.ForeignKey(
        "ledger.Expiry", models.PROTECT, null=True, blank=True, db_index=False, related_name="wallets"
    )

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = [
            models.CheckConstraint(condition=Q(available__gte=0), name="wallet_available_not_negative"),
            models.CheckConstraint(condition=Q(pending__gte=0), name="wallet_pending_not_negative"),
            models.CheckConstraint(condition=Q(owed__gte=0), name="wallet_owed_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    earned=F("available") + F("pending") - F("owed") + F("spent") + F("donated") + F("expired")
                ),
                name="wallet_totals_agree",
            ),
        ]
        # By the day, so that it moves once a day and not with every award.
        indexes = [
            models.Index(fields=["active_on"], condition=Q(expiry__isnull=True), name="wallet_not_told_of_expiry")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.available}"

    @classmethod
    def of(cls, member_id: int) -> Wallet:
        """A member's wallet as it stands now; an empty unsaved one for who has none yet."""
        return cls.objects.filter(pk=member_id).first() or cls(member_id=member_id)


class Lot(models.Model):
    """The points of one award, under the cause that made them due.

    `points` is what the cause is worth now, net of what was taken back; `forgiven` is what the member keeps beyond it,
    because the brand's policy on refunds let it go. While `held_until` is set they stand in *pending*; from
    `available_at` on they stand in the wallet, where `remaining` of them are left. The lot that became available first
    is used first, since it is the one that expires soonest. `group` is shared by the awards that one limit counts
    together. `at` is when what caused it happened, by all that is known: that of a prize moves when something earlier
    comes to light, while its transfers keep the moment by which they were posted.
    """

    cause = models.CharField(_("cause"), max_length=220, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="lots", verbose_name=_("member"), db_index=False)
    group = models.CharField(_("counted together as"), max_length=160, blank=True)
    points = models.BigIntegerField(_("points"))
    at = models.DateTimeField(_("at"), help_text=_("When what caused it happened."))
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    available_at = models.DateTimeField(_("available since"), null=True, blank=True)
    remaining = models.BigIntegerField(
        _("remaining"), default=0, db_default=0, help_text=_("How many of them are still in the wallet.")
    )
    forgiven = models.BigIntegerField(
        _("let go"), default=0, db_default=0, help_text=_("What a refund did not take back.")
    )
    expiry = models.ForeignKey(
        "ledger.Expiry", models.PROTECT, null=True, blank=True, db_index=False, related_name="lots"
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="lot_not_negative"),
            models.CheckConstraint(condition=Q(forgiven__gte=0), name="lot_let_go_not_negative"),
            models.CheckConstraint(
                condition=Q(remaining=0) | Q(remaining__gt=0, available_at__isnull=False), name="lot_remaining_is_there"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "available_at", "id"], condition=Q(remaining__gt=0), name="lot_to_use_next"),
            models.Index(
                fields=["available_at", "id"],
                condition=Q(remaining__gt=0, expiry__isnull=True),
                name="lot_not_told_of_expiry",
            ),
            models.Index(fields=["expiry"], condition=Q(expiry__isnull=False), name="lot_told_of_expiry"),
            models.Index(
                fields=["member", "held_until"], condition=Q(held_until__isnull=False), name="lot_held_of_a_member"
            ),
            models.Index(fields=["member", "group"], condition=~Q(group=""), name="lot_of_one_limit"),
            models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="lot_on_hold"),
            models.Index(fields=["member", "at"], name="lot_of_member_by_time"),
        ]

    def __str__(self) -> str:
        return self.cause


class Tally(models.Model):
    """What a member earned in one calendar week or month of the programme's zone, by when its causes happened.

    `earned` is net of what was taken back, which counts in the period of the award it was taken from. A sum kept beside
    the transfers, so that nobody need add them up; it may be counted anew at any time.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="tallies", verbose_name=_("member"), db_index=False)
    per = models.CharField(_("per"), max_length=10, choices=[(Per.WEEK, Per.WEEK.label), (Per.MONTH, Per.MONTH.label)])
    starts = models.DateField(_("starts"))
    earned = models.BigIntegerField(_("earned"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [models.UniqueConstraint(fields=["member", "per", "starts"], name="tally_once_a_period")]
        indexes = [models.Index(fields=["per", "starts", "earned"], name="tally_by_earned")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.earned} in the {self.per} of {self.starts}"


class Transfer(models.Model):
    """One movement of points from one account to another, for one reason; never edited."""

    reference = models.CharField(_("reference"), max_length=240, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="transfers", verbose_name=_("member"), db_index=False
    )
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="transfers")
    activity_id = models.BigIntegerField(_("activity"), null=True, blank=True)
    source = models.CharField(_("from"), max_length=10, choices=Account)
    target = models.CharField(_("to"), max_length=10, choices=Account)
    points = models.BigIntegerField(_("points"))
    why = models.JSONField(_("explanation"), default=dict)
    at = models.DateTimeField(_("at"))
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_goes_somewhere"),
        ]
        # In the place of one by member alone.
        indexes = [models.Index(fields=["member", "posted_at"], name="transfer_of_a_month")]

    def __str__(self) -> str:
        return self.reference

    @property
    def explanation(self) -> Explanation:
        return Explanation.restored(self.why)


class Entry(models.Model):
    """One side of a transfer on one account; never edited.

    `balance` is what the member's account held after it. The brand's books carry none: a row that every award moves
    would make every award wait for the last, so a book's balance is the sum of its entries.
    """

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries", db_index=False)
    account = models.CharField(_("account"), max_length=10, choices=Account)
    member = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("member"),
        db_index=False,
    )
    points = models.BigIntegerField(_("points"))
    balance = models.BigIntegerField(_("balance"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="entry_one_side_once"),
            models.CheckConstraint(
                condition=Q(account__in=MEMBER_ACCOUNTS, member__isnull=False, balance__isnull=False)
                | (~Q(account__in=MEMBER_ACCOUNTS) & Q(member__isnull=True, balance__isnull=True)),
                name="entry_member_accounts_have_a_member",
            ),
            models.CheckConstraint(condition=~Q(points=0), name="entry_moves_something"),
        ]
        indexes = [models.Index(fields=["member", "account", "-id"], name="entry_statement")]

    def __str__(self) -> str:
        return f"{self.points:+d} {self.account}"

    def explained(self, brand: Brand) -> str:
        """Why, in the active language: the same text on the page and in the JSON API."""
        return self.transfer.explanation.text(brand)


class Use(models.Model):
    """How many points of one lot a transfer took out of the wallet, or put back when below 0; never edited."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="uses", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="uses", db_index=False)
    points = models.BigIntegerField(_("points"))

    class Meta:
        verbose_name = _("use of a lot")
        verbose_name_plural = _("uses of lots")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "lot"], name="use_of_a_lot_once"),
            models.CheckConstraint(condition=~Q(points=0), name="use_takes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.points:+d} of lot {self.lot_id}"
