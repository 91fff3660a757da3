"""Each click gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0003_checksums"),
    ]

    operations = [
        migrations.AddField(
            model_name="click",
            name="checksum",
            field=core.sums.Checksum(covers=("code", "visitor", "at", "hour")),
        ),
    ]
