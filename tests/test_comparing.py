"""Two requests compared: rows that belong together, outcomes, and the facts that changed them."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from strategies import EXAMPLES, TODAY, Json, random_mutant, random_request

from imr_check import RequestError, check, load
from imr_check.comparing import Checked, Comparison, RowComparison, checked, compare, side_of
from imr_check.render.comparison import lines
from imr_check.render.comparison_json import to_dict
from imr_check.render.comparison_markdown import markdown
from imr_check.render.context import Context
from imr_check.render.lines import written
from imr_check.report import RowReport
from imr_check.request.load import draft_of
from imr_check.resources import read_schema

DETERMINATIONS = EXAMPLES / "determinations"
DENIED = sorted(p for p in DETERMINATIONS.glob("*.json") if not p.stem.endswith("_cured"))
CONTEXT = Context("0.0.0", "durable-rules", "")

Row = dict[str, Any]

BANDS = [
    {"finding": finding, "present": True, "muscle": "upper trapezius", "side": "left"}
    for finding in ("taut_band", "local_twitch_response", "referred_pain")
]


def of(*rows: Row, written_on: str = "2015-01-13", **chart: Any) -> Checked:
    request = {
        "submission": {"date": written_on},
        "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
        "treatments": list(rows),
        "chart": chart,
    }
    return checked(draft_of(request), today=TODAY)


def only(found: Comparison) -> RowComparison:
    (row,) = found.rows
    return row


def pairs(found: Comparison) -> list[tuple[int | None, int | None]]:
    return [(row.before and row.before.row, row.after and row.after.row) for row in found.rows]


def trends(row: RowComparison) -> dict[str, str]:
    return {change.criterion.code: change.trend for change in row.outcomes}


def blocked_by(report: RowReport | None, trends: dict[str, str], trend: str) -> set[str]:
    """Return the criteria with this trend that keep the row from being supported in a report."""
    assert report is not None
    return {f.code for f in report.failing if f.blocking and trends.get(f.code) == trend}


ACUPUNCTURE: Row = {"kind": "acupuncture", "quantity": 8, "course": "first"}
NSAID = {"name": "ibuprofen", "status": "not_tolerated"}


@pytest.mark.parametrize("path", DENIED, ids=lambda path: path.stem)
def test_a_denied_request_and_its_twin(path: Any) -> None:
    old = checked(load(path))
    new = checked(load(path.with_stem(f"{path.stem}_cured")))
    found = compare(old, new)
    assert found.cured
    assert pairs(found) == [(row.row, row.row) for row in old.report.treatments]
    for row in found.rows:
        assert row.before is not None
        assert row.cured
        assert row.material
        assert blocked_by(row.after, trends(row), "worse") == set()
        blocking = {f.code for f in row.before.failing if f.blocking}
        assert blocking == {c for c, trend in trends(row).items() if trend == "improved"} & blocking
        assert {code for change in row.facts for code in change.codes} == blocking


@pytest.mark.parametrize("path", DENIED, ids=lambda path: path.stem)
def test_backwards_everything_is_worse_and_nothing_material(path: Any) -> None:
    old = checked(load(path.with_stem(f"{path.stem}_cured")))
    found = compare(old, checked(load(path)))
    assert not found.cured
    for row in found.rows:
        assert not row.material
        assert blocked_by(row.before, trends(row), "improved") == set()
        assert "worse" in trends(row).values()


def test_the_same_request_has_not_changed() -> None:
    one = checked(load(DENIED[0]))
    found = compare(one, one)
    assert not found.cured
    assert only(found).outcomes == ()
    assert only(found).facts == ()


def test_a_fact_of_the_chart_that_decides_is_material() -> None:
    row = ACUPUNCTURE | {"quantity": 6}
    found = only(compare(of(row), of(row, medications=[NSAID])))
    assert [(c.fact.name, c.before, c.after, c.codes) for c in found.material] == [
        ("medication.reduced_or_not_tolerated", None, True, ("ACU-01",))
    ]
    assert found.cured


def test_a_change_in_the_request_is_not_material() -> None:
    old, new = of(ACUPUNCTURE, medications=[NSAID]), of(
        ACUPUNCTURE | {"quantity": 6}, medications=[NSAID]
    )  # fmt: skip
    found = only(compare(old, new))
    assert found.cured
    assert not found.material
    (change,) = [change for change in found.facts if change.codes]
    assert (change.fact.name, change.side, change.codes) == ("row.visits", "request", ("ACU-02",))


def test_a_rebuttal_is_an_argument_and_not_material() -> None:
    row = {"kind": "facet_joint_injection", "region": "low_back"}
    rebuttal = {
        "challenges_presumption": True,
        "copy_attached": True,
        "citation": {"kind": "mtus", "title": "a", "section": "b", "year": 2012},
    }
    found = only(compare(of(row), of(row | {"rebuttal": rebuttal})))
    (change,) = [change for change in found.outcomes if change.criterion.code == "FAC-01"]
    assert (change.before, change.after, change.trend) == ("not_met", "not_met", "improved")
    assert (change.argued_before, change.argued_after) == (False, True)
    assert {c.fact.name for c in found.facts if c.codes == ("FAC-01",)} == {
        "rebuttal.challenges_presumption",
        "rebuttal.citation",
        "rebuttal.copy_attached",
    }
    assert not found.material


def test_a_rebuttal_that_is_not_complete_improves_nothing() -> None:
    row = {"kind": "facet_joint_injection", "region": "low_back"}
    found = only(compare(of(row), of(row | {"rebuttal": {"challenges_presumption": True}})))
    assert "FAC-01" not in trends(found)
    assert not any(change.codes for change in found.facts)


def test_a_fact_that_is_only_left_out_is_not_material() -> None:
    row = {"kind": "facet_joint_injection", "region": "low_back"}
    chart: dict[str, Any] = {"imaging": [{"study": "mri", "region": "low_back",
                          "findings": [{"finding": "facet_arthropathy"}]}]}  # fmt: skip
    fused = chart | {"diagnoses": [{"name": "lumbar fusion", "region": "low_back"}]}
    found = only(compare(of(row, **fused), of(row, **chart)))
    assert trends(found)["FAC-03"] == "improved"
    (change,) = [change for change in found.facts if change.codes]
    assert change.dropped
    assert not change.material


def test_another_region_of_the_same_chart_is_not_material() -> None:
    chart: Row = {"diagnoses": [{"name": "myofascial pain syndrome", "region": "low_back"}]}
    found = only(compare(of(injection("neck"), **chart), of(injection("low_back"), **chart)))
    assert trends(found)["TPI-01"] == "improved"
    decided = {(change.fact.name, change.side) for change in found.facts if change.codes}
    assert decided == {("diagnosis.myofascial_pain", "request"), ("symptoms.months", "request")}
    assert not found.material


def test_what_the_chart_newly_says_of_another_region_is() -> None:
    chart: Row = {"diagnoses": [{"name": "myofascial pain syndrome", "region": "low_back"}]}
    found = only(compare(of(injection("neck")), of(injection("low_back"), **chart)))
    assert [change.fact.name for change in found.material] == ["diagnosis.myofascial_pain"]


def test_time_alone_is_not_material() -> None:
    row = injection("low_back")
    found = only(compare(of(row, written_on="2014-05-01"), of(row, written_on="2015-05-01")))
    assert trends(found)["TPI-03"] == "improved"
    (change,) = [change for change in found.facts if change.codes]
    assert (change.fact.name, change.side, change.before, change.after) == (
        "symptoms.months",
        "time",
        0,
        12,
    )
    assert not found.material


def test_what_only_warns_is_not_material() -> None:
    row = ACUPUNCTURE | {"quantity": 6, "region": "shoulder"}
    citation = {"citation": {"kind": "mtus", "title": "a", "section": "b", "year": 2012}}
    found = only(compare(of(row), of(row | {"rebuttal": citation})))
    assert trends(found) == {"ACU-07": "improved"}
    assert not any(change.codes for change in found.facts)


# Rows that belong together


def injection(region: str | None = None, side: str | None = None) -> Row:
    row = {"kind": "trigger_point_injection", "region": region, "side": side}
    return {name: value for name, value in row.items() if value}


def test_rows_belong_together_by_kind_then_place_then_order() -> None:
    neck, left, right = (
        injection("neck"),
        injection("low_back", "left"),
        injection("low_back", "right"),
    )
    assert pairs(compare(of(left, right, neck), of(neck, right, left))) == [(3, 1), (2, 2), (1, 3)]
    assert pairs(compare(of(left, ACUPUNCTURE), of(ACUPUNCTURE, right))) == [(2, 1), (1, 2)]
    assert pairs(compare(of(injection(), injection()), of(injection(), injection()))) == [
        (1, 1),
        (2, 2),
    ]


def test_a_row_finds_the_one_of_its_place_though_another_stands_first() -> None:
    assert pairs(
        compare(of(injection("neck"), injection("low_back")), of(injection("low_back")))
    ) == [
        (2, 1),
        (1, None),
    ]


def test_drugs_belong_together_by_name() -> None:
    norco = {"kind": "opioid", "drug": {"name": "Norco"}}
    other = {"kind": "opioid", "drug": {"name": "MS Contin"}}
    assert pairs(compare(of(norco, other), of(other, norco))) == [(2, 1), (1, 2)]
    assert pairs(compare(of(norco), of(other))) == [(None, 1), (1, None)]


def test_new_rows_and_rows_no_longer_asked_for() -> None:
    good = ACUPUNCTURE | {"quantity": 6}
    both = of(good, injection("neck"), medications=[NSAID])
    one = of(good, medications=[NSAID])
    removed = compare(both, one)
    assert pairs(removed) == [(1, 1), (2, None)]
    assert removed.cured, "no row fails any more"
    added = compare(one, both)
    assert pairs(added) == [(1, 1), (None, 2)]
    assert added.cured, "nothing that was asked for before fails"
    still = of(injection("neck"), medications=[NSAID])
    assert not compare(both, still).cured


def test_a_row_that_failed_and_is_dropped_is_not_cured() -> None:
    found = compare(of(ACUPUNCTURE, injection("neck")), of(injection("neck")))
    assert not found.cured
    assert [row.cured for row in found.rows] == [False, False]


def test_rows_without_criteria() -> None:
    mri, xray = {"treatment": "MRI of the neck"}, {"treatment": "A day at the sea"}
    found = compare(of(mri, xray), of(xray, mri))
    assert pairs(found) == [(2, 1), (1, 2)]
    assert not found.cured
    assert not any(row.facts or row.outcomes for row in found.rows)
    assert pairs(compare(of(mri), of(xray))) == [(None, 1), (1, None)]


# Editions


def test_another_edition_is_told() -> None:
    row = ACUPUNCTURE | {"quantity": 6}
    old, later = of(row, medications=[NSAID]), of(row, medications=[NSAID], written_on="2018-03-01")
    assert not only(compare(old, later)).other_edition  # the same one advises now
    in_force = checked(load(DENIED[0]))
    today = checked(load(DENIED[0]), as_of=TODAY.replace(year=2026), in_force_only=True)
    found = only(compare(in_force, today))
    assert found.other_edition
    assert not found.facts
    assert {change.trend for change in found.outcomes} == {"other"}


def test_each_fact_stands_on_one_side() -> None:
    assert side_of("row.visits") == side_of("drug.days_supply") == "request"
    assert side_of("rebuttal.citation") == "rebuttal"
    assert side_of("course.continuing") == side_of("care.months") == "chart"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_whatever_is_compared(random: Random) -> None:
    request = random_request(random)
    changed = _valid(random, request)
    old, new = _checked(request), _checked(changed)
    found = compare(old, new)
    counted = [row.before.row for row in found.rows if row.before]
    assert sorted(counted) == sorted(row.row for row in old.report.rows)
    assert [row.after.row for row in found.rows if row.after] == [
        row.row for row in new.report.rows
    ]
    if all(row.verdict == "supported" for row in new.report.rows):
        assert found.cured
    for row in found.rows:
        if row.before and row.after and row.before.edition and row.after.edition:
            decided = {code for change in row.facts for code in change.codes}
            assert decided <= {c for c, trend in trends(row).items() if trend == "improved"}
    data = json.loads(json.dumps(to_dict(found, CONTEXT)))
    Draft202012Validator(read_schema("comparison")).validate(data)
    text = written(lines(found, CONTEXT), 80, color=False)
    assert all(len(line) <= 80 for line in text.splitlines()[1:])  # names of files are whole
    assert "".join(markdown(found, CONTEXT))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_over_the_same_chart_nothing_is_material(random: Random) -> None:
    request = random_request(random)
    rows = [{**row, **place(random)} for row in request["treatments"]]
    later = {**request.get("submission", {}), "date": "2016-07-28"}
    for changed in ({**request, "treatments": rows}, {**request, "submission": later}):
        try:
            found = compare(_checked(request), _checked(changed))
        except RequestError:
            continue
        for row in found.rows:
            assert not row.material
            assert not any(change.side == "chart" for change in row.facts)


def place(random: Random) -> Row:
    return {"region": random.choice(["neck", "low_back", "shoulder"]), "side": "left"}


def _checked(request: Json) -> Checked:
    return checked(draft_of(copy.deepcopy(request)), today=TODAY)


def _valid(random: Random, request: Json) -> Json:
    """Return a mutant that is still a request, or another request."""
    for _ in range(5):
        mutant = random_mutant(random, request)
        try:
            check(copy.deepcopy(mutant), today=TODAY)
        except RequestError:
            continue
        return mutant
    return random_request(random)


def with_form(**form: Any) -> Checked:
    row = ACUPUNCTURE | {"quantity": 6}
    submission = {"date": "2015-01-13", **({"form": form} if form else {})}
    request = {
        "submission": submission,
        "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
        "treatments": [row],
        "chart": {"medications": [NSAID]},
    }
    return checked(draft_of(request), today=TODAY)


def test_the_form_is_compared_by_its_criteria() -> None:
    old, new = with_form(type="dwc_form_rfa"), with_form(type="dwc_form_rfa", signed=True)
    row, form = compare(old, new).rows
    assert not row.is_form
    assert form.is_form
    signed = [each for each in form.outcomes if each.criterion.name == "signed"]
    assert [(each.before, each.after) for each in signed] == [("not_documented", "met")]
    assert not form.facts
    assert not form.material


def test_a_form_that_fails_keeps_the_request_from_being_cured() -> None:
    form = with_form(type="dwc_form_rfa")
    assert form.report.form is not None
    assert form.report.form.verdict != "supported"
    assert not compare(form, form).cured
    assert compare(with_form(), with_form()).cured


def test_a_form_that_one_side_says_nothing_of() -> None:
    form = with_form(type="dwc_form_rfa")
    for old, new in ((form, with_form()), (with_form(), form)):
        found = compare(old, new)
        *_, row = found.rows
        assert row.is_form
        assert not row.outcomes
        text = written(lines(found, CONTEXT), 80, color=False)
        assert "The form: " in text
        assert "nothing said of it" in text
        assert "Row 0" not in text
        Draft202012Validator(read_schema("comparison")).validate(to_dict(found, CONTEXT))
