"""The forms of signing in and of the profile."""

from __future__ import annotations

import unicodedata
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.members import codes
from core.members.models import Member, SignIn, canonical

MAX_LOCAL_PART = 64


class AddressField(forms.EmailField):
    """An e-mail address as mail servers take it: at most 254 characters, 64 of them before the @."""

    default_error_messages = {"invalid": _("Enter an e-mail address such as ada@example.com.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("E-mail"), "max_length": 254, **options})
        self.widget.attrs.update(autocomplete="email", inputmode="email", autocapitalize="off", spellcheck="false")

    def clean(self, value: Any) -> str:
        """The address in its canonical form."""
        address = canonical(super().clean(canonical(str(value or ""))))
        if address and (not address.isascii() or len(address.rpartition("@")[0]) > MAX_LOCAL_PART):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class EmailForm(forms.Form):
    """One field for joining and for returning."""

    email = AddressField()


class CodeForm(forms.Form):
    """The code from the mail; spaces and hyphens in it do not matter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "maxlength": 20}
        ),
        error_messages={"required": _("Enter the code from the mail.")},
    )

    def __init__(self, sign_in: SignIn, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sign_in = sign_in

    def clean_code(self) -> str:
        """Only its digits, if they are those that were sent; raises CodeIsOver when no try is left."""
        code = "".join(sign for sign in self.cleaned_data["code"] if not sign.isspace() and sign != "-")
        if len(code) != codes.DIGITS or not (code.isascii() and code.isdigit()):
            raise ValidationError(_("The code has %(digits)s digits."), params={"digits": codes.DIGITS})
        try:
            codes.try_code(self.sign_in, code)
        except codes.WrongCode as refused:
            raise ValidationError(refused.sentence, code="wrong") from refused
        return code


def zone_choices() -> list[tuple[str, str]]:
    """Time zones that name a place, with the brand's own first (an empty choice)."""
    names = sorted(name for name in available_timezones() if name == "UTC" or name.partition("/")[0] in _CONTINENTS)
    return [("", str(_("The programme's own"))), *((name, name.replace("_", " ")) for name in names)]


_CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


class ProfileForm(forms.ModelForm):
    """What members say of themselves."""

    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Streaks and dates follow your own day.")
    )

    class Meta:
        model = Member
        fields = ["alias", "language", "time_zone", "leaderboard"]
        widgets = {"alias": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        choices = zone_choices()
        if (kept := self.instance.time_zone) and kept not in dict(choices):
            choices.append((kept, kept))
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Any:
        """Save what the form asks and nothing else: the rest may have changed since it was shown, or be erased."""
        if commit:
            said = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
            Member.objects.filter(pk=self.instance.pk, erased_at=None).update(**said)
        return self.instance

    def clean_alias(self) -> str:
        """Trimmed, with single spaces and without signs that do not show."""
        alias = " ".join(self.cleaned_data["alias"].split())
        if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Cn") for sign in alias):
            raise ValidationError(_("Use letters, digits and signs that show."))
        return alias

    def clean(self) -> dict[str, Any]:
        """Who wants to be seen needs a name to be seen by, and one that gives no address away."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        alias = said.get("alias")
        if said.get("leaderboard") and alias == "":
            self.add_error("alias", _("Choose an alias: it is what others see on the leaderboard."))
        elif said.get("leaderboard") and alias and "@" in alias:
            self.add_error("alias", _("Others see it on the leaderboard, so it must not be an e-mail address."))
        return said
