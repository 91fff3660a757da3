"""Where members stand on the ladder, and how they came there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.explanation import Explanation
from core.members.models import Member
from core.sums import Checksum


class MemberTier(models.Model):
    """The tier that a member holds, for whoever has ever left the lowest; it can be counted anew at any time.

    `level` is empty below the lowest tier. `since` is the own time of what brought them there, `until` the moment in
    which it ends if nothing more is earned (None: never), `warned_of` the end that they were told of.
    """

    member = models.OneToOneField(Member, models.PROTECT, related_name="tier", verbose_name=_("member"))
    level = models.CharField(_("tier"), max_length=50, blank=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True, db_index=True)
    warned_of = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("member's tier")
        verbose_name_plural = _("members' tiers")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.level or '-'}"


class TierChange(models.Model):
    """One step up or down, as it was found; never edited.

    `since` is the own time of what caused it. A step that did not happen after all (an order came late, points were
    taken back) is followed by a row with `void`, as if it had never been.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="tier_changes", verbose_name=_("member"))
    level = models.CharField(_("tier"), max_length=50, blank=True)
    before = models.CharField(_("tier before"), max_length=50, blank=True)
    since = models.DateTimeField(_("since"))
    void = models.BooleanField(_("void"), default=False)
    why = models.JSONField(_("explanation"), default=dict)
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)
    checksum = Checksum(["member", "level", "before", "since", "void", "why", "posted_at"])

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")
        ordering = ["id"]
        indexes = [models.Index(fields=["member", "since"], name="tier_change_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.before or '-'} → {self.level or '-'}"

    @property
    def explanation(self) -> Explanation:
        return Explanation.restored(self.why)
