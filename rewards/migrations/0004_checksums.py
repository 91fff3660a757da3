"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("rewards", "0003_only_for_some_tiers"),
    ]

    operations = [
        migrations.AddField(
            model_name="donation",
            name="checksum",
            field=core.sums.Checksum(
                covers=("public_id", "member", "charity", "points", "amount", "currency", "rate", "at", "key")
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="checksum",
            field=core.sums.Checksum(
                covers=(
                    "public_id",
                    "member",
                    "reward",
                    "session",
                    "cost",
                    "cancel_until_hours",
                    "state",
                    "token",
                    "key",
                    "created_at",
                    "cancelled_at",
                )
            ),
        ),
    ]
