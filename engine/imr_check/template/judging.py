"""Judge the rows and the form of a template: what comes of each criterion, however it is filled in.

A criterion that can never be met is a finding as in any request. One that can be met or not, as the
holes are filled, *depends* on them. The facts and criteria that read no hole are decided by the
rules engine as usual; the others are explored by the reference evaluator, criterion by criterion.
A verdict *depends* if every criterion that blocks can be met; whether they can all be met at once
is seen when the request is filled in.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ..facts import VOCABULARY, RowView
from ..findings import Judged, finding_of
from ..guideline.editions import Circumstances
from ..judging import FormRow, Row
from ..messages import shortened
from ..report import Finding
from ..request.consistency import contradictions
from ..request.holes import holes_in
from ..rules import reference
from ..rules.engine import ruleset_of
from ..rules.lazily import Lazily
from ..rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, STANDS, VERDICT
from .domains import TIME, Domains, spans_of, words_of, written_in
from .exploring import Answer, Budget, Exploration, Read, Remembered, refuse
from .shapes import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..facts import Fact, Observation
    from ..guideline.editions import Dates
    from ..guideline.model import Criterion, Value
    from ..guideline.pack import Pack
    from ..report import Places, RowReport, Verdict
    from ..request.holes import Hole
    from ..request.load import Template
    from ..request.model import Request
    from ..request.treatment import Treatment
    from ..rules.engine import Ruleset
    from ..rules.program import Node, Outcome, Program, Results
    from .domains import Spans, Words
    from .exploring import Filling, Run

_FIRST: tuple[Outcome, ...] = (MET, NOT_DOCUMENTED, NOT_MET, NOT_APPLICABLE)
"""Which outcome is reported where all ways of filling pass, or none does."""

_PASSES = (MET, NOT_APPLICABLE)

_OF_ANOTHER_ROW = "primary.result"
_ENOUGH = 20
"""Ways that are looked at for the one to report."""


class Tried(NamedTuple):
    """One way of filling the holes: the results of a criterion and the facts behind them."""

    results: Results
    observations: dict[str, Observation]
    values: dict[str, Value]


class Explored(NamedTuple):
    """What a node comes to over all ways of filling its holes.

    ``outcome`` is None where it depends on them, and ``run`` as well; else that is a run that came
    to it. ``filled`` has a filling under which it passes and one under which it does not, where
    there is. ``keys`` are the holes that it hangs on, and ``idle`` the facts that decide nothing;
    ``exhausted`` is false if there were too many ways.
    """

    outcome: Outcome | None
    run: Tried | None
    keys: frozenset[str]
    idle: frozenset[str]
    exhausted: bool
    filled: dict[bool, Filling]


def judged(
    request: Request,
    template: Template,
    dates: Dates,
    packs: tuple[Pack, ...],
    places: Places,
    in_force_only: bool,
    trace: bool,
) -> tuple[tuple[RowReport, ...], RowReport | None]:
    """Return what came of every row of a template, and of the form.

    A shape that is known is not judged again.
    """
    key = (template.shape, dates, packs, in_force_only, trace)
    known = SHAPES.recall(key, places)
    if known is None:
        given = (dates, packs, places, template, Budget())
        every = (TemplateRow(request, index, *given) for index in range(len(request.treatments)))
        judged_rows = [row.report(in_force_only, trace) for row in every]
        form = TemplateForm(request, *given).form_report()
        known = (*judged_rows, form) if form else tuple(judged_rows)
        SHAPES.remember(key, known)
    rows = tuple(row for row in known if row.row)
    return rows, next((row for row in known if not row.row), None)


class TemplateRow(Row):
    """One row of a template on its way to a report."""

    def __init__(
        self,
        request: Request,
        index: int,
        dates: Dates,
        packs: tuple[Pack, ...],
        places: Places,
        template: Template,
        budget: Budget,
    ) -> None:
        # Not the next class: between this one and Row stands the form, where it is a template.
        Row.__init__(self, request, index, dates, packs, places)
        self.template = template
        self.choices = template.choices
        self._budget = budget
        self.explored: dict[str, Explored] = {}
        self._open: frozenset[str] = frozenset()
        self._openness: dict[str, bool] = {}
        self._domains: dict[tuple[frozenset[int], Spans, Words], Domains] = {}
        self._comparable = [hole for hole in template.holes if _can_contradict(hole)]
        self._conflicts: dict[tuple[object, ...], frozenset[str]] = {}
        self._memory: dict[str, Remembered[Observation | None]] = {}
        self._seen: dict[str, Answer[Observation | None]] = {}

    def _derive(self, ruleset: Ruleset, pack: Pack, kind: str) -> None:
        """Derive the facts that read no hole; the others are open."""
        self._ruleset, self._pack, self._kind_of_row = ruleset, pack, kind
        self._written = self.choices.reading(nothing, lambda: written_in(self.request))
        self._known = view = self._view_of(kind, pack)
        found = []

        def derive(fact: Fact) -> Observation | None:
            try:
                return fact.derive(view)
            except Read:
                found.append(fact.name)
                return None

        self.choices.reading(refuse, lambda: self._observe(ruleset, derive))
        self._open = frozenset(found)
        self._lazily = Lazily(ruleset.program, self._value, self._is_open)

    def _observe(self, ruleset: Ruleset, derive: Callable[[Fact], Observation | None]) -> None:
        for fact in ruleset.program.facts:
            observation = derive(fact)
            if observation is not None:
                self.observations[fact.name] = observation
                self.values[fact.name] = observation.value
        self._observe_rebuttal(derive)

    def _is_coded(self) -> bool:
        return True  # or may be, once it is filled in

    def _circumstances(self, view: RowView) -> Circumstances:
        """Return how long it has hurt and where, as far as no hole is asked; else it is unknown."""
        try:
            return self.choices.reading(
                refuse, lambda: super(TemplateRow, self)._circumstances(view)
            )
        except Read:
            return Circumstances()

    def _view(self) -> RowView:
        """Return a view that knows what was looked up without reading a hole, and no more."""
        return self._known.branch()

    def _findings(self, judged: Judged) -> tuple[Finding, ...]:
        judged = judged._replace(template=True)
        return tuple(self._finding(judged, each) for each in judged.edition.section.criteria)

    def _finding(self, judged: Judged, criterion: Criterion) -> Finding:
        if criterion.severity == "context":
            return finding_of(judged, criterion)
        finding = self._found(judged, criterion, criterion.code)
        stands = f"{criterion.code}{STANDS}"
        if finding.argued and self._is_open(stands):
            # It fails whatever is filled in. Whether the rebuttal is complete may depend on it.
            return self._found(judged, criterion, stands)
        return finding

    def _found(self, judged: Judged, criterion: Criterion, name: str) -> Finding:
        """Return the finding for a criterion by its own node, or by that of its rebuttal."""
        if not self._is_open(name):
            return finding_of(judged, criterion)
        explored = self._explore(name)
        if explored.run is None:
            return self._depends(judged, criterion, explored)
        results, observations, values = explored.run
        tried = judged._replace(
            results=results, observations=observations, values=values, idle=explored.idle
        )
        return finding_of(tried, criterion)

    def _depends(self, judged: Judged, criterion: Criterion, explored: Explored) -> Finding:
        names = tuple(holes_in(self.template.holes, set(explored.keys)))
        first = next(hole for hole in self.template.holes if hole.key in explored.keys)
        pointer, line, column = self.places.of(first.path)
        return Finding(
            criterion=criterion,
            outcome="depends",
            severity="info",
            message=shortened(f"{_why(explored)} {', '.join(names)}"),
            questions=(),
            edition=judged.edition,
            argued=False,
            rebuttal_lacks=(),
            pointer=pointer,
            line=line,
            column=column,
            places=self.places,
            holes=names,
        )

    def _verdict(self, results: Results) -> Verdict:
        """Return the verdict over the legs of the program's own verdict."""
        program = self._ruleset.program
        legs = [leg.subject for _, clause in program.node(VERDICT).clauses() for leg in clause.legs]
        if self.row.rebuttal is None:
            legs = [name.removesuffix(STANDS) for name in legs]
        outcomes = [
            self._explore(name).outcome if self._is_open(name) else results[name].outcome
            for name in legs
        ]
        if NOT_MET in outcomes:
            return "not_supported"
        if NOT_DOCUMENTED in outcomes:
            return "incomplete"
        return "depends" if None in outcomes else "supported"

    def _is_open(self, name: str) -> bool:
        """Whether a fact, or a node, hangs on a hole."""
        is_open = self._openness.get(name)
        if is_open is None:
            node = name not in VOCABULARY
            facts = self._ruleset.program.needs(name).facts if node else {name}
            is_open = self._openness[name] = not self._open.isdisjoint(facts)
        return is_open

    # Exploring one node

    def _explore(self, name: str) -> Explored:
        if name not in self.explored:
            self.explored[name] = self._explored(name)
        return self.explored[name]

    def _explored(self, name: str) -> Explored:
        domain = self._domains_for(self._ruleset.program, name).of
        exploration = Exploration(self.choices, domain, self._conflict, self._budget)
        reasons: set[str] = set()

        def passes() -> tuple[bool, set[str]]:
            self._seen.clear()
            so, because = self._lazily.passes(name)
            reasons.update(because)
            return so, {key for fact in because for key in self._seen[fact].keys}

        search = _Search()
        # Where the first way passes, one that does not is likely to be near, and the reverse.
        search.near(exploration.near(passes))
        if not search.found_both:
            search.over(exploration.runs(passes))
        keys = frozenset(search.keys or exploration.conflicts)
        found = Explored(None, None, keys, self._open - reasons, True, search.filled)
        if search.found_both:
            return found
        if not search.filled or not exploration.exhausted:
            return found._replace(exhausted=exploration.exhausted)
        outcome, run = self._to_report(name, exploration, *search.filled.items())
        return found._replace(outcome=outcome, run=run)

    def _value(self, fact: str) -> Value | None:
        if fact not in self._open:
            return self.values.get(fact)
        if fact not in self._seen:
            self._seen[fact] = self._observed(fact)
        observation = self._seen[fact].outcome
        return None if observation is None else observation.value

    def _observed(self, fact: str) -> Answer[Observation | None]:
        """Return an open fact as the holes are filled now."""
        if fact not in self._memory:
            derive = VOCABULARY[fact].derive
            # A view of its own for each: what one fact has looked up would hide a hole from others.
            self._memory[fact] = Remembered(self.choices, lambda: derive(self._view()))
        return self._memory[fact].answer()

    def _to_report(
        self, name: str, exploration: Exploration, found: tuple[bool, Filling]
    ) -> tuple[Outcome, Tried]:
        """Return what to say of a node of which it is known whether it passes, and a run for it."""
        program = self._ruleset.program
        passes, filled = found
        domain = self._domains_for(program, name).of

        def read(key: str) -> object:
            return filled[key] if key in filled else domain(key)[0]

        first = self.choices.reading(read, lambda: self._tried(name))
        near = islice(exploration.near(lambda: (self._tried(name), ())), _ENOUGH)
        tries = [first, *(run.outcome for run in near)]
        outcomes = [tried.results[name].outcome for tried in tries]
        decided = min((o for o in outcomes if (o in _PASSES) is passes), key=_FIRST.index)
        alike = [tried for tried in tries if tried.results[name].outcome == decided]
        # The one with the fewest reasons: what is filled in can take away the others.
        chosen = min(alike, key=lambda tried: len(program.leaves(name, tried.results)))
        return decided, chosen._replace(values=_the_same(chosen.values, alike))

    def _tried(self, name: str) -> Tried:
        """Return the results of a node as the holes are filled now."""
        needs = self._ruleset.program.needs(name)
        observations, values = dict(self.observations), dict(self.values)
        for fact in sorted(needs.facts & self._open):
            observation = self._observed(fact).outcome
            if observation is not None:
                observations[fact] = observation
                values[fact] = observation.value
        return Tried(reference.decide(needs.nodes, values), observations, values)

    def _conflict(self, filled: Filling) -> frozenset[str]:
        """Return holes that contradict each other, or what is written, if filled in this way."""
        holes = [hole for hole in self._comparable if hole.key in filled]
        known = tuple((hole.key, filled[hole.key]) for hole in holes)
        if known not in self._conflicts:
            self._conflicts[known] = self._conflicting(filled, holes) if holes else frozenset()
        return self._conflicts[known]

    def _conflicting(self, filled: Filling, holes: list[Hole]) -> frozenset[str]:
        def read(key: str) -> object:
            return filled.get(key, self.choices.written(key))

        found = self.choices.reading(read, lambda: contradictions(self.request))
        if not found:
            return frozenset()
        path, _ = found[0]
        # Only fields of one record contradict each other, but for the dates of the request itself.
        return frozenset(
            hole.key for hole in holes if hole.path[:-1] == path[:-1] or hole.path[0] in _OF_ALL
        )

    def _domains_for(self, program: Program, name: str) -> Domains:
        nodes = [*program.needs(name).nodes]
        if _OF_ANOTHER_ROW in program.needs(name).facts:
            nodes += self._nodes_of_others
        tests = [
            leg.test for node in nodes for _, clause in node.clauses() for leg in clause.legs
            if leg.test
        ]  # fmt: skip
        facts = {VOCABULARY[test.fact] for test in tests}
        numbers = [
            (VOCABULARY[test.fact].unit, test.value) for test in tests if type(test.value) is int
        ]
        limits = frozenset(number for _, number in numbers)
        spans = spans_of(facts) | {(unit, number) for unit, number in numbers if unit in TIME}
        if chronic := self._pack.chronic_pain:  # some facts are words for it
            spans |= {("months", chronic.months)}
        words = words_of(facts)
        if (limits, spans, words) not in self._domains:
            self._domains[limits, spans, words] = Domains(
                self.template.holes,
                self._written,
                self._pack.terms,
                (self._kind_of_row, *self._kinds_of_others),
                self.index,
                self.dates.request,
                limits,
                spans,
                words,
            )
        return self._domains[limits, spans, words]

    @cached_property
    def _kinds_of_others(self) -> tuple[str, ...]:
        """The kinds of the other rows, as far as they are written."""
        kinds = (
            self._written_kind(row)
            for index, row in enumerate(self.request.treatments)
            if index != self.index
        )
        return tuple(dict.fromkeys(filter(None, kinds)))

    def _written_kind(self, row: Treatment) -> str | None:
        """Return the kind of a row; None where that hangs on a hole."""
        try:
            naming = self.choices.reading(refuse, lambda: self._pack.terms.naming(row))
        except Read:
            return None
        return naming.kind

    @cached_property
    def _nodes_of_others(self) -> list[Node]:
        """What another row is judged by, whose result this one may ask for."""
        files = {
            (item.file, item.edition)
            for kind in self._kinds_of_others
            for item in self._pack.listings.get(kind, ())
        }
        sections = [self._pack.section(*each) for each in sorted(files)]
        return [node for section in sections for node in ruleset_of(section).program.nodes]


