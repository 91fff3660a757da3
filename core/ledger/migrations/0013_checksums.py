"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0012_transfers_by_month"),
    ]

    operations = [
        migrations.AddField(
            model_name="expiry",
            name="checksum",
            field=core.sums.Checksum(covers=("member", "on", "points", "told_at", "next_on", "closed_at", "transfer")),
        ),
        migrations.AddField(
            model_name="expiryterms",
            name="checksum",
            field=core.sums.Checksum(covers=("number", "policy", "months", "since")),
        ),
    ]
