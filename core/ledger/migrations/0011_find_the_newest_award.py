"""Which award of a member is the newest, by its own time, is asked of each event where there are tiers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_since_when_wallets_are_unused")]
    operations = [
        migrations.AddIndex(
            model_name="lot", index=models.Index(fields=["member", "at"], name="lot_of_member_by_time")
        ),
    ]
