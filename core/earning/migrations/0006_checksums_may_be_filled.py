"""The history of tiers is only ever added to; only its checksums may be filled where a release before gave none."""

from django.db import migrations

from core.ledger import triggers

TABLES = ("earning_tierchange",)


def forwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)
    triggers.install(schema_editor.connection, TABLES, free="checksum")


def backwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)
    triggers.install(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("earning", "0005_checksums")]
    operations = [migrations.RunPython(forwards, backwards)]
