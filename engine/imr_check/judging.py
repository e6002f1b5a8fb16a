"""Judge one row: resolve its edition, derive its facts, let the rules decide."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from .facts import VOCABULARY, RowView
from .findings import REBUTTAL_FACTS, Judged, findings_of
from .guideline.chapters import LICENSED, adopted_on, governing
from .guideline.editions import Circumstances, path_of, rule_on, rule_on_form
from .own_criteria import NO_CRITERIA
from .report import EditionUsed, Finding, RowReport
from .rules.engine import ruleset_of
from .rules.program import MET, NOT_DOCUMENTED, NOT_MET, VERDICT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .facts import Fact, Observation
    from .guideline.editions import Dates, Ruling
    from .guideline.model import Section, Value
    from .guideline.pack import Pack
    from .guideline.terms import Naming
    from .report import Places, Verdict
    from .request.model import Request
    from .request.treatment import Treatment
    from .rules.engine import Ruleset
    from .rules.program import Outcome, Results

    Path = tuple[str | int, ...]

_VERDICTS: dict[Outcome, Verdict] = {
    MET: "supported",
    NOT_MET: "not_supported",
    NOT_DOCUMENTED: "incomplete",
}


FORM = "request_for_authorization"
"""What the form is called where a row has its kind of treatment."""


class Under(NamedTuple):
    """An edition of a pack that is to judge whatever the dates say; with None they do."""

    pack: Pack
    edition: str | None


class Row:
    """One row of a request on its way to a report.

    ``passed`` are the rows that were being judged when this one was asked for. ``under`` is the
    edition that is to judge. What it has nothing on is judged by the dates, but only where another
    row depends on it: in a report of its own it has no criteria.
    """

    def __init__(
        self,
        request: Request,
        index: int,
        dates: Dates,
        packs: tuple[Pack, ...],
        places: Places,
        passed: frozenset[int] = frozenset(),
        under: Under | None = None,
    ) -> None:
        self.request = request
        self.index = index
        self.dates = dates
        self.packs = packs
        self.places = places
        self.passed = passed
        self.under = under
        self.path: Path = ("treatments", index)
        self._namings: dict[str, Naming] = {}
        self.observations: dict[str, Observation] = {}
        self.values: dict[str, Value] = {}

    @property
    def row(self) -> Treatment:
        """The row of the form."""
        return self.request.treatments[self.index]

    def report(self, in_force_only: bool, trace: bool) -> RowReport:
        """Return what came of the row."""
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
        for pack in self.packs:
            naming = self._namings[pack.name] = pack.terms.naming(self.row)
            if naming.kind:
                return naming.kind
        return None

    def _ruling(self, kind: str) -> tuple[Pack, Ruling] | None:
        """Return the pack and edition that judge: one in force, else the first that advises."""
        if self.under is not None:
            ruling = self._rule_on(self.under.pack, kind, self.under.edition)
            if ruling is not None or not self.passed:
                return ruling and (self.under.pack, ruling)
        found = [(pack, self._rule_on(pack, kind)) for pack in self.packs]
        rulings = [(pack, ruling) for pack, ruling in found if ruling is not None]
        in_force = [item for item in rulings if item[1].in_force]
        return next(iter(in_force or rulings), None)

    def _rule_on(self, pack: Pack, kind: str, edition: str | None = None) -> Ruling | None:
        # How long it has hurt, and where, is looked up only where it matters.
        if not any(item.path or item.regions for item in pack.listings.get(kind, ())):
            return rule_on(pack, kind, self.dates, edition=edition)
        circumstances = self._circumstances(self._view_of(kind, pack))
        return rule_on(pack, kind, self.dates, circumstances, edition)

    def _circumstances(self, view: RowView) -> Circumstances:
        onset = VOCABULARY["symptoms.months"].derive(view)
        months = int(onset.value) if onset else None
        return Circumstances(months, view.regions)

    def _judged(self, pack: Pack, ruling: Ruling, kind: str, trace: bool) -> RowReport:
        section = pack.section(ruling.file, ruling.edition.id, coded=self._is_coded())
        ruleset = ruleset_of(section)
        self._derive(ruleset, pack, kind)
        results = ruleset.evaluate(self.values)
        edition = _edition_used(pack, ruling, section)
        judged = Judged(
            program=ruleset.program,
            results=results,
            edition=edition,
            observations=self.observations,
            values=self.values,
            rebuttal=self.row.rebuttal is not None,
            places=self.places,
            place=self.place,
        )
        return RowReport(
            row=self.index + 1,
            treatment=section.title,
            kind=kind,
            verdict=self._verdict(results),
            edition=edition,
            note=" ".join(
                filter(None, (ruling.warning, *self._chapters(ruling, pack, kind), *self._bases()))
            ),
            findings=self._findings(judged),
            facts=dict(self.values),
            trace=tuple(ruleset.trace(self.values)) if trace else (),
            **self._place(),
        )

    def _chapters(self, ruling: Ruling, pack: Pack, kind: str) -> Iterator[str]:
        """Yield which chapters govern in place of an edition that only advises, if any do.

        They may as well where request and service fall on different sides of its last day.
        """
        in_place = ruling.in_force and not ruling.warning
        adopted = None if in_place else adopted_on(pack, self.dates.service)
        if adopted is None or not ruling.edition.starts:
            return
        months, regions = self._circumstances(self._view_of(kind, pack))
        path = path_of(pack, months) if months is not None else ""
        if found := governing(adopted, kind, regions, path):
            yield (
                f"For a service on {self.dates.service} see the ACOEM chapters "
                f"{', '.join(map(str, found))}. {LICENSED}"
            )

    def _is_coded(self) -> bool:
        """Whether there is anything for the criteria about codes, regions and sides to look at."""
        row = self.row
        if row.icd or (row.levels and row.region) or (row.side and row.sites):
            return True
        regions = any(site.region for site in row.sites)
        return regions or any(entry.icd for entry in self.request.chart.diagnoses)

    def _bases(self) -> Iterator[str]:
        """Yield what computed facts rest on, for example a table of factors."""
        bases = (seen.basis for seen in self.observations.values() if seen.basis)
        return iter(dict.fromkeys(bases))

    def _view_of(self, kind: str, pack: Pack) -> RowView:
        return RowView(self.request, self.index, kind, self.dates.request, pack, self._verdict_of)

    def _verdict_of(self, index: int) -> Verdict | None:
        """Return the verdict of another row, which this one depends on; None where they circle."""
        passed = self.passed | {self.index}
        if index in passed:
            return None
        other = Row(self.request, index, self.dates, self.packs, self.places, passed, self.under)
        return other.report(in_force_only=False, trace=False).verdict

    def _derive(self, ruleset: Ruleset, pack: Pack, kind: str) -> None:
        view = self._view_of(kind, pack)
        if pack.name in self._namings:
            view.naming = self._namings[pack.name]
        observations, values = self.observations, self.values
        for name, derive in ruleset.program.derivations:
            observation = derive(view)
            if observation is not None:
                observations[name] = observation
                values[name] = observation.value
        self._observe_rebuttal(lambda fact: fact.derive(view))

    def _observe_rebuttal(self, derive: Callable[[Fact], Observation | None]) -> None:
        """Derive the parts of a rebuttal, which the section may not ask for."""
        if self.row.rebuttal is not None:
            for name in REBUTTAL_FACTS:
                if name not in self.values and (seen := derive(VOCABULARY[name])):
                    self.observations[name] = seen

    def _findings(self, judged: Judged) -> tuple[Finding, ...]:
        return findings_of(judged)

    def _verdict(self, results: Results) -> Verdict:
        return _VERDICTS[results[VERDICT].outcome]

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
            decided_by=(("row.kind", kind),),
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


class FormRow(Row):
    """The request as a whole: the form, and what the law asks of a request that was denied before.

    There is nothing to judge unless the draft says something of the form, or is not a new request.
    """

    def __init__(
        self,
        request: Request,
        dates: Dates,
        packs: tuple[Pack, ...],
        places: Places,
        under: Under | None = None,
    ) -> None:
        super().__init__(request, 0, dates, packs, places, under=under)
        self.path = ("submission",)

    def form_report(self) -> RowReport | None:
        """Return what came of the request as a whole, or None where there is nothing to judge."""
        if not self._is_said():
            return None
        asked = [self.under] if self.under else [Under(pack, None) for pack in self.packs]
        found = ((pack, rule_on_form(pack, self.dates, edition)) for pack, edition in asked)
        governed = next(((pack, ruling) for pack, ruling in found if ruling), None)
        if governed is None:
            return None
        return self._judged(*governed, FORM, trace=False)._replace(row=0)

    def _is_said(self) -> bool:
        submission = self.request.submission
        said = submission.has("form") or submission.has("earlier_decision")
        return said or submission.kind != "new"

    def _chapters(self, ruling: Ruling, pack: Pack, kind: str) -> Iterator[str]:
        del ruling, pack, kind
        return iter(())  # no chapter speaks of the form

    def _observe_rebuttal(self, derive: Callable[[Fact], Observation | None]) -> None:
        del derive  # the rebuttal of the first row does not argue against the form


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
