"""What several rows have in common is said once in texts for people, with the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from imr_check import Report, check
from imr_check.policy import Policy, applied
from imr_check.render.context import Context
from imr_check.render.output import rendered
from imr_check.render.shared import rows_in_words, shared_among
from imr_check.request.load import draft_of

CONTEXT = Context("0", "durable-rules", "")
DAY = date(2015, 3, 2)


def report(*kinds: str, **more: Any) -> Report:
    rows = [{"kind": kind, "region": "low_back", "quantity": 12} for kind in kinds]
    request = {
        "submission": {"date": DAY.isoformat()},
        "injury": {"date": "2014-06-01"},
        "treatments": rows,
        **more,
    }
    return check(draft_of(request))


def text(found: Report) -> str:
    return rendered([found], "text", CONTEXT)


def test_a_warning_of_two_rows_is_said_once_with_both() -> None:
    found = report("acupuncture", "physical_therapy")
    said = text(found)
    assert said.count("! GEN-05") == 1
    assert "! GEN-05 exception-if-over-limit: not met, warning only (rows 1, 2)" in said
    assert said.index("For several rows:") < said.index("! GEN-05")
    # What decides a verdict stands under the verdict.
    assert said.index("x ACU-02") < said.index("Row 2:") < said.index("x PT-02")


def test_one_row_has_nothing_in_common() -> None:
    said = text(report("acupuncture"))
    assert "For several rows" not in said
    assert "! GEN-05 exception-if-over-limit: not met, warning only\n" in said


def test_the_same_criterion_with_another_reason_is_another_warning() -> None:
    """Two kinds of treatment may have other words for what is missing."""
    found = report("acupuncture", "physical_therapy", "mri")
    for shared in shared_among((row.row, row.open) for row in found.rows):
        assert len({finding.message for finding in shared.findings}) == 1
        assert len(shared.rows) > 1


def test_what_is_made_an_error_or_set_aside_is_not_said_for_several_rows() -> None:
    found = report("acupuncture", "physical_therapy")
    severe = applied(found, Policy(DAY, severity=(("GEN-05", "error"),)))
    assert text(severe).count("x GEN-05") == 2
    entries = {"suppress": [{"code": "GEN-05", "reason": "it is argued", "row": 1}]}
    aside = report("acupuncture", "physical_therapy", imr_check=entries)
    said = text(applied(aside, Policy(DAY)))
    assert "(rows 1, 2)" not in said
    assert "Suppressed: GEN-05" in said


def test_what_does_not_apply_is_a_list_of_codes() -> None:
    said = text(report("acupuncture"))
    (start,) = [line for line in said.splitlines() if "Does not apply" in line]
    codes = start.partition(": ")[2].rstrip(",").split(", ")
    assert all(code.partition("-")[2].isdigit() for code in codes)


def test_rows_in_words() -> None:
    assert rows_in_words([0]) == "the form"
    assert rows_in_words([2]) == "row 2"
    assert rows_in_words([3, 1, 1]) == "rows 1, 3"
    assert rows_in_words([1, 2, 0]) == "rows 1, 2 and the form"
