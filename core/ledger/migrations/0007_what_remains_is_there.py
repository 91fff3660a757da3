"""Points can only remain of what became available, and from which lots a transfer took is never edited."""

from django.db import migrations, models

from core.ledger import triggers


def forwards(_apps, schema_editor):
    triggers.install(schema_editor.connection, ("ledger_use",))


def backwards(_apps, schema_editor):
    triggers.remove(schema_editor.connection, ("ledger_use",))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_fill_what_remains")]
    operations = [
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("remaining", 0), models.Q(("available_at__isnull", False), ("remaining__gt", 0)), _connector="OR"
                ),
                name="lot_remaining_is_there",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
