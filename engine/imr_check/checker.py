"""Check a request: resolve the edition of each row, derive the facts, let the rules decide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import messages
from .errors import Problem, RequestError
from .facts import VOCABULARY, RowView
from .guideline.editions import Dates, rule_on
from .guideline.pack import installed_packs
from .report import NO_CRITERIA, EditionUsed, Finding, Places, Report, RowReport
from .request.load import Draft, load, request_of
from .rules.engine import ruleset_of
from .rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, VERDICT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from os import PathLike

    from .facts import Observation
    from .guideline.editions import Ruling
    from .guideline.model import Criterion, Section, Value
    from .guideline.pack import Pack
    from .report import Level, Verdict
    from .request.model import Request
    from .request.treatment import Treatment
    from .rules.engine import Ruleset
    from .rules.program import Leaf, Outcome, Results

    Path = tuple[str | int, ...]

_VERDICTS: dict[Outcome, Verdict] = {
    MET: "supported",
    NOT_MET: "not_supported",
    NOT_DOCUMENTED: "incomplete",
}
_REBUTTAL = ("rebuttal.challenges_presumption", "rebuttal.citation", "rebuttal.copy_attached")


def check(
    request: Request | Draft | Mapping[str, Any],
    *,
    as_of: date | None = None,
    today: date | None = None,
    in_force_only: bool = False,
    trace: bool = False,
) -> Report:
    """Return the report on a request.

    ``as_of`` overrides the dates of the request; ``today`` serves where it names none. With
    ``in_force_only`` a row that no encoded edition governs is *no criteria* instead of being
    judged by a superseded edition as advice. ``trace`` adds the rules that fired to every row.
    Raises :class:`RequestError` for an invalid request.
    """
    draft = _draft_of(request)
    dates = _dates(draft.request, as_of, today)
    packs = installed_packs()
    places = Places(draft.request, draft.text)
    _refuse_unknown_kinds(draft.request, packs, places)
    rows = tuple(
        _Row(draft.request, index, dates, packs, places).report(in_force_only, trace)
        for index in range(len(draft.request.treatments))
    )
    return Report(draft.name, rows)


def check_many(
    paths: Iterable[str | PathLike[str]],
    *,
    as_of: date | None = None,
    today: date | None = None,
    in_force_only: bool = False,
    trace: bool = False,
) -> Iterator[Report]:
    """Yield a report for every file, in order. A file that cannot be read reports its errors."""
    for path in paths:
        try:
            draft = load(path)
            yield check(draft, as_of=as_of, today=today, in_force_only=in_force_only, trace=trace)
        except RequestError as error:
            name = "<stdin>" if str(path) == "-" else str(path)
            yield Report(name, (), error.problems)


def _draft_of(request: Request | Draft | Mapping[str, Any]) -> Draft:
    if isinstance(request, Draft):
        return request
    if isinstance(request, Mapping):
        return Draft("", "", request_of(request))
    if not hasattr(request, "treatments"):
        raise RequestError((Problem("a request is a Draft, a Request or a dict: load it first"),))
    return Draft("", "", request)


def _dates(request: Request, as_of: date | None, today: date | None) -> Dates:
    if as_of is not None:
        return Dates(as_of, as_of)
    written = request.submission.date or today
    if written is None:
        raise RequestError(
            (Problem("the request has no date: fill in submission.date", "/submission"),)
        )
    return Dates(written, request.submission.planned_service_date or written)


def _refuse_unknown_kinds(request: Request, packs: tuple[Pack, ...], places: Places) -> None:
    """Refuse a kind of treatment that no pack knows: misspelt, it would silently match nothing."""
    named = [
        *((row.kind, ("treatments", i, "kind")) for i, row in enumerate(request.treatments)),
        *(
            (entry.kind, ("chart", "procedures", i, "kind"))
            for i, entry in enumerate(request.chart.procedures)
        ),
        *(
            (entry.after, ("chart", "functional_changes", i, "after"))
            for i, entry in enumerate(request.chart.functional_changes)
        ),
    ]
    unknown = [
        (kind, path)
        for kind, path in named
        if kind and not any(kind in pack.terms.treatments for pack in packs)
    ]
    if unknown:
        known = sorted({kind for pack in packs for kind in pack.terms.treatments})
        raise RequestError(tuple(_unknown_kind(kind, known, places.of(p)) for kind, p in unknown))


def _unknown_kind(kind: str, known: list[str], place: tuple[str, int, int]) -> Problem:
    from difflib import get_close_matches

    close = get_close_matches(kind, known, 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria --treatments`"
    return Problem(f"this names no known treatment: {hint}", *place)


class _Row:
    """The check of one row."""

    def __init__(
        self, request: Request, index: int, dates: Dates, packs: tuple[Pack, ...], places: Places
    ) -> None:
        self.request = request
        self.index = index
        self.dates = dates
        self.packs = packs
        self.places = places
        self.path: Path = ("treatments", index)
        self.observations: dict[str, Observation] = {}
        self.values: dict[str, Value] = {}

    @property
    def row(self) -> Treatment:
        return self.request.treatments[self.index]

    def report(self, in_force_only: bool, trace: bool) -> RowReport:
        kind = self._kind()
        if kind is None:
            return self._no_criteria(
                None,
                "No treatment with criteria is named. Fill in kind, or see "
                "`imr-check criteria --treatments` for what is covered.",
            )
        governed = self._ruling(kind)
        if governed is None:
            return self._no_criteria(kind, "Nothing is encoded for this treatment.")
        pack, ruling = governed
        if in_force_only and not ruling.in_force:
            return self._no_criteria(kind, f"Nothing that is encoded was in force. {ruling.reason}")
        return self._judged(pack, ruling, kind, trace)

    def _kind(self) -> str | None:
        named = (pack.terms.naming(self.row).kind for pack in self.packs)
        return next((kind for kind in named if kind), None)

    def _ruling(self, kind: str) -> tuple[Pack, Ruling] | None:
        """Return the pack and edition that judge: one in force, else the first that advises."""
        found = [(pack, rule_on(pack, kind, self.dates)) for pack in self.packs]
        rulings = [(pack, ruling) for pack, ruling in found if ruling is not None]
        in_force = [item for item in rulings if item[1].in_force]
        return next(iter(in_force or rulings), None)

    def _judged(self, pack: Pack, ruling: Ruling, kind: str, trace: bool) -> RowReport:
        section = pack.section(ruling.file)
        ruleset = ruleset_of(section)
        self._derive(ruleset, pack, kind)
        results = ruleset.evaluate(self.values)
        edition = _edition_used(pack, ruling, section)
        findings = _Findings(self, ruleset, results, edition)
        return RowReport(
            row=self.index + 1,
            treatment=section.title,
            kind=kind,
            verdict=_VERDICTS[results[VERDICT].outcome],
            edition=edition,
            note=" ".join(filter(None, (ruling.warning, *self._bases()))),
            findings=findings.of(section),
            facts=dict(self.values),
            trace=tuple(ruleset.trace(self.values)) if trace else (),
            **self._place(),
        )

    def _bases(self) -> Iterator[str]:
        """Yield what computed facts rest on, for example a table of factors."""
        return (seen.basis for seen in self.observations.values() if seen.basis)

    def _derive(self, ruleset: Ruleset, pack: Pack, kind: str) -> None:
        view = RowView(self.request, self.index, kind, self.dates.request, pack)
        for fact in ruleset.program.facts:
            observation = fact.derive(view)
            if observation is not None:
                self.observations[fact.name] = observation
                self.values[fact.name] = observation.value
        if self.row.rebuttal is not None:
            for name in _REBUTTAL:
                if name not in self.values and (seen := VOCABULARY[name].derive(view)):
                    self.observations[name] = seen

    def _no_criteria(self, kind: str | None, note: str) -> RowReport:
        title = next(
            (p.terms.treatments[kind].title for p in self.packs if kind in p.terms.treatments),
            "Treatment not recognized",
        )
        finding = Finding(
            criterion=NO_CRITERIA,
            outcome="no_criteria",
            severity="error",
            message=NO_CRITERIA.statement,
            questions=(),
            edition=None,
            argued=False,
            rebuttal_lacks=(),
            paths=(),
            places=self.places,
            **self._place(),
        )
        return RowReport(
            row=self.index + 1,
            treatment=title,
            kind=kind,
            verdict="no_criteria",
            edition=None,
            note=note,
            findings=(finding,),
            facts={},
            **self._place(),
        )

    @cached_property
    def place(self) -> tuple[str, int, int]:
        """Pointer, line and column of the row."""
        return self.places.of(self.path)

    def _place(self) -> dict[str, Any]:
        return dict(zip(("pointer", "line", "column"), self.place, strict=True))


class _Findings:
    """Turns the results of the rules into findings with evidence, message and place."""

    def __init__(self, row: _Row, ruleset: Ruleset, results: Results, edition: EditionUsed) -> None:
        self.row = row
        self.program = ruleset.program
        self.results = results
        self.edition = edition
        self.lacks = self._rebuttal_lacks()

    def of(self, section: Section) -> tuple[Finding, ...]:
        return tuple(self._finding(criterion) for criterion in section.criteria)

    def _finding(self, criterion: Criterion) -> Finding:
        outcome = self.results[criterion.code].outcome
        if outcome == NOT_APPLICABLE:
            return self._quiet(criterion, outcome, ())
        leaves = self.program.leaves(criterion.code, self.results)
        paths = self._paths(leaves)
        if outcome == MET:
            return self._quiet(criterion, outcome, paths)
        contradicted = outcome == NOT_MET
        argued = contradicted and criterion.rebuttable and self.row.row.rebuttal is not None
        place = self.row.places.of(paths[0]) if contradicted and paths else self.row.place
        pointer, line, column = place
        return Finding(
            criterion=criterion,
            outcome=outcome,
            severity=self._level(criterion, argued),
            message=self._message(criterion, outcome, leaves),
            questions=self._questions(outcome, leaves),
            edition=self.edition,
            argued=argued,
            rebuttal_lacks=self.lacks if argued else (),
            pointer=pointer,
            line=line,
            column=column,
            paths=paths,
            places=self.row.places,
        )

    def _quiet(self, criterion: Criterion, outcome: Outcome, paths: tuple[Path, ...]) -> Finding:
        """Return a finding that does not fail: there is nothing to say but what was asked."""
        message = messages.shortened(criterion.statement)
        return Finding(
            criterion, outcome, "info", message, (), self.edition, False, (),
            *self.row.place, paths, self.row.places,
        )  # fmt: skip

    def _level(self, criterion: Criterion, argued: bool) -> Level:
        stands = argued and not self.lacks
        return "error" if criterion.blocking and not stands else "warning"

    def _message(self, criterion: Criterion, outcome: Outcome, leaves: list[Leaf]) -> str:
        if outcome == NOT_DOCUMENTED:
            return messages.not_documented(leaves, VOCABULARY)
        return criterion.failure or messages.not_met(leaves, VOCABULARY, self.row.values)

    def _questions(self, outcome: Outcome, leaves: list[Leaf]) -> tuple[str, ...]:
        if outcome != NOT_DOCUMENTED:
            return ()
        return tuple(dict.fromkeys(VOCABULARY[leaf.test.fact].question for leaf in leaves))

    def _paths(self, leaves: list[Leaf]) -> tuple[Path, ...]:
        """Return the entries behind the leaves, each once, in the order of the leaves."""
        observations = self.row.observations
        paths: list[Path] = []
        for leaf in leaves:
            seen = observations.get(leaf.test.fact)
            if seen is not None:
                paths += seen.evidence
        return tuple(dict.fromkeys(paths))

    def _rebuttal_lacks(self) -> tuple[str, ...]:
        if self.row.row.rebuttal is None:
            return ()
        observed = self.row.observations
        return tuple(
            VOCABULARY[name].label
            for name in _REBUTTAL
            if name not in observed or observed[name].value is not True
        )


def _edition_used(pack: Pack, ruling: Ruling, section: Section) -> EditionUsed:
    return EditionUsed(
        edition=ruling.edition,
        section=section,
        standing=ruling.standing,
        reason=ruling.reason,
        replaced_on=ruling.replaced_on,
        pack=pack.name,
        pack_version=pack.version,
    )
