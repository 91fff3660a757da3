"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sealing", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="head",
            name="checksum",
            field=core.sums.Checksum(covers=("size", "root", "upto", "sealed_at")),
        ),
        migrations.CreateModel(
            name="RowCount",
            fields=[
                ("table", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("upto", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("sum", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rows__gte", 0), ("upto__gte", 0)), name="rows_are_counted_up"
                    )
                ],
            },
        ),
    ]
