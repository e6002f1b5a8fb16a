"""The code quality report of GitLab: a JSON list with an entry for each open finding.

GitLab compares the lists of two branches by fingerprint. It has to be the same when lines move, and
an entry whose fingerprint the list has already is dropped: so it is made of path, row and content.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ..own_criteria import NO_CRITERIA
from .context import advice_on
from .markup import visible
from .paths import from_root, root
from .renderer import Renderer
from .sentences import (
    ADVICE,
    FORMULARY,
    HOLES,
    INVALID,
    cure,
    formulary_of,
    holes,
    message,
    sentence,
    unjudged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Finding, Report, RowReport
    from ..tally import Tally
    from .context import Context

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


class GitLab(Renderer):
    """One list. What is suppressed is left out."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._root = root()
        self._begun = False

    def begin(self) -> str:
        """Return the opening bracket."""
        return "["

    def piece(self, report: Report) -> str:
        """Return the entries of one file, separated by commas; often there are none."""
        entries = _Entries(from_root(report.path, self._root)).of(report)
        return ",\n".join(map(json.dumps, entries))

    def add(self, piece: str) -> str:
        """Return the entries with what separates them from those before."""
        if not piece:
            return ""
        separator = ",\n" if self._begun else "\n"
        self._begun = True
        return separator + piece

    def end(self, tally: Tally) -> str:
        """Return the closing bracket."""
        return "\n]\n"


class _Entries:
    """Makes the entries of one file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: Counter[str] = Counter()

    def of(self, report: Report) -> Iterator[dict[str, Any]]:
        for problem in report.errors:
            about = (problem.pointer, problem.message)
            words = f"{INVALID}: {visible(problem.message)}"
            yield self._entry(INVALID, "blocker", words, problem.line, *about)
        for words in advice_on(report):
            yield self._entry(ADVICE, "info", words, report.advice[0].line, words)
        for row in report.rows:
            for finding in row.open:
                yield self._finding(finding, row)
            if words := unjudged(row):
                yield self._entry(NO_CRITERIA.code, "info", words, row.line, words)
            if row.depends:
                words = holes(row)
                yield self._entry(HOLES, "info", words, row.line, words)
            if words := formulary_of(row):
                yield self._entry(FORMULARY, "info", words, row.line, words)
        for finding in report.file_findings:
            if finding.open:
                yield self._finding(finding, None)

    def _finding(self, finding: Finding, row: RowReport | None) -> dict[str, Any]:
        fatal = finding.severity == "error" and finding.criterion.severity == "fatal"
        severity = "critical" if fatal else _SEVERITIES[finding.severity]
        words = f"{finding.code}: {sentence(message(finding, row))} {cure(finding)}"
        about = (str(row.row if row else 0), finding.fingerprint)
        return self._entry(finding.code, severity, words, finding.line, *about)

    def _entry(
        self, code: str, severity: str, words: str, line: int, *about: str
    ) -> dict[str, Any]:
        return {
            "description": words,
            "check_name": code,
            "fingerprint": self._fingerprint(code, *about),
            "severity": severity,
            "location": {"path": self._path, "lines": {"begin": max(line, 1)}},
        }

    def _fingerprint(self, *about: str) -> str:
        """Return what tells an entry from every other; equal ones of a file are counted through."""
        key = "\0".join((self._path, *about))
        self._known[key] += 1
        return sha256(f"{key}\0{self._known[key]}".encode()).hexdigest()
