"""Columns that are the first of a longer index, or that nobody is found by, need no index of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import DropIndexesOf


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0014_checksums_may_be_filled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                DropIndexesOf("entry", ("member_id", "transfer_id")),
                DropIndexesOf("lot", ("member_id", "cause")),
                DropIndexesOf("tally", ("member_id",)),
                DropIndexesOf("transfer", ("activity_id", "reference")),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="entry",
                    name="member",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                migrations.AlterField(
                    model_name="entry",
                    name="transfer",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.transfer",
                    ),
                ),
                migrations.AlterField(
                    model_name="lot",
                    name="member",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                migrations.AlterField(
                    model_name="tally",
                    name="member",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                migrations.AlterField(
                    model_name="transfer",
                    name="activity_id",
                    field=models.BigIntegerField(blank=True, null=True, verbose_name="activity"),
                ),
            ],
        ),
    ]
