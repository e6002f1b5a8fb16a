"""The report as one JSON object; its schema ships as ``schemas/report.schema.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .context import NOTICE, advice_on
from .doubt import doubts_in
from .renderer import Renderer

if TYPE_CHECKING:
    from datetime import date

    from ..errors import Problem
    from ..report import (
        Dispensing,
        EditionUsed,
        Evidence,
        Finding,
        Report,
        RowReport,
        Suppression,
    )
    from ..tally import Tally
    from .context import Context

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


class Json(Renderer):
    """One object, written file by file."""

    def begin(self) -> str:
        """Return the head, up to the opening bracket of ``files``."""
        return json.dumps(_head(self.context), indent=1)[:-2] + ',\n "files": ['

    def piece(self, report: Report) -> str:
        """Return one element of ``files``."""
        return json.dumps(to_dict(report), indent=1)

    def add(self, piece: str) -> str:
        """Return the element with what separates it from the one before."""
        return f"\n{piece}" if self.first else f",\n{piece}"

    def end(self, tally: Tally) -> str:
        """Return the closing brackets."""
        return " ]\n}\n"


class JsonLines(Renderer):
    """One object on one line for every file: an element of ``files``, with the head in each."""

    def piece(self, report: Report) -> str:
        """Return the line."""
        return json.dumps(_head(self.context) | to_dict(report)) + "\n"


def _head(context: Context) -> dict[str, Any]:
    return {
        "version": FORMAT,
        "imr_check": context.version,
        "engine": context.engine,
        "notice": NOTICE,
    }


def to_dict(report: Report) -> dict[str, Any]:
    """Return one file's report as JSON data, an element of ``files`` in the JSON output."""
    return {
        "path": report.path,
        "verdict": report.verdict,
        "template": report.template,
        "advice": advice_on(report),
        "treatments": [_row(row) for row in report.treatments],
        "form": _row(report.form) if report.form else None,
        "findings": [_finding(finding) for finding in report.file_findings],
        "errors": [_problem(problem) for problem in report.errors],
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
        "formulary": _formulary(row.formulary) if row.formulary else None,
        "pointer": row.pointer,
        "line": row.line,
        "column": row.column,
        "facts": row.facts,
        "findings": [_finding(finding) for finding in row.findings],
        "not_selected": [finding.code for finding in row.not_selected],
        "trace": [fired._asdict() for fired in row.trace],
    }


def _formulary(said: Dispensing) -> dict[str, Any]:
    answer = said.answer
    return {
        "words": said.words,
        "on": said.on.isoformat(),
        "list": said.title or None,
        "status": answer.status if answer else None,
        "review": answer.review if answer else None,
        "conditions": list(answer.conditions) if answer else [],
        "fills": [fill._asdict() for fill in answer.fills] if answer else [],
        "citation": answer.citation if answer else None,
        "confidence": answer.confidence if answer else None,
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
        "doubts": doubts_in(finding),
        "derived_from": list(criterion.derived_from),
        "standing": finding.edition.standing if finding.edition else None,
        "replaced_on": _day(finding.edition.replaced_on) if finding.edition else None,
        "argued": finding.argued,
        "rebuttal_lacks": list(finding.rebuttal_lacks),
        "holes": list(finding.holes),
        "suppression": _suppression(finding.suppression) if finding.suppression else None,
        "fingerprint": finding.fingerprint if finding.failing else None,
        "pointer": finding.pointer,
        "line": finding.line,
        "column": finding.column,
        "evidence": [_evidence(entry) for entry in finding.evidence],
    }


def _evidence(entry: Evidence) -> dict[str, Any]:
    return entry._asdict() | {"date": _day(entry.date)}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "pointer": problem.pointer,
        "line": problem.line,
        "column": problem.column,
        "fixable": problem.fix is not None,
    }


def _suppression(entry: Suppression) -> dict[str, Any]:
    return {
        "reason": entry.reason,
        "author": entry.author or None,
        "until": _day(entry.until),
        "origin": entry.origin,
    }
