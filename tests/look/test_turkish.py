"""The pages in Turkish: nothing is left in English but what the brand itself says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import Client

from core import clock
from core.brand.models import Brand
from core.members.models import Member
from tests.look.awards import award
from tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db

AWARDS_OWN = "for this"  # what `award` explains
DEMO = Path(site_settings.BASE_DIR) / "programmes" / "demo.yaml"
TURKISH = {"accept-language": "tr"}
# Words that no English sentence does without, and that are no Turkish words.
ENGLISH = re.compile(
    r"\b(?:the|and|of|to|your|you|for|with|from|this|that|is|are|not|until|here|all|by)\b", re.IGNORECASE
)
SPOKEN = {"alt", "aria-label", "placeholder", "title", "data-copied", "data-close"}

PUBLIC = ["/", "/challenges/", "/challenges/first-steps/", "/badges/", "/badges/critic/", "/rewards/", "/give/"]
VISITORS = [*PUBLIC, "/accounts/login/", "/offline/", "/nowhere/", "/i/ABCDEFG/"]
MEMBERS = [*PUBLIC, "/wallet/", "/invite/", "/me/", "/rewards/ferment-class/", "/give/warm-kitchens/"]
STAFFS = ["/admin/", "/admin/challenges/challenge/add/", "/admin/ledger/wallet/", "/admin/referrals/referralterms/"]


class Words(HTMLParser):
    """What a page says, in sight and to a screen reader, piece by piece."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.said: list[str] = []
        self._silent: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        # A list of time zones is one of names, and icons are drawn from their English names.
        elsewhere = tag in ("script", "style", "option") or "material-symbols" in (dict(attrs).get("class") or "")
        if elsewhere and self._silent is None:
            self._silent = tag
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None

    def handle_data(self, data: str) -> None:
        if self._silent is None and data.strip():
            self.said.append(" ".join(data.split()))


def strings(value: Any) -> Iterator[str]:
    """All the text in a file, in whatever depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


@pytest.fixture
def brands_own() -> Iterator[list[str]]:
    """What the demo's brand says in its programme, longest first; the programme is applied."""
    with clock.at(clock.now().replace(year=2026, month=9, day=1)):
        call_command("programme", "apply", str(DEMO), verbosity=0)
        own = set(strings(yaml.safe_load(DEMO.read_text()))) | {"ada@example.com", AWARDS_OWN}
        yield sorted({" ".join(text.split()) for text in own}, key=len, reverse=True)


def left_in_english(said: list[str], brands_own: list[str]) -> list[str]:
    left = []
    for piece in said:
        rest = piece
        for text in brands_own:
            rest = rest.replace(text, "")
        if ENGLISH.search(rest):
            left.append(piece)
    return left


def read(client: Client, paths: list[str]) -> dict[str, Words]:
    return {path: Words(client.get(path, headers=TURKISH, follow=True).content.decode()) for path in paths}


def test_a_visitor_reads_nothing_in_english(client: Client, brands_own: list[str]) -> None:
    pages = read(client, VISITORS)
    assert {words.language for words in pages.values()} == {"tr"}
    assert min(len(words.said) for words in pages.values()) > 3
    assert {path: left for path, words in pages.items() if (left := left_in_english(words.said, brands_own))} == {}


def test_a_member_reads_nothing_in_english(
    client_of: Callable[[Member], Client], member: Member, brands_own: list[str]
) -> None:
    for number, hold in ((1, 0), (2, 14)):
        award(member, number * 1000, hold_days=hold)
    Member.objects.filter(pk=member.pk).update(language="tr")
    browser = client_of(member)
    browser.post("/invite/code/")
    pages = read(browser, MEMBERS)
    assert {words.language for words in pages.values()} == {"tr"}
    assert {path: left for path, words in pages.items() if (left := left_in_english(words.said, brands_own))} == {}


def test_staff_reads_nothing_in_english(
    client_of: Callable[[Member], Client], staff: Member, brands_own: list[str], settings: Any
) -> None:
    settings.STAFF_MFA = "optional"
    Member.objects.filter(pk=staff.pk).update(language="tr")
    pages = read(client_of(staff), STAFFS)
    assert min(len(words.said) for words in pages.values()) > 10
    assert {path: left for path, words in pages.items() if (left := left_in_english(words.said, brands_own))} == {}


def test_the_menu_and_the_headings_are_turkish(client_of: Callable[[Member], Client], member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(language="tr")
    page = client_of(member).get("/").content.decode()
    for word in ("Ana sayfa", "Görevler", "Rozetler", "Hediyeler", "Bağış", "Davet et", "Harcayabileceğin"):
        assert word in page


def test_numbers_and_days_are_written_as_turkish_readers_write_them(
    client_of: Callable[[Member], Client], member: Member
) -> None:
    Brand.objects.update(points_one="yaprak", points_other="yaprak", languages=["tr", "en"])
    Member.objects.filter(pk=member.pk).update(language="tr")
    with clock.at(clock.now().replace(month=11, day=23)):
        award(member, 12450, hold_days=14)
        page = client_of(member).get("/").content.decode()
    assert "12.450 yaprak" in page
    assert "7 Aralık" in page


def test_the_mail_with_the_code_is_written_in_turkish(client: Client, mailbox: Mailbox) -> None:
    client.post("/accounts/login/", {"email": "yeni@example.com"}, headers=TURKISH)
    letter = mailbox.last("yeni@example.com")
    assert "kodun:" in letter.subject
    assert ENGLISH.search(letter.body.replace("yeni@example.com", "")) is None
