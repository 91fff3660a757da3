"""The admin's door: staff alone, by code and second factor, and never with a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

View = Callable[..., HttpResponse]
# Whether a signed-in member of staff has shown a second factor; core.members sets it, which this app is below.
_has_passed: Callable[[HttpRequest], bool] = lambda request: False  # noqa: E731
_second_factor_page: Callable[[HttpRequest], str] = lambda request: settings.LOGIN_URL  # noqa: E731


def ask_second_factor_by(passed: Callable[[HttpRequest], bool], page: Callable[[HttpRequest], str]) -> None:
    """Let `passed(request)` decide who has shown a second factor, and send the others to the path `page(request)`."""
    global _has_passed, _second_factor_page
    _has_passed, _second_factor_page = passed, page


def _with_next(path: str, request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{path}?{urlencode({'next': request.get_full_path()})}")


def turned_away(request: HttpRequest) -> HttpResponse | None:
    """Where someone goes who may not see the admin's pages (yet), or None; raises PermissionDenied for a member."""
    if not request.user.is_authenticated:
        return _with_next(settings.LOGIN_URL, request)
    if not request.user.is_staff:
        raise PermissionDenied
    if settings.STAFF_MFA == "required" and not _has_passed(request):
        return _with_next(_second_factor_page(request), request)
    return None


@require_POST
def _leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")


class GoodturnAdminSite(UnfoldAdminSite):
    """The admin, whose every page asks who comes before it does anything."""

    index_title = _("Start")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the admin's pages may be shown."""
        try:
            return turned_away(request) is None
        except PermissionDenied:
            return False

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """`view` behind the door."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return turned_away(request) or inner(request, *args, **kwargs)

        return guarded

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No form here: whoever is not in yet goes to the sign-in of the site."""
        return turned_away(request) or HttpResponseRedirect(reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leave the site, not only the admin."""
        return _leave(request)

    def register(self, model: Any, admin_class: type[ModelAdmin] | None = None, **options: Any) -> None:
        """Register a ModelAdmin, whatever it is made of, with a record of every change made by it."""
        from django.contrib.admin import ModelAdmin

        from core.web.admin_changes import audited

        super().register(model, audited(admin_class or ModelAdmin), **options)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There are no passwords."""
        raise Http404

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There are no passwords."""
        raise Http404


class GoodturnAdminConfig(AdminConfig):
    """Django's admin with this site's door."""

    default_site = "core.web.admin_site.GoodturnAdminSite"
