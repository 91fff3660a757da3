"""Each table of facts is counted from nothing on; a table that comes later needs such a row as well."""

from django.db import migrations

TABLES = (
    *("activities_activity", "api_reply", "brand_version", "challenges_badgeaward", "challenges_edition"),
    *("challenges_participation", "earning_rule", "earning_tierchange", "earning_tieredition", "ledger_expiry"),
    *("ledger_expiryterms", "members_notice", "members_staffchange", "referrals_code", "referrals_referral"),
    *("rewards_donation", "rewards_redemption", "sealing_head"),
)


def forwards(apps, schema_editor):
    RowCount = apps.get_model("sealing", "RowCount")
    RowCount.objects.bulk_create([RowCount(table=table) for table in TABLES])


class Migration(migrations.Migration):
    dependencies = [("sealing", "0004_checksums_may_be_filled")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
