"""Challenges in the admin: written with their tasks, put live and ended by the press of a button."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.decorators import display

from challenges.admin.forms import ChallengeForm, TaskForm, TaskFormSet, written_stones, written_target
from challenges.models import Challenge, Participation, Task
from core.web.admin import Figure, GoodturnAdmin, act, allowed, figures

COLOURS = {"draft": "info", "live": "success", "ended": "danger"}
LIVE = _(
    "This challenge is live. What you change holds for those who join from now on; who has joined keeps the terms."
)
DRAFT = _("Nobody sees this challenge until you put it live.")


class TaskInline(StackedInline):
    """The tasks, in their order."""

    model = Task
    form = TaskForm
    formset = TaskFormSet
    fields = [("title", "slug"), ("activity", "kind", "amount"), ("stones", "position")]
    extra = 0
    min_num = 1
    prepopulated_fields = {"slug": ["title"]}

    @display(description=_("Target"))
    def amount(self, task: Task) -> str:
        """What the form is asked for, told to whoever may only read it."""
        return localize(written_target(task).normalize())

    @display(description=_("Milestones"))
    def stones(self, task: Task) -> str:
        """The same of the milestones."""
        return written_stones(task)


@admin.register(Challenge)
class ChallengeAdmin(GoodturnAdmin):
    """Goals made of tasks, with a prize."""

    icon = "trophy"
    form = ChallengeForm
    inlines = [TaskInline]
    list_display = ["title", "shown_state", "join", "starts", "ends", "joined", "completed"]
    list_filter = ["state", "join"]
    search_fields = ["title", "slug"]
    filter_horizontal = ["after"]
    ordering = ["position", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Challenge]:
        done = Q(participations__state=Participation.State.COMPLETED)
        people = Count("participations", distinct=True)
        return super().get_queryset(request).annotate(people=people, done=Count("participations", filter=done))

    def get_fieldsets(self, request: HttpRequest, obj: Challenge | None = None) -> list[Any]:
        note = LIVE if obj and obj.state == Challenge.State.LIVE else DRAFT if not obj or obj.is_draft else ""
        return [
            (None, {"fields": [("title", "slug"), "summary", ("join", "need", "position")], "description": note}),
            (_("When"), {"fields": [("starts", "ends"), "after"]}),
            (_("For whom"), {"fields": ["audience"]}),
            (_("Prize"), {"fields": [("prize_points", "prize_badge")]}),
        ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Challenge | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Challenge | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Challenge | None = None) -> bool:
        return obj is not None and obj.is_draft and super().has_delete_permission(request, obj)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.amend():
            self.message_user(request, _("The change holds for those who join from now on."), messages.INFO)

    @display(description=_("state"), label=COLOURS, ordering="state")
    def shown_state(self, challenge: Challenge) -> tuple[str, str]:
        return challenge.state, challenge.get_state_display()

    @display(description=_("taking part"), ordering="people")
    def joined(self, challenge: Any) -> int:
        return int(challenge.people)

    @display(description=_("completed"), ordering="done")
    def completed(self, challenge: Any) -> int:
        return int(challenge.done)

    @act(_("Put live"), when=lambda challenge: challenge.state != Challenge.State.LIVE, variant="primary")
    def publish(self, request: HttpRequest, challenge: Challenge) -> None:
        challenge.publish()

    @act(_("End"), when=lambda challenge: challenge.state == Challenge.State.LIVE, variant="danger")
    def end(self, request: HttpRequest, challenge: Challenge) -> None:
        challenge.end()


@figures.add
def live_challenges(request: HttpRequest) -> Iterable[Figure]:
    """How many challenges are live."""
    if allowed(request, "challenges.view_challenge"):
        yield Figure(_("Live challenges"), localize(Challenge.objects.live().count()))
