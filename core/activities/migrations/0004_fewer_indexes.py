"""Columns that are the first of a longer index need none of their own; few facts have a cause."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import DropIndexesOf


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_checksums"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                DropIndexesOf("activity", ("cause_id", "duplicate_of_id", "member_id", "source_id")),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="activity",
                    name="cause",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consequences",
                        to="activities.activity",
                        verbose_name="cause",
                    ),
                ),
                migrations.AlterField(
                    model_name="activity",
                    name="duplicate_of",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="activities.activity",
                        verbose_name="repeats",
                    ),
                ),
                migrations.AlterField(
                    model_name="activity",
                    name="member",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                migrations.AlterField(
                    model_name="activity",
                    name="source",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="activities.source",
                        verbose_name="source",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("cause__isnull", False)), fields=["cause"], name="activity_consequences"
            ),
        ),
    ]
