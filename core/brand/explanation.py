"""Why a number is what it is: a message and its values, kept with the number and read in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, to_locale
from django.utils.translation import gettext as _

from core.brand.models import Brand

BEFORE = gettext_noop("Before")
AFTER = gettext_noop("Now")


@dataclass(frozen=True)
class Explanation:
    """A sentence with named places, and what fills them.

    `message` is an English sentence marked for translation with `gettext_noop`, with places such as `%(amount)s`.
    `values` fill them: an integer, a text, or one of `{"points": 42}`, `{"money": 4250}` (hundredths),
    `{"date": "2026-11-20T09:30:00+00:00"}`, `{"moment": …}` (the same with its time of day), `{"factor": "1.25"}` and
    `{"message": "…"}` (a text that is itself translated, with its own `values` if it has some, and followed by a `name`
    if there is one).
    `inputs` are the facts behind the sum, each a translatable label and a value of the same kinds.
    `thing` (a value too) names what it is about, for the line's title. `before` and `after` are its worth in points
    around a correction.
    """

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[tuple[str, Any], ...] = ()
    thing: Any = ""
    before: int | None = None
    after: int | None = None

    def with_values(self, **values: Any) -> Explanation:
        """The same sentence with its places filled."""
        return replace(self, values=values)

    def stored(self) -> dict[str, Any]:
        """The form in which it is frozen with a transfer."""
        kept: dict[str, Any] = {"message": self.message, "values": dict(self.values)}
        if self.inputs:
            kept["inputs"] = [list(pair) for pair in self.inputs]
        if self.thing:
            kept["thing"] = self.thing
        if self.before is not None:
            kept["before"], kept["after"] = self.before, self.after
        return kept

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Explanation:
        """The explanation behind its stored form."""
        return cls(
            message=kept.get("message", ""),
            values=kept.get("values", {}),
            inputs=tuple((label, value) for label, value in kept.get("inputs", [])),
            thing=kept.get("thing", ""),
            before=kept.get("before"),
            after=kept.get("after"),
        )

    def text(self, brand: Brand | None = None) -> str:
        """The sentence in the active language; `brand` saves a query when many are rendered."""
        if not self.message:
            return ""
        brand = brand or Brand.current()
        return _(self.message) % {name: shown(value, brand) for name, value in self.values.items()}

    def facts(self, brand: Brand | None = None) -> list[tuple[str, str]]:
        """The inputs of the sum as pairs of label and value, in the active language."""
        inputs = list(self.inputs)
        if self.before is not None:
            inputs += [(BEFORE, {"points": self.before}), (AFTER, {"points": self.after})]
        if not inputs:
            return []
        brand = brand or Brand.current()
        return [(_(label), shown(value, brand)) for label, value in inputs]


def shown(value: Any, brand: Brand) -> str:
    """One value of an explanation as people write it in the active language."""
    locale = to_locale(get_language() or "en")
    match value:
        case {"points": int(points)}:
            return brand.points(points)
        case {"money": int(minor)}:
            return brand.money(minor)
        case {"date": str(moment)}:
            local = timezone.localtime(datetime.fromisoformat(moment))
            return format_date(local, format="long", locale=locale)
        case {"factor": str(factor)}:
            return format_decimal(Decimal(factor), locale=locale, format="#,##0.####")
        case {"moment": str(moment)}:
            local = timezone.localtime(datetime.fromisoformat(moment))
            return f"{format_date(local, format='full', locale=locale)}, {local:%H:%M}"
        case {"message": str(message), "values": dict(values)}:
            return Explanation(message, values).text(brand)
        case {"message": str(message), "name": str(name)}:
            return f"{_(message)} {name}"
        case {"message": str(message)}:
            return _(message)
        case bool():
            return _("yes") if value else _("no")
        case int():
            return format_decimal(value, locale=locale)
        case _:
            return str(value)
