"""Acts of staff upon a thing: a button on its page that is a POST, calls the domain, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.web.admin_changes import record, snapshot
from core.web.refused import Refused

Text = str | Promise


@dataclass(frozen=True)
class Act:
    """What `@act` knows of one act."""

    name: str
    title: Text
    run: Callable[..., str | None]
    permission: str
    when: Callable[[Any], bool] | None
    form: type[forms.Form] | None
    variant: str


def act(
    title: Text,
    *,
    permission: str = "change",
    when: Callable[[Any], bool] | None = None,
    form: type[forms.Form] | None = None,
    variant: str = "default",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method of a GoodturnAdmin an act of staff.

        @act(_("Put live"), when=lambda challenge: challenge.is_draft)
        def publish(self, request, challenge):
            challenge.publish()

    The method gets the request, the thing and, if `form` is given (a page asks for it first), the valid form; it calls
    the domain and may return a sentence for the message. A Refused becomes a message, and nothing is changed.
    `permission` is the action that the role must have on the model (also where the page itself is read-only), `when`
    leaves the button out for things it is not for, `variant` is "default", "primary" or "danger".
    """

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.act = Act(method.__name__, title, method, permission, when, form, variant)  # type: ignore[attr-defined]
        return method

    return mark


class Acts:
    """The acts of a ModelAdmin: buttons on the page of a thing, and choices in the list for those without a form."""

    change_form_outer_before_template = "admin/before_form.html"
    opts: Any
    admin_site: Any
    get_object: Callable[..., Any]
    message_user: Callable[..., None]

    def acts_for(self, request: HttpRequest, thing: Model | None = None) -> list[Act]:
        """The acts that this person may do, upon `thing` if one is given."""
        found = [getattr(getattr(type(self), name), "act", None) for name in dir(type(self))]
        return [
            each
            for each in found
            if isinstance(each, Act)
            and request.user.has_perm(f"{self.opts.app_label}.{each.permission}_{self.opts.model_name}")  # type: ignore[union-attr]
            and (thing is None or each.when is None or each.when(thing))
        ]

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request, action_location)  # type: ignore[misc]
        for each in self.acts_for(request) if action_location == ActionLocation.CHANGE_LIST else []:
            if each.form is None:
                title = str(each.title)
                actions[each.name] = Action(_run_on_many, each.name, title, title, [ActionLocation.CHANGE_LIST])
        return actions

    def get_action_choices(
        self,
        request: HttpRequest,
        default_choices: list[tuple[str, Any]] | None = None,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> list[tuple[str, Any]]:
        return admin.ModelAdmin.get_action_choices(  # unfold's own knows no places
            self,  # type: ignore[arg-type]
            request,
            default_choices or [("", _("Select action"))],
            action_location,
        )

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        act_url = path("<path:object_id>/act/<slug:name>/", self.admin_site.admin_view(self.act_view), name=name)
        return [act_url, *super().get_urls()]  # type: ignore[misc]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        thing = context.get("original")
        context["acts"] = self.acts_for(request, thing) if thing is not None else []
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do the act; one with a form asks for it first."""
        thing = self.get_object(request, object_id)
        if thing is None:
            raise Http404
        chosen = next((each for each in self.acts_for(request) if each.name == name), None)
        if chosen is None:
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk])
        if chosen.form is None:
            if request.method == "POST":
                self.do_act(request, chosen, thing)
            return HttpResponseRedirect(back)
        form = chosen.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self.do_act(request, chosen, thing, form)
            return HttpResponseRedirect(back)
        context = {**self.admin_site.each_context(request), "title": chosen.title, "opts": self.opts}
        context |= {"original": thing, "form": form, "act": chosen, "back": back}
        return render(request, "admin/act.html", context, status=422 if form.errors else 200)

    def do_act(self, request: HttpRequest, chosen: Act, thing: Model, *form: forms.Form) -> None:
        """Call the domain, record the change and say what came of it."""
        before = snapshot(thing)
        try:
            with transaction.atomic():
                said = chosen.run(self, request, thing, *form)
                record(request, chosen.name, thing, before, snapshot(thing))
        except Refused as refused:
            self.message_user(request, f"{thing}: {refused}", messages.ERROR)
        else:
            self.message_user(request, said or _("%(thing)s: done.") % {"thing": thing}, messages.SUCCESS)


def _run_on_many(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
    name = request.POST["action"]
    chosen = next(each for each in modeladmin.acts_for(request) if each.name == name)
    for thing in queryset:
        if chosen.when is None or chosen.when(thing):
            modeladmin.do_act(request, chosen, thing)
        else:
            modeladmin.message_user(request, _("%(thing)s: nothing to do.") % {"thing": thing}, messages.WARNING)
