"""Sessions in the database, as Django keeps them, but read by a question that is put together once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from core.bulk.questions import Question, Questions


def _open(key: str, now: datetime) -> Any:
    return db.SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)


SESSION: Question[Any] = Question(_open)
_alone = Questions(SESSION)


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE asks for. Sessions live by real time, whatever the domain's clock says."""

    def _get_session_from_db(self) -> Any:
        found = _alone.ask(key=self.session_key, now=timezone.now()).first(SESSION)
        if found is None:
            self._session_key = None
        return found
