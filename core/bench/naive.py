"""The naive endpoint: what a careful developer writes first, correct, by the ORM, one row at a time.

It does the same for an event: the signature, once for ever by a unique id, the books with a locked wallet, and each
matching challenge with what counted, and what was earned in the week and the month. What the site adds is left out:
how an award was worked out, and checksums.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core import clock
from core.activities.models import Activity, Source
from core.bench.programme import SHOP
from core.brand.models import Brand
from core.brand.periods import Per, period
from core.earning.models import Rule
from core.ledger.models import Account, Entry, Lot, Reason, Tally, Transfer, Wallet
from core.members.models import Member


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """Take one event."""
    source = Source.objects.get(slug=SHOP)
    try:
        Webhook(source.secret).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return JsonResponse({"error": "signature"}, status=401)
    with transaction.atomic():
        points = _award(source, request.headers["webhook-id"], json.loads(request.body))
    return JsonResponse({"status": "accepted", "points": points}, status=202)


def _award(source: Source, id: str, said: dict[str, Any]) -> int:
    data = said["data"]
    member, brand = Member.objects.get(email=data["email"]), Brand.objects.get(pk=1)
    activity, new = Activity.objects.get_or_create(
        source=source,
        external_id=id,
        defaults={
            "type": said["type"],
            "member": member,
            "email": data["email"],
            "reference": data["reference"],
            "amount": round(float(data["amount"]) * 100),
            "data": data,
            "at": datetime.fromisoformat(said["timestamp"]),
            "version": brand.version,
        },
    )
    if not new:
        return 0
    points = 0
    for rule in Rule.objects.filter(activity=activity.type, until__isnull=True):
        points += _post(brand, member, activity, rule, (activity.amount or 0) // 100)
    _advance(activity)
    activity.answer = {"points": points}
    activity.save()
    return points


def _post(brand: Brand, member: Member, activity: Activity, rule: Rule, points: int) -> int:
    wallet, _new = Wallet.objects.select_for_update().get_or_create(member=member)
    cause = f"rule:{rule.slug}:{activity.pk}"
    now = clock.now()
    lot = Lot.objects.create(
        cause=cause, member=member, points=points, remaining=points, at=activity.at, available_at=now
    )
    wallet.available += points
    wallet.earned += points
    wallet.version += 1
    wallet.active_on = now.date()
    wallet.save()
    transfer = Transfer.objects.create(
        reference=cause,
        reason=Reason.EARNED,
        member=member,
        lot=lot,
        activity_id=activity.pk,
        source=Account.ISSUED,
        target=Account.WALLET,
        points=points,
        at=activity.at,
    )
    Entry.objects.create(transfer=transfer, account=Account.ISSUED, points=-points)
    Entry.objects.create(
        transfer=transfer,
        account=Account.WALLET,
        member=member,
        points=points,
        balance=wallet.available,
    )
    for per in (Per.WEEK, Per.MONTH):
        starts = period(activity.at, per, brand.zone).key
        tally, _new = Tally.objects.get_or_create(member=member, per=per, starts=starts, defaults={"earned": 0})
        tally.earned += points
        tally.save()
    return points


def _advance(activity: Activity) -> None:
    """Each live challenge that counts this kind. The models are asked for by name: they lie above this."""
    participations: Any = apps.get_model("challenges", "Participation").objects
    contributions: Any = apps.get_model("challenges", "Contribution").objects
    for edition in apps.get_model("challenges", "Edition").objects.filter(until__isnull=True):
        for task in edition.terms.tasks:
            if task.activity != activity.type:
                continue
            row, _new = participations.select_for_update().get_or_create(
                challenge_id=edition.challenge_id,
                member_id=activity.member_id,
                defaults={"edition": edition, "how": "automatic", "joined_at": clock.now()},
            )
            row.progress[task.slug] = row.progress.get(task.slug, 0) + 1
            row.latest_id, row.latest_at = activity.pk, activity.at
            row.save()
            contributions.create(participation=row, task=task.slug, activity=activity, quantity=1)
