"""The form of a template is judged like its rows: never, depends, always."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check import Report, check
from imr_check.request.load import draft_of

TODAY = date(2026, 5, 4)


def checked(submission: dict[str, Any], **row: Any) -> Report:
    request = {
        "submission": submission,
        "injury": {"date": "{{ date of injury }}"},
        "treatments": [{"kind": "acupuncture", "quantity": 6, **row}],
    }
    report = check(draft_of(request), today=TODAY)
    assert report.template
    return report


def outcomes(report: Report) -> dict[str, str]:
    assert report.form is not None
    return {finding.code: finding.outcome for finding in report.form.findings}


FORM = {
    "type": "dwc_form_rfa",
    "signed": "{{ signed }}",
    "sent_by": "email",
    "enclosures": [
        {"document": "PR-2", "kind": "progress_report", "issued": "{{ day of the report }}"}
    ],
}


def test_what_is_written_is_never_or_always_and_a_hole_depends() -> None:
    report = checked({"form": FORM})
    found = outcomes(report)
    assert found["RFA-05"] == found["RFA-09"] == "depends"
    assert found["RFA-10"] == "not_met"
    assert found["RFA-04"] == "met"
    assert found["RFA-01"] == "not_documented"  # no place for it
    assert report.form is not None
    assert report.form.row == 0
    assert report.verdict == report.form.verdict == "not_supported"
    (signed,) = [f for f in report.form.findings if f.code == "RFA-05"]
    assert signed.holes == ("{{ signed }}",)


def test_a_form_that_is_known_by_its_shape_comes_out_alike() -> None:
    first, second = checked({"form": FORM}), checked({"form": FORM})
    assert outcomes(first) == outcomes(second)
    assert len(first.treatments) == len(second.treatments) == 1


def test_holes_that_name_the_parties_count_as_filled_in() -> None:
    request = {
        "submission": {"form": {"type": "dwc_form_rfa"}},
        "employee": {"name": "{{ name }}", "claim_number": "{{ claim }}"},
        "requesting_physician": {"name": "{{ physician }}"},
        "injury": {"date": "2026-01-05"},
        "treatments": [
            {"treatment": "Acupuncture", "diagnosis": "{{ diagnosis }}", "icd": ["{{ icd }}"]}
        ],
    }
    found = outcomes(check(draft_of(request), today=TODAY))
    assert found["RFA-01"] == found["RFA-02"] == found["RFA-03"] == "met"


@pytest.mark.parametrize("submission", [{}, {"kind": "new"}, {"date": "2026-05-01"}])
def test_a_form_of_which_nothing_is_said_is_not_judged(submission: dict[str, Any]) -> None:
    assert checked(submission).form is None


def test_an_earlier_decision_that_is_filled_in_later_is_judged() -> None:
    found = outcomes(checked({"earlier_decision": "{{ decided }}"}))
    assert found["RFA-13"] == "depends"


def test_a_box_that_is_ticked_later_is_judged() -> None:
    found = outcomes(checked({"kind": "{{ box }}"}))
    assert found["RFA-11"] == found["RFA-12"] == "depends"
