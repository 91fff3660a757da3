"""How bodies are read: strict JSON, strict types, and texts that both databases can keep."""

from __future__ import annotations

import re
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import AfterValidator, ConfigDict, Field

from core.activities.reading import LONGEST_EMAIL, LONGEST_LOCAL, NotJson, strict_json
from core.api.problems import Problem
from core.members.models import canonical

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
MEDIA_TYPE = "application/json"


class StrictParser(Parser):
    """Reads a body of JSON as RFC 8259 has it; no duplicate keys, BOM, NaN or encodings."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's JSON; 415 for anything but plain application/json, 400 for what is no JSON."""
        if request.content_type != MEDIA_TYPE or request.headers.get("Content-Encoding", "identity") != "identity":
            raise Problem(415, f"Send {MEDIA_TYPE} without a content encoding.", headers={"Accept": MEDIA_TYPE})
        try:
            return strict_json(request.body)
        except NotJson as error:
            raise Problem(400, "The body is not JSON in UTF-8.") from error


class Body(Schema):
    """What the body of a write is made of: a number is no text, `true` no number; members we do not know are let be."""

    model_config = ConfigDict(strict=True)


def _plain(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("Control characters are not allowed.")
    return text


def _address(text: str) -> str:
    try:
        if len(text) > LONGEST_EMAIL or len(text.rpartition("@")[0]) > LONGEST_LOCAL:
            raise ValidationError("")
        validate_email(text)
    except (ValidationError, UnicodeError):
        raise ValueError("This must be an e-mail address.") from None
    return canonical(text)


Email = Annotated[str, AfterValidator(_address), Field(json_schema_extra={"format": "email", "maxLength": 254})]
"""An e-mail address, in lower case once it is read."""

Slug = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
"""A slug or another short name of a thing."""

ReferralCode = Annotated[str, Field(max_length=40), AfterValidator(_plain)]
"""A code that a member gave a friend; whether it is anyone's is not for the reader to say."""

Points = Annotated[int, Field(ge=1, le=1_000_000_000)]
"""A number of points that is moved."""
