"""The API made of each app's router, with one way to say no."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from core.api import idempotency, problems
from core.api.bearer import bearer
from core.api.reading import StrictParser
from core.web.problem import MEDIA_TYPE

ROUTERS = (
    "core.api.people.router",
    "core.api.ranking.router",
    "challenges.api.router",
    "rewards.api.router",
    "core.api.log.router",
)
# Apps that tell a part of a member and have no addresses of their own.
PARTS = ("referrals.api",)
DESCRIPTION = """Everything that a brand's own software does with its programme.

Writes take an `Idempotency-Key`: the same request under the same key happens once and gets the first answer for ever.
Every "no" is `application/problem+json` (RFC 9457). A refusal of the programme is 409 with a `type` that ends in
`not-open`, `not-eligible`, `already-done`, `too-late`, `limit-reached`, `sold-out` or `insufficient-points`."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": "^[ -~]+$"},
    "description": "The same key and request happen once.",
}


class Api(NinjaAPI):
    """django-ninja's API, whose description tells of problems and idempotency keys too."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for method, operation in path.items():
                said = {"description": "A problem", "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
                for status in _problems_of(method, operation):
                    operation["responses"].setdefault(status, said)
                if method != "get":
                    operation["parameters"] = [*operation["parameters"], KEY]
        return schema


def assemble() -> Api:
    """The API with the routers of all apps that have one."""
    api = Api(
        title="Goodturn",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        auth=bearer,
        parser=StrictParser(),
        urls_namespace="api",
    )
    say_no_in_problems(api)
    for name in ROUTERS:
        if _is_there(name.rpartition(".")[0]):
            api.add_router("", import_string(name))
    for name in PARTS:
        if _is_there(name):
            import_module(name)
    return api


def say_no_in_problems(api: NinjaAPI) -> None:
    """Let every exception of an operation be answered as a problem, those that django-ninja would answer included."""
    for kind in [Exception, *api._exception_handlers]:
        api.add_exception_handler(kind, problems.answer)  # type: ignore[arg-type]


def addresses(api: NinjaAPI) -> list[URLPattern | URLResolver]:
    """The API's addresses, each of which says no as a problem, and one for all that is not there."""
    patterns = api.urls[0]
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _nowhere if pattern.name == "api-root" else _problem_saying(pattern.callback)
    return [*patterns, re_path("", _nowhere)]


def _problem_saying(view: Any) -> Any:
    def saying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        if head:
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        if response.status_code == 405:
            headers = {"Allow": ", ".join(sorted(response["Allow"].split(", ")))}
            return problems.Problem(405, headers=headers).response()
        return response

    saying.csrf_exempt = True  # type: ignore[attr-defined]
    return saying


def _nowhere(request: HttpRequest) -> HttpResponse:
    return problems.unknown("address").response()


_nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def _problems_of(method: str, operation: dict[str, Any]) -> list[int]:
    found = [400, 401, 404, 422]
    if method != "get":
        found += [403, 409, 413, 415]
    return found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _is_there(module: str) -> bool:
    return find_spec(module) is not None
