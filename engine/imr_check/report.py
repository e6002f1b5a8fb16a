"""The report: what came of each row, criterion by criterion. Only data; renderers make it text."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from .guideline.model import Citation, Criterion
from .pointers import pointer_of
from .source import Positions

if TYPE_CHECKING:
    from datetime import date

    from .errors import Problem
    from .guideline.model import Edition, Section
    from .request.base import Source
    from .request.model import Request

    Path = tuple[str | int, ...]

Verdict = Literal["supported", "not_supported", "incomplete", "no_criteria"]
Level = Literal["error", "warning", "info"]
OutcomeWord = Literal["met", "not_met", "not_documented", "not_applicable", "no_criteria"]

LEVELS: tuple[Level, ...] = ("info", "warning", "error")
FAILING = ("not_met", "not_documented", "no_criteria")

_WORST_FIRST: tuple[Verdict, ...] = ("not_supported", "incomplete", "no_criteria", "supported")


NO_CRITERIA = Criterion(
    code="ROW-02",
    name="no-criteria",
    statement="No criteria: nothing that is encoded covers this row. It was not judged.",
    applies_when=None,
    applies_unless=None,
    excluded_when=None,
    requires=None,
    severity="context",
    rebuttable=False,
    remedy="Have the row checked by hand against the guideline that governs.",
    answered_by="office",
    citation=Citation("", "", ""),
    derived_from=(),
    confidence="verified",
    failure="",
    note="",
    cases=(),
)
"""The criterion of a row that nothing encoded covers: it fails without having been judged."""


class Evidence(NamedTuple):
    """An entry of the request that a finding rests on, and the record it was read from.

    ``line`` and ``column`` count from 1 and are 0 where the request did not come from a file.
    """

    pointer: str
    line: int
    column: int
    document: str
    date: date | None
    page: int | None


class Places:
    """Where the paths of one request stand, and which records its chart entries come from.

    The text is scanned when the first place is asked for; an empty text has no lines.
    """

    def __init__(self, request: Request, text: str) -> None:
        self._request = request
        self._text = text

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self._text)

    def of(self, path: Path) -> tuple[str, int, int]:
        """Return pointer, line and column of a path."""
        pointer = pointer_of(path)
        return (pointer, *self._positions.of(pointer)) if self._text else (pointer, 0, 0)

    def evidence(self, path: Path) -> Evidence:
        """Return the entry at a path as evidence."""
        source = self._source(path)
        if source is None:
            return Evidence(*self.of(path), "", None, None)
        return Evidence(*self.of(path), source.document or "", source.date, source.page)

    def _source(self, path: Path) -> Source | None:
        """Return the source of the chart entry that ``path`` lies in, if it has one."""
        if path[0] != "chart" or len(path) < 3:
            return None
        entry = getattr(self._request.chart, str(path[1]))[path[2]]
        source: Source | None = getattr(entry, "source", None)
        return source


class EditionUsed(NamedTuple):
    """The edition that judged a row. ``standing`` is *in force* or *advice*."""

    edition: Edition
    section: Section
    standing: Literal["in force", "advice"]
    reason: str
    replaced_on: date | None
    pack: str
    pack_version: str

    @property
    def id(self) -> str:
        """Identifier of the edition, for example chronic_pain_2009."""
        return self.edition.id

    @property
    def title(self) -> str:
        """Title of the edition."""
        return self.edition.title

    @property
    def mark(self) -> str:
        """What every finding carries beside it: empty in force, else advice and since when."""
        if self.standing == "in force":
            return ""
        return f"advice, replaced {self.replaced_on}" if self.replaced_on else "advice"


class Finding(NamedTuple):
    """One criterion on one row.

    ``severity`` is the level of this finding; a criterion that does not fail is *info*.
    ``questions`` ask for what is missing. ``argued`` marks a failure that the row's rebuttal argues
    against, and ``rebuttal_lacks`` is what that rebuttal still lacks. What does not depend on the
    row (statement, remedy, citation, ...) is in ``criterion``.
    """

    criterion: Criterion
    outcome: OutcomeWord
    severity: Level
    message: str
    questions: tuple[str, ...]
    edition: EditionUsed | None
    argued: bool
    rebuttal_lacks: tuple[str, ...]
    pointer: str
    line: int
    column: int
    paths: tuple[Path, ...]
    places: Places

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The entries of the request that the finding rests on, the deciding ones first."""
        return tuple(self.places.evidence(path) for path in self.paths)

    @property
    def code(self) -> str:
        """Code of the criterion, for example TPI-02."""
        return self.criterion.code

    @property
    def name(self) -> str:
        """Readable name of the criterion, for example twitch-and-referral."""
        return self.criterion.name

    @property
    def remedy(self) -> str:
        """What would cure a failure."""
        return self.criterion.remedy

    @property
    def citation(self) -> str:
        """Where the criterion stands."""
        return str(self.criterion.citation)

    @property
    def failing(self) -> bool:
        """Whether the criterion is not met or not documented."""
        return self.outcome in FAILING


class Fired(NamedTuple):
    """A rule that fired: its name, what it decided, and the facts and findings that it matched."""

    rule: str
    node: str
    outcome: str
    matched: tuple[tuple[str, object], ...]


class RowReport(NamedTuple):
    """What came of one row. ``row`` counts from 1; ``edition`` is None if nothing covers it."""

    row: int
    treatment: str
    kind: str | None
    verdict: Verdict
    edition: EditionUsed | None
    note: str
    findings: tuple[Finding, ...]
    pointer: str
    line: int
    column: int
    facts: dict[str, object]
    trace: tuple[Fired, ...] = ()

    @property
    def argued(self) -> bool:
        """Whether the row is supported only if its rebuttal is accepted."""
        blocking = (f for f in self.failing if f.criterion.blocking)
        return self.verdict == "supported" and any(finding.argued for finding in blocking)

    @property
    def failing(self) -> list[Finding]:
        """The findings that are not met or not documented."""
        return [finding for finding in self.findings if finding.failing]


class Report(NamedTuple):
    """What came of one request. ``errors`` are problems of the file; then there are no rows."""

    path: str
    treatments: tuple[RowReport, ...]
    errors: tuple[Problem, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of a row; None for a request that could not be read."""
        verdicts = {row.verdict for row in self.treatments}
        return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), None)

    @property
    def advice(self) -> list[RowReport]:
        """The rows that were judged by an edition which is not in force."""
        return [row for row in self.treatments if row.edition and row.edition.standing == "advice"]

    def reaches(self, level: Level) -> bool:
        """Whether a finding stands at ``level`` or above."""
        least = LEVELS.index(level)
        return any(
            finding.failing and LEVELS.index(finding.severity) >= least
            for row in self.treatments
            for finding in row.findings
        )
