"""How staff write a challenge: tasks with targets in whole units, milestones in one line, badges by their look."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from challenges import tasks
from challenges.art import validate_art
from challenges.file_format import MOST_TARGET
from challenges.models import Badge, Challenge, Task
from challenges.models.challenge import MOST_POINTS
from core.activities.kinds import UNREWARDED
from core.activities.models import Kind
from core.earning.forms import TiersField
from core.web.art import SHAPES
from core.web.glyphs import GLYPHS


class TaskForm(forms.ModelForm):
    """One task; `amount` is its target in whole units: times, or whole currency units."""

    kind = forms.ChoiceField(label=_("Measured by"), widget=UnfoldAdminSelectWidget)
    activity = forms.ChoiceField(label=_("Activity"), widget=UnfoldAdminSelectWidget)
    amount = forms.DecimalField(
        label=_("Target"),
        min_value=Decimal("0.01"),
        max_value=MOST_TARGET,
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    stones = forms.CharField(
        label=_("Milestones"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Points on the way, such as 1: 20, 2: 30, which gives 20 points at 1 and 30 at 2."),
    )

    class Meta:
        model = Task
        fields = ["slug", "title", "activity", "kind", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = Kind.titles()
        known = sorted(Kind.known() - UNREWARDED)
        fields: dict[str, Any] = self.fields
        fields["activity"].choices = [(slug, f"{titles[slug]} ({slug})") for slug in known]
        fields["kind"].choices = [(kind.slug, kind.name) for kind in tasks.known()]
        if self.instance.pk:
            self.initial["amount"] = written_target(self.instance)
            self.initial["stones"] = written_stones(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, amount = cleaned.get("kind"), cleaned.get("amount")
        if kind and amount is not None:
            target = amount * tasks.task_kind(kind).unit
            if target != int(target):
                self.add_error("amount", _("Write a whole number."))
            else:
                self._measure(int(target), tasks.task_kind(kind).unit, cleaned.get("stones", ""))
        return cleaned

    def _measure(self, target: int, unit: int, written: str) -> None:
        """Give the task its target and milestones in the smallest unit of its kind."""
        self.instance.target = target
        try:
            self.instance.milestones = read_stones(written, unit)
        except ValueError:
            self.add_error("stones", _("Write it like this: 1: 20, 2: 30."))
            return
        if any(stone["at"] > target for stone in self.instance.milestones):
            self.add_error("stones", _("A milestone lies beyond the target."))


def written_target(task: Task) -> Decimal:
    """The target of a task in whole units: times, or whole currency units."""
    return Decimal(task.target) / tasks.task_kind(task.kind).unit


def written_stones(task: Task) -> str:
    """The milestones of a task in one line, in whole units, as `read_stones` reads them."""
    unit = tasks.task_kind(task.kind).unit
    return ", ".join(f"{stone['at'] // unit}: {stone['points']}" for stone in task.milestones)


def read_stones(written: str, unit: int) -> list[dict[str, int]]:
    """The milestones of a line such as "1: 20, 2: 30", in the smallest unit; ValueError when it is none."""
    stones = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        at, _colon, points = part.partition(":")
        if not (
            at.strip().isascii() and at.strip().isdigit() and points.strip().isascii() and points.strip().isdigit()
        ):
            raise ValueError(part)
        if not 0 < int(at) <= MOST_TARGET or not 0 < int(points) <= MOST_POINTS:
            raise ValueError(part)
        stones[int(at) * unit] = int(points)
    return [{"at": at, "points": points} for at, points in sorted(stones.items())]


class TaskFormSet(BaseInlineFormSet):
    """The tasks of one challenge: at least one, and as many as it asks for."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise ValidationError(_("It needs at least one task."))
        if (self.instance.need or 0) > len(kept):
            raise ValidationError(_("It asks for more tasks than it has."))


class ChallengeForm(forms.ModelForm):
    """A challenge, which can wait for published ones only and gives a badge that is not retired."""

    audience = TiersField(
        help_text=_("Only who holds one of these tiers can join, and stays in it afterwards; none chosen: everybody.")
    )

    class Meta:
        model = Challenge
        fields = ["title", "slug", "summary", "need", "join", "starts", "ends", "prize_points", "prize_badge", "after"]
        fields += ["position", "audience"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever may only read the challenge gets a form without fields.
        fields: dict[str, Any] = self.fields
        if "after" in fields:
            fields["after"].queryset = Challenge.objects.published().exclude(pk=self.instance.pk)
        if "prize_badge" in fields:
            current = Badge.objects.current()
            if self.instance.prize_badge_id:
                current |= Badge.objects.filter(pk=self.instance.prize_badge_id)
            fields["prize_badge"].queryset = current
        if "audience" in fields:
            fields["audience"].offer(self.instance.audience)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("It ends before it starts."))
        if any(self.instance.pk in _before(other) for other in cleaned.get("after") or ()):
            self.add_error("after", _("It would have to be completed before itself."))
        return cleaned


def _before(challenge: Challenge) -> set[int]:
    """The ids of all challenges that come before this one, at any remove."""
    found: set[int] = set()
    queue = [challenge]
    while queue:
        for other in queue.pop().after.all():
            if other.pk not in found:
                found.add(other.pk)
                queue.append(other)
    return found


class BadgeForm(forms.ModelForm):
    """A badge, whose look is chosen piece by piece."""

    shape = forms.ChoiceField(
        label=_("Shape"), choices=[(name, name) for name in SHAPES], widget=UnfoldAdminSelectWidget
    )
    colour = forms.CharField(label=_("Colour"), max_length=7, widget=UnfoldAdminColorInputWidget)
    glyph = forms.ChoiceField(
        label=_("Glyph"), choices=[(name, name) for name in GLYPHS], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Badge
        fields = ["name", "slug", "description", "secret", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**self.instance.art, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        art = {part: cleaned.get(part) for part in ("shape", "colour", "glyph")}
        try:
            validate_art(art)
        except ValidationError as wrong:
            if not self.errors:
                self.add_error("colour", wrong)
        else:
            self.instance.art = art
        return cleaned
