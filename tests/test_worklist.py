"""The work list: who is asked for what, what is a change in the request, and what nothing mends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from strategies import EXAMPLES, TODAY, Json, requests

from imr_check import Report, check, load
from imr_check.cures import Cures, cures
from imr_check.errors import Problem
from imr_check.guideline.pack import installed_packs
from imr_check.render.context import Context
from imr_check.render.lines import written
from imr_check.render.questions import lines
from imr_check.render.questions_json import as_json
from imr_check.render.questions_markdown import markdown
from imr_check.resources import read_schema
from imr_check.rules.engine import ruleset_of
from imr_check.worklist import WHO, Question, RowWork, Worklist, worklist

DETERMINATIONS = EXAMPLES / "determinations"
DENIED = sorted(p for p in DETERMINATIONS.glob("*.json") if not p.stem.endswith("_cured"))
CONTEXT = Context("0.0.0", "durable-rules", "")

Row = dict[str, Any]


def request(row: Row, **chart: Any) -> Json:
    return {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
        "treatments": [row],
        "chart": chart,
    }


def work_on(row: Row, **chart: Any) -> RowWork:
    (work,) = worklist(check(request(row, **chart))).rows
    return work


def facts(steps: Any) -> list[str]:
    return [step.fact.name for step in steps]


def asked(found: Worklist) -> list[Question]:
    return [question for questions in found.questions.values() for question in questions]


def example(name: str) -> Worklist:
    return worklist(check(load(DETERMINATIONS / f"{name}.json")))


def test_questions_are_grouped_by_who_can_answer_them() -> None:
    found = example("004_opioid_and_trigger_point_series")
    assert list(found.questions) == ["physician", "office"]
    for who, questions in found.questions.items():
        assert {question.fact.answered_by for question in questions} == {who}
    assert WHO == ("physician", "office", "therapist", "employee")


def test_each_fact_is_asked_once_for_all_its_rows() -> None:
    found = example("001_facet_and_trigger_point")
    names = [question.fact.name for question in asked(found)]
    assert len(names) == len(set(names))
    (months,) = [q for q in asked(found) if q.fact.name == "care.months"]
    assert [tuple(purpose) for purpose in months.purposes] == [
        (1, ("FAC-04",), "needed", "at least 1 month"),
        (2, ("TPI-04",), "needed", "at least 3 months"),
    ]


def test_what_the_request_says_is_changed_and_not_asked() -> None:
    _, work = example("004_opioid_and_trigger_point_series").rows
    shown = [(step.fact.name, step.before, step.wanted, step.codes) for step in work.changes]
    assert shown == [
        ("row.injections_per_session", "8 injections", "at most 3 injections", ("TPI-06",)),
        ("row.single_session", "no", "yes", ("TPI-12",)),
    ]
    assert not work.stops
    names = [q.fact.name for q in asked(example("004_opioid_and_trigger_point_series"))]
    assert not {"row.injections_per_session", "row.single_session"} & set(names)


def test_what_the_chart_contradicts_stands_and_says_what_else_is_missing() -> None:
    (work,) = example("000_trigger_point").rows
    (stop,) = work.stops
    assert [criterion.code for criterion in stop.criteria] == ["TPI-04"]
    assert [(fact.name, value) for fact, value in stop.says] == [("care.exercise", "not begun")]
    assert facts(stop.also) == [
        "care.physical_therapy",
        "care.nsaid",
        "care.muscle_relaxant",
        "care.months",
    ]
    hows = {q.fact.name: [p.how for p in q.purposes] for q in asked(example("000_trigger_point"))}
    assert hows["care.nsaid"] == ["afterwards"]
    assert hows["nerve.reflex_deficit"] == ["one_of"]
    assert hows["diagnosis.myofascial_pain"] == ["needed"]


def test_what_follows_from_another_answer_is_no_work_of_its_own() -> None:
    (work,) = example("000_trigger_point").rows
    (step,) = [step for step in work.needed if step.fact.name == "diagnosis.only_excluded_pain"]
    assert step.follows == ("myofascial pain syndrome diagnosed for the region",)
    assert work.smallest == len(work.needed) - 1 + 2
    names = {question.fact.name for question in asked(example("000_trigger_point"))}
    assert step.fact.name not in names


def test_ways_to_pick_some_of_several_are_one_choice() -> None:
    (work,) = example("000_trigger_point").rows
    (options,) = work.choices
    assert options.least == 2
    assert facts(options.steps) == [
        "nerve.sensory_deficit",
        "nerve.reflex_deficit",
        "nerve.motor_deficit",
        "nerve.tension_sign",
    ]


def test_a_choice_between_several_steps_at_once() -> None:
    work = work_on({"kind": "acupuncture", "quantity": 8})
    (options,) = work.choices
    assert options.least == 1
    fewer, factors = ("row.visits", "8 visits"), ("row.extenuating_circumstances", "")
    reasons = ("medication.reduced_or_not_tolerated", "row.adjunct_to_rehabilitation")
    shown = [[(s.fact.name, s.before) for s in option.steps] for option in options.options]
    for reason in reasons:
        assert [(reason, ""), fewer] in shown
        assert [(reason, ""), factors] in shown
    # Most offices can ask for fewer; what is special, or was before, is seldom so.
    assert [fewer in option for option in shown] == [True, True, False, False, False, False]
    assert shown[4:] == [
        [("course.continuing", ""), (gain, ""), ("course.visits_done", "")]
        for gain in ("function.daily_activities", "function.work_restrictions")
    ]


def test_a_rebuttal_against_what_is_contradicted() -> None:
    _, work = example("001_facet_and_trigger_point").rows
    (rebuttal,) = work.rebuttals
    assert (rebuttal.codes, rebuttal.possible) == (("TPI-05",), False)
    assert set(facts(rebuttal.parts)) <= set(facts(work.needed))


def test_a_rebuttal_in_case_something_comes_to_be_contradicted() -> None:
    """Nothing asks for a radiculopathy, so that there is something to argue against."""
    (work,) = example("000_trigger_point").rows
    (rebuttal,) = work.rebuttals
    assert (rebuttal.codes, rebuttal.possible) == (("TPI-05",), True)
    assert "diagnosis.radiculopathy" not in {
        q.fact.name for q in asked(example("000_trigger_point"))
    }
    assert not {f for options in work.choices for f in facts(options.steps)} & set(
        facts(rebuttal.parts)
    )


def test_an_incomplete_rebuttal_is_completed_in_the_request() -> None:
    row = {
        "kind": "facet_joint_injection",
        "region": "low_back",
        "rebuttal": {"challenges_presumption": True, "copy_attached": False},
    }
    work = work_on(row)
    assert [(s.fact.name, s.before) for s in work.changes] == [("rebuttal.copy_attached", "no")]
    assert "rebuttal.citation" in facts(work.needed)
    (rebuttal,) = work.rebuttals
    assert set(facts(rebuttal.parts)) == {"rebuttal.citation", "rebuttal.copy_attached"}


def test_what_only_warns_is_worth_adding() -> None:
    row, _ = example("004_opioid_and_trigger_point_series").rows
    worth_adding = {finding.code for finding in row.worth_adding}
    assert worth_adding == {"OPI-15", "OPI-16", "OPI-18"}
    assert "drug.days_supply" not in facts(row.needed)
    assert worth_adding.isdisjoint(criterion.code for criterion in row.criteria)


def test_what_silence_leaves_open_is_worth_adding_and_never_needed() -> None:
    silent = [
        (section.name, criterion.code)
        for section in installed_packs()[0].sections()
        for criterion in section.criteria
        if criterion.blocking and criterion.silence == "warns"
    ]
    assert silent
    kinds = {name for name, _ in silent} & set(installed_packs()[0].listings)
    tried: set[str] = set()
    for kind in sorted(kinds):
        work = work_on({"kind": kind, "region": "low_back"})
        open_codes = {finding.code for finding in work.worth_adding}
        asked_for = {criterion.code for criterion in work.criteria}
        warned = {code for name, code in silent if name == kind and code in open_codes}
        assert not warned & asked_for
        tried |= warned
    assert tried


def test_a_row_that_nothing_covers_has_no_steps() -> None:
    work = work_on({"kind": "dry_needling"})
    assert work.verdict == "no_criteria"
    assert not work.done
    assert (work.needed, work.stops, work.worth_adding) == ((), (), ())


def test_supported_rows_are_done() -> None:
    for path in DETERMINATIONS.glob("*_cured.json"):
        found = worklist(check(load(path)))
        assert found.done
        assert not found.questions
    assert not worklist(Report("x", (), (Problem("no"),))).done


def test_criteria_come_in_the_order_of_the_guideline() -> None:
    _, work = example("004_opioid_and_trigger_point_series").rows
    codes = [criterion.code for criterion in work.criteria]
    assert codes == sorted(codes)
    assert [step.codes[0] for step in work.needed] == sorted(s.codes[0] for s in work.needed)


def test_a_limit_that_nobody_checked_is_marked() -> None:
    work, _ = example("001_facet_and_trigger_point").rows
    marks = {step.fact.name: step.unverified for step in work.needed}
    assert marks["care.months"]
    assert not marks["care.nsaid"]


@pytest.mark.parametrize("path", DENIED, ids=lambda path: path.stem)
def test_the_twin_of_a_denied_request_did_what_its_work_list_asks(path: Path) -> None:
    twin = check(load(path.with_stem(f"{path.stem}_cured")))
    for row, cured in zip(check(load(path)).treatments, twin.treatments, strict=True):
        assert row.edition is not None
        found: Cures = cures(ruleset_of(row.edition.section).program, dict(row.facts))  # type: ignore[arg-type]
        values: dict[str, Any] = dict(cured.facts)
        needs = found.changing.needed.needs
        if not cured.argued:  # the chart of such a twin has nothing left to argue against
            needs = tuple(need for need in needs if not need.fact.startswith("rebuttal."))
        assert all(need.allows(values[need.fact]) for need in needs)
        for choice in found.changing.choices:
            assert any(
                all(n.fact in values and n.allows(values[n.fact]) for n in way.needs)
                for way in choice.ways
            )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests())
def test_whatever_is_asked_for(made: Json) -> None:
    report = check(made, today=TODAY)
    found = worklist(report)
    assert found.done == (report.verdict == "supported")
    for row in found.rows:
        assert row.exhaustive
        something = row.needed or row.choices or row.changes or row.stops
        assert bool(something) == (row.verdict in ("not_supported", "incomplete"))
    names = [question.fact.name for question in asked(found)]
    assert len(names) == len(set(names))
    data = json.loads("".join(as_json([found], CONTEXT)))
    Draft202012Validator(read_schema("questions")).validate(data)
    text = written(lines([found], CONTEXT), 80, color=False)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "".join(markdown([found], CONTEXT))
