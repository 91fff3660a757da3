"""The history of tiers is only ever added to."""

from django.db import migrations

from core.ledger import triggers

TABLES = ("earning_tierchange",)


def forwards(_apps, schema_editor):
    triggers.install(schema_editor.connection, TABLES)


def backwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("earning", "0003_rules_by_standing"), ("ledger", "0002_append_only")]
    operations = [migrations.RunPython(forwards, backwards)]
