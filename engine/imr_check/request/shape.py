"""What two templates have in common if every fact comes out alike for both.

Free text in most fields says only that it is there. The fields that a vocabulary reads, and all
that is coded, make up the shape of a template, together with its holes.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ..resources import read_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .holes import Hole

READ = frozenset({"treatment", "diagnosis", "name", "muscle", "strength", "injectate"})
"""Free text that is read: names of treatments, diagnoses, drugs and muscles."""

_PEOPLE = frozenset({"employee", "requesting_physician", "claims_administrator"})
_INSTRUCTIONS = "imr_check"


def shape_of(data: dict[str, Any], holes: Sequence[Hole]) -> bytes:
    """Return a digest of the shape of a request whose holes have been found."""
    kept = {
        name: _without_words(value, _unread() | {"name"} if name in _PEOPLE else _unread())
        for name, value in data.items()
        if name != _INSTRUCTIONS
    }
    # The key as well: long names are shortened, and two of them may begin alike.
    named = [(hole.name, hole.key, hole.path) for hole in holes]
    text = json.dumps([kept, named], sort_keys=True)
    return blake2b(text.encode(), digest_size=16).digest()


def _without_words(value: Any, unread: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: "" if name in unread and isinstance(each, str) else _without_words(each, unread)
            for name, each in value.items()
        }
    return [_without_words(each, unread) for each in value] if isinstance(value, list) else value


@cache
def _unread() -> frozenset[str]:
    """Return the fields of free text that no vocabulary reads, wherever they stand."""
    schema = read_schema("request")
    records = (schema, *schema["$defs"].values())
    fields = [item for record in records for item in record["properties"].items()]
    return frozenset(name for name, part in fields if _is_free(part)) - READ


def _is_free(schema: dict[str, Any]) -> bool:
    parts = schema.get("anyOf", [schema])
    return any("maxLength" in part for part in parts)
