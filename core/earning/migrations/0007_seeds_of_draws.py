"""Each version of a rule gets a seed from which its draws follow; those that are there draw nothing and have none."""

from django.db import migrations, models

import core.earning.drawing
import core.sums


def renew(apps, schema_editor):
    """The checksum covers one more column from now on."""
    for rule in apps.get_model("earning", "Rule").objects.filter(checksum__isnull=False):
        rule.save(update_fields=["checksum"])


class Migration(migrations.Migration):
    dependencies = [
        ("earning", "0006_checksums_may_be_filled"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="seed",
            field=models.CharField(db_default="", default=core.earning.drawing.new_seed, editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="rule",
            name="checksum",
            field=core.sums.Checksum(
                covers=(
                    "slug",
                    "activity",
                    "calculation",
                    "settings",
                    "limit_count",
                    "limit_per",
                    "pending_days",
                    "tier_multiplier",
                    "streak_every",
                    "streak_step",
                    "streak_most",
                    "audience",
                    "starts",
                    "ends",
                    "since",
                    "until",
                    "seed",
                )
            ),
        ),
        migrations.RunPython(renew, migrations.RunPython.noop),
    ]
