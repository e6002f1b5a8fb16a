"""What the JSON Schema of a request says about the value at a path."""

from __future__ import annotations

from typing import Any

from ..resources import read_schema


def node_at(path: tuple[str | int, ...]) -> dict[str, Any]:
    """Return the schema of the value at ``path``, without null and references; KeyError if none."""
    schema = root = read_schema("request")
    for part in path:
        schema = _resolved(schema, root)
        schema = schema["items"] if isinstance(part, int) else schema["properties"][part]
    return _resolved(schema, root)


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
    if "$ref" in schema:
        definition: dict[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return definition
    return schema
