"""The five seed determinations as the drafts that were denied, and their cured twins."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from imr_check import Report, check, load

FOLDER = Path(__file__).parents[1] / "examples" / "determinations"

VERDICTS = {
    "000_trigger_point": ["not_supported"],
    "001_facet_and_trigger_point": ["not_supported", "not_supported"],
    "002_acupuncture_and_guided_trigger_point": ["incomplete", "not_supported"],
    "003_trigger_point_buttock": ["not_supported"],
    "004_opioid_and_trigger_point_series": ["incomplete", "not_supported"],
}
"""What comes of each row. Which criteria fail is held against the letters by determinations/."""


@cache
def report_on(name: str) -> Report:
    return check(load(FOLDER / f"{name}.json"))


@pytest.mark.parametrize("name", VERDICTS)
def test_denied_draft(name: str) -> None:
    assert [row.verdict for row in report_on(name).treatments] == VERDICTS[name]


def test_radiculopathy_is_contradicted_by_the_chart_of_001() -> None:
    row = report_on("001_facet_and_trigger_point").treatments[1]
    (finding,) = [f for f in row.findings if f.code == "TPI-05"]
    assert finding.outcome == "not_met"
    assert any(entry.pointer.startswith("/chart/diagnoses/") for entry in finding.evidence)
    assert finding.line > row.line


def test_days_supply_of_004_is_asked_for_and_not_guessed() -> None:
    row = report_on("004_opioid_and_trigger_point_series").treatments[0]
    (dose,) = [f for f in row.findings if f.code == "OPI-15"]
    assert dose.outcome == "not_documented"
    assert "opioid.mme_per_day" not in row.facts
    assert any("days" in question for question in dose.questions)


@pytest.mark.parametrize("name", [f"{name}_cured" for name in VERDICTS])
def test_cured_twin_is_supported(name: str) -> None:
    report = report_on(name)
    assert {row.verdict for row in report.treatments} == {"supported"}
    assert not report.reaches("error")
    failing = {finding.code for row in report.treatments for finding in row.failing}
    assert failing <= {"FAC-01"}, "only the argued facet criterion may still warn"


def test_a_verdict_that_rests_on_a_rebuttal_is_marked_argued() -> None:
    row = report_on("001_facet_and_trigger_point_cured").treatments[0]
    (finding,) = row.failing
    assert finding.code == "FAC-01"
    assert finding.argued
    assert finding.rebuttal_lacks == ()
    assert finding.severity == "warning"


def test_a_rebuttal_argues_against_a_contradiction_and_not_against_silence() -> None:
    request = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11"},
        "treatments": [
            {
                "kind": "trigger_point_injection",
                "region": "neck",
                "rebuttal": {
                    "challenges_presumption": True,
                    "copy_attached": True,
                    "citation": {"kind": "mtus", "title": "t", "section": "s", "year": 2009},
                },
            }
        ],
    }
    silent = check(request).treatments[0]
    radiculopathy = {"diagnoses": [{"name": "Cervical radiculopathy"}]}
    argued = check({**request, "chart": radiculopathy}).treatments[0]
    (before,) = [f for f in silent.findings if f.code == "TPI-05"]
    (after,) = [f for f in argued.findings if f.code == "TPI-05"]
    assert (before.outcome, before.argued, before.severity) == ("not_documented", False, "error")
    assert (after.outcome, after.argued, after.severity) == ("not_met", True, "warning")


@pytest.mark.parametrize("name", VERDICTS)
def test_every_determination_falls_in_an_edition_in_force(name: str) -> None:
    assert not report_on(name).advice
