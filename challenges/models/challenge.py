"""Challenges: the tasks, the prize, and the terms by which each member takes part."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from challenges.flaws import Unfinished, flaws
from challenges.models.badge import SLUG, Badge
from challenges.terms import Milestone, TaskTerms, Terms
from core import clock
from core.brand.models import Brand
from core.brand.versions import ADDED, CHANGED, ENDED, Change
from core.sums import Checksum, renew

MOST_POINTS = 1_000_000_000
CHALLENGES = gettext_noop("Challenges")


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    """Named questions about challenges."""

    def live(self) -> ChallengeQuerySet:
        """Those that members can take part in, but for their own start and end."""
        return self.filter(state=Challenge.State.LIVE)

    def published(self) -> ChallengeQuerySet:
        """Those that people have been able to see: live or ended."""
        return self.exclude(state=Challenge.State.DRAFT)


class Challenge(models.Model):
    """A goal made of tasks, with a prize.

    What is written here is what staff edit. What counts for a member is the `Edition` of the terms that was in force
    when that member joined.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")

    class Join(models.TextChoices):
        AUTOMATIC = "automatic", _("By itself, with the first activity that counts")
        BY_HAND = "by_hand", _("By a click on Join")

    slug = models.CharField(_("slug"), max_length=60, unique=True, validators=[SLUG])
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), max_length=2000, blank=True, help_text=_("Plain text or Markdown."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    combine = models.CharField(_("tasks combine as"), max_length=30, default="any")
    need = models.PositiveSmallIntegerField(
        _("tasks needed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many of the tasks have to be done; empty: all of them."),
    )
    join = models.CharField(_("members join"), max_length=10, choices=Join, default=Join.AUTOMATIC)
    starts = models.DateTimeField(_("starts"), null=True, blank=True, help_text=_("Empty: it holds for all time."))
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    prize_points = models.PositiveIntegerField(
        _("prize in points"), default=0, validators=[MaxValueValidator(MOST_POINTS)]
    )
    prize_badge = models.ForeignKey(
        Badge, models.PROTECT, null=True, blank=True, related_name="challenges", verbose_name=_("prize badge")
    )
    after = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="behind",
        verbose_name=_("after"),
        help_text=_("The challenges that have to be completed first."),
    )
    audience = models.JSONField(
        _("only for tiers"),
        null=True,
        blank=True,
        help_text=_("Only who holds one of these tiers can join, and stays in it afterwards; none chosen: everybody."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(starts__lt=F("ends")),
                name="challenge_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(need__isnull=True) | Q(need__gte=1), name="challenge_needs_a_task"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("challenges:challenge", args=[self.slug])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def flaws(self) -> list[str]:
        """What has to be mended before it can be live, in the active language."""
        return list(flaws(self))

    def publish(self, version: int | None = None) -> bool:
        """Put it live; False when it was live already. Raises Unfinished while something has to be mended.

        `version` is the programme's version that begins with it, when the caller has begun one.
        """
        with transaction.atomic():
            closed = Challenge.objects.filter(pk=self.pk).exclude(state=self.State.LIVE)
            if not closed.update(state=self.State.LIVE):
                return False
            self.state = self.State.LIVE
            if found := self.flaws():
                raise Unfinished(" ".join(found))
            self._issue(version or Brand.bump(Change(CHALLENGES, ADDED, self.title)))
        return True

    def amend(self, version: int | None = None) -> bool:
        """Let what was edited hold for those who join from now on; False when it is not live."""
        with transaction.atomic():
            if not Challenge.objects.live().filter(pk=self.pk).exists():
                return False
            if found := self.flaws():
                raise Unfinished(" ".join(found))
            self._issue(version or Brand.bump(Change(CHALLENGES, CHANGED, self.title)))
        return True

    def end(self, version: int | None = None) -> bool:
        """End it for everybody; False when it was not live. What was earned stays."""
        with transaction.atomic():
            if not Challenge.objects.live().filter(pk=self.pk).update(state=self.State.ENDED):
                return False
            self.state = self.State.ENDED
            self._close(version or Brand.bump(Change(CHALLENGES, ENDED, self.title)))
        return True

    def _issue(self, version: int) -> None:
        """Begin a new edition of the terms, unless they are as they were."""
        body = Challenge.objects.get(pk=self.pk).terms().stored()
        if not self.editions.filter(until__isnull=True, body=body).exists():
            self._close(version)
            self.editions.create(since=version, body=body)

    def _close(self, version: int) -> None:
        """End the edition in force; one that began with this very version has never held for anybody."""
        self.editions.filter(until__isnull=True, since__gte=version).delete()
        self.editions.filter(until__isnull=True).update(until=version)
        renew(self.editions.filter(until=version))

    def terms(self) -> Terms:
        """The terms as they are written now."""
        return Terms(
            title=self.title,
            combine=self.combine,
            need=self.need,
            join=self.join,
            starts=self.starts,
            ends=self.ends,
            prize_points=self.prize_points,
            prize_badge=self.prize_badge.slug if self.prize_badge else None,
            after=tuple(sorted(self.after.values_list("slug", flat=True))),
            tasks=tuple(task.terms() for task in self.tasks.all()),
            audience=tuple(self.audience or ()),
        )


class Task(models.Model):
    """One thing to do: so many activities of a kind, or a sum of their amounts.

    `target` is in the smallest unit of the task's kind (times, or minor units), and so are the milestones.
    """

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="tasks", verbose_name=_("challenge"))
    slug = models.CharField(_("slug"), max_length=60, validators=[SLUG])
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("measured by"), max_length=30, default="count")
    activity = models.CharField(_("activity"), max_length=100)
    target = models.PositiveBigIntegerField(_("target"), default=1, validators=[MinValueValidator(1)])
    milestones = models.JSONField(_("milestones"), default=list, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "slug"], name="task_once_a_challenge"),
            models.CheckConstraint(condition=Q(target__gte=1), name="task_asks_for_something"),
        ]

    def __str__(self) -> str:
        return self.title

    def terms(self) -> TaskTerms:
        """The task as it is written now."""
        milestones = tuple(Milestone(stone["at"], stone["points"]) for stone in self.milestones)
        return TaskTerms(self.slug, self.title, self.kind, self.activity, self.target, milestones)


class Edition(models.Model):
    """The terms of a challenge in force from one version of the programme on, until another; never edited.

    Each change of a live challenge begins a new edition. Who has joined stays with the edition of that day.
    """

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="editions", verbose_name=_("challenge"))
    since = models.PositiveIntegerField(_("from version"))
    until = models.PositiveIntegerField(_("until version"), null=True, blank=True)
    body = models.JSONField(_("terms"))
    created_at = models.DateTimeField(_("written"), default=clock.now)
    checksum = Checksum(["challenge", "since", "until", "body", "created_at"])

    class Meta:
        verbose_name = _("edition of the terms")
        verbose_name_plural = _("editions of the terms")
        ordering = ["challenge", "since"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "since"], name="edition_once_a_version"),
            models.UniqueConstraint(
                fields=["challenge"], condition=Q(until__isnull=True), name="edition_one_in_force_a_challenge"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="edition_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.challenge_id}/{self.since}"

    @property
    def terms(self) -> Terms:
        return Terms.restored(self.body)
