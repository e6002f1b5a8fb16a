"""GEN-04: one supervised course at a time, asked for on the same request or charted as unfinished."""

from __future__ import annotations

from typing import Any

import pytest

from imr_check import check

THERAPY = {"kind": "physical_therapy", "region": "low_back", "quantity": 6}
CHIROPRACTIC = {"kind": "chiropractic", "region": "low_back", "quantity": 6}
TENS = {"kind": "tens", "region": "low_back"}


def outcome(*rows: dict[str, Any], therapies: Any = ()) -> str:
    """Return what GEN-04 comes to for the first row."""
    request = {
        "injury": {"date": "2015-01-10"},
        "submission": {"date": "2016-03-01"},
        "treatments": list(rows),
        "chart": {"therapies": list(therapies)},
    }
    found = {finding.code: finding.outcome for finding in check(request).treatments[0].findings}
    return found["GEN-04"]


@pytest.mark.parametrize("other", [CHIROPRACTIC, TENS])
def test_therapy_asked_for_at_once_comes_first(other: dict[str, Any]) -> None:
    assert outcome(other, THERAPY) == "not_met"
    assert outcome(THERAPY, other) == "not_documented"


@pytest.mark.parametrize("row", [THERAPY, TENS])
@pytest.mark.parametrize(("status", "found"), [("ongoing", "not_met"), ("completed", "met")])
def test_a_charted_course_of_another_kind(row: dict[str, Any], status: str, found: str) -> None:
    assert outcome(row, therapies=[{"kind": "chiropractic", "status": status}]) == found


@pytest.mark.parametrize("row", [THERAPY, CHIROPRACTIC])
def test_a_course_is_not_held_against_itself(row: dict[str, Any]) -> None:
    own = {"kind": row["kind"], "status": "ongoing"}
    assert outcome(row, therapies=[own]) == "not_documented"
