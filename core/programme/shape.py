"""What a schema says about a value: its problems in sentences, its defaults, and the value without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from core.sections import Path, Problem, Schema

_formats = FormatChecker(formats=())
_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
    "number": "a number",
}


@_formats.checks("money")
def _is_money(value: object) -> bool:
    return isinstance(value, (str, int)) and bool(_MONEY.fullmatch(str(value)))


@_formats.checks("date-time", raises=(ValueError, OverflowError))
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(_MOMENT.fullmatch(value) and moment(value))


def moment(text: str) -> datetime:
    """A moment of the file as an aware datetime in UTC; raises ValueError or OverflowError."""
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def problems(schema: Schema, value: Any) -> list[Problem]:
    """What is wrong with `value`, each as a place and a sentence's end."""
    found: list[Problem] = []
    for error in Draft202012Validator(schema, format_checker=_formats).iter_errors(value):
        found.extend(_explained(error))
    return list(dict.fromkeys(found))


def _explained(error: ValidationError) -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield from (Problem((*path, key), "is missing") for key in missing)
    elif error.validator == "additionalProperties":
        known = list(schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                near = get_close_matches(key, known, 1)
                yield Problem((*path, key), "is not a key here" + (f"; perhaps {near[0]}?" if near else ""))
    elif error.validator in ("anyOf", "oneOf") and "x-must" not in schema and error.context:
        yield from _explained(best_match(error.context))
    else:
        yield Problem(path, schema.get("x-must") or _must(error, schema))


def _must(error: ValidationError, schema: Schema) -> str:
    rule, limit, kind = error.validator, error.validator_value, schema.get("type")
    if rule == "type":
        kinds = kind if isinstance(kind, list) else [kind]
        if schema.get("format") == "money":
            return _amount()
        words = " or ".join(_TYPES[str(name)] for name in kinds if name != "null")
        hint = ", in quotes" if "string" in kinds and isinstance(error.instance, (int, bool)) else ""
        return f"must be {_bounded(words, schema)}{hint}"
    if rule in ("minimum", "maximum"):
        return f"must be {_bounded('a whole number', schema, both=rule == 'maximum')}"
    if rule == "format" and limit == "date-time":
        return "must be a moment with its zone, such as 2026-09-01T00:00:00+03:00"
    if rule == "format" and limit == "money":
        return _amount()
    if rule in ("enum", "const"):
        allowed = [str(word) for word in (limit if rule == "enum" else [limit]) if word is not None]
        return "must be " + (f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0])
    return {
        "minLength": "must not be empty" if limit == 1 else f"must be at least {limit} characters",
        "maxLength": f"must be at most {limit} characters",
        "minItems": "must not be empty" if limit == 1 else f"must have at least {limit} items",
        "maxItems": f"must have at most {limit} items",
        "uniqueItems": "must not hold the same twice",
        "minProperties": "must not be empty",
    }.get(str(rule), "is not as the schema says")


def _amount() -> str:
    return 'must be an amount such as "20.00"'


def _bounded(words: str, schema: Schema, *, both: bool = False) -> str:
    if words != "a whole number" or "minimum" not in schema:
        return words
    least = schema["minimum"]
    if both and "maximum" in schema:
        return f"{words} from {least} to {schema['maximum']}"
    return f"{words} above {least - 1}" if least > 0 else f"{words}, {least} or more"


def completed(schema: Schema, value: Any) -> Any:
    """`value` (valid) with all defaults filled in, moments as datetimes in UTC, money with two decimals."""
    if value is None:
        return None
    schema = _branch(schema, value)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        filled = {key: part["default"] for key, part in properties.items() if "default" in part and key not in value}
        whole = {**value, **filled}
        ordered = [key for key in properties if key in whole] + [key for key in whole if key not in properties]
        return {key: completed(properties.get(key, {}), whole[key]) for key in ordered}
    if isinstance(value, (list, tuple)):
        return [completed(schema.get("items", {}), part) for part in value]
    if schema.get("format") == "date-time":
        return value.astimezone(UTC) if isinstance(value, datetime) else moment(value)
    if schema.get("format") == "money":
        return f"{Decimal(value):.2f}"
    if schema.get("format") == "factor":
        return f"{Decimal(value).normalize():f}"
    return value


def trimmed(schema: Schema, value: Any) -> Any:
    """`value` (completed) without the keys that stand at their default."""
    if value is None:
        return None
    schema = _branch(schema, value)
    if isinstance(value, list):
        return [trimmed(schema.get("items", {}), part) for part in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    return {
        key: trimmed(properties.get(key, {}), part)
        for key, part in value.items()
        if "default" not in properties.get(key, {}) or part != completed(properties[key], properties[key]["default"])
    }


def _branch(schema: Schema, value: Any) -> Schema:
    """The alternative of an anyOf or oneOf that `value` has the shape of."""
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if not alternatives:
        return schema
    for alternative in alternatives:
        kinds = alternative.get("type", [])
        is_mapping = kinds == "object" or "object" in kinds
        if isinstance(value, dict) != is_mapping:
            continue
        if not is_mapping or (
            set(alternative.get("required", ())) <= set(value) <= set(alternative.get("properties", value))
        ):
            return alternative
    return schema
