from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0002_to_whom_points_lapse")]
    operations = [
        migrations.AddField(
            model_name="reward",
            name="tiers",
            field=models.JSONField(
                blank=True, help_text="None chosen: everybody can have it.", null=True, verbose_name="only for tiers"
            ),
        ),
    ]
