"""Writes the programme that is in force as one YAML file, and the schema of such files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml

from core.brand.models import Brand
from core.programme.shape import completed, trimmed
from core.sections import ListSection, MappingSection, Schema, Section, sections


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, as people do, and never writes aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def export() -> str:
    """The whole programme as YAML that would be applied without any change."""
    zone = Brand.current().zone
    data = {}
    for section in sections():
        value = _written(section)
        if value is not None:
            data[section.key] = _with_zone(value, zone)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _written(section: Section) -> Any:
    if isinstance(section, ListSection):
        items = section.present().values()
        return [trimmed(section.schema, completed(section.schema, item)) for item in items]
    assert isinstance(section, MappingSection)
    item = section.present()
    return None if item is None else trimmed(section.schema, completed(section.schema, item))


def _with_zone(value: Any, zone: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_zone(part, zone) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_zone(part, zone) for part in value]
    return value.astimezone(zone).isoformat() if isinstance(value, datetime) else value


def schema() -> Schema:
    """The JSON Schema of programme files, put together from the sections."""
    properties: dict[str, Schema] = {}
    for section in sections():
        part = _public(section.schema)
        properties[section.key] = {"type": "array", "items": part} if isinstance(section, ListSection) else part
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A loyalty programme",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }


def _public(value: Any) -> Any:
    """A schema in standard words only: our sentences become descriptions, our money format a pattern."""
    if isinstance(value, list):
        return [_public(part) for part in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _public(part) for key, part in value.items() if key != "x-must"}
    if "x-must" in value:
        plain.setdefault("description", value["x-must"])
    if value.get("format") == "factor":
        del plain["format"]
        plain["minimum"] = 0
    if value.get("format") == "money":
        del plain["format"]
        plain |= {"pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "minimum": 0}
    return plain
