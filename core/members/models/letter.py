"""Mail on its way: kept until it is sent, so that a dead mail server delays no page and loses no letter."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.db.models import F, Q

from core import clock

MAX_ATTEMPTS = 12
# A letter taken in hand by a worker that died is taken up again after this long.
IN_HAND = timedelta(minutes=2)


class LetterQuerySet(models.QuerySet["Letter"]):
    """Named questions about letters."""

    def waiting(self) -> LetterQuerySet:
        """Those that are still worth sending."""
        return self.filter(
            Q(useful_until=None) | Q(useful_until__gt=clock.now()), sent_at=None, attempts__lt=MAX_ATTEMPTS
        )

    def due(self) -> LetterQuerySet:
        """Those whose next attempt has come."""
        return self.waiting().filter(due_at__lte=clock.now())


class Letter(models.Model):
    """One mail to one person. Its words are forgotten once it is sent, since they may hold a code."""

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
        """Remember that it is on its way and forget its words."""
        Letter.objects.filter(pk=self.pk).update(sent_at=clock.now(), text="", html="", trouble="")

    def put_off(self, trouble: str) -> None:
        """Try again later: after 5, 10, 20 … seconds, at most 10 minutes."""
        self.refresh_from_db(fields=["attempts"])
        self.due_at = clock.now() + timedelta(seconds=min(5 * 2 ** max(self.attempts - 1, 0), 600))
        Letter.objects.filter(pk=self.pk).update(due_at=self.due_at, trouble=trouble[:300])

    def email(self) -> EmailMultiAlternatives:
        """The mail itself; its Message-ID is the same at every attempt."""
        message = EmailMultiAlternatives(self.subject, self.text, to=[self.to], headers={"Message-ID": self.message_id})
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message