class TemplateForm(TemplateRow, FormRow):
    """The request as a whole, of a template."""

    def __init__(
        self,
        request: Request,
        dates: Dates,
        packs: tuple[Pack, ...],
        places: Places,
        template: Template,
        budget: Budget,
    ) -> None:
        TemplateRow.__init__(self, request, 0, dates, packs, places, template, budget)
        self.path = ("submission",)

    def _is_said(self) -> bool:
        """Whether anything is said of the form, or will be."""
        return self.choices.reading(nothing, super()._is_said)


def _why(explored: Explored) -> str:
    if not explored.filled:
        return "Found no way to fill in that agrees with the rest: may depend on"
    return "Depends on" if explored.exhausted else "Too many ways to fill in, may depend on"


def _the_same(values: dict[str, Value], tries: list[Tried]) -> dict[str, Value]:
    """Return the values without the numbers that are another one under another filling."""
    return {
        fact: value
        for fact, value in values.items()
        if type(value) is not int or all(tried.values.get(fact) == value for tried in tries)
    }


_OF_ALL = frozenset({"injury", "submission", "employee"})


def _can_contradict(hole: Hole) -> bool:
    """Whether what is filled in may be at odds with another value: dates and ends of ranges."""
    return hole.schema.get("format") == "date" or hole.schema.get("type") == "integer"


def nothing(key: str) -> None:
    """Return what a hole says of what is written: nothing."""
    del key


class _Search:
    """Looks for one filling under which a node passes and one under which it does not."""

    def __init__(self) -> None:
        self.filled: dict[bool, Filling] = {}
        self.keys: set[str] = set()

    @property
    def found_both(self) -> bool:
        """Whether there is one of each."""
        return len(self.filled) == 2

    def near(self, runs: Iterator[Run[bool]]) -> None:
        """Look through the runs until both are found, and each hole had its second value.

        Then most of the holes are known that it hangs on.
        """
        least = 0
        for count, run in enumerate(runs):
            least = least or len(run.filled)
            self._note(run)
            if self.found_both and count >= least:
                return

    def over(self, runs: Iterator[Run[bool]]) -> None:
        """Look through the runs until both are found."""
        for run in runs:
            self._note(run)
            if self.found_both:
                return

    def _note(self, run: Run[bool]) -> None:
        self.keys |= run.hangs_on
        self.filled.setdefault(run.outcome, run.filled)
