"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("brand", "0007_what_points_were_worth"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="checksum",
            field=core.sums.Checksum(covers=("number", "began_at", "changes", "worth_before")),
        ),
    ]
