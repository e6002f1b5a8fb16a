"""Counts over many reports: what a summary, the statistics and a list of rules need.

A tally does not grow with the number of files, and two tallies add up to one: each process that
checks a share of the files counts for itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .report import LEVELS

if TYPE_CHECKING:
    from .guideline.model import Criterion
    from .report import Finding, Level, Report

INVALID = "invalid"


class Tally:
    """Counts over the reports that were added.

    ``verdicts`` counts files by their verdict, *invalid* for those that could not be checked.
    ``standings`` counts the same files apart by what is said of them: verdict, whether the file is
    a template, whether it hangs on a rebuttal.
    ``found`` counts open findings by code and severity; ``suppressed`` counts the ones set aside
    and ``holes`` those that hang on a hole, both by code. ``criteria`` has each criterion that was
    counted, without its logic. ``unjudged`` counts the rows that no criteria cover, whatever was
    selected or set aside.
    """

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.standings: Counter[tuple[str, bool, bool]] = Counter()
        self.found: Counter[tuple[str, Level]] = Counter()
        self.suppressed: Counter[str] = Counter()
        self.holes: Counter[str] = Counter()
        self.criteria: dict[str, Criterion] = {}
        self.unjudged = 0

    @property
    def files(self) -> int:
        """How many requests were counted."""
        return self.verdicts.total()

    @property
    def levels(self) -> dict[Level, int]:
        """How many open findings there are of each severity, the gravest first."""
        counts: Counter[Level] = Counter()
        for (_, level), count in self.found.items():
            counts[level] += count
        return {level: counts[level] for level in reversed(LEVELS) if counts[level]}

    def add(self, report: Report) -> None:
        """Count one report."""
        verdict = INVALID if report.errors else report.verdict or INVALID
        self.verdicts[verdict] += 1
        self.standings[verdict, report.template, rests_on_rebuttal(report)] += 1
        self.unjudged += sum(row.verdict == "no_criteria" for row in report.rows)
        for finding in report.findings:
            if finding.failing or finding.outcome == "depends":
                self._count(finding)

    def _count(self, finding: Finding) -> None:
        code = finding.code
        if code not in self.criteria:
            self.criteria[code] = without_logic(finding.criterion)
        if finding.suppression is not None:
            self.suppressed[code] += 1
        elif finding.outcome == "depends":
            self.holes[code] += 1
        else:
            self.found[code, finding.severity] += 1

    def merge(self, other: Tally) -> None:
        """Count what ``other`` has counted as well."""
        self.verdicts += other.verdicts
        self.standings += other.standings
        self.found += other.found
        self.suppressed += other.suppressed
        self.holes += other.holes
        self.criteria = {**other.criteria, **self.criteria}
        self.unjudged += other.unjudged


def rests_on_rebuttal(report: Report) -> bool:
    """Whether a request is supported only if a rebuttal in it is accepted."""
    return report.verdict == "supported" and any(row.argued for row in report.rows)


def without_logic(criterion: Criterion) -> Criterion:
    """Return a criterion with its words only, which are cheap to hand to another process."""
    return criterion._replace(
        applies_when=None, applies_unless=None, excluded_when=None, requires=None, cases=()
    )
