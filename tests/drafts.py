"""Small drafts for tests of the command, and what comes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DENIED: dict[str, Any] = {
    "submission": {"date": "2015-01-13"},
    "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
    "treatments": [{"kind": "acupuncture", "quantity": 8, "course": "first"}],
    "chart": {"medications": [{"name": "ibuprofen", "status": "not_tolerated"}]},
}
"""Not supported: ACU-02 is not met, since eight visits are too many at first.

Beside it GEN-05 warns that more than the number has to be explained. Nothing else fails.
"""

ROW = DENIED["treatments"][0]
SUPPORTED = {**DENIED, "treatments": [{**ROW, "quantity": 6}]}
TEMPLATE = {**DENIED, "treatments": [{**ROW, "quantity": "{{ visits }}"}]}
"""GEN-05, ACU-02 and ACU-05 depend on the hole."""

UNCOVERED = {**DENIED, "treatments": [{"treatment": "A day at the sea"}]}
"""Nothing that is encoded covers it: ROW-02."""

TWO_ROWS = {**DENIED, "treatments": [ROW, {"treatment": "A day at the sea"}]}
INVALID = {**DENIED, "treatments": []}


def suppressing(draft: dict[str, Any], *entries: dict[str, Any]) -> dict[str, Any]:
    """Return a draft with a block that sets findings aside."""
    return {**draft, "imr_check": {"suppress": list(entries)}}


def write(path: Path, draft: dict[str, Any]) -> Path:
    """Write a draft as JSON; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(draft, indent=1), encoding="utf-8")
    return path


def write_lines(path: Path, *drafts: dict[str, Any]) -> Path:
    """Write drafts as JSON Lines."""
    path.write_text("".join(f"{json.dumps(draft)}\n" for draft in drafts), encoding="utf-8")
    return path
