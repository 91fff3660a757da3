"""What a member may send to the pages of rewards and giving."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.brand.models import Brand
from rewards import giving
from rewards.models.reward import MOST_POINTS

_WHOLE = re.compile(r"[0-9]{1,12}")


def new_key() -> str:
    """A name for one filling-in of a form, by which a double click is known."""
    return str(uuid4())


class KeyedForm(forms.Form):
    """A form that does its work once, however often it is sent; without a key each sending counts."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=new_key)

    def clean_key(self) -> str | None:
        key = self.cleaned_data["key"]
        return str(key) if key else None


class BookingForm(KeyedForm):
    """Which session is to be booked."""

    session = forms.SlugField(max_length=60, error_messages={"required": _("Choose a date first.")})


class WholePoints(forms.CharField):
    """A whole number written in the digits 0 to 9, and nothing that only looks like one."""

    widget = forms.NumberInput
    default_error_messages = {
        "required": _("Say how many points you want to give."),
        "whole": _("Write a whole number, such as 100."),
    }

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not _WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["whole"], code="whole")
        return int(text)


class GivingForm(KeyedForm):
    """How many points are given; `amount` is what the member was shown, and `confirmed` that they said yes to it."""

    points = WholePoints(label=_("Points"))
    amount = forms.IntegerField(required=False, min_value=0, max_value=10**15, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        self.least = giving.least_points(brand)
        self.fields["points"].widget.attrs |= {"min": self.least, "step": 1, "inputmode": "numeric"}

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if points < self.least:
            raise ValidationError(
                _("Give at least %(least)s: less is not worth a cent."),
                params={"least": self.brand.points(self.least)},
            )
        if points > MOST_POINTS:
            raise ValidationError(_("That is more than anybody can give at once."))
        return points


class LapseForm(forms.Form):
    """Which charity gets one's points when they expire."""

    charity = forms.SlugField(max_length=60)
