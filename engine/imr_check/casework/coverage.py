"""How much of its logic the cases of a pack show, criterion by criterion, and what they leave out.

A criterion of a shared file counts once, and so does a shared finding: what is inside it is shown
by the cases of any criterion that leans on it. What the logic cannot come to is no obligation: a
search proves that, or gives facts for a case that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .book import read_casebook
from .obligations import cone, outcomes, within
from .possibilities import find, possible_outcomes
from .wording import given_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.model import Value
    from ..guideline.pack import Pack
    from ..rules.program import Outcome, Program
    from .book import Case, Casebook, Entry
    from .obligations import Kind, Obligation


class Missing(NamedTuple):
    """A case that is missing: what it has to show, and facts for it (None where none were found).

    ``code`` is the criterion that the case can stand in, and ``expect`` what it then comes to.
    """

    kind: Kind
    text: str
    code: str
    example: dict[str, Value] | None
    expect: Outcome | None

    @property
    def suggestion(self) -> str:
        """The case in the form of the file; empty where no facts were found."""
        if self.example is None:
            return ""
        return f"{{name: ..., given: {given_in_words(self.example)}, expect: {self.expect}}}"


class Subject(NamedTuple):
    """A criterion or a shared finding: what its cases show, and what not.

    ``impossible`` describes cases that its logic rules out; they are not counted.
    """

    file: str
    code: str
    name: str
    covered: int
    missing: tuple[Missing, ...]
    impossible: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many obligations it has."""
        return self.covered + len(self.missing)


class Coverage(NamedTuple):
    """The coverage of a pack."""

    subjects: tuple[Subject, ...]

    @property
    def covered(self) -> int:
        """How many obligations are shown by a case."""
        return sum(subject.covered for subject in self.subjects)

    @property
    def total(self) -> int:
        """How many obligations there are."""
        return sum(subject.total for subject in self.subjects)

    @property
    def percent(self) -> float:
        """Share of the obligations that are shown, cut to a tenth: 100 means all of them."""
        return self.covered * 1000 // self.total / 10 if self.total else 100.0

    def reaches(self, floor: float) -> bool:
        """Whether the share is at least ``floor`` percent."""
        return self.covered * 100 >= floor * self.total


def coverage(pack: Pack) -> Coverage:
    """Return how much of its logic the cases of a pack show."""
    book = read_casebook(pack)
    stages = [_Stage(entry) for entry in book.unique()]
    subjects = [*(_criterion(stage) for stage in stages), *_findings(book, stages)]
    files = list(dict.fromkeys(subject.file for subject in subjects))
    return Coverage(tuple(sorted(subjects, key=lambda subject: files.index(subject.file))))


class _Stage:
    """A criterion with its cases, and the part of the program that it rests on."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.code = entry.criterion.code
        self.program: Program = cone(entry.ruleset.program, self.code)
        self.cases: tuple[Case, ...] = entry.cases

    def shows(self, obligation: Obligation) -> bool:
        """Whether a case of this criterion shows it."""
        return any(goal.holds_in(case.given) for case in self.cases for goal in obligation.goals)

    def missing(self, obligation: Obligation) -> Missing | None:
        """Return what a case of this criterion would have to show; None if none ever could."""
        possible = False
        for goal in obligation.goals:
            answer = find(goal, self.program.facts)
            if answer.given is not None:
                expect = self._outcome(answer.given)
                return Missing(obligation.kind, obligation.text, self.code, answer.given, expect)
            possible = possible or answer.possible
        return (
            Missing(obligation.kind, obligation.text, self.code, None, None) if possible else None
        )

    def _outcome(self, given: dict[str, Value]) -> Outcome:
        choices = {fact: (value,) for fact, value in given.items()}
        (outcome,) = possible_outcomes(self.program, choices)[self.code]
        return outcome


def _criterion(stage: _Stage) -> Subject:
    criterion = stage.entry.criterion
    obligations = (
        *outcomes(stage.program, stage.code),
        *within(stage.program, stage.code, stage.code),
    )
    listed = [[(stage, obligation)] for obligation in obligations]
    return _measured(stage.entry.file, criterion.code, criterion.name, listed)


def _findings(book: Casebook, stages: list[_Stage]) -> Iterator[Subject]:
    """Yield the findings that have branches or limits inside."""
    places = dict.fromkeys((file, name) for (_, name), file in book.findings.items())
    for file, name in places:
        same: dict[tuple[int, str], list[tuple[_Stage, Obligation]]] = {}
        for stage in stages:
            if _leans(book, stage, file, name):
                for number, each in enumerate(within(stage.program, stage.code, name)):
                    same.setdefault((number, each.text), []).append((stage, each))
        if same:
            yield _measured(file, name, "shared finding", list(same.values()))


def _leans(book: Casebook, stage: _Stage, file: str, name: str) -> bool:
    place = book.findings.get((stage.entry.section.file, name))
    return place == file and any(node.name == name for node in stage.program.nodes)


def _measured(
    file: str, code: str, name: str, listed: list[list[tuple[_Stage, Obligation]]]
) -> Subject:
    covered = 0
    missing: list[Missing] = []
    impossible: list[str] = []
    for same in listed:
        if any(stage.shows(obligation) for stage, obligation in same):
            covered += 1
            continue
        lacking = [stage.missing(obligation) for stage, obligation in same]
        known = [each for each in lacking if each is not None]
        if known:
            missing.append(min(known, key=lambda each: each.example is None))
        else:
            impossible.append(same[0][1].text)
    return Subject(file, code, name, covered, tuple(missing), tuple(impossible))
