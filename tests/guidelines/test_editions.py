"""Which edition judges, by the dates of request and service; and what is said where none governs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from inline_snapshot import snapshot
from small_packs import INDEX

from imr_check import check
from imr_check.errors import GuidelineError
from imr_check.explaining import in_force, replaced
from imr_check.guideline.editions import Dates, rule_on
from imr_check.guideline.pack import Pack, installed_packs
from imr_check.render.doubt import doubt_of, doubts_in


@pytest.fixture(scope="module")
def pack() -> Pack:
    return installed_packs()[0]


@pytest.mark.parametrize(
    ("kind", "request_day", "service_day", "in_force", "replaced"),
    [
        ("trigger_point_injection", "2016-07-28", "2016-07-28", True, None),
        ("trigger_point_injection", "2016-07-29", "2016-07-29", False, "2016-07-29"),
        # keyed to the request: a later service does not move it
        ("trigger_point_injection", "2016-07-28", "2018-01-05", True, None),
        ("opioid", "2009-07-18", "2009-07-18", True, None),
        ("opioid", "2009-07-17", "2009-07-17", False, None),
        # keyed to the service: an earlier request does not keep it
        ("acupuncture", "2017-11-20", "2017-11-30", True, None),
        ("acupuncture", "2017-11-20", "2017-12-01", False, "2017-12-01"),
        ("facet_joint_injection", "2014-07-07", "2014-07-07", True, None),
        ("facet_joint_injection", "2026-11-22", "2026-11-22", False, "2017-12-01"),
    ],
)
def test_window(
    pack: Pack,
    kind: str,
    request_day: str,
    service_day: str,
    in_force: bool,
    replaced: str | None,
) -> None:
    dates = Dates(date.fromisoformat(request_day), date.fromisoformat(service_day))
    ruling = rule_on(pack, kind, dates)
    assert ruling is not None
    assert ruling.in_force is in_force
    assert ruling.replaced_on == (date.fromisoformat(replaced) if replaced else None)
    assert ruling.standing == ("in force" if in_force else "advice")


def test_nothing_is_encoded_for_a_treatment_without_a_section(pack: Pack) -> None:
    assert rule_on(pack, "dry_needling", Dates(date(2015, 1, 1), date(2015, 1, 1))) is None


REQUEST = {
    "submission": {"date": "2015-01-13"},
    "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
    "treatments": [{"kind": "trigger_point_injection", "quantity": 3}],
}


def test_advice_is_said_on_row_and_findings_and_changes_no_outcome() -> None:
    then = check(REQUEST)
    now = check(REQUEST, as_of=date(2026, 11, 22))
    (row,) = now.treatments
    assert row.edition is not None
    assert row.edition.standing == "advice"
    assert row.edition.replaced_on == date(2016, 7, 29)
    assert "replaced" in row.edition.reason
    assert all(f.edition and f.edition.mark == "advice, replaced 2016-07-29" for f in row.findings)
    assert now.advice == [row]
    assert not then.advice
    outcomes = [[f.outcome for f in r.treatments[0].findings] for r in (then, now)]
    assert outcomes[0] == outcomes[1]
    assert then.verdict == now.verdict


def test_an_unverified_day_says_so_wherever_it_is_told() -> None:
    course = {"kind": "acupuncture", "quantity": 6, "course": "first"}
    report = check({**REQUEST, "treatments": [course]}, as_of=date(2026, 11, 22))
    (row,) = report.treatments
    assert row.edition is not None
    mark = "advice, replaced 2017-12-01 (unverified)"
    assert {finding.edition.mark for finding in row.findings if finding.edition} == {mark}
    assert "from 2017-12-01 (unverified) by" in row.edition.reason
    edition = row.edition.edition
    assert in_force(edition) == (
        "for requests from 2007-06-15 and services until 2017-11-30 (unverified)"
    )
    assert replaced(edition).startswith("for services from 2017-12-01 (unverified) by ")


def test_of_two_days_only_the_unverified_one_is_marked() -> None:
    (row,) = check(REQUEST).treatments
    assert row.edition is not None
    assert in_force(row.edition.edition) == (
        "for requests from 2009-07-18 (unverified) until 2016-07-28"
    )


@pytest.mark.parametrize(
    "bound",
    [
        {"request": "2015"},
        {"confidence": "verified"},
        {"request": date(2015, 1, 1), "service": date(2015, 1, 1)},
        {"request": date(2015, 1, 1), "sure": "verified"},
        {"request": date(2015, 1, 1), "confidence": "verified", "note": "x"},
    ],
)
def test_a_bound_that_is_not_understood_is_refused(tmp_path: Path, bound: dict[str, Any]) -> None:
    index: dict[str, Any] = dict(INDEX)
    edition = {**index["editions"][0], "from": bound}
    (tmp_path / "pack.yaml").write_text(
        yaml.safe_dump({**index, "editions": [edition], "sections": {}}), encoding="utf-8"
    )
    with pytest.raises(GuidelineError, match="a bound is one of request or service, with a date"):
        _ = Pack(str(tmp_path)).editions


def test_in_force_only_leaves_the_row_unjudged() -> None:
    report = check(REQUEST, as_of=date(2026, 11, 22), in_force_only=True)
    (row,) = report.treatments
    assert row.verdict == "no_criteria"
    assert "replaced" in row.note
    assert report.reaches("error")


def test_as_of_moves_the_duration_of_symptoms_too() -> None:
    (row,) = check(REQUEST, as_of=date(2014, 5, 11)).treatments
    assert row.facts["symptoms.months"] == 1


def test_today_serves_only_where_the_request_names_no_date() -> None:
    undated = {**REQUEST, "submission": {}}
    assert check(undated, today=date(2026, 11, 22)).advice
    assert not check(REQUEST, today=date(2026, 11, 22)).advice


@pytest.mark.parametrize(("service", "told"), [("2017-11-30", False), ("2017-12-02", True)])
def test_chapters_are_named_where_only_the_service_is_under_them(service: str, told: bool) -> None:
    row = check(
        {
            "submission": {"date": "2016-07-20", "planned_service_date": service},
            "injury": {"date": "2016-01-02"},
            "treatments": [{"kind": "trigger_point_injection", "region": "neck"}],
            "chart": {},
        }
    ).treatments[0]
    assert row.edition is not None
    assert row.edition.standing == "in force"
    assert "different sides" in row.note
    assert ("see the ACOEM chapters" in row.note) is told


def test_a_number_that_nobody_checked_marks_the_criterion_it_decides() -> None:
    """Of the lumbar support the number of weeks is unverified, the criterion is from a letter."""
    request = {
        "submission": {"date": "2016-09-01"},
        "injury": {"date": "2016-07-20", "body_parts": ["low_back"]},
        "treatments": [{"kind": "lumbar_support", "region": "low_back"}],
        "chart": {},
    }
    (found,) = (f for f in check(request).treatments[0].findings if f.code == "DME-01")
    assert found.criterion.confidence == "letter"
    assert doubt_of(found) == "in part unverified"
    assert doubts_in(found) == snapshot(["acute_weeks"])
