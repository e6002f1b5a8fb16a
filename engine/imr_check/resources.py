"""Files shipped inside the package: the JSON Schemas."""

from __future__ import annotations

import json
import os.path
from functools import cache
from typing import Any

_SCHEMAS = os.path.join(os.path.dirname(__file__), "schemas")


def schema_text(name: str) -> str:
    """Return the text of a shipped schema: ``request`` or ``report``."""
    with open(os.path.join(_SCHEMAS, f"{name}.schema.json"), encoding="utf-8") as file:
        return file.read()


@cache
def read_schema(name: str) -> dict[str, Any]:
    """Return a shipped schema as Python objects. Not to be changed by the caller."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema
