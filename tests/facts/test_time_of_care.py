"""How long conservative care was given: by its days, and never longer for want of one."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_check import check
from imr_check.facts import VOCABULARY, RowView
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

if TYPE_CHECKING:
    from collections.abc import Iterator

INJURY, SOON, LATE = date(2014, 10, 13), date(2014, 12, 1), date(2015, 6, 1)
THERAPY = {"kind": "physical_therapy"}
BY_INJURY = ("care.weeks", "care.active_months")
BY_DATE = ("care.weeks_by_date", "care.months_by_date")


def fact(name: str, as_of: date, **chart: Any) -> object:
    """Return the value of a fact for a row of the low back, or None if not documented."""
    request = request_of(
        {
            "injury": {"date": INJURY.isoformat(), "body_parts": ["low_back"]},
            "treatments": [{"kind": "mri", "region": "low_back"}],
            "submission": {"date": as_of.isoformat()},
            "chart": chart,
        }
    )
    view = RowView(request, 0, "mri", as_of, installed_packs()[0])
    observation = VOCABULARY[name].derive(view)
    return None if observation is None else observation.value


def time_of(names: tuple[str, str], as_of: date, *therapies: dict[str, Any]) -> tuple[object, ...]:
    return tuple(fact(name, as_of, therapies=list(therapies)) for name in names)


def test_soon_after_the_injury_active_care_counts_from_it() -> None:
    late = {**THERAPY, "start": "2014-11-25"}
    for therapies in ([THERAPY], [late], [THERAPY, late]):
        assert time_of(BY_INJURY, SOON, *therapies) == (7, 1)


def test_from_the_third_month_on_the_first_day_has_to_be_charted() -> None:
    last, first = date(2015, 1, 12), date(2015, 1, 13)
    assert time_of(BY_INJURY, last, THERAPY) == (13, 2)
    assert time_of(BY_INJURY, first, THERAPY) == (None, None)


@pytest.mark.parametrize(("names", "as_of"), [(BY_DATE, SOON), (BY_INJURY, LATE), (BY_DATE, LATE)])
def test_the_first_charted_day_counts(names: tuple[str, str], as_of: date) -> None:
    day = as_of - timedelta(days=30)
    early = {**THERAPY, "start": day.isoformat()}
    late = {**THERAPY, "start": (day + timedelta(days=24)).isoformat()}
    assert time_of(names, as_of, early, late) == time_of(names, as_of, late, early)
    assert time_of(names, as_of, early, late)[0] == 4
    assert time_of(names, as_of, THERAPY, late) == (0, 0)
    assert time_of(names, as_of, THERAPY) == (None, None)


@pytest.mark.parametrize(
    ("entry", "weeks"),
    [
        ({}, None),
        ({"status": "stopped"}, None),
        ({"status": "ongoing"}, 33),
        ({"end": "2014-11-01"}, 33),
        ({"end": "2014-10-01"}, None),
    ],
)
def test_care_from_before_the_injury_has_to_have_gone_on(
    entry: dict[str, Any], weeks: int | None
) -> None:
    older = {**THERAPY, "start": "2014-05-01", **entry}
    assert time_of(BY_INJURY, LATE, older)[0] == weeks


@pytest.mark.parametrize("entry", [{"status": "authorized"}, {"start": "2015-08-01"}])
def test_care_that_was_not_begun_has_no_time(entry: dict[str, Any]) -> None:
    for as_of in (SOON, LATE):
        assert time_of(BY_INJURY, as_of, {**THERAPY, **entry}) == (None, None)


def test_whether_care_was_begun() -> None:
    assert fact("care.begun", SOON, therapies=[{**THERAPY, "status": "planned"}]) is False
    assert fact("care.begun", SOON, therapies=[THERAPY]) is True
    assert fact("care.begun", SOON) is None


@pytest.mark.parametrize(
    ("entry", "months"),
    [
        ({"end": "2015-03-20"}, 3),
        ({"status": "ongoing"}, 5),
        ({}, 0),
        ({"status": "stopped"}, 0),
    ],
)
def test_conservative_care_lasts_to_its_last_day_unless_it_goes_on(
    entry: dict[str, Any], months: int
) -> None:
    care = {**THERAPY, "start": "2014-12-15", "response": "failed", **entry}
    assert fact("care.months", LATE, therapies=[care]) == months


# Taking a day out of the chart
#
# Left out are days that prove a thing which nobody can tell without them: an end before the injury
# (care was for something else) and a first day after the request (care is still to come). So is an
# end of care that is said to go on: the two contradict each other. Other facts may well come out
# better when a day is gone: an examination without one counts as the oldest.

_RESPONSES = ("failed", "failed", "no_change", "worse", "partial", "improved", None)


@st.composite
def _drafts(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """Return a chart of conservative care and the day of the request."""
    length = draw(st.integers(0, 400))

    def care(of: dict[str, Any], goes_on: str) -> dict[str, Any]:
        status = draw(st.sampled_from((None, "stopped", goes_on)))
        first = draw(st.none() | st.integers(-90, length))
        last = None if status == goes_on else draw(st.none() | st.integers(max(first or 0, 0), 500))
        fields = {
            "status": status,
            "start": _day(first),
            "end": _day(last),
            "response": draw(st.sampled_from(_RESPONSES)),
        }
        return of | {name: value for name, value in fields.items() if value is not None}

    kinds = ["physical_therapy", "home_exercise"]
    kinds += draw(st.lists(st.sampled_from(("physical_therapy", "chiropractic")), max_size=2))
    chart = {
        "therapies": [care({"kind": kind}, "ongoing") for kind in kinds],
        "medications": [care({"name": name}, "current") for name in ("ibuprofen", "baclofen")],
    }
    return chart, INJURY + timedelta(days=length)


def _day(number: int | None) -> str | None:
    return None if number is None else (INJURY + timedelta(days=number)).isoformat()


def _without_a_day(chart: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the chart without one of its days, for each of them."""
    for part, entries in chart.items():
        for index, entry in enumerate(entries):
            for field in {"start", "end"} & entry.keys():
                other = deepcopy(chart)
                del other[part][index][field]
                yield other


