"""The work list of a request: what is missing, who can answer it, and what nothing can mend.

Everything comes from the cures of each row (``cures``). Only what blocks a row is in them: criteria
that merely warn are listed apart, as worth adding. Suppressions play no part here, since nobody who
decides on the request sees them.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from .alternatives import Option, Options, Step, in_order, shown
from .cures import Choice, Way, cures, may_be_changed
from .cures.resting import RESTS_ON
from .cures.wording import value_in_words, wanted
from .guideline.model import Who
from .rules.engine import ruleset_of
from .rules.program import NOT_MET, REBUTTAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .cures import Blocked, Cures, Need, Solution
    from .facts import Fact
    from .guideline.model import Criterion, Value
    from .report import EditionUsed, Finding, Report, RowReport, Verdict
    from .rules.program import Program

How = Literal["needed", "one_of", "afterwards"]
"""*afterwards* is of use only once the chart no longer stands against the criterion."""

WHO: tuple[Who, ...] = ("physician", "office", "therapist", "employee")
assert set(WHO) == set(get_args(Who))  # noqa: S101 (whoever is new has to find a place)


class Rebuttal(NamedTuple):
    """Criteria that only a complete rebuttal lets stand. ``parts`` is what is missing from it.

    With ``possible`` nothing contradicts them so far: a rebuttal is the way if the chart comes to.
    """

    codes: tuple[str, ...]
    parts: tuple[Step, ...]
    possible: bool


class Stop(NamedTuple):
    """Criteria that fail whatever is added, with what the chart says against them.

    ``also`` and ``choices`` is what they would need beside a change in the chart.
    """

    criteria: tuple[Criterion, ...]
    says: tuple[tuple[Fact, str], ...]
    also: tuple[Step, ...] = ()
    choices: tuple[Options, ...] = ()


class RowWork(NamedTuple):
    """What has to be done for one row.

    ``needed`` is in every way, of each of ``choices`` some options are enough, and ``changes`` are
    the changes in the request. ``smallest`` counts the steps of the shortest way, and ``usual``
    those of the shortest one by what people are shown of the choices. Where the search was cut
    short ``exhaustive`` is false, and nothing is known of the criteria in ``undecided``. What fails
    and was ``not_selected`` has no steps, and still counts for the verdict.
    """

    row: int
    treatment: str
    verdict: Verdict
    line: int
    pointer: str
    argued: bool
    edition: EditionUsed | None
    note: str
    needed: tuple[Step, ...] = ()
    choices: tuple[Options, ...] = ()
    changes: tuple[Step, ...] = ()
    stops: tuple[Stop, ...] = ()
    rebuttals: tuple[Rebuttal, ...] = ()
    worth_adding: tuple[Finding, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    smallest: int = 0
    usual: int = 0
    exhaustive: bool = True
    undecided: tuple[str, ...] = ()
    not_selected: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing stands in the way of the row that was selected."""
        if self.verdict == "supported":
            return True
        steps = self.needed or self.choices or self.changes or self.stops or self.undecided
        return bool(self.not_selected) and not steps


class Purpose(NamedTuple):
    """What an answer is for: a row, criteria of it, and which answer supports the row."""

    row: int
    codes: tuple[str, ...]
    how: How
    wanted: str


class Question(NamedTuple):
    """A fact that is missing, with all that it is for."""

    fact: Fact
    purposes: tuple[Purpose, ...]


class Worklist(NamedTuple):
    """What has to be done for a request: questions by who can answer them, then row by row."""

    report: Report
    questions: dict[Who, tuple[Question, ...]]
    rows: tuple[RowWork, ...]

    @property
    def done(self) -> bool:
        """Whether every row is supported."""
        return not self.report.errors and all(row.done for row in self.rows)


def worklist(report: Report, selects: Callable[[str], bool] = lambda _: True) -> Worklist:
    """Return the work list of a request that was checked.

    ``selects`` tells of a code whether anything is to be asked for its criterion.
    """
    rows = tuple(_row(row, selects) for row in report.rows)
    return Worklist(report, _questions(rows), rows)


