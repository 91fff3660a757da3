"""Triggers that refuse to change or delete what is posted, by whatever way it is tried."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("ledger_transfer", "ledger_entry")


def install(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES, *, free: str = "") -> None:
    """Make `tables` append-only, all but the column `free`, which may be filled later."""
    for table in tables:
        columns = _others(connection, table, free) if free else []
        for statement in _creation(connection.vendor, table, f" OF {', '.join(columns)}" if columns else ""):
            with connection.cursor() as cursor:
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES) -> None:
    """Let go of `tables` again, as emptying a test database and undoing a migration need."""
    with connection.cursor() as cursor:
        for table in tables:
            for verb in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}{on}")


def forwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's step."""
    install(schema_editor.connection)


def backwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's way back."""
    remove(schema_editor.connection)


def _others(connection: BaseDatabaseWrapper, table: str, free: str) -> list[str]:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    return [connection.ops.quote_name(column.name) for column in columns if column.name != free]


def _creation(vendor: str, table: str, of: str) -> list[str]:
    verbs = {"update": f"UPDATE{of}", "delete": "DELETE"}
    if vendor == "postgresql":
        function = (
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$ LANGUAGE plpgsql"
        )
        return [
            function,
            *(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {verb} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
                for name, verb in verbs.items()
            ),
        ]
    return [
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for name, verb in verbs.items()
    ]
