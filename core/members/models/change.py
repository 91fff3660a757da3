"""What staff did: who, when, what stood there before and what after. Never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.sums import Checksum


class StaffChange(models.Model):
    """One change by a member of staff to one thing.

    `who` stays as text when the account goes; `before` and `after` are the fields that differ, by name.
    """

    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    who = models.CharField(_("who"), max_length=254)
    action = models.CharField(_("action"), max_length=80)
    model = models.CharField(_("kind of thing"), max_length=100)
    object_id = models.CharField(_("its number"), max_length=100)
    title = models.CharField(_("thing"), max_length=200)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    checksum = Checksum(["at", "by", "who", "action", "model", "object_id", "title", "before", "after"])

    class Meta:
        verbose_name = _("change by staff")
        verbose_name_plural = _("changes by staff")
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "object_id"], name="staff_changes_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.who}: {self.action} {self.title}"
