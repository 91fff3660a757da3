"""Mail on its way: kept until it is sent, so that a dead mail server delays no page and loses no letter."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F, Q

from core import clock
from core.members.models.notice import Notice

# How often a letter is tried whose use does not end by itself.
MAX_ATTEMPTS = 12
# A letter taken in hand by a worker that died is taken up again after this long.
IN_HAND = timedelta(minutes=2)


class LetterQuerySet(models.QuerySet["Letter"]):
    """Named questions about letters."""

    def waiting(self) -> LetterQuerySet:
        """Those that are still worth sending: until their use is over, or for so many attempts."""
        endless = Q(useful_until=None, attempts__lt=MAX_ATTEMPTS)
        return self.filter(endless | Q(useful_until__gt=clock.now()), sent_at=None)

    def due(self) -> LetterQuerySet:
        """Those whose next attempt has come."""
        return self.waiting().filter(due_at__lte=clock.now())


class Letter(models.Model):
    """One mail to one person. Its words are forgotten once it is sent, since they may hold a code.

    `notice` is what it tells of, if it is a notice's: no notice has two letters. By `stop_url` the reader ends mails of
    its kind.
    """

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    written_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    useful_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, blank=True, related_name="letter")
    stop_url = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="letters_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def take_in_hand(self) -> bool:
        """Claim the next attempt; False when another worker has it, or it is not due."""
        return bool(
            Letter.objects.due().filter(pk=self.pk).update(attempts=F("attempts") + 1, due_at=clock.now() + IN_HAND)
        )

    def mark_sent(self) -> None:
        """Remember that it is on its way, with the notice too if it is one's, and forget its words."""
        now = clock.now()
        with transaction.atomic():
            Letter.objects.filter(pk=self.pk).update(sent_at=now, text="", html="", trouble="")
            if self.notice_id:
                Notice.objects.filter(pk=self.notice_id, mailed_at=None).update(mailed_at=now)

    def give_up(self, trouble: str) -> None:
        """Try no more: nobody is at that address."""
        Letter.objects.filter(pk=self.pk).update(useful_until=clock.now(), trouble=trouble[:300])

    def put_off(self, trouble: str) -> None:
        """Try again later: after 5, 10, 20 … seconds, at most 10 minutes."""
        self.refresh_from_db(fields=["attempts"])
        self.due_at = clock.now() + timedelta(seconds=min(5 * 2 ** max(self.attempts - 1, 0), 600))
        Letter.objects.filter(pk=self.pk).update(due_at=self.due_at, trouble=trouble[:300])

    def email(self) -> EmailMultiAlternatives:
        """The mail itself; its Message-ID is the same at every attempt.

        A mail program may offer to end mails of its kind by one click (RFC 2369; RFC 8058, which asks for https).
        """
        headers = {"Message-ID": self.message_id}
        if self.stop_url:
            headers["List-Unsubscribe"] = f"<{self.stop_url}>"
            if settings.SECURE:
                headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message = EmailMultiAlternatives(self.subject, self.text, to=[self.to], headers=headers)
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message
