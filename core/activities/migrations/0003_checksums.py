"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_site"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="checksum",
            field=core.sums.Checksum(
                covers=(
                    "source",
                    "external_id",
                    "type",
                    "member",
                    "email",
                    "reference",
                    "amount",
                    "data",
                    "at",
                    "received_at",
                    "version",
                    "fingerprint",
                    "duplicate_of",
                    "cause",
                    "status",
                    "taken_back",
                    "void",
                    "answer",
                )
            ),
        ),
    ]
