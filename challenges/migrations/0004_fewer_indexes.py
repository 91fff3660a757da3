"""What each event moves stands in as few indexes as serve a question, so that the database need not move them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import DropIndexesOf


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_fewer_indexes"),
        ("challenges", "0003_audience_by_tier"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                DropIndexesOf("contribution", ("activity_id", "participation_id")),
                DropIndexesOf("participation", ("challenge_id", "edition_id", "latest_id", "member_id")),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="contribution",
                    name="activity",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="activities.activity",
                        verbose_name="activity",
                    ),
                ),
                migrations.AlterField(
                    model_name="contribution",
                    name="participation",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="contributions",
                        to="challenges.participation",
                        verbose_name="participation",
                    ),
                ),
                migrations.AlterField(
                    model_name="participation",
                    name="challenge",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="challenges.challenge",
                        verbose_name="challenge",
                    ),
                ),
                migrations.AlterField(
                    model_name="participation",
                    name="edition",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="challenges.edition",
                        verbose_name="terms",
                    ),
                ),
                migrations.AlterField(
                    model_name="participation",
                    name="latest",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.activity",
                        verbose_name="last that counted",
                    ),
                ),
                migrations.AlterField(
                    model_name="participation",
                    name="member",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
            ],
        ),
    ]
