"""``imr-check new KIND --template``: a starting file whose values are holes, for an order set.

What is the same for everybody stays: the treatment, what an entry is about, and which course it is.
Every other value differs from employee to employee, and becomes a hole named after its field.
"""

from __future__ import annotations

import json
from typing import Any

_SAME_FOR_ALL = frozenset({"$comment", "kind", "after", "about", "finding", "status", "course"})
_FREE_WORDS = frozenset({"name", "document"})
"""Fields in which a starting file says in words what belongs there."""

_NAMES = {"date": "date of injury", "body_parts": "region"}
_REMARK = (
    "Starting template: the holes in {{ }} are for what differs from employee to employee. Write "
    "what is the same for everybody, add a place with a hole for what the check says has none, and "
    "never write a finding that an examination has yet to make."
)


def with_holes(text: str) -> str:
    """Return a starting file as a template."""
    draft: dict[str, Any] = json.loads(text)
    _open(draft)
    return json.dumps({**draft, "$comment": _REMARK}, indent=2, ensure_ascii=False) + "\n"


def _open(record: dict[str, Any]) -> None:
    for field, value in record.items():
        if field not in _SAME_FOR_ALL:
            record[field] = _opened(field, value)
    if "finding" in record and "present" not in record:
        record["present"] = _hole(record["finding"])


def _opened(field: str, value: Any) -> Any:
    if isinstance(value, dict):
        _open(value)
        return value
    if isinstance(value, list):
        return [_opened(field, each) for each in value]
    return _hole(value if field in _FREE_WORDS else _NAMES.get(field, field))


def _hole(name: str) -> str:
    return f"{{{{ {name.replace('_', ' ')} }}}}"
