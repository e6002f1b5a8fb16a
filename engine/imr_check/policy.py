"""What an office makes of the findings: which count, how much, and which are set aside, and why.

A policy changes nothing that was judged: outcomes and verdicts stay. A finding that is set aside or
was not selected stays visible, and no longer counts for the exit status.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .messages import shortened
from .own_criteria import (
    EXPIRED_SUPPRESSION,
    NO_CRITERIA,
    NOT_SUPPRESSABLE,
    OWN_CRITERIA,
    UNUSED_SUPPRESSION,
)
from .report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from .baseline import Baseline
    from .guideline.model import Criterion
    from .report import Level, Report, RowReport, Suppression


class Policy(NamedTuple):
    """Codes are given as prefixes: ``TPI`` stands for all of its criteria, ``TPI-02`` for one.

    ``ignore`` holds what every file ignores and what this one does. Of several levels for the same
    prefix in ``severity`` the last one holds. ``today`` is the day on which suppressions have to be
    in force.
    """

    today: date
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()
    unsuppressable: tuple[str, ...] = ()
    baseline: Baseline | None = None

    def selects(self, code: str) -> bool:
        """Whether findings of a criterion count: the longest prefix decides, a tie is ignored.

        That nothing judged a row is left out only where exactly that code is ignored.
        """
        if code == NO_CRITERIA.code:
            return code not in self.ignore
        ignored = _longest(code, self.ignore)
        selected = _longest(code, self.select) if self.select else 0
        if selected is None:
            return False
        return ignored is None or selected > ignored

    def level(self, finding: Finding) -> Level:
        """Return the severity of a finding: that of the longest prefix given for it, or its own."""
        given = dict(self.severity)
        longest = _longest(finding.code, given)
        if longest is None or not finding.failing:
            return finding.severity
        return given[finding.code[:longest]]

    def allows(self, code: str) -> bool:
        """Whether findings of a criterion may be suppressed at all."""
        return not code.startswith(self.unsuppressable)

    @property
    def changes_nothing(self) -> bool:
        """Whether it leaves a report that has no suppressions as it is."""
        return not (self.select or self.ignore or self.severity)


def _longest(code: str, prefixes: Iterable[str]) -> int | None:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=None)


def applied(report: Report, policy: Policy) -> Report:
    """Return the report on a file with one request as the policy sees it."""
    desk = Desk(policy, report.path)
    return desk.concluded(desk.applied(report))


class Desk:
    """Applies a policy to the reports on one file, and keeps the entries of its baseline.

    An entry of the baseline sets one finding of the file aside; an entry of a request all findings
    of its criterion.
    """

    def __init__(self, policy: Policy, path: str) -> None:
        self._policy = policy
        self._known = list(policy.baseline.entries_of(path)) if policy.baseline else []
        self._spent: list[Suppression] = []
        self._complete = True

    def applied(self, report: Report) -> Report:
        """Return one of the reports as the policy sees it."""
        if report.errors:
            self._complete = False
            return report
        if self._policy.changes_nothing and not report.suppressions and not self._known:
            return report
        entries = dict.fromkeys(report.suppressions, False)
        rows = tuple(self._row(row, entries) for row in report.treatments)
        form = report.form and self._row(report.form, entries)
        faults = ((entry, self._fault(entry, used=used)) for entry, used in entries.items())
        own = tuple(self._findings(faults))
        return report._replace(treatments=rows, form=form, file_findings=own)

    def concluded(self, report: Report) -> Report:
        """Return the last of the reports with what is wrong with entries of the baseline.

        Where something in the file could not be checked, nobody can tell which are unused.
        """
        if not self._complete or not (self._spent or self._known):
            return report
        faults = [(entry, self._fault(entry, used=True)) for entry in self._spent]
        faults += [(entry, self._fault(entry, used=False)) for entry in self._known]
        own = (*report.file_findings, *self._findings(faults))
        return report._replace(file_findings=own)

    def _row(self, row: RowReport, entries: dict[Suppression, bool]) -> RowReport:
        found = [self._aside(finding, row.row, entries) for finding in row.findings]
        kept = [self._weighed(finding) for finding in found if self._selects(finding)]
        left = tuple(f for f in found if f.failing and not self._selects(f))
        return row._replace(findings=tuple(kept), not_selected=left)

    def _selects(self, finding: Finding) -> bool:
        return self._policy.selects(finding.code)

    def _weighed(self, finding: Finding) -> Finding:
        return finding._replace(severity=self._policy.level(finding))

    def _aside(self, finding: Finding, row: int, entries: dict[Suppression, bool]) -> Finding:
        """Return the finding, with the first entry that sets it aside."""
        if not finding.failing and finding.outcome != "depends":
            return finding
        matching = [
            entry for entry in entries if entry.code == finding.code and entry.row in (None, row)
        ]
        entries.update(dict.fromkeys(matching, True))
        if not finding.failing:
            return finding  # it may fail yet, once the template is filled in
        if known := self._spend(finding):
            matching.append(known)
        valid = [entry for entry in matching if self._fault(entry, used=True) is None]
        return finding._replace(suppression=valid[0]) if valid else finding

    def _spend(self, finding: Finding) -> Suppression | None:
        """Return an entry of the baseline for the finding, which then is there for no other."""
        if not any(entry.code == finding.code for entry in self._known):
            return None
        about = (finding.code, finding.fingerprint)
        matching = [entry for entry in self._known if (entry.code, entry.fingerprint) == about]
        if not matching:
            return None
        in_force = (entry for entry in matching if self._fault(entry, used=True) is None)
        chosen = next(in_force, matching[0])
        self._known.remove(chosen)
        self._spent.append(chosen)
        return chosen

    def _fault(self, entry: Suppression, *, used: bool) -> Criterion | None:
        """Return why an entry sets nothing aside, if it does not."""
        if not used:
            return UNUSED_SUPPRESSION
        if not self._policy.allows(entry.code):
            return NOT_SUPPRESSABLE
        if entry.until is not None and entry.until < self._policy.today:
            return EXPIRED_SUPPRESSION
        return None

    def _findings(
        self, faults: Iterable[tuple[Suppression, Criterion | None]]
    ) -> Iterator[Finding]:
        """Yield a finding for every entry that sets nothing aside."""
        for entry, fault in faults:
            if fault is None or not self._policy.selects(fault.code):
                continue
            if fault is UNUSED_SUPPRESSION or self._policy.selects(entry.code):
                yield self._weighed(_about(entry, fault))


@cache
def _known_codes() -> frozenset[str]:
    from .guideline.pack import installed_packs

    found = {c.code for p in installed_packs() for s in p.sections() for c in s.criteria}
    return frozenset(found | OWN_CRITERIA.keys())


def _unknown(code: str) -> str:
    from difflib import get_close_matches

    known = sorted(_known_codes())
    family = [each for each in known if each.partition("-")[0] == code.partition("-")[0]]
    close = get_close_matches(code, family or known, 1, 0.5)
    hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria`"
    return f"unknown code: {hint}"


def _about(entry: Suppression, fault: Criterion) -> Finding:
    where = "Baseline" if entry.origin == "baseline" else "Suppression"
    row = f" in row {entry.row}" if entry.row else ""
    words = fault.statement
    if fault is UNUSED_SUPPRESSION and entry.code not in _known_codes():
        words = _unknown(entry.code)
    return Finding(
        criterion=fault,
        outcome="suppression",
        severity="error" if fault is NOT_SUPPRESSABLE else "warning",
        message=shortened(f"{where} of {entry.code[:20]}{row}: {words}"),
        questions=(),
        edition=None,
        argued=False,
        rebuttal_lacks=(),
        pointer=entry.pointer,
        line=entry.line,
        column=entry.column,
        decided_by=(("suppression.code", entry.code),),
    )
