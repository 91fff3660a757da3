"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("challenges", "0001_first_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="badgeaward",
            name="checksum",
            field=core.sums.Checksum(
                covers=("badge", "member", "challenge", "activity", "earned_at", "awarded_at", "revoked_at", "reason")
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="checksum",
            field=core.sums.Checksum(covers=("challenge", "since", "until", "body", "created_at")),
        ),
        migrations.AddField(
            model_name="participation",
            name="checksum",
            field=core.sums.Checksum(covers=("challenge", "member", "edition", "how")),
        ),
    ]
