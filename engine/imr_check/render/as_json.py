"""The report as one JSON object; its schema ships as ``schemas/report.schema.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .context import NOTICE, advice_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..report import EditionUsed, Evidence, Finding, Report, RowReport
    from .context import Context

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def render(reports: Iterable[Report], context: Context) -> Iterator[str]:
    """Yield the object, file by file, so that memory does not grow with their number."""
    head = {
        "version": FORMAT,
        "imr_check": context.version,
        "engine": context.engine,
        "notice": NOTICE,
    }
    yield json.dumps(head, indent=1)[:-2] + ',\n "files": ['
    separator = ""
    for report in reports:
        yield separator + json.dumps(to_dict(report), indent=1)
        separator = ","
    yield " ]\n}"


def to_dict(report: Report) -> dict[str, Any]:
    """Return one file's report as JSON data, an element of ``files`` in the JSON output."""
    return {
        "path": report.path,
        "verdict": report.verdict,
        "advice": advice_on(report),
        "treatments": [_row(row) for row in report.treatments],
        "errors": [problem._asdict() for problem in report.errors],
    }


def _row(row: RowReport) -> dict[str, Any]:
    return {
        "row": row.row,
        "treatment": row.treatment,
        "kind": row.kind,
        "verdict": row.verdict,
        "argued": row.argued,
        "edition": _edition(row.edition) if row.edition else None,
        "note": row.note,
        "pointer": row.pointer,
        "line": row.line,
        "column": row.column,
        "facts": row.facts,
        "findings": [_finding(finding) for finding in row.findings],
        "trace": [fired._asdict() for fired in row.trace],
    }


def _edition(edition: EditionUsed) -> dict[str, Any]:
    return {
        "id": edition.id,
        "title": edition.title,
        "standing": edition.standing,
        "reason": edition.reason,
        "replaced_on": _day(edition.replaced_on),
        "replaced_by": edition.edition.replaced_by,
        "pack": edition.pack,
        "pack_version": edition.pack_version,
        "digest": edition.section.digest,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _finding(finding: Finding) -> dict[str, Any]:
    criterion = finding.criterion
    return {
        "code": criterion.code,
        "name": criterion.name,
        "outcome": finding.outcome,
        "severity": finding.severity,
        "cure": criterion.severity,
        "message": finding.message,
        "statement": criterion.statement,
        "remedy": criterion.remedy,
        "answered_by": criterion.answered_by,
        "questions": list(finding.questions),
        "citation": finding.citation,
        "confidence": criterion.confidence,
        "derived_from": list(criterion.derived_from),
        "standing": finding.edition.standing if finding.edition else None,
        "replaced_on": _day(finding.edition.replaced_on) if finding.edition else None,
        "argued": finding.argued,
        "rebuttal_lacks": list(finding.rebuttal_lacks),
        "pointer": finding.pointer,
        "line": finding.line,
        "column": finding.column,
        "evidence": [_evidence(entry) for entry in finding.evidence],
    }


def _evidence(entry: Evidence) -> dict[str, Any]:
    return entry._asdict() | {"date": _day(entry.date)}
