"""Fill the tallies from the transfers that are there."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Q

from core.brand.periods import period


def forwards(apps, schema_editor):
    Brand = apps.get_model("brand", "Brand")
    Transfer = apps.get_model("ledger", "Transfer")
    Tally = apps.get_model("ledger", "Tally")
    brand = Brand.objects.first()
    zone = ZoneInfo(brand.time_zone) if brand else ZoneInfo("UTC")
    sums = defaultdict(int)
    rows = Transfer.objects.filter(Q(source="issued") | Q(target="issued")).values_list(
        "member_id", "lot__at", "at", "source", "points"
    )
    for member_id, lot_at, at, source, points in rows.iterator():
        for per in ("week", "month"):
            starts = date.fromisoformat(period(lot_at or at, per, zone).key)
            sums[member_id, per, starts] += points if source == "issued" else -points
    Tally.objects.bulk_create(
        [
            Tally(member_id=member_id, per=per, starts=starts, earned=earned)
            for (member_id, per, starts), earned in sums.items()
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_tally_what_is_earned"), ("brand", "0002_first_row")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
