"""Counts over many reports: what a summary, the statistics and a list of rules need.

A tally does not grow with the number of files, and two tallies add up to one: each process that
checks a share of the files counts for itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .guideline.model import Criterion
    from .report import Finding, Level, Report

INVALID = "invalid"


class Tally:
    """Counts over the reports that were added.

    ``verdicts`` counts files by their verdict, *invalid* for those that could not be checked.
    ``codes`` counts open findings by code, ``levels`` by severity; ``suppressed`` counts the ones
    set aside and ``holes`` those that hang on a hole, both by code. ``criteria`` has each criterion
    that was counted, without its logic.
    """

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.levels: Counter[Level] = Counter()
        self.suppressed: Counter[str] = Counter()
        self.holes: Counter[str] = Counter()
        self.criteria: dict[str, Criterion] = {}

    @property
    def files(self) -> int:
        """How many requests were counted."""
        return self.verdicts.total()

    def add(self, report: Report) -> None:
        """Count one report."""
        self.verdicts[INVALID if report.errors else report.verdict or INVALID] += 1
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
            self.codes[code] += 1
            self.levels[finding.severity] += 1

    def merge(self, other: Tally) -> None:
        """Count what ``other`` has counted as well."""
        self.verdicts += other.verdicts
        self.codes += other.codes
        self.levels += other.levels
        self.suppressed += other.suppressed
        self.holes += other.holes
        self.criteria = {**other.criteria, **self.criteria}


def without_logic(criterion: Criterion) -> Criterion:
    """Return a criterion with its words only, which are cheap to hand to another process."""
    return criterion._replace(
        applies_when=None, applies_unless=None, excluded_when=None, requires=None, cases=()
    )
