"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("earning", "0004_steps_stay_as_they_were_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="checksum",
            field=core.sums.Checksum(
                covers=(
                    "slug",
                    "activity",
                    "calculation",
                    "settings",
                    "limit_count",
                    "limit_per",
                    "pending_days",
                    "tier_multiplier",
                    "streak_every",
                    "streak_step",
                    "streak_most",
                    "audience",
                    "starts",
                    "ends",
                    "since",
                    "until",
                )
            ),
        ),
        migrations.AddField(
            model_name="tierchange",
            name="checksum",
            field=core.sums.Checksum(covers=("member", "level", "before", "since", "void", "why", "posted_at")),
        ),
        migrations.AddField(
            model_name="tieredition",
            name="checksum",
            field=core.sums.Checksum(covers=("since", "until", "body", "created_at")),
        ),
    ]
