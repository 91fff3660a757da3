"""A member's transfers are found by month; that index serves what the one by member alone did, so that one goes.

Only indexes are touched: to alter the column would write the whole table anew on SQLite, without its triggers.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "ledger_transfer"


def forwards(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)
    for name, one in found.items():
        if one["index"] and not one["unique"] and one["columns"] == ["member_id"]:
            schema_editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


def backwards(apps, schema_editor):
    model = apps.get_model("ledger", "Transfer")
    name = schema_editor._create_index_name(TABLE, ["member_id"])
    schema_editor.execute(f"CREATE INDEX {name} ON {model._meta.db_table} (member_id)")


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0011_find_the_newest_award"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["member", "posted_at"], name="transfer_of_a_month"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.AlterField(
                    model_name="transfer",
                    name="member",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
            ],
        ),
    ]
