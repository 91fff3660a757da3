"""What the e-mail form needs wherever it stands."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from core.members import carrying

register = template.Library()


@register.simple_tag(takes_context=True)
def carried_inputs(context: Context) -> list[tuple[str, str]]:
    """Name and value of the hidden inputs that carry something through signing up."""
    return carrying.hidden_inputs(context["request"])


@register.simple_tag(takes_context=True)
def carried_parts(context: Context) -> list[tuple[str, str]]:
    """Template and value of the visible fields that carry something through signing up."""
    return carrying.visible_parts(context["request"])


@register.filter
def grouped(code: Any) -> str:
    """A code in two halves, easier to read aloud: "123 456"."""
    digits = str(code)
    return f"{digits[:3]} {digits[3:]}"
