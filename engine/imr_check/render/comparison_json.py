"""Two requests compared, as JSON; its schema ships as ``schemas/comparison.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .comparison import LAW, advice_of
from .context import NOTICE
from .questions_json import edition_of, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..comparing import Comparison, FactChange, OutcomeChange, RowComparison
    from ..errors import Problem
    from ..report import Report, RowReport
    from .context import Context

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def to_dict(found: Comparison, context: Context) -> dict[str, Any]:
    """Return the comparison as JSON data."""
    return _head(context) | {
        "law": list(LAW),
        "advice": advice_of(found),
        "before": _report(found.before),
        "after": _report(found.after),
        "cured": found.cured,
        "rows": [_row(row) for row in found.rows],
        "errors": [],
    }


def refused(
    paths: tuple[str, str], problems: Iterable[tuple[str, Problem]], context: Context
) -> dict[str, Any]:
    """Return what is wrong with files that cannot be compared, in the same shape."""
    before, after = ({"path": path, "verdict": None} for path in paths)
    return _head(context) | {
        "law": [],
        "advice": [],
        "before": before,
        "after": after,
        "cured": False,
        "rows": [],
        "errors": [{"path": path, **problem_of(problem)} for path, problem in problems],
    }


def _head(context: Context) -> dict[str, Any]:
    return {
        "version": FORMAT,
        "imr_check": context.version,
        "engine": context.engine,
        "notice": NOTICE,
    }


def _report(report: Report) -> dict[str, Any]:
    return {"path": report.path, "verdict": report.verdict}


def _row(row: RowComparison) -> dict[str, Any]:
    either = row.after or row.before
    return {
        "treatment": either.treatment if either else "",
        "kind": either.kind if either else None,
        "before": _side(row.before),
        "after": _side(row.after),
        "other_edition": row.other_edition,
        "cured": row.cured,
        "material": bool(row.material),
        "criteria": [outcome_of(change) for change in row.outcomes],
        "facts": [_fact(change) for change in row.facts],
    }


def _side(row: RowReport | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "row": row.row,
        "verdict": row.verdict,
        "argued": row.argued,
        "edition": edition_of(row.edition) if row.edition else None,
        "pointer": row.pointer,
        "line": row.line,
    }


def outcome_of(change: OutcomeChange) -> dict[str, Any]:
    """Return a criterion and what it came to before and now."""
    criterion = change.criterion
    return {
        "code": criterion.code,
        "name": criterion.name,
        "blocking": criterion.blocking,
        "before": change.before,
        "after": change.after,
        "argued_before": change.argued_before,
        "argued_after": change.argued_after,
        "trend": change.trend,
        "citation": str(criterion.citation),
        "confidence": criterion.confidence,
    }


def _fact(change: FactChange) -> dict[str, Any]:
    return {
        "fact": change.fact.name,
        "label": change.fact.label,
        "unit": change.fact.unit,
        "before": change.before,
        "after": change.after,
        "side": change.side,
        "decides": list(change.codes),
        "dropped": change.dropped,
        "material": change.material,
    }
