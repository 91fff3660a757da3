"""How each kind of source signs and tells what happened; a new kind is one module here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from core.activities.adapters.standard import Standard
from core.activities.happening import Happening
from core.activities.models import Source
from core.activities.reading import Errors


class Adapter(Protocol):
    """What the door of `/hooks/<source>/` asks of a kind of source."""

    def authentic(self, source: Source, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the body came from who holds the source's secret, and just now."""

    def events(self, headers: Mapping[str, str], payload: Any) -> tuple[list[tuple[str | None, Any]], bool] | None:
        """The events that a payload holds, each with the id that the headers give it, and whether it is a batch.

        None when it is neither an event nor a batch.
        """

    def read(self, source: Source, external_id: str | None, event: Any, currency: str) -> Happening | Errors:
        """One event as a Happening, or all that is wrong with it."""


ADAPTERS: dict[str, Adapter] = {"standard": Standard()}
