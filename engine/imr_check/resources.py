"""Files shipped inside the package: the JSON Schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_SCHEMAS = Path(__file__).with_name("schemas")


def schema_text(name: str) -> str:
    """Return the text of a shipped schema: ``request`` or ``report``."""
    return (_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def read_schema(name: str) -> dict[str, Any]:
    """Return a shipped schema as Python objects. Not to be changed by the caller."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema
