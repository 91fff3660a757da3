"""What a member was told, and when, can never be changed; nor when it was mailed or read, once that is recorded."""

from django.db import migrations

FIXED = ("member_id", "kind", "reference", "message", "url", "told_at")
ONCE = ("mailed_at", "read_at")
NAME = "notice_stays_as_told"
TABLE = "members_notice"


def forwards(apps, schema_editor):
    columns = ", ".join([*FIXED, *ONCE])
    if schema_editor.connection.vendor == "postgresql":
        moved = [f"OLD.{column}::text IS DISTINCT FROM NEW.{column}::text" for column in FIXED]
        moved += [f"OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column}" for column in ONCE]
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'a notice stays as it was told' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {columns} ON {TABLE} "
            f"FOR EACH ROW WHEN ({' OR '.join(moved)}) EXECUTE FUNCTION {NAME}()"
        )
    else:
        moved = [f"OLD.{column} IS NOT NEW.{column}" for column in FIXED]
        moved += [f"OLD.{column} IS NOT NULL AND OLD.{column} IS NOT NEW.{column}" for column in ONCE]
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {columns} ON {TABLE} "
            f"WHEN {' OR '.join(moved)} BEGIN SELECT RAISE(ABORT, 'a notice stays as it was told'); END"
        )


def backwards(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")


class Migration(migrations.Migration):
    dependencies = [("members", "0002_notices")]
    operations = [migrations.RunPython(forwards, backwards)]
