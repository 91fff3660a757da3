"""For migrations: taking indexes away that no question needs, and nothing else."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation


class DropIndexesOf(Operation):
    """Drop the plain indexes of these single columns of a model's table, by whatever names; constraints stay.

    To alter the fields instead would write the whole table anew on SQLite, and lose its triggers: let that change the
    state only (`SeparateDatabaseAndState`).
    """

    reversible = True

    def __init__(self, model_name: str, columns: tuple[str, ...]) -> None:
        self.model_name, self.columns = model_name, columns

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing of the models changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, one in found.items():
            plain = one["index"] and not one["unique"] and not one["primary_key"]
            if plain and len(one["columns"]) == 1 and one["columns"][0] in self.columns:
                schema_editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for field in model._meta.local_fields:
            if field.column in self.columns:
                for statement in schema_editor._field_indexes_sql(model, field):
                    schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Drop the indexes of single columns of {self.model_name}: {', '.join(self.columns)}"
