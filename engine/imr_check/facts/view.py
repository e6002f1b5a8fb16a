"""One row of a request as the facts see it: the row, the chart around it, and the date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from .anatomy import region_in_words, region_of_level, spine_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from ..guideline.pack import Pack
    from ..guideline.terms import DrugTerm, Naming, Terms
    from ..request.chart import Chart, Diagnosis, ExamFinding, Medication, Procedure, Therapy
    from ..request.model import Request
    from ..request.treatment import Treatment
    from .vocabulary import Path


_Found = TypeVar("_Found")


class looked_up(Generic[_Found]):  # noqa: N801 (it stands where a property does)
    """``functools.cached_property`` without the lock that it takes before Python 3.12.

    A view serves one check, in one thread.
    """

    def __init__(self, look: Callable[[Any], _Found]) -> None:
        self._look = look
        self._name = look.__name__
        self.__doc__ = look.__doc__

    def __get__(self, view: Any, owner: type) -> _Found:
        found = view.__dict__[self._name] = self._look(view)
        return found


PALPATED = frozenset(
    {"taut_band", "circumscribed_trigger_point", "trigger_point", "local_twitch_response"}
) | {"referred_pain"}
"""Signs of one muscle."""


class RowView:
    """A row with what the facts need around it. Made for one check and then thrown away.

    ``verdict_of`` judges another row of the request, for facts about a row that this one goes with.
    """

    def __init__(
        self,
        request: Request,
        index: int,
        kind: str,
        as_of: date,
        pack: Pack,
        verdict_of: Callable[[int], str | None] = lambda _: None,
    ) -> None:
        self.request = request
        self.index = index
        self.row: Treatment = request.treatments[index]
        """The row of the form."""
        self.chart: Chart = request.chart
        """The chart."""
        self.terms: Terms = pack.terms
        """The vocabulary that turns names and codes into terms."""
        self.kind = kind
        self.as_of = as_of
        self.pack = pack
        self.verdict_of = verdict_of
        # What words mean is looked up once, however often a template is filled in.
        self._concepts: dict[tuple[str, str | None], frozenset[str]] = {}
        self._drugs: dict[str, DrugTerm | None] = {}
        self._kinds: dict[str, str | None] = {}
        self._once: dict[Callable[[RowView], Any], Any] = {}

    def others_of(self, kinds: Container[str | None]) -> list[int]:
        """Return the other rows of the request that ask for one of these kinds, by index."""
        return [
            index
            for index, row in enumerate(self.request.treatments)
            if index != self.index and self.terms.naming(row).kind in kinds
        ]

    def branch(self) -> RowView:
        """Return a view that starts with what this one has looked up, and goes its own way."""
        view = object.__new__(RowView)
        view.__dict__.update(self.__dict__)
        view._once = self._once.copy()
        return view

    def once(self, look: Callable[[RowView], _Found]) -> _Found:
        """Return what ``look`` finds here; it looks once, however many facts ask for it."""
        known = self._once
        if look not in known:
            known[look] = look(self)
        found: _Found = known[look]
        return found

    def at(self, *fields: str | int) -> tuple[str | int, ...]:
        """Return the path of the row, or of a field in it."""
        return ("treatments", self.index, *fields)

    @looked_up
    def naming(self) -> Naming:
        """What the row calls itself."""
        return self.terms.naming(self.row)

    @looked_up
    def regions(self) -> frozenset[str]:
        """The regions that the row treats; empty where it names none, which matches every one."""
        row = self.row
        named: set[str | None] = {row.region, *(site.region for site in row.sites)}
        named |= {region_of_level(level) for level in row.levels}
        return frozenset(region for region in named if region is not None)

    @looked_up
    def spines(self) -> frozenset[str]:
        """The parts of the spine whose nerves serve the row's regions."""
        return frozenset(spine_of(region) for region in self.regions)

    def treats(self, region: str | None) -> bool:
        """Whether an entry about ``region`` is about the region that the row treats."""
        return not self.regions or region in self.regions

    def is_near(self, region: str | None) -> bool:
        """Whether a complaint in ``region`` is one in the row's region; the buttock is low back."""
        trunk = {"low_back", "buttock"}
        return self.treats(region) or (region in trunk and bool(trunk & self.regions))

    def concerns_nerves(self, region: str | None) -> bool:
        """Whether an entry about ``region`` bears on the nerves of the row's region.

        An entry without a region does: a reviewer would hold it against the request too.
        """
        return region is None or not self.spines or spine_of(region) in self.spines

    @looked_up
    def findings(self) -> dict[str, list[Seen]]:
        """What examinations found, by sign. An examination without a date counts as the oldest."""
        found: dict[str, list[Seen]] = {}
        examinations = self.chart.examinations
        for index, examination in enumerate(examinations):
            # Of a single one the date decides nothing.
            day = (examination.date if len(examinations) > 1 else None) or date.min
            for number, finding in enumerate(examination.findings):
                path = ("chart", "examinations", index, "findings", number)
                found.setdefault(finding.finding, []).append(Seen(day, path, finding, ""))
        return found

    @looked_up
    def palpated(self) -> dict[str, list[Seen]]:
        """What palpation found, by sign, each with its muscle."""
        return {
            sign: [Seen(s.day, s.path, s.finding, plain_muscle(s.finding.muscle)) for s in found]
            for sign, found in self.findings.items()
            if sign in PALPATED
        }

    def is_near_or_general(self, region: str | None) -> bool:
        """Whether an entry about ``region`` concerns the row; one without a region always does."""
        return region is None or self.is_near(region)

    @looked_up
    def statements(self) -> dict[str, list[Said]]:
        """The plain statements of the chart, by what they are about."""
        said: dict[str, list[Said]] = {}
        for index, entry in enumerate(self.chart.statements):
            path = ("chart", "statements", index)
            said.setdefault(entry.about, []).append(Said(path, entry.holds, entry.region))
        return said

    @looked_up
    def therapies(self) -> dict[str, list[tuple[Path, Therapy]]]:
        """The charted therapies, by kind."""
        found: dict[str, list[tuple[Path, Therapy]]] = {}
        for index, entry in enumerate(self.chart.therapies):
            found.setdefault(entry.kind, []).append((("chart", "therapies", index), entry))
        return found

    @looked_up
    def medications(self) -> list[tuple[Path, Medication, DrugTerm | None]]:
        """The charted drugs: path, entry, and what is known of the drug."""
        return [
            (("chart", "medications", index), entry, self.drug(entry.name))
            for index, entry in enumerate(self.chart.medications)
        ]

    @looked_up
    def procedures(self) -> list[tuple[Path, Procedure]]:
        """The earlier procedures of the row's kind, the newest last, undated ones first.

        Those of other regions count: a repeat is judged by the last session, wherever it was.
        """
        found = []
        for index, entry in enumerate(self.chart.procedures):
            kind = entry.kind or self.kind_of_words(entry.name or "")
            if kind == self.kind:
                found.append((entry.date or date.min, index, entry))
        found.sort(key=lambda item: item[:2])
        return [(("chart", "procedures", index), entry) for _, index, entry in found]

    @looked_up
    def points(self) -> list[Point]:
        """The places to be injected that the row names by muscle, one for each side."""
        row = self.row
        points = []
        for site in row.sites:
            side = site.side or row.side
            sides = ("left", "right") if side == "both" else (side,)
            if site.muscle:
                muscle = plain_muscle(site.muscle)
                points += [Point(muscle, each, site.region) for each in sides]
        return points

    def concepts(self, name: str, icd: str | None) -> frozenset[str]:
        """Return the concepts that a diagnosis stands for, by its words and its code."""
        known = self._concepts.get((name, icd))
        if known is None:
            known = self._concepts[name, icd] = self.terms.diagnoses(name, icd)
        return known

    def drug(self, name: str) -> DrugTerm | None:
        """Return what is known of a drug."""
        if name not in self._drugs:
            self._drugs[name] = self.terms.drug(name)
        return self._drugs[name]

    def kind_of_words(self, words: str) -> str | None:
        """Return the kind of treatment that free words name."""
        if words not in self._kinds:
            self._kinds[words] = self.terms.kind_of_words(words)
        return self._kinds[words]

    @looked_up
    def diagnoses(self) -> list[NamedDiagnosis]:
        """The charted diagnoses, with the terms that they stand for and their region."""
        return [
            NamedDiagnosis(
                index,
                entry,
                self.concepts(entry.name, entry.icd),
                entry.region or region_in_words(entry.name),
            )
            for index, entry in enumerate(self.chart.diagnoses)
        ]


class Point(NamedTuple):
    """A place to be injected: muscle in plain words, side and region (None: any)."""

    muscle: str
    side: str | None
    region: str | None


class Seen(NamedTuple):
    """A finding of an examination: its day, its path, the entry, and the muscle in plain words.

    ``muscle`` is empty but for what is *palpated*: of other signs it is not asked where they were.
    """

    day: date
    path: Path
    finding: ExamFinding
    muscle: str


class Said(NamedTuple):
    """A plain statement of the chart: its path, whether it holds, and its region."""

    path: Path
    holds: bool
    region: str | None


def plain_muscle(name: str | None) -> str:
    """Return the name of a muscle in small letters and single spaces; empty if there is none."""
    return " ".join(name.casefold().split()) if name else ""


class NamedDiagnosis(NamedTuple):
    """A charted diagnosis: where it stands, what it stands for, and the region if it names one."""

    number: int
    entry: Diagnosis
    concepts: frozenset[str]
    region: str | None
