"""The terms of expiry stay as they are; only their checksums may be filled where a release before gave none."""

from django.db import migrations

from core.ledger import triggers

TABLES = ("ledger_expiryterms",)


def forwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)
    triggers.install(schema_editor.connection, TABLES, free="checksum")


def backwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)
    triggers.install(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_checksums")]
    operations = [migrations.RunPython(forwards, backwards)]
