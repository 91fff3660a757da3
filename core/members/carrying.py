"""What a visitor carries through signing up: a dictionary of strings that this app keeps and hands over unread.

An app above says what it wants carried, in its AppConfig.ready():

    carrying.carry("referral_token", token_of, field="referral_token")
    carrying.carry("referral_code", code_of, template="referrals/code_field.html")
    carrying.carry("referral_cookie", cookie_of)
    carrying.mail_link(link_of)

- The extractor, `fn(request) -> str | None`, reads the request: once more when the e-mail is posted (its form fields
  are in `request.POST`), and, if `field` is given, also when the form is shown: what it returns then becomes a hidden
  input of that name, so that a token in the address lives on in the form.
- `template` is a part of the e-mail form, such as a text field; it is rendered with the request's context and
  `carried`, the value posted (to show it again beside an error).
- Everything carried is kept on the server with the code (`SignIn.carried`) and handed over when the member is created:
  allauth's `user_signed_up` is sent with `request`, `user` and `carried` (the same dictionary is `request.carried`),
  inside the transaction that creates the member.
- `mail_link(fn)`: `fn(carried) -> str | None` returns a path of this site that carries the same to another device; the
  code mail then has it as a link. Opening it shows the e-mail form again with the token in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

MAX_LENGTH = 500

Extractor = Callable[[HttpRequest], str | None]
MailLink = Callable[[dict[str, str]], str | None]


@dataclass(frozen=True)
class Carried:
    """One thing that is carried, and where it shows in the e-mail form."""

    name: str
    extractor: Extractor
    field: str | None = None
    template: str | None = None

    def of(self, request: HttpRequest) -> str:
        """The value in this request, or an empty string for none that can be kept."""
        value = self.extractor(request) or ""
        return value if len(value) <= MAX_LENGTH and value.isprintable() else ""


_carried: dict[str, Carried] = {}
_mail_links: list[MailLink] = []


def carry(name: str, extractor: Extractor, *, field: str | None = None, template: str | None = None) -> None:
    """Carry what `extractor` finds; `field` names a hidden input, `template` a visible part of the form."""
    _carried[name] = Carried(name, extractor, field, template)


def mail_link(function: MailLink) -> MailLink:
    """Let `function` put a link into the code mail of those who carry something."""
    _mail_links.append(function)
    return function


def collect(request: HttpRequest) -> dict[str, str]:
    """Everything that this request carries, by name."""
    return {carried.name: value for carried in _carried.values() if (value := carried.of(request))}


def hidden_inputs(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value of the hidden inputs of the e-mail form."""
    return [(each.field, value) for each in _carried.values() if each.field and (value := each.of(request))]


def visible_parts(request: HttpRequest) -> list[tuple[str, str]]:
    """Template and present value of the visible parts of the e-mail form."""
    posted = request.method == "POST"
    return [(each.template, each.of(request) if posted else "") for each in _carried.values() if each.template]


def link_for(carried: dict[str, str]) -> str | None:
    """The path that carries the same to another device, or None when nothing needs it."""
    return next((path for function in _mail_links if (path := function(carried))), None)
