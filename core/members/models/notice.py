"""What members were told, the mails that are still to be written of it, and who wants which kind by mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.explanation import Explanation
from core.members.models.member import Member
from core.sums import Checksum


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Named questions about notices."""

    def unread(self) -> NoticeQuerySet:
        """Those that the member has not looked at."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing that a member was told; what was said, to whom and when never changes, and nobody is told it twice.

    Only `mailed_at` (when its mail went out, if there was one) and `read_at` are set later, each once. `chosen`, on a
    notice that was just told, is what its member has chosen for its kind.
    """

    chosen: bool | None = None

    member = models.ForeignKey(Member, models.PROTECT, related_name="notices", verbose_name=_("member"), db_index=False)
    kind = models.CharField(_("kind"), max_length=60)
    reference = models.CharField(_("reference"), max_length=240, unique=True)
    message = models.JSONField(_("message"), default=dict)
    url = models.CharField(_("address"), max_length=300, blank=True)
    told_at = models.DateTimeField(_("told"), default=clock.now)
    checksum = Checksum(["member", "kind", "reference", "message", "url", "told_at"])
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["member", "-id"], name="notices_of_a_member"),
            models.Index(fields=["member"], condition=Q(read_at=None), name="notices_unread"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def explanation(self) -> Explanation:
        """What is said, for whoever reads it."""
        return Explanation.restored(self.message)


class NoticeMail(models.Model):
    """A notice whose mail is still to be written; gone in the transaction that writes the letter."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="mail")

    def __str__(self) -> str:
        return str(self.notice_id)


class NoticeChoice(models.Model):
    """Whether a member wants one kind of notice by mail; who has said nothing gets what is usual for the kind."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=60)
    mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="notice_choice_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind} {'mail' if self.mail else 'site'}"
