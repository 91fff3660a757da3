"""Each lot knows how many of its points are still in the wallet, and each transfer from which lots it took."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_count_what_was_earned"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="available_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="available since"),
        ),
        migrations.AddField(
            model_name="lot",
            name="remaining",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="How many of them are still in the wallet.",
                verbose_name="remaining",
            ),
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="ledger.transfer",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="ledger.lot",
                    ),
                ),
                ("points", models.BigIntegerField(verbose_name="points")),
            ],
            options={
                "verbose_name": "use of a lot",
                "verbose_name_plural": "uses of lots",
                "constraints": [
                    models.UniqueConstraint(fields=("transfer", "lot"), name="use_of_a_lot_once"),
                    models.CheckConstraint(
                        condition=models.Q(("points", 0), _negated=True), name="use_takes_something"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["member", "available_at", "id"],
                name="lot_to_use_next",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("held_until__isnull", False)),
                fields=["member", "held_until"],
                name="lot_held_of_a_member",
            ),
        ),
    ]
