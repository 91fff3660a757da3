"""Reading what a source says: strict JSON, and events whose every member is checked and named when it is wrong."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core import clock
from core.activities import kinds
from core.activities.happening import Happening
from core.members.models import canonical

AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_LOCAL = 64
LARGEST_WHOLE = 10**12 - 1
LARGEST_NUMBER = 2**63 - 1
DEEPEST = 32

Errors = list[tuple[str, str]]


class NotJson(ValueError):
    """The body is not UTF-8 JSON as RFC 8259 has it, read strictly."""


def strict_json(body: bytes) -> Any:
    """Parse UTF-8 JSON without a BOM, duplicate keys, NaN or Infinity; raise NotJson otherwise."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("duplicate keys")
    return found


def _refuse(constant: str) -> Any:
    raise NotJson(constant)


def read_event(event: Any, *, source_id: int, currency: str, external_id: str | None = None) -> Happening | Errors:
    """Check one event and return it as a Happening, or the list of (field, message) of all that is wrong.

    A single event's id is given as `external_id`; in a batch each has its own. `currency` is the programme's.
    """
    if not isinstance(event, dict):
        return [("", _("An event is an object."))]
    errors: Errors = []
    external_id = _name(event.get("id") if external_id is None else external_id, "id", errors)
    kind = _name(event.get("type"), "type", errors)
    if kind in kinds.OF_THE_SITE:
        errors.append(("type", _("Only the site itself records this.")))
    at = _moment(event.get("timestamp"), errors)
    data = event.get("data")
    if not isinstance(data, dict):
        return [*errors, ("data", _("This must be an object."))]
    if not _keepable(data):
        errors.append(("data", _("This holds text or numbers that cannot be kept.")))
    email = _email(data.get("email"), errors, needed=kind != kinds.ORDER_REFUNDED)
    ordered = kind in (kinds.ORDER_PAID, kinds.ORDER_REFUNDED)
    reference = _name(data.get("reference"), "data.reference", errors) if ordered or "reference" in data else ""
    amount = None
    if kind == kinds.ORDER_PAID or "amount" in data:
        amount = _amount(data.get("amount"), errors)
    if "currency" in data and data["currency"] != currency:
        errors.append(("data.currency", _("The programme's currency is %(currency)s.") % {"currency": currency}))
    if errors or at is None:
        return errors
    return Happening(source_id, external_id, kind, at, email, reference, amount, data)


def _name(value: Any, field: str, errors: Errors) -> str:
    if isinstance(value, str) and 1 <= len(value) <= LONGEST_NAME and not CONTROL.search(value):
        return value
    errors.append((field, _("This must be 1 to 200 characters without control characters.")))
    return ""


def _email(value: Any, errors: Errors, *, needed: bool) -> str:
    if value is None and not needed:
        return ""
    try:
        if not isinstance(value, str) or len(value) > LONGEST_EMAIL or len(value.rpartition("@")[0]) > LONGEST_LOCAL:
            raise ValidationError("")
        validate_email(value)
        value.encode()
    except (ValidationError, UnicodeError):
        errors.append(("data.email", _("This must be an e-mail address.")))
        return ""
    return canonical(value)


def _amount(value: Any, errors: Errors) -> int | None:
    """An amount in whole units as an integer or a decimal text, in hundredths."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_WHOLE:
        return value * 100
    if isinstance(value, str) and AMOUNT.fullmatch(value):
        whole, _point, cents = value.partition(".")
        return int(whole) * 100 + int(cents.ljust(2, "0"))
    errors.append(("data.amount", _("This must be a whole number, or a text such as 42.50, from 0 up.")))
    return None


def _moment(value: Any, errors: Errors) -> datetime | None:
    """A moment as RFC 3339 writes it, with a zone; a leap second counts as the second before it."""
    moment = None
    if isinstance(value, str) and MOMENT.fullmatch(value):
        try:
            text = value.upper().replace(":60Z", ":59Z")
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            moment = None
    if moment is None or moment < EARLIEST:
        errors.append(("timestamp", _("This must be a time with its zone, such as 2026-11-20T09:30:00Z.")))
        return None
    if moment > clock.now() + AHEAD:
        errors.append(("timestamp", _("This is more than 24 hours ahead.")))
        return None
    return moment


def _keepable(value: Any, depth: int = 0) -> bool:
    """Whether both databases can keep it: no NUL or lone surrogate, no number beyond 64 bits, not too deep."""
    if depth > DEEPEST:
        return False
    match value:
        case dict():
            return all(_keepable(key, depth + 1) and _keepable(item, depth + 1) for key, item in value.items())
        case list():
            return all(_keepable(item, depth + 1) for item in value)
        case str():
            return not UNKEEPABLE.search(value)
        case bool() | None:
            return True
        case int():
            return abs(value) <= LARGEST_NUMBER
        case float():
            return math.isfinite(value)
    return False
