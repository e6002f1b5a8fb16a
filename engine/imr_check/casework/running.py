"""Decide every case by both evaluators: durable-rules, where it can be imported, and the reference.

Both have to agree on every step of the section, and not only on the criterion of the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..rules import reference
from .book import read_casebook
from .labels import misplaced_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.model import Test, Value
    from ..guideline.pack import Pack
    from ..rules.program import Outcome, Results
    from .book import Case, Entry, Fault


class Decided(NamedTuple):
    """A fact that led to the outcome of a case: its test, and its value (None: not documented)."""

    test: Test
    value: Value | None


class CaseResult(NamedTuple):
    """What came of one case in one section.

    ``section`` is the file of the section, ``file`` the one that the case stands in: they differ
    for a shared file. ``agree`` is False where the two evaluators say different things.
    """

    section: str
    file: str
    code: str
    name: str
    case: str
    expected: Outcome
    found: Outcome
    by_reference: Outcome
    agree: bool
    decided_by: tuple[Decided, ...]

    @property
    def passed(self) -> bool:
        """Whether the case came out as expected, by both evaluators."""
        return self.agree and self.found == self.expected


class CaseRun(NamedTuple):
    """What came of all cases of a pack, and the faults that kept others from being tried."""

    results: tuple[CaseResult, ...]
    faults: tuple[Fault, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not come out as expected."""
        return tuple(result for result in self.results if not result.passed)


def run_cases(pack: Pack) -> CaseRun:
    """Return what came of every case of every criterion of a pack."""
    book = read_casebook(pack)
    results = tuple(result for entry in book.entries for result in _tried(entry))
    labels = (fault for entry in book.entries for fault in misplaced_labels(entry))
    return CaseRun(results, tuple(dict.fromkeys((*book.faults, *labels))))


def _tried(entry: Entry) -> Iterator[CaseResult]:
    for case in entry.cases:
        found = entry.ruleset.evaluate(case.given)
        by_reference = reference.evaluate(entry.ruleset.program, case.given)
        yield _result(entry, case, found, by_reference)


def _result(entry: Entry, case: Case, found: Results, by_reference: Results) -> CaseResult:
    code = entry.criterion.code
    leaves = entry.ruleset.program.leaves(code, found)
    return CaseResult(
        section=entry.section.file,
        file=entry.file,
        code=code,
        name=entry.criterion.name,
        case=case.name,
        expected=case.expect,
        found=found[code].outcome,
        by_reference=by_reference[code].outcome,
        agree=found == by_reference,
        decided_by=tuple(Decided(leaf.test, case.given.get(leaf.test.fact)) for leaf in leaves),
    )
