"""Two editions compared, as JSON; its schema ships as ``edition_comparison.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..explaining import in_force
from .comparison_json import outcome_of
from .context import NOTICE
from .edition_comparison import DATES_DECIDE
from .questions_json import edition_of, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..edition_comparison import (
        CriterionChange,
        EditionComparison,
        RequestUnder,
        RowUnder,
        Side,
        Treatment,
        TreatmentChange,
    )
    from ..guideline.model import Criterion, Limit
    from ..guideline.pack import Listing
    from ..report import RowReport
    from .context import Context

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def to_dict(
    found: EditionComparison, requests: Iterable[RequestUnder] | None, context: Context
) -> dict[str, Any]:
    """Return the comparison as JSON data; ``requests`` is null where none was given."""
    given = None if requests is None else [_request(each) for each in requests]
    return {
        "version": FORMAT,
        "imr_check": context.version,
        "engine": context.engine,
        "notice": NOTICE,
        "dates_decide": DATES_DECIDE,
        "before": _side(found.before),
        "after": _side(found.after),
        "differs": found.differs,
        "only_before": [_treatment(each) for each in found.only_before],
        "only_after": [_treatment(each) for each in found.only_after],
        "both": [_both(each) for each in found.both],
        "requests": given,
    }


def _side(side: Side) -> dict[str, Any]:
    edition = side.edition
    return {
        "pack": side.pack.name,
        "pack_version": side.pack.version,
        "id": edition.id,
        "title": edition.title,
        "citation": str(edition.citation),
        "in_force": in_force(edition),
        "confidence": edition.confidence,
    }


def _treatment(treatment: Treatment) -> dict[str, Any]:
    return {
        "kind": treatment.kind,
        "treatment": treatment.title,
        "criteria": treatment.criteria,
    }


def _both(change: TreatmentChange) -> dict[str, Any]:
    return {
        "treatments": [{"kind": each.kind, "treatment": each.title} for each in change.treatments],
        "differs": change.differs,
        "before": _scope(change.before),
        "after": _scope(change.after),
        "added": [_criterion(each) for each in change.added],
        "removed": [_criterion(each) for each in change.removed],
        "changed": [_changed(each) for each in change.changed],
        "unchanged": change.unchanged,
    }


def _scope(listing: Listing) -> dict[str, Any]:
    return {"path": listing.path, "regions": sorted(listing.regions)}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "name": criterion.name,
        "statement": criterion.statement,
        "severity": criterion.severity,
        "citation": str(criterion.citation),
        "confidence": criterion.confidence,
    }


def _changed(change: CriterionChange) -> dict[str, Any]:
    return {
        "code": change.after.code,
        "name": change.after.name,
        "only_cited_elsewhere": change.only_cited_elsewhere,
        "parts": [each._asdict() for each in change.parts],
        "limits": [
            {"name": each.name, "before": _limit(each.before), "after": _limit(each.after)}
            for each in change.limits
        ],
        "logic": [
            {"part": each.part, "before": list(each.before), "after": list(each.after)}
            for each in change.logic
        ],
    }


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {"value": limit.value, "unit": limit.unit, "confidence": limit.confidence}


def _request(found: RequestUnder) -> dict[str, Any]:
    return {
        "path": found.report.path,
        "differs": found.differs,
        "rows": [_row(row) for row in found.rows],
        "errors": [problem_of(problem) for problem in found.report.errors],
    }


def _row(row: RowUnder) -> dict[str, Any]:
    known, governs = row.row, row.governs and row.governs.edition
    return {
        "row": known.row,
        "treatment": known.treatment,
        "kind": known.kind,
        "pointer": known.pointer,
        "line": known.line,
        "differs": row.differs,
        "governs": edition_of(governs) | {"reason": governs.reason} if governs else None,
        "before": _verdict(row.before),
        "after": _verdict(row.after),
        "criteria": [outcome_of(change) for change in row.outcomes],
        "left_out": [outcome_of(change) for change in row.left_out],
    }


def _verdict(row: RowReport | None) -> dict[str, Any]:
    return {
        "verdict": row.verdict if row else "no_criteria",
        "argued": row.argued if row else False,
        "has_criteria": row is not None and row.edition is not None,
    }
