"""Who belongs to whom, and on which terms, can never be changed once it is recorded."""

from django.db import migrations

FIXED = ("referrer_id", "friend_id", "code", "terms", "joined_at")
NAME = "referral_parties_stay"


def forwards(apps, schema_editor):
    table = "referrals_referral"
    if schema_editor.connection.vendor == "postgresql":
        moved = " OR ".join(f"OLD.{column}::text IS DISTINCT FROM NEW.{column}::text" for column in FIXED)
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'a referral keeps its parties and terms' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {', '.join(FIXED)} ON {table} "
            f"FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION {NAME}()"
        )
    else:
        moved = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in FIXED)
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {', '.join(FIXED)} ON {table} "
            f"WHEN {moved} BEGIN SELECT RAISE(ABORT, 'a referral keeps its parties and terms'); END"
        )


def backwards(apps, schema_editor):
    on = " ON referrals_referral" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
