"""Which of many ways people are shown first, and what is said of the others."""

from __future__ import annotations

from typing import Any

import pytest

from imr_check import check, load
from imr_check.alternatives import MOST, shown
from imr_check.render.questions import asked_of, left_out_of, options_of
from imr_check.request.load import draft_of
from imr_check.worklist import RowWork, Worklist, worklist

RED_FLAGS = 5


def work_on(*rows: dict[str, Any], chart: dict[str, Any] | None = None) -> Worklist:
    request = {
        "submission": {"date": "2015-03-02"},
        "injury": {"date": "2014-06-01"},
        "treatments": list(rows),
        "chart": chart or {},
    }
    return worklist(check(draft_of(request)))


def mri(region: str, **chart: Any) -> RowWork:
    (row,) = work_on({"kind": "mri", "region": region}, chart=chart).rows
    return row


@pytest.mark.parametrize("region", ["knee", "neck", "low_back", "shoulder", "hip", "foot", "head"])
def test_a_study_has_a_few_lines_for_its_many_ways(region: str) -> None:
    for options in mri(region).choices:
        found = shown(options)
        assert len(found.alternatives) <= MOST + 1
        ways = sum(each.ways for each in found.alternatives)
        assert ways + found.others == len(options.options)


def test_red_flags_come_last_and_are_told_by_their_number() -> None:
    (options,) = mri("knee").choices
    found = shown(options)
    assert len(options.options) > 20
    assert not any(step.fact.seldom for step in found.steps)
    assert all(option.steps[0].fact.seldom for option in options.options[-RED_FLAGS:])
    assert found.others == RED_FLAGS
    *_, last = options_of(options)
    assert last == (
        f"or one of {RED_FLAGS} others: see `imr-check explain MRK-02` and "
        "`imr-check explain MRX-02`"
    )


def test_ways_that_differ_in_one_step_are_one_line() -> None:
    (options,) = mri("low_back").choices
    line = options_of(options)[0]
    assert line.count("one of: ") == 1
    assert " / reflex loss on examination" in line
    assert line.endswith("[MRL-01]")


def test_what_the_chart_speaks_of_comes_first() -> None:
    """Once care is charted and the joint was looked at, these are the way, and not a study."""
    row = {"kind": "acupuncture", "quantity": 6}
    reduced = "medication.reduced_or_not_tolerated"
    adjunct = "row.adjunct_to_rehabilitation"
    (bare,) = work_on(row).rows
    (options,) = bare.choices
    assert [option.steps[0].fact.name for option in options.options][:2] == [adjunct, reduced]


def test_questions_of_ways_that_are_not_shown_are_counted() -> None:
    found = work_on({"kind": "mri", "region": "knee"})
    kept = {q.fact.name for questions in asked_of(found).values() for q in questions}
    assert "care.active" in kept
    assert "stated.cauda_equina" not in kept
    assert left_out_of(found) == "5 more questions serve only the ways that are left out below."
    assert left_out_of(work_on({"kind": "acupuncture", "quantity": 6})) == ""


def test_the_shortest_way_is_counted_by_what_is_shown() -> None:
    row = mri("knee")
    assert (row.smallest, row.usual) == (1, 2)


def test_other_rows_of_examples_are_shown_whole() -> None:
    found = worklist(check(load("examples/determinations/000_trigger_point.json")))
    (row,) = found.rows
    (options,) = row.choices
    assert options.least == 2
    assert not shown(options).others
    assert left_out_of(found) == ""