def _questions(rows: Iterable[RowWork]) -> dict[Who, tuple[Question, ...]]:
    """Return what is missing, each fact once, by who can answer it."""
    purposes: dict[str, dict[Purpose, None]] = {}
    facts: dict[str, Fact] = {}
    for row in rows:
        for how, step in _asked(row):
            if not step.before:
                facts[step.fact.name] = step.fact
                purpose = Purpose(row.row, step.codes, how, step.wanted)
                purposes.setdefault(step.fact.name, {})[purpose] = None
    questions = [Question(facts[name], tuple(listed)) for name, listed in purposes.items()]
    by_who = {who: tuple(q for q in questions if q.fact.answered_by == who) for who in WHO}
    return {who: asked for who, asked in by_who.items() if asked}


def _asked(row: RowWork) -> Iterator[tuple[How, Step]]:
    yield from (("needed", step) for step in row.needed)
    yield from (("one_of", step) for options in row.choices for step in options.steps)
    for stop in row.stops:
        yield from (("afterwards", step) for step in stop.also)
        yield from (("afterwards", step) for options in stop.choices for step in options.steps)


def _row(row: RowReport, selects: Callable[[str], bool]) -> RowWork:
    work = RowWork(
        row=row.row,
        treatment=row.treatment,
        verdict=row.verdict,
        line=row.line,
        pointer=row.pointer,
        argued=row.argued,
        edition=row.edition,
        note=row.note,
    )
    left = tuple(dict.fromkeys(f.code for f in row.failing if not selects(f.code)))
    work = work._replace(not_selected=left)
    if row.edition is None:
        return work
    warnings = tuple(f for f in row.failing if not f.blocking and selects(f.code))
    work = work._replace(worth_adding=warnings)
    if row.verdict == "supported":
        return work
    return _Desk(row, row.edition, selects).filled_in(work)