@settings(deadline=None)
@given(_drafts())
def test_no_time_of_care_grows_when_a_day_is_taken_out(draft: tuple[dict[str, Any], date]) -> None:
    chart, as_of = draft
    for name in (*BY_INJURY, *BY_DATE, "care.months"):
        whole = fact(name, as_of, **chart) or 0
        for other in _without_a_day(chart):
            assert (fact(name, as_of, **other) or 0) <= whole  # type: ignore[operator]


_REBUTTAL = json.loads(
    (
        Path(__file__).parents[2] / "examples/determinations/001_facet_and_trigger_point_cured.json"
    ).read_text(encoding="utf-8")
)["treatments"][0]["rebuttal"]
_ROWS = (
    {"kind": "mri", "region": "low_back"},
    {"kind": "mri", "region": "neck"},
    {"kind": "mri", "region": "shoulder"},
    {"kind": "computed_tomography", "region": "low_back"},
    {"kind": "xray", "region": "neck"},
    {"kind": "electrodiagnostics", "region": "leg", "studies": ["emg"]},
    {"kind": "trigger_point_injection", "region": "low_back"},
    {"kind": "facet_joint_injection", "region": "low_back", "rebuttal": _REBUTTAL},
)
_OF_CARE = {"MRX-02", "MRX-07", "EDX-02", "XRC-01", "TPI-04", "FAC-04"}


def _outcomes(chart: dict[str, Any], as_of: date) -> dict[tuple[int, str], str]:
    """Return what came of the criteria about time of care, by the number of their row."""
    report = check(
        {
            "submission": {"date": as_of.isoformat()},
            "injury": {"date": INJURY.isoformat(), "body_parts": ["low_back", "neck", "shoulder"]},
            "treatments": [dict(row) for row in _ROWS],
            "chart": chart,
        }
    )
    return {
        (row.row, each.code): each.outcome
        for row in report.treatments
        for each in row.findings
        if each.code in _OF_CARE
    }


def _failed(of: dict[str, Any]) -> dict[str, Any]:
    return {**of, "start": "2014-11-01", "end": "2015-04-30", "response": "failed"}


def test_care_with_all_its_days_meets_each_criterion() -> None:
    care = [_failed({"kind": kind}) for kind in ("physical_therapy", "home_exercise")]
    drugs = [_failed({"name": name}) for name in ("ibuprofen", "baclofen")]
    outcomes = _outcomes({"therapies": care, "medications": drugs}, LATE)
    assert {code for _, code in outcomes} == _OF_CARE
    assert set(outcomes.values()) == {"met"}
    for entry in (*care, *drugs):
        del entry["start"]
    outcomes = _outcomes({"therapies": care, "medications": drugs}, LATE)
    assert set(outcomes.values()) == {"not_documented", "not_applicable"}


@settings(deadline=None)
@given(_drafts())
def test_no_criterion_of_care_is_met_for_want_of_a_day(draft: tuple[dict[str, Any], date]) -> None:
    chart, as_of = draft
    whole = _outcomes(chart, as_of)
    for other in _without_a_day(chart):
        found = _outcomes(other, as_of)
        met = {at for at, outcome in found.items() if outcome == "met"}
        assert {at for at in met if whole[at] in ("not_met", "not_documented")} == set()
