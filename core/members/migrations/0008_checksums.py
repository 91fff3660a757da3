"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_erased_members"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="checksum",
            field=core.sums.Checksum(covers=("member", "kind", "reference", "message", "url", "told_at")),
        ),
        migrations.AddField(
            model_name="staffchange",
            name="checksum",
            field=core.sums.Checksum(
                covers=("at", "by", "who", "action", "model", "object_id", "title", "before", "after")
            ),
        ),
    ]
