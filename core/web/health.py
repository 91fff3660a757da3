"""Whether the process is up, and whether it can do its work."""

from __future__ import annotations

import threading
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 1.5  # seconds


class Question:
    """A yes-or-no question to something that may hang.

    It is asked in a thread of its own; while one thread hangs no other is started, however often one asks.
    """

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._answer = False

    def is_answered(self, seconds: float = PATIENCE) -> bool:
        """Whether the answer is yes and comes within `seconds`."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._answer = False
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            thread = self._thread
        thread.join(seconds)
        return self._answer and not thread.is_alive()

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except Exception:
            self._answer = False


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    finally:
        # The connection belongs to this thread, which ends here.
        connection.close()


def _redis_answers() -> bool:
    patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
    client = redis.Redis.from_url(settings.REDIS_URL, **patience)
    try:
        return bool(client.ping())
    finally:
        client.close()


database = Question(_database_answers)
redis_server = Question(_redis_answers)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is up; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say what of all that the site rests on is there: 503 only without the database."""
    state = {"database": "ok" if database.is_answered() else "away", "redis": "unused"}
    if settings.REDIS_URL:
        state["redis"] = "ok" if redis_server.is_answered() else "down"
    return JsonResponse(state, status=200 if state["database"] == "ok" else 503)


class HealthMiddleware:
    """Answers before anything else is looked at: whoever watches the processes knows neither their name nor https."""

    answers = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path)
        if answer is None:
            return self.get_response(request)
        response = answer(request)
        response["Content-Length"] = str(len(response.content))
        return response
