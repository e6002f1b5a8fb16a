"""The report: what came of each row, criterion by criterion. Only data; renderers make it text."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from .pointers import pointer_of
from .source import Positions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from .errors import Problem
    from .formulary import Answer
    from .guideline.model import Criterion, Edition, Section
    from .request.base import Source
    from .request.model import Request
    from .rules.program import Fired
    from .source import Source as File

    Path = tuple[str | int, ...]
    Paths = tuple[Path, ...] | Callable[[], tuple[Path, ...]]
    """Entries of the request, or how to look them up where few will ask."""

Verdict = Literal["supported", "not_supported", "incomplete", "no_criteria", "depends"]
Level = Literal["error", "warning", "info"]
OutcomeWord = Literal[
    "met", "not_met", "not_documented", "not_applicable", "no_criteria", "depends", "suppression"
]

LEVELS: tuple[Level, ...] = ("info", "warning", "error")
FAILING = ("not_met", "not_documented", "no_criteria", "suppression")

_WORST_FIRST: tuple[Verdict, ...] = (
    *("not_supported", "incomplete", "no_criteria", "depends", "supported"),
)


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

    def __init__(self, request: Request, file: File) -> None:
        self._request = request
        self._file = file

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self._file)

    def of(self, path: Path) -> tuple[str, int, int]:
        """Return pointer, line and column of a path."""
        pointer = pointer_of(path)
        return pointer, *self.at(pointer)

    def at(self, pointer: str) -> tuple[int, int]:
        """Return line and column of a pointer."""
        return self._positions.of(pointer) if self._file.text else (0, 0)

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
        doubt = self.edition.ends.doubt if self.edition.ends else ""
        return f"advice, replaced {self.replaced_on}{doubt}" if self.replaced_on else "advice"


class Suppression(NamedTuple):
    """An entry that sets findings of one criterion aside, and why.

    ``row`` counts from 1 and is None for every row. ``until`` is the last day on which it holds.
    ``fingerprint`` is empty for an entry of the request: it is about all its criterion finds.
    """

    code: str
    reason: str
    author: str
    until: date | None
    origin: Literal["request", "baseline"]
    row: int | None = None
    fingerprint: str = ""
    pointer: str = ""
    line: int = 0
    column: int = 0


class Finding(NamedTuple):
    """One criterion on one row.

    ``severity`` is the level of this finding; a criterion that does not fail is *info*.
    ``questions`` ask for what is missing. ``argued`` marks a failure that the row's rebuttal argues
    against, and ``rebuttal_lacks`` is what that rebuttal still lacks. What does not depend on the
    row (statement, remedy, citation, ...) is in ``criterion``. ``decided_by`` are the coded facts
    that a failure rests on, None where the fact is missing. ``holes`` are those of a template that
    the outcome hangs on.
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
    paths: Paths = ()
    places: Places | None = None
    decided_by: tuple[tuple[str, object], ...] = ()
    holes: tuple[str, ...] = ()
    suppression: Suppression | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The entries of the request that the finding rests on, the deciding ones first."""
        if self.places is None:
            return ()
        return tuple(map(self.places.evidence, self.entries))

    @property
    def entries(self) -> tuple[Path, ...]:
        """The paths of the entries that the finding rests on."""
        return self.paths() if callable(self.paths) else self.paths

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

    @property
    def blocking(self) -> bool:
        """Whether a failure keeps the row from being supported, if no rebuttal stands against it.

        Of a criterion that only warns about silence, what is not documented does not.
        """
        return self.criterion.blocking and not self.criterion.only_warns_of(self.outcome)

    @property
    def only_warns(self) -> bool:
        """Whether it is advice, or silence of which the criterion only warns."""
        return self.criterion.severity == "advisory" or self.criterion.only_warns_of(self.outcome)

    @property
    def open(self) -> bool:
        """Whether it fails and nobody has set it aside."""
        return self.failing and self.suppression is None

    @property
    def fingerprint(self) -> str:
        """What the finding is about, whatever the lines and the order of the file.

        Made of the criterion, its outcome and the coded facts that decided it: a suppression by
        fingerprint ends when one of these changes.
        """
        from hashlib import sha256  # its import costs more than most checks need it

        section = self.edition.section.name if self.edition else ""
        parts = (section, self.code, self.outcome, *sorted(map(str, self.decided_by)))
        return sha256("\n".join(parts).encode()).hexdigest()[:16]


class Dispensing(NamedTuple):
    """What the drug formulary says of a row. ``answer`` is None where no list was given.

    ``title`` is that of the list, and ``on`` the day that was asked about.
    """

    words: str
    on: date
    answer: Answer | None = None
    title: str = ""


def place_of_row(row: int) -> str:
    """Return what a row is called inside a sentence: *row 2*, or *the form*."""
    return f"row {row}" if row else "the form"


class RowReport(NamedTuple):
    """What came of one row. ``row`` counts from 1; ``edition`` is None if nothing covers it.

    Row 0 is the form itself: what the request needs as a whole.
    """

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
    not_selected: tuple[Finding, ...] = ()
    """Findings that fail and that a selection of codes left out. They count for the verdict."""
    formulary: Dispensing | None = None
    """What the drug formulary says of the drug; ``note`` says it too. It decides nothing."""

    @property
    def label(self) -> str:
        """What the row is called, for example 'Row 2: Acupuncture'."""
        return f"Row {self.row}: {self.treatment}" if self.row else self.treatment

    @property
    def subject(self) -> str:
        """The same at the start of a sentence, for example 'Row 2, Acupuncture'."""
        return f"Row {self.row}, {self.treatment}" if self.row else self.treatment

    @property
    def argued(self) -> bool:
        """Whether the row is supported only if its rebuttal is accepted."""
        blocking = (f for f in self.failing if f.criterion.blocking)
        return self.verdict == "supported" and any(finding.argued for finding in blocking)

    @property
    def failing(self) -> list[Finding]:
        """The findings that are not met or not documented, suppressed ones too."""
        return [finding for finding in self.findings if finding.failing]

    @property
    def open(self) -> list[Finding]:
        """The failing findings that nobody has set aside."""
        return [finding for finding in self.findings if finding.open]

    @property
    def suppressed(self) -> list[Finding]:
        """The failing findings that somebody has set aside."""
        return [finding for finding in self.findings if finding.suppression]

    @property
    def depends(self) -> list[Finding]:
        """The findings of a template that hang on what will be filled in."""
        return [finding for finding in self.findings if finding.outcome == "depends"]


class Report(NamedTuple):
    """What came of one request. ``errors`` are problems of the file; then there are no rows.

    ``template`` tells that the file has holes: outcomes then hold for whatever is filled in.
    ``suppressions`` are the entries of the request, and ``file_findings`` what is wrong with them.
    ``form`` is what came of the request as a whole, None where there is nothing to judge.
    """

    path: str
    treatments: tuple[RowReport, ...]
    errors: tuple[Problem, ...] = ()
    template: bool = False
    suppressions: tuple[Suppression, ...] = ()
    file_findings: tuple[Finding, ...] = ()
    form: RowReport | None = None

    @property
    def rows(self) -> tuple[RowReport, ...]:
        """What came of every row, and of the form after them."""
        return (*self.treatments, self.form) if self.form else self.treatments

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of a row; None for a request that could not be read."""
        verdicts = {row.verdict for row in self.rows}
        return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), None)

    @property
    def advice(self) -> list[RowReport]:
        """The rows that were judged by an edition which is not in force."""
        return [row for row in self.rows if row.edition and row.edition.standing == "advice"]

    @property
    def findings(self) -> list[Finding]:
        """Every finding of every row, and those about the file, in file order of the rows."""
        rows = [finding for row in self.rows for finding in row.findings]
        return [*rows, *self.file_findings]

    def reaches(self, level: Level) -> bool:
        """Whether an open finding stands at ``level`` or above; *info* also counts open holes."""
        least = LEVELS.index(level)
        return any(
            (finding.open or finding.outcome == "depends")
            and LEVELS.index(finding.severity) >= least
            for finding in self.findings
        )
