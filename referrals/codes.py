"""The code of each member: given on joining, short, unmistakable and not to be guessed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from referrals.models import Code

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which are taken for one another
LENGTH = 7
_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}\Z")
_LINK = re.compile(r"/i/([^/?#]+)", re.IGNORECASE)


def normalised(text: object) -> str:
    """The code in what a person typed or pasted (small letters, spaces, a whole link); empty if there is none."""
    if not isinstance(text, str) or len(text) > 300:
        return ""
    link = _LINK.search(text)
    code = re.sub(r"[\s-]", "", link[1] if link else text).upper()
    return code if _CODE.match(code) else ""


def drawn() -> str:
    """A new code, drawn at random: 31 to the power of 7, about 27 thousand million, are possible."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def give(member_ids: Iterable[int]) -> None:
    """Give a code to each of these members who has none yet, in three statements."""
    wanting = set(member_ids)
    if not wanting:
        return
    wanting -= set(Code.objects.filter(member_id__in=wanting).values_list("member_id", flat=True))
    if not wanting:
        return
    fresh = {member_id: drawn() for member_id in sorted(wanting)}
    taken = set(Code.objects.filter(code__in=fresh.values()).values_list("code", flat=True))
    for member_id, code in fresh.items():
        while code in taken:
            code = drawn()
        taken.add(code)
        fresh[member_id] = code
    Code.objects.bulk_create(
        [Code(member_id=member_id, code=code) for member_id, code in fresh.items()], ignore_conflicts=True
    )


def url(code: str) -> str:
    """The link that a friend opens, absolute."""
    return settings.BASE_URL + reverse("referrals:landing", args=[code])
