"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_tokens_and_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="checksum",
            field=core.sums.Checksum(covers=("token", "key", "fingerprint", "status", "body", "content_type", "at")),
        ),
    ]
