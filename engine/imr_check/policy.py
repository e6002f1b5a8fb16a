"""What an office makes of the findings: which count, how much, and which are set aside, and why.

A policy changes nothing that was judged: outcomes and verdicts stay. A finding that is set aside or
was not selected stays visible, and no longer counts for the exit status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .own_criteria import EXPIRED_SUPPRESSION, NOT_SUPPRESSABLE, UNUSED_SUPPRESSION
from .report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .baseline import Baseline
    from .guideline.model import Criterion
    from .report import Level, Report, RowReport, Suppression


class Policy(NamedTuple):
    """Codes are given as prefixes: ``TPI`` stands for all of its criteria, ``TPI-02`` for one.

    ``ignore`` holds what every file ignores and what this one does. ``today`` is the day on which
    suppressions have to be in force.
    """

    today: date
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()
    unsuppressable: tuple[str, ...] = ()
    baseline: Baseline | None = None

    def selects(self, code: str) -> bool:
        """Whether findings of a criterion count: the longest prefix decides, a tie is ignored."""
        ignored = _longest(code, self.ignore)
        selected = _longest(code, self.select) if self.select else 0
        if selected is None:
            return False
        return ignored is None or selected > ignored

    def level(self, finding: Finding) -> Level:
        """Return the severity of a finding: that of the longest prefix given for it, or its own."""
        given = [(len(prefix), level) for prefix, level in self.severity if _is(finding, prefix)]
        return max(given)[1] if given and finding.failing else finding.severity


def _is(finding: Finding, prefix: str) -> bool:
    return finding.code.startswith(prefix)


def _longest(code: str, prefixes: Iterable[str]) -> int | None:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=None)


def applied(report: Report, policy: Policy) -> Report:
    """Return the report as the policy sees it."""
    entries = (*report.suppressions, *_of_baseline(report, policy))
    plain = not (policy.select or policy.ignore or policy.severity)
    if report.errors or (plain and not entries):
        return report
    desk = _Desk(entries, policy)
    rows = tuple(map(desk.row, report.treatments))
    own = tuple(
        finding._replace(severity=policy.level(finding))
        for finding in desk.findings()
        if policy.selects(finding.code)
    )
    return report._replace(treatments=rows, file_findings=own)


def _of_baseline(report: Report, policy: Policy) -> tuple[Suppression, ...]:
    return policy.baseline.entries_of(report.path) if policy.baseline else ()


class _Desk:
    """Applies a policy row by row, and remembers what became of each suppression."""

    def __init__(self, entries: tuple[Suppression, ...], policy: Policy) -> None:
        self.entries = entries
        self.policy = policy
        self.matched: set[int] = set()

    def row(self, row: RowReport) -> RowReport:
        found = [self._aside(finding, row.row) for finding in row.findings]
        kept = [f._replace(severity=self.policy.level(f)) for f in found if self._selects(f)]
        left = tuple(f for f in found if f.failing and not self._selects(f))
        return row._replace(findings=tuple(kept), not_selected=left)

    def _selects(self, finding: Finding) -> bool:
        return self.policy.selects(finding.code)

    def _aside(self, finding: Finding, row: int) -> Finding:
        """Return the finding, with the first entry that sets it aside."""
        if not finding.failing:
            return finding
        matching = [i for i, entry in enumerate(self.entries) if _concerns(entry, finding, row)]
        self.matched.update(matching)
        valid = [self.entries[i] for i in matching if self._fault(self.entries[i]) is None]
        return finding._replace(suppression=valid[0]) if valid else finding

    def _fault(self, entry: Suppression) -> Criterion | None:
        """Return why an entry that matches does not set its finding aside, if it does not."""
        if entry.code.startswith(self.policy.unsuppressable):
            return NOT_SUPPRESSABLE
        if entry.until is not None and entry.until < self.policy.today:
            return EXPIRED_SUPPRESSION
        return None

    def findings(self) -> list[Finding]:
        """Return a finding for every entry that sets nothing aside."""
        faults = [
            (entry, self._fault(entry) if index in self.matched else UNUSED_SUPPRESSION)
            for index, entry in enumerate(self.entries)
        ]
        return [_about(entry, fault) for entry, fault in faults if fault is not None]


def _concerns(entry: Suppression, finding: Finding, row: int) -> bool:
    if entry.code != finding.code or entry.row not in (None, row):
        return False
    return not entry.fingerprint or entry.fingerprint == finding.fingerprint


def _about(entry: Suppression, fault: Criterion) -> Finding:
    where = "Baseline" if entry.origin == "baseline" else "Suppression"
    return Finding(
        criterion=fault,
        outcome="suppression",
        severity="error" if fault is NOT_SUPPRESSABLE else "warning",
        message=f"{where} of {entry.code[:20]}: {fault.statement}"[:140],
        questions=(),
        edition=None,
        argued=False,
        rebuttal_lacks=(),
        pointer=entry.pointer,
        line=entry.line,
        column=entry.column,
    )
