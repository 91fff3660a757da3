"""Clicks are counted as well."""

from django.db import migrations


def forwards(apps, schema_editor):
    apps.get_model("sealing", "RowCount").objects.create(table="referrals_click")


class Migration(migrations.Migration):
    dependencies = [("sealing", "0005_first_counts")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
