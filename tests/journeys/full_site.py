"""A site that has something to show on every page, and on request more of everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from challenges import joining
from challenges.models import Challenge
from core import clock
from core.activities import record
from core.activities.happening import Happening
from core.activities.joining import welcome
from core.activities.models import Source
from core.brand.models import Brand
from core.ledger.expiring import expire_due
from core.ledger.monthly import Month
from core.members.models import Member
from core.sealing.sealing import seal
from referrals.models import Code
from rewards import booking, cancelling, giving
from rewards.models import Charity, Session

PROGRAMME = Path(__file__).with_suffix(".yaml")
MORE = """
  - {{slug: badge-{n}, name: Badge {n}}}
---
  - slug: challenge-{n}
    title: Challenge {n}
    tasks: [{{slug: order, title: Take orders home, activity: order.paid, count: {target}}}]
    prize: {{points: 5, badge: badge-{n}}}
---
  - {{slug: charity-{n}, name: Charity {n}}}
---
  - slug: reward-{n}
    kind: experience
    title: Reward {n}
    cost: 1
    sessions:
      - {{slug: reward-{n}-a, starts: 2098-11-05T18:30:00Z, ends: 2098-11-05T21:00:00Z, place: Kitchen, seats: 30}}
      - {{slug: reward-{n}-b, starts: 2098-11-06T18:30:00Z, ends: 2098-11-06T21:00:00Z, place: Kitchen, seats: 30}}
"""


@dataclass(frozen=True)
class FullSite:
    """Who is on the site, and the addresses of what is theirs alone."""

    ada: Member
    newcomer: Member
    ticket: str
    cancelled: str
    donation: str
    invitation: str

    @property
    def visitors_pages(self) -> list[str]:
        """Every page that is open to all."""
        return [*OPEN, self.invitation]

    @property
    def members_pages(self) -> list[str]:
        """Every page of a member."""
        month = f"/wallet/{Month.around(clock.now(), Brand.current()).key}/"
        return [
            *OPEN,
            "/invite/",
            "/wallet/",
            month,
            f"{month}printed/",
            "/notices/",
            "/me/",
            *BOARDS,
            "/me/leave/",
            self.ticket,
            self.cancelled,
            self.donation,
            self.invitation,
        ]


BOARDS = ["/leaderboard/", "/leaderboard/week/"]
OPEN = [
    "/",
    "/challenges/",
    "/challenges/first-steps/",
    "/challenges/critics-circle/",
    "/challenges/full-larder/",
    "/challenges/bring-three/",
    "/badges/",
    "/badges/first-leaf/",
    "/badges/critic/",
    "/badges/night-owl/",
    "/rewards/",
    "/rewards/ferment-class/",
    "/rewards/behind-the-ovens/",
    "/give/",
    "/give/seed-library/",
    "/give/warm-kitchens/",
    "/fairness/",
    "/fairness/seals/",
]


def programme(more: int) -> str:
    """The programme, with that many more badges, challenges, charities and rewards."""
    written = PROGRAMME.read_text()
    for section, part in zip(("challenges", "referral", "rewards", "sources"), MORE.split("---\n"), strict=True):
        rows = "".join(part.lstrip("\n").format(n=n, target=1 if n % 2 else 90) for n in range(more))
        written = written.replace(f"\n{section}:\n", f"\n{rows}{section}:\n")
    return written


def shop(*told: tuple[str, Member, str, int | None]) -> None:
    """Let the shop tell of these at once: type, member, reference, amount in hundredths."""
    source = Source.objects.get(slug="shop")
    now = clock.now()
    outcomes = record(
        [
            Happening(
                source.pk, f"{type}:{reference}", type, now, email=member.email, reference=reference, amount=amount
            )
            for type, member, reference, amount in told
        ]
    )
    assert not any(outcome.errors for outcome in outcomes), outcomes


def join(email: str, invited_by: Member | None = None, alias: str = "") -> Member:
    """Somebody joins, by typing the code of whoever invited them."""
    joined = clock.now() - timedelta(seconds=5)
    member = Member.objects.create_user(email, alias=alias, leaderboard=bool(alias), joined_at=joined)
    welcome(member, {"referral_code": Code.objects.get(member=invited_by).code} if invited_by else {})
    return member


def fill(more: int = 0) -> FullSite:
    """Apply the programme and let Ada live with it; `more` is how many times of everything there is besides."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "programme.yaml"
        file.write_text(programme(more))
        call_command("programme", "apply", str(file), verbosity=0)
    with clock.at(clock.now() - timedelta(minutes=1)):
        ada = join("ada@example.com", alias="Ada")
    newcomer = join("newcomer@example.com")
    _earn(ada, more)
    friends = [join(f"friend{number}@example.com", ada) for number in range(3 + more)]
    join("ada+again@example.com", ada)
    shop(*(("order.paid", friend, f"friend-{friend.pk}", 3000) for friend in friends[1:]))
    expire_due()
    seal()
    return FullSite(
        ada=ada,
        newcomer=newcomer,
        invitation=f"/i/{Code.objects.get(member=ada).code}/",
        **_spend(ada, friends[-1], more),
    )


def _earn(ada: Member, more: int) -> None:
    shop(("order.paid", ada, "order-1", 12_345), ("review.posted", ada, "review-1", None))
    for slug in ("critics-circle", "full-larder"):
        joining.join(ada, Challenge.objects.get(slug=slug))
    shop(("order.paid", ada, "order-2", 20_000), ("review.posted", ada, "review-2", None))
    shop(*(("order.paid", ada, f"order-more-{number}", 1_000) for number in range(more)))


def _spend(ada: Member, friend: Member, more: int) -> dict[str, str]:
    winter, full = Session.objects.get(slug="winter"), Session.objects.get(slug="full")
    booking.book(full, member=friend)
    ticket = booking.book(winter, member=ada)
    cancelled = cancelling.cancel(booking.book(winter, member=ada))
    donation = giving.give(Charity.objects.get(slug="seed-library"), member=ada, points=200)
    for number in range(more):
        booking.book(winter, member=ada)
        booking.book(Session.objects.get(slug=f"reward-{number}-a"), member=ada)
        giving.give(Charity.objects.get(slug=f"charity-{number}"), member=friend, points=1)
    return {
        "ticket": ticket.get_absolute_url(),
        "cancelled": cancelled.get_absolute_url(),
        "donation": f"/give/seed-library/donations/{donation.public_id}/",
    }
