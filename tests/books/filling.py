"""Large books, written at once: as many entries as asked for, each as real traffic would have left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from challenges.models import Badge, BadgeAward, Challenge, Contribution, Edition, Participation, Task
from core import bulk
from core.activities.happening import Happening
from core.activities.models import Activity, Source
from core.brand.models import Brand
from core.brand.worths import Worths
from core.earning import rules
from core.earning.calculations import Standing
from core.earning.models import Rule
from core.earning.terms import Terms
from core.ledger.models import Account, Lot, Reason, Wallet
from core.ledger.posting import Posting, lock
from core.members.models import Member
from rewards.models import Redemption, Reward
from rewards.redeeming import BOOKED

ORDERS = 48  # each member's orders, of which the first few complete a challenge; one redemption, one prize
TARGET = 10
PRIZE, COST = 100, 40
ENTRIES = 2 * (ORDERS + 2)
GROUP = 100  # members written together
BEGAN = datetime(2025, 1, 1, 12, tzinfo=UTC)


def fill(entries: int) -> int:
    """Fill an empty database with at least so many entries of the ledger; return how many members hold them."""
    programme = _Programme()
    members = -(-entries // ENTRIES)
    for first in range(0, members, GROUP):
        with transaction.atomic():
            programme.write(first, min(GROUP, members - first))
    return members


class _Programme:
    """The terms that everything is judged by, and the source of the orders."""

    def __init__(self) -> None:
        rule = rules.put(
            "per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"}
        )
        self.rule = Rule.objects.get(pk=rule.pk)
        self.terms = Terms.of(self.rule, {"order.paid": "Order"}, Worths())
        self.badge = Badge.objects.create(slug="regular", name="Regular")
        self.challenge = Challenge.objects.create(
            slug="regular", title="Regular", prize_points=PRIZE, prize_badge=self.badge
        )
        Task.objects.create(challenge=self.challenge, slug="orders", title="Orders", activity="order.paid", target=10)
        self.challenge.publish()
        self.edition = Edition.objects.get()
        self.reward = Reward.objects.create(slug="mug", title="A mug", cost=COST)
        self.version = Brand.current().version
        self.shop = Source.objects.create(slug="shop")
        self.site = Source.objects.get(slug="site")

    def write(self, first: int, number: int) -> None:
        """Write `number` members with all that they did."""
        members = Member.objects.bulk_create(
            [_member(place) for place in range(first, first + number)],
        )
        Wallet.objects.bulk_create([Wallet(member_id=member.pk) for member in members])
        orders = list(self._orders(members))
        bulk.insert(orders)
        posting = Posting(lock(member.pk for member in members))
        for order in orders:
            self._earn(posting, order)
        ends = {order.member_id: order for order in orders if order.reference.endswith(f"-{TARGET - 1}")}
        self._complete(posting, [order for order in orders if _counts(order)], ends)
        self._redeem(posting, members)
        posting.write()

    def _orders(self, members: list[Member]) -> Iterator[Activity]:
        for member in members:
            for number in range(ORDERS):
                name = f"order-{member.pk}-{number}"
                at = BEGAN + timedelta(days=number, seconds=member.pk % 80_000)
                amount = 1000 + (member.pk * 37 + number * 911) % 9000
                said = Happening(self.shop.pk, name, "order.paid", at, member.email, name, amount)
                yield Activity(
                    source=self.shop,
                    external_id=name,
                    type=said.type,
                    member=member,
                    email=said.email,
                    reference=name,
                    amount=amount,
                    at=at,
                    received_at=at,
                    version=self.version,
                    fingerprint=said.fingerprint,
                    answer={"status": "accepted", "points": amount // 100, "pending": 0},
                )

    def _earn(self, posting: Posting, order: Activity) -> None:
        award = self.terms.award(order, Standing())
        _award(posting, f"rule:per-euro:{order.pk}", order, award.points, Reason.EARNED, award.explanation)

    def _complete(self, posting: Posting, counted: list[Activity], ends: dict[int | None, Activity]) -> None:
        rows = {
            member: Participation(
                challenge=self.challenge,
                member_id=member,
                edition=self.edition,
                how="automatic",
                joined_at=end.at - timedelta(days=TARGET - 1),
                state="completed",
                progress={"orders": TARGET},
                latest=end,
                latest_at=end.at,
                completed_at=end.at,
            )
            for member, end in ends.items()
        }
        bulk.insert(list(rows.values()))
        bulk.insert(
            [
                Contribution(participation=rows[order.member_id], task="orders", activity=order, quantity=1)
                for order in counted
            ]
        )
        awards = [
            BadgeAward(badge=self.badge, member_id=member, challenge=self.challenge, activity=end, earned_at=end.at)
            for member, end in ends.items()
        ]
        bulk.insert(awards)
        bulk.insert([fact for end in ends.values() for fact in self._facts(end)])
        for member, end in ends.items():
            why = replace(self.terms.award(end, Standing()).explanation, thing="Regular")
            _award(posting, f"challenge:regular:{member}:1", end, PRIZE, Reason.PRIZE, why)

    def _facts(self, end: Activity) -> Iterator[Activity]:
        keys = {
            "challenge.completed": f"challenge.completed:regular:{end.member_id}:{end.pk}",
            "badge.earned": f"badge.earned:regular:{end.member_id}:{self.challenge.pk}:{end.pk}",
        }
        for type_, key in keys.items():
            yield Activity(
                source=self.site,
                external_id=key,
                type=type_,
                member_id=end.member_id,
                reference="regular",
                at=end.at,
                received_at=end.at,
                version=self.version,
                cause=end,
            )

    def _redeem(self, posting: Posting, members: list[Member]) -> None:
        rows = [
            Redemption(public_id=UUID(int=member.pk), member=member, reward=self.reward, cost=COST)
            for member in members
        ]
        bulk.insert(rows)
        facts = []
        lots = {lot.member_id: lot for lot in reversed(posting.new_lots) if lot.points >= COST}
        for row in rows:
            posting.move(
                row.member_id,
                Account.WALLET,
                Account.REDEEMED,
                COST,
                reference=row.reference,
                reason=Reason.SPENT,
                explanation=BOOKED.with_values(reward="A mug", points={"points": COST}),
                at=row.created_at,
                lots=[lots[row.member_id]],
            )
            facts.append(
                Activity(
                    source=self.site,
                    external_id=row.reference,
                    type="reward.redeemed",
                    member_id=row.member_id,
                    reference=str(row.public_id),
                    data={"reward": "mug"},
                    at=row.created_at,
                    received_at=row.created_at,
                    version=self.version,
                )
            )
        bulk.insert(facts)


def _member(place: int) -> Member:
    email = f"member-{place}@example.com"
    return Member(email=email, identity=email, joined_at=BEGAN)


def _counts(order: Activity) -> bool:
    return int(order.reference.rpartition("-")[2]) < TARGET


def _award(posting: Posting, cause: str, fact: Activity, points: int, reason: Reason, why: object) -> None:
    member_id = fact.member_id
    assert member_id is not None
    lot = Lot(cause=cause, member_id=member_id, points=points, at=fact.at)
    posting.new_lots.append(lot)
    posting.move(
        member_id,
        Account.ISSUED,
        Account.WALLET,
        points,
        reference=f"{cause}#1",
        reason=reason,
        explanation=why,
        at=fact.at,
        lot=lot,
        activity_id=fact.pk,
    )
