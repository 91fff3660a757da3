"""What is kept of the seals: a leaf for each transfer, inner nodes and heads, which are facts, and members' keys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ledger.models import Transfer
from core.members.models import Member
from core.sums import Checksum


class Key(models.Model):
    """What hides a member's transfers in the tree; empty once the member is forgotten.

    Every salt of the member is derived from it: without it nobody can tell what the member's leaves commit to.
    """

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="+")
    secret = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")

    def __str__(self) -> str:
        return str(self.member_id)


class RowCount(models.Model):
    """How many rows of a table of facts there are with numbers up to `upto`, and what these numbers sum to.

    Facts are never deleted, so both only grow; when one row is gone, the difference is its number. The migrations make
    the row of each table, and nothing else does: where one is missing nobody counts.
    """

    table = models.CharField(max_length=63, primary_key=True)
    upto = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    sum = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(upto__gte=0, rows__gte=0), name="rows_are_counted_up")]

    def __str__(self) -> str:
        return f"{self.table}: {self.rows}"


class Leaf(models.Model):
    """A sealed transfer: its place in the tree, what it commits to of the person, and its hash."""

    position = models.BigIntegerField(_("place"), primary_key=True)
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="leaf", verbose_name=_("transfer"))
    commitment = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("sealed transfer")
        verbose_name_plural = _("sealed transfers")
        constraints = [models.CheckConstraint(condition=Q(position__gte=0), name="leaf_has_a_place")]

    def __str__(self) -> str:
        return str(self.position)


class Node(models.Model):
    """The hash over a complete subtree of 16, 256, 4,096 … leaves, by its level (4, 8, 12 …) and number."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="node_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Head(models.Model):
    """A seal: the root over the first `size` sealed transfers.

    `upto` is the mark below which nothing is left to seal: every transfer with an id up to it is in the tree, and none
    can come any more.
    """

    size = models.BigIntegerField(_("sealed transfers"), primary_key=True)
    root = models.BinaryField(_("root"), max_length=32)
    upto = models.BigIntegerField()
    sealed_at = models.DateTimeField(_("sealed at"), default=clock.now)
    checksum = Checksum(["size", "root", "upto", "sealed_at"])

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="head_seals_something")]

    def __str__(self) -> str:
        return f"{self.size}: {bytes(self.root).hex()}"

    @property
    def root_hex(self) -> str:
        """The root as people compare it."""
        return bytes(self.root).hex()

    @classmethod
    def latest(cls) -> Head | None:
        """The newest seal, or None before the first."""
        return cls.objects.order_by("-size").first()
