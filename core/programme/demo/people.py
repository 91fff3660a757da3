"""The people of the demo: what they are called, and how each of them shops."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from core.members.models import Member


def _words(text: str) -> list[str]:
    return text.split()


TURKISH = _words(
    "Elif Mert Zeynep Emre Derya Can Ayşe Kerem Defne Burak Selin Onur Ece Deniz Melis Kaan İpek Ozan Nehir Tolga "
    "Yasemin Barış Pınar Umut Gizem Serkan Asya Volkan Ceren Arda"
)
ENGLISH = _words(
    "Grace Oliver Maya Theo Nora Felix Ruby Hugo Clara Jonas Iris Leo Hannah Max Amelie Sam Julia Noah Tessa Finn "
    "Robin Alice Ben Lucia Marco Greta Paul Edith Tom Vera"
)
FAMILIES = _words(
    "Yılmaz Demir Kaya Çelik Şahin Aydın Öztürk Arslan Doğan Koç Kurt Aksoy Polat Güneş Erdem Bulut Taş Uçar "
    "Bennett Carter Fischer Hughes Lindberg Moreau Novak Parker Rossi Schmidt Turner Walsh Weber Young Costa Dahl"
)
PLAIN = str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")
HANDLES = ("kaşık", "reyhan", "limon", "ekşi maya", "basil", "nutmeg", "copper pan", "sourdough", "quince", "saffron")


@dataclass(frozen=True)
class Habit:
    """How a kind of customer behaves: orders a week, the usual basket in EUR, and how much they join in."""

    share: float
    orders: float
    basket: float
    talk: float
    stays: tuple[int, int] | None = None  # days until they are seen no more


HABITS = (
    Habit(share=0.12, orders=1.4, basket=36, talk=0.45),
    Habit(share=0.33, orders=0.65, basket=31, talk=0.2),
    Habit(share=0.33, orders=0.24, basket=27, talk=0.08),
    Habit(share=0.22, orders=0.8, basket=25, talk=0.12, stays=(10, 45)),
)
ADA = Habit(share=0, orders=1.3, basket=41, talk=0.3)


@dataclass
class Person:
    """Somebody of the demo, from before joining on."""

    email: str
    alias: str
    language: str
    habit: Habit
    joins: datetime
    leaves: datetime | None = None
    inviter: Person | None = None
    member: Member | None = None
    code: str = ""
    orders: list[str] = field(default_factory=list)
    joined_challenges: set[str] = field(default_factory=set)

    @property
    def pk(self) -> int:
        """The member's key; only after joining."""
        assert self.member is not None
        return self.member.pk

    @property
    def is_seen(self) -> bool:
        """Whether this person chose to be on the leaderboard: most of those with an alias."""
        return bool(self.alias) and len(self.email) % 4 > 0

    def is_around(self, moment: datetime) -> bool:
        """Whether this person is a member at `moment` and still comes."""
        return self.member is not None and self.joins <= moment and (self.leaves is None or moment < self.leaves)


class Names:
    """Gives out names that nobody has yet."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.taken: set[str] = set()

    def next(self) -> tuple[str, str, str]:
        """E-mail, alias and language of somebody new."""
        turkish = self.chance.random() < 0.6
        first = self.chance.choice(TURKISH if turkish else ENGLISH)
        family = self.chance.choice(FAMILIES)
        local = f"{first}.{family}".translate(PLAIN).lower()
        number = 1
        while f"{local}{number if number > 1 else ''}" in self.taken:
            number += 1
        local = f"{local}{number if number > 1 else ''}"
        self.taken.add(local)
        forms = (first, f"{first} {family[0]}.", f"{first} {family}", self.chance.choice(HANDLES), "")
        alias = self.chance.choices(forms, weights=(45, 25, 10, 10, 10))[0]
        return f"{local}@example.com", alias, "tr" if turkish else "en"


def habit(chance: Random) -> Habit:
    """One of the habits, as common as it is."""
    return chance.choices(HABITS, weights=[habit.share for habit in HABITS])[0]
