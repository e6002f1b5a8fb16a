"""The line that says why a criterion fails: what is charted, what is needed, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imr_check.facts import VOCABULARY
from imr_check.guideline.model import Test as Asked
from imr_check.messages import LONGEST, not_met, unit_after
from imr_check.rules.program import Leaf

if TYPE_CHECKING:
    from imr_check.guideline.model import Value

SPASM = Asked("exam.spasm", "is", True)
FLARE = Asked("stated.acute_flare", "is", True)
STAGE = Asked("course.stage", "is", "answered")
SIX_VISITS = Asked("row.visits", "at_most", 6)
A_MONTH = Asked("symptoms.months", "at_least", 3)


def said(*asked: Asked, template: bool = False, **values: Value) -> str:
    named = {name.replace("__", "."): value for name, value in values.items()}
    leaves = [Leaf(test, "requires") for test in asked]
    return not_met(leaves, VOCABULARY, named, template=template)


def test_what_the_chart_is_silent_on_is_left_out_where_something_decides() -> None:
    assert said(SPASM, FLARE, exam__spasm=False) == (
        "Charted as absent: muscle spasm on examination"
    )


@pytest.mark.parametrize(
    ("template", "start"), [(False, "Not documented: "), (True, "No place for: ")]
)
def test_where_nothing_is_charted_it_is_not_documented(template: bool, start: str) -> None:
    assert said(SPASM, FLARE, template=template) == (
        f"{start}muscle spasm on examination; acute spasm or flare"
    )


def test_a_limit_comes_before_what_it_goes_by() -> None:
    assert said(STAGE, SIX_VISITS, course__stage="first", row__visits=8) == (
        "Visits asked for: 8 visits, at most 6 allowed; Stage of the course, as charted: first"
    )


def test_a_number_that_a_template_leaves_open_is_told_by_its_limit() -> None:
    assert said(SIX_VISITS, template=True) == "Visits asked for: at most 6 allowed"


def test_one_is_singular() -> None:
    assert "1 month," in said(A_MONTH, symptoms__months=1)
    assert unit_after(VOCABULARY["row.guidance_modalities"], 1) == "modality"
    assert unit_after(VOCABULARY["row.guidance_modalities"], 0) == "modalities"


@pytest.mark.parametrize(
    ("test", "visits", "needed"),
    [
        (SIX_VISITS, 7, "at most 6 allowed"),
        (SIX_VISITS, 6, "more than 6 needed"),
        (SIX_VISITS._replace(operator="at_least"), 5, "at least 6 needed"),
        (SIX_VISITS._replace(operator="at_least"), 6, "less than 6 needed"),
        (SIX_VISITS._replace(operator="is"), 5, "6 needed"),
    ],
)
def test_where_the_test_holds_the_opposite_is_needed(test: Asked, visits: int, needed: str) -> None:
    assert said(test, row__visits=visits) == f"Visits asked for: {visits} visits, {needed}"


def test_a_number_under_another_test_is_told_as_it_is() -> None:
    for test in (
        Asked("row.visits", "documented", True),
        Asked("row.visits", "is_one_of", (6, 8)),
        SIX_VISITS._replace(operator="is"),
    ):
        assert said(test, row__visits=6) == "Visits asked for: 6 visits"


def test_many_are_cut_at_a_whole_one() -> None:
    many = [Asked(name, "is", True) for name in VOCABULARY if name.startswith("stated.")][:9]
    text = said(*many, **{test.fact.replace(".", "__"): False for test in many})
    assert len(text) <= LONGEST
    assert text.endswith((" more fact", " more facts"))
