"""Every worked case of every guideline file, by both evaluators, and nothing left untried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from imr_check.casework import CaseResult, Subject, coverage, run_cases
from imr_check.guideline.model import Combination, Criterion, Expression, Negation, Section
from imr_check.guideline.model import Test as FactTest
from imr_check.guideline.pack import Pack, installed_packs

PACKS = installed_packs()
SECTIONS = [section for pack in PACKS for section in pack.sections()]
UNIQUE = list({c.code: c for section in SECTIONS for c in section.criteria}.values())
RUNS = {pack.name: run_cases(pack) for pack in PACKS}
SUBJECTS = [
    pytest.param(subject, id=subject.code) for pack in PACKS for subject in coverage(pack).subjects
]


def _name(value: object) -> str | None:
    return value.name if isinstance(value, Pack | Section) else getattr(value, "code", None)


@pytest.mark.parametrize("pack", PACKS, ids=_name)
def test_every_case_comes_out_as_expected(pack: Pack) -> None:
    assert [_shown(each) for each in RUNS[pack.name].results if each.found != each.expected] == []


@pytest.mark.parametrize("pack", PACKS, ids=_name)
def test_the_evaluators_agree_on_every_case(pack: Pack) -> None:
    assert [_shown(each) for each in RUNS[pack.name].results if not each.agree] == []


def _shown(result: CaseResult) -> str:
    return f"{result.section} {result.code} {result.case}: {result.found}"


@pytest.mark.parametrize("pack", PACKS, ids=_name)
def test_every_case_can_be_tried(pack: Pack) -> None:
    run = RUNS[pack.name]
    assert [str(fault) for fault in run.faults] == []
    assert len(run.results) == sum(len(c.cases) for s in pack.sections() for c in s.criteria)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_is_left_untried(subject: Subject) -> None:
    """Each outcome, each edge of a limit, each branch of an any: see ``imr-check test``."""
    assert [f"{missing.text}: {missing.suggestion}" for missing in subject.missing] == []


def _edges(section: Section) -> set[tuple[str, str]]:
    """Return the limits of the section that a case stands on, each with the side it stands on."""
    return {
        (case["limit"], "met" if case["expect"] == "met" else "missed")
        for criterion in section.criteria
        for case in criterion.cases
        if "limit" in case
    }


SHARED = {
    name
    for file in (Path(__file__).parents[2] / "guidelines" / "mtus" / "shared").glob("*.yaml")
    for name in yaml.safe_load(file.read_text(encoding="utf-8")).get("limits", ())
}
EDGES_OF_SHARED = {edge for section in SECTIONS for edge in _edges(section) if edge[0] in SHARED}


@pytest.mark.parametrize("section", SECTIONS, ids=_name)
def test_every_limit_names_its_cases(section: Section) -> None:
    """A reader who changes a number finds the cases on its edge by the name of the limit.

    Those of a shared limit stand in one of the sections that use it.
    """
    wanted = {(name, side) for name in section.limits for side in ("met", "missed")}
    assert wanted - _edges(section) - EDGES_OF_SHARED == set()


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
