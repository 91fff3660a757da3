"""The rules in people's words, which each app says of its own part so that nothing below need know it.

::

    @fairness.section(10, "earning", _("How you earn"))
    def earning(brand: Brand) -> Iterable[Line]:
        yield Line(gettext("What you do counts once."))

Whoever adds to another's section registers under its slug, with a later order and without a title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from core.brand.explanation import Explanation
from core.brand.models import Brand

FROM = gettext_noop("It counts from %(starts)s on.")
UNTIL = gettext_noop("It counts until %(ends)s.")
BETWEEN = gettext_noop("It counts from %(starts)s to %(ends)s.")
Tell = Callable[[Brand], Iterable["Line"]]
MOST_LINES = 50  # of things such as challenges; the page of all of them has the rest


class Line:
    """One rule: its sentences, in the active language.

    `name` is what it is about and `url` the page of that; `facts` are pairs of label and value beside it, such as odds.
    """

    def __init__(
        self, *sentences: str | Promise, name: str = "", url: str = "", facts: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.sentences = [sentence for sentence in sentences if sentence]
        self.name, self.url = name, url
        self.facts = list(facts)


@dataclass
class Section:
    """One part of the page: a stable slug, its title and who fills it, in order."""

    slug: str
    title: str | Promise
    tellers: list[tuple[int, Tell]] = field(default_factory=list)

    def lines(self, brand: Brand) -> list[Line]:
        """All that is said here by the settings as they stand."""
        return [line for _order, tell in self.tellers for line in tell(brand)]


_sections: dict[str, Section] = {}


def section(order: int, slug: str, title: str | Promise = "") -> Callable[[Tell], Tell]:
    """Register what yields lines; it asks the database a fixed number of times, however much there is."""

    def register(tell: Tell) -> Tell:
        found = _sections.setdefault(slug, Section(slug, title))
        found.title = found.title or title
        found.tellers.append((order, tell))
        found.tellers.sort(key=lambda entry: entry[0])
        return tell

    return register


def shown(brand: Brand) -> list[tuple[Section, list[Line]]]:
    """The sections that have something to say, in order.

    Orders: earning 10, draws 12, tiers 15, challenges 20, invitations 30, rewards 40, giving 50, refunds 60, expiry 65,
    seals 70, privacy 80.
    """
    found = sorted(_sections.values(), key=lambda each: each.tellers[0][0])
    return [(each, lines) for each in found if (lines := each.lines(brand))]


def dates(starts: datetime | None, ends: datetime | None, brand: Brand) -> str:
    """Between which days something counts; empty when it is for ever."""
    message = BETWEEN if starts and ends else FROM if starts else UNTIL
    values = {name: {"date": at.isoformat()} for name, at in (("starts", starts), ("ends", ends)) if at}
    return Explanation(message, values).text(brand) if values else ""