class _Desk:
    """Turns the cures of one row into steps."""

    def __init__(
        self, row: RowReport, edition: EditionUsed, selects: Callable[[str], bool]
    ) -> None:
        self.section = edition.section
        self.program: Program = ruleset_of(edition.section).program
        # Facts of a report are coded values; the report only does not say so.
        self.values: dict[str, Value] = dict(row.facts)  # type: ignore[arg-type]
        self.facts = {fact.name: fact for fact in self.program.facts}
        self.criteria = {criterion.code: criterion for criterion in self.section.criteria}
        self.selected = [code for code in self.criteria if selects(code)]
        self.moved: frozenset[str] = frozenset()
        self.contradicted = {f.code for f in row.findings if f.outcome == NOT_MET}

    def filled_in(self, work: RowWork) -> RowWork:
        """Return the work on the row with all that its cures ask for."""
        found: Cures = cures(self.program, self.values, self.selected)
        solution = found.changing
        self.moved = frozenset(solution.facts)
        steps = self._steps(solution.needed)
        choices = tuple(map(self._options, solution.choices))
        stops = tuple(map(self._stop, solution.blocked))
        rebuttals = tuple(self._rebuttals(solution))
        return work._replace(
            needed=tuple(step for step in steps if not self._is_change(step)),
            changes=tuple(step for step in steps if self._is_change(step)),
            choices=choices,
            stops=stops,
            rebuttals=rebuttals,
            criteria=self._concerned(solution),
            smallest=self._size(solution),
            usual=_usual(steps, choices),
            exhaustive=solution.exhaustive,
            undecided=solution.undecided,
        )

    def _size(self, solution: Solution) -> int:
        """Return the steps of the shortest way, without those that follow from others."""
        return sum(not step.follows for way in solution.sets(1) for step in self._steps(way))

    def _is_change(self, step: Step) -> bool:
        return bool(step.before) and may_be_changed(step.fact.name, self.values)

    def _concerned(self, solution: Solution) -> tuple[Criterion, ...]:
        """Return the criteria that the steps are for, in the order of the section."""
        ways = [solution.needed, *(way for choice in solution.choices for way in choice.ways)]
        codes = {code for way in ways for need in way.needs for code in need.serves}
        codes |= {code for blocked in solution.blocked for code in blocked.codes}
        return tuple(criterion for code, criterion in self.criteria.items() if code in codes)

    # Steps

    def _steps(self, way: Way) -> tuple[Step, ...]:
        """Return the needs of a way as steps, in the order of the criteria that ask for them."""
        needs = sorted(way.needs, key=self._rank)
        return tuple(map(self._step, needs))

    def _rank(self, need: Need) -> tuple[int, int]:
        places = [place for place, code in enumerate(self.criteria) if code in need.serves]
        return min(places, default=0), self._places[need.fact]

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of every fact, in the order in which the section first speaks of it."""
        legs = (
            leg.subject
            for node in self.program.nodes
            for _, clause in node.clauses()
            for leg in clause.legs
            if leg.test
        )
        return {name: place for place, name in enumerate(dict.fromkeys(legs))}

    def _step(self, need: Need) -> Step:
        fact = self.facts[need.fact]
        limits = [self.section.limits[name] for name in need.limits]
        causes = [name for name in RESTS_ON.get(need.fact, ()) if name in self.moved]
        causes = causes if need.before is not None else []
        return Step(
            fact,
            wanted(need, fact),
            need.serves,
            before="" if need.before is None else value_in_words(need.before, fact),
            follows=tuple(self.facts[name].label for name in causes),
            unverified=any(limit.confidence == "unverified" for limit in limits),
        )

    def _options(self, choice: Choice) -> Options:
        ways = [way for way in choice.ways if not self._only_possible(way)] or list(choice.ways)
        if pool := _pool(ways):
            least, needs = pool
            singles = [Way((need,)) for need in sorted(needs, key=self._rank)]
            return self._ordered(least, (Option(self._steps(way)) for way in singles))
        return self._ordered(1, (Option(self._steps(way), way.argues) for way in ways))

    def _ordered(self, least: int, options: Iterable[Option]) -> Options:
        return Options(least, in_order(options, self.values))

    def _only_possible(self, way: Way) -> bool:
        """Whether a way first has to contradict a criterion in order to argue against it."""
        return not set(way.argues) <= self.contradicted

    # Rebuttals

    def _rebuttals(self, solution: Solution) -> Iterator[Rebuttal]:
        argued = [solution.needed] if solution.needed.argues else []
        argued += [way for choice in solution.choices for way in choice.ways if way.argues]
        found: dict[tuple[str, ...], Rebuttal] = {}
        for way in argued:
            parts = tuple(s for s in self._steps(way) if s.fact.name in self._rebutting)
            possible = self._only_possible(way)
            found.setdefault(way.argues, Rebuttal(way.argues, parts, possible))
        yield from found.values()

    @cached_property
    def _rebutting(self) -> frozenset[str]:
        """The facts that make a rebuttal complete."""
        wanted_nodes = {REBUTTAL}
        facts: set[str] = set()
        for node in reversed(self.program.nodes):
            legs = [leg for _, clause in node.clauses() for leg in clause.legs]
            if node.name in wanted_nodes:
                wanted_nodes |= {leg.subject for leg in legs if not leg.test}
                facts |= {leg.subject for leg in legs if leg.test}
        return frozenset(facts)

    # What nothing mends

    def _stop(self, blocked: Blocked) -> Stop:
        said = tuple(
            (self.facts[name], value_in_words(self.values[name], self.facts[name]))
            for name in blocked.facts
        )
        criteria = tuple(self.criteria[code] for code in blocked.codes)
        if blocked.beside is None:
            return Stop(criteria, said)
        also = (step for step in self._steps(blocked.beside.needed) if not self._in_chart(step))
        choices = map(self._options, blocked.beside.choices)
        kept = (each for each in choices if not any(map(self._in_chart, each.steps)))
        return Stop(criteria, said, tuple(also), tuple(kept))

    def _in_chart(self, step: Step) -> bool:
        return bool(step.before) and not may_be_changed(step.fact.name, self.values)


def _usual(needed: Iterable[Step], choices: Iterable[Options]) -> int:
    """Return the steps of the shortest way by what people are shown of the choices."""
    count = sum(not step.follows for step in needed)
    for options in choices:
        sizes = sorted(
            sum(not step.follows for step in each.steps) + bool(each.one_of)
            for each in shown(options).alternatives
        )
        count += sum(sizes[: options.least])
    return count


def _pool(ways: list[Way]) -> tuple[int, list[Need]] | None:
    """Return (n, needs) where the ways are all the ways to pick n of these needs."""
    least = len(ways[0].needs)
    needs = list({(need.fact, need.permitted): need for w in ways for need in w.needs}.values())
    if any(way.argues for way in ways) or comb(len(needs), least) != len(ways):
        return None
    picks = {frozenset(need.fact for need in way.needs) for way in ways}
    every = {frozenset(need.fact for need in pick) for pick in combinations(needs, least)}
    return (least, needs) if picks == every else None
