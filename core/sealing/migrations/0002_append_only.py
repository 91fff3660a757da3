"""Leaves, nodes and heads can be neither changed nor deleted."""

from django.db import migrations

from core.ledger import triggers

TABLES = ("sealing_leaf", "sealing_node", "sealing_head")


def forwards(_apps, schema_editor):
    triggers.install(schema_editor.connection, TABLES)


def backwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("sealing", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
