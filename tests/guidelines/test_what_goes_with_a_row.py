"""An ancillary row beside an operation that is judged, that nothing judges, or that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from imr_check import RowReport, check

SLING: dict[str, Any] = {"kind": "surgical_supply", "treatment": "Sling"}
COUNT: dict[str, Any] = {"kind": "complete_blood_count"}
ARTHROSCOPY: dict[str, Any] = {"kind": "shoulder_arthroscopy", "side": "left"}
RELEASE: dict[str, Any] = {"treatment": "Carpal tunnel release"}
AUTHORIZED = {"about": "primary_authorized", "holds": True}
NOT_YET = {"about": "primary_authorized", "holds": False}
AT_RISK = {"about": "anemia_or_blood_loss", "holds": True}


def judged(*rows: dict[str, Any], statements: Any = ()) -> RowReport:
    """Return what came of the first row."""
    request = {
        "injury": {"date": "2016-01-10"},
        "submission": {"date": "2016-10-03"},
        "treatments": list(rows),
        "chart": {"statements": list(statements)},
    }
    return check(request).treatments[0]


def open_codes(row: RowReport) -> dict[str, str]:
    return {each.code: each.outcome for each in row.open}


@pytest.mark.parametrize(
    ("others", "statements", "verdict", "fails"),
    [
        ((), (), "incomplete", {"GEN-06": "not_documented"}),
        ((), (NOT_YET,), "incomplete", {"GEN-06": "not_documented"}),
        ((), (AUTHORIZED,), "supported", {}),
        ((ARTHROSCOPY,), (), "not_supported", {"GEN-06": "not_met"}),
        ((ARTHROSCOPY,), (AUTHORIZED,), "not_supported", {"GEN-06": "not_met"}),
        ((RELEASE,), (), "incomplete", {"GEN-14": "not_documented"}),
        ((RELEASE,), (NOT_YET,), "not_supported", {"GEN-14": "not_met"}),
        ((RELEASE,), (AUTHORIZED,), "supported", {}),
    ],
)
def test_a_sling_goes_with_an_operation(
    others: tuple[dict[str, Any], ...], statements: Any, verdict: str, fails: dict[str, str]
) -> None:
    row = judged(SLING, *others, statements=statements)
    assert (row.verdict, open_codes(row)) == (verdict, fails)


def test_an_operation_that_nothing_judges_is_not_called_undocumented() -> None:
    (finding,) = judged(SLING, RELEASE).open
    assert finding.message.endswith("authorization of the treatment that the row goes with")
    assert "nothing here can judge" in finding.remedy
    assert "primary_authorized" in finding.remedy


@pytest.mark.parametrize(
    ("row", "others", "statements", "fails"),
    [
        (COUNT, (), (AT_RISK,), {}),
        (COUNT | {"goes_with": 2}, (RELEASE,), (AT_RISK,), {"GEN-14": "not_documented"}),
        (COUNT | {"goes_with": 2}, (RELEASE,), (AT_RISK, AUTHORIZED), {}),
        (COUNT | {"goes_with": 2}, (ARTHROSCOPY,), (AT_RISK,), {"GEN-06": "not_met"}),
    ],
)
def test_a_test_before_an_operation_goes_with_the_row_that_it_names(
    row: dict[str, Any], others: tuple[dict[str, Any], ...], statements: Any, fails: dict[str, str]
) -> None:
    assert open_codes(judged(row, *others, statements=statements)) == fails
