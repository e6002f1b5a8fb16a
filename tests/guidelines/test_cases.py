"""Every worked case of every guideline file, by both evaluators; every limit just met and missed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imr_check.guideline.model import Combination, Criterion, Expression, Negation, Section
from imr_check.guideline.model import Test as FactTest
from imr_check.guideline.pack import installed_packs
from imr_check.rules import reference
from imr_check.rules.engine import ruleset_of

SECTIONS = [section for pack in installed_packs() for section in pack.sections()]
CRITERIA = [(section, criterion) for section in SECTIONS for criterion in section.criteria]
UNIQUE = list({criterion.code: criterion for _, criterion in CRITERIA}.values())
CASES = [
    pytest.param(section, criterion, case, id=f"{section.name}-{criterion.code}-{case['name']}")
    for section, criterion in CRITERIA
    for case in criterion.cases
]


def _name(value: object) -> str | None:
    return value.name if isinstance(value, Section) else getattr(value, "code", None)


@pytest.mark.parametrize(("section", "criterion", "case"), CASES)
def test_case_comes_out_as_expected(
    section: Section, criterion: Criterion, case: dict[str, object]
) -> None:
    ruleset = ruleset_of(section)
    given = case["given"]
    assert isinstance(given, dict)
    unknown = set(given) - {fact.name for fact in ruleset.program.facts}
    assert not unknown, "the case speaks of facts that this section never asks for"
    by_rules = ruleset.evaluate(given)
    assert by_rules[criterion.code].outcome == case["expect"]
    assert by_rules == reference.evaluate(ruleset.program, given)


@pytest.mark.parametrize("criterion", UNIQUE, ids=_name)
def test_each_outcome_that_a_criterion_can_have_has_a_case(criterion: Criterion) -> None:
    expected = {case["expect"] for case in criterion.cases}
    needed = set() if criterion.code == "FAC-01" else {"met"}  # FAC-01 is never met
    if criterion.requires is not None:
        needed.add("not_met" if criterion.code not in _NEVER_CONTRADICTED else "not_documented")
    if criterion.applies_when or criterion.applies_unless:
        needed.add("not_applicable")
    assert needed <= expected


_NEVER_CONTRADICTED = {"ACU-01", "OPI-03", "OPI-05", "TPI-13", "USG-01"}
"""Their facts are either stated or missing: nothing in a request says the contrary."""


@pytest.mark.parametrize("section", SECTIONS, ids=_name)
def test_every_limit_has_a_case_just_met_and_one_just_missed(section: Section) -> None:
    tested: dict[str, set[str]] = {name: set() for name in section.limits}
    for criterion in section.criteria:
        for case in criterion.cases:
            if "limit" in case:
                tested[case["limit"]].add("met" if case["expect"] == "met" else "missed")
    assert {name for name, seen in tested.items() if seen != {"met", "missed"}} == set()


@pytest.mark.parametrize("criterion", UNIQUE, ids=_name)
def test_the_cases_of_a_limit_stand_on_its_edge(criterion: Criterion) -> None:
    for test in _tests(criterion):
        if test.limit is None:
            continue
        assert isinstance(test.value, int)
        beyond = test.value - 1 if test.operator == "at_least" else test.value + 1
        values = {case["given"].get(test.fact) for case in criterion.cases}
        assert {test.value, beyond} <= values, f"{test.limit}: no case at {test.value} and {beyond}"


def _tests(criterion: Criterion) -> Iterator[FactTest]:
    for expression in (
        criterion.applies_when,
        criterion.applies_unless,
        criterion.excluded_when,
        criterion.requires,
    ):
        yield from _within(expression)


def _within(expression: Expression | None) -> Iterator[FactTest]:
    if isinstance(expression, FactTest):
        yield expression
    elif isinstance(expression, Negation):
        yield from _within(expression.part)
    elif isinstance(expression, Combination):
        for part in expression.parts:
            yield from _within(part)


def test_every_number_is_a_limit() -> None:
    stray = [
        test
        for criterion in UNIQUE
        for test in _tests(criterion)
        if test.operator in ("at_least", "at_most") and test.limit is None and test.value != 1
    ]
    assert not stray


@pytest.mark.parametrize("criterion", UNIQUE, ids=_name)
def test_texts_fit_where_they_are_shown(criterion: Criterion) -> None:
    assert len(criterion.failure) <= 140
    assert criterion.statement.endswith(".")
    assert criterion.remedy.endswith(".")
    assert str(criterion.citation)
