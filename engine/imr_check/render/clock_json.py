"""The clocks of a request as JSON; its schema ships as ``schemas/clock.schema.json``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .clock import arrival_of, mark_of, notes_of, problem_of, rule_of
from .context import NOTICE
from .questions_json import problem_of as fault_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..errors import Problem
    from ..law import Counted, HolidayYear, Law, Moment, Reading, Receipt, Timing
    from .clock import Answer

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def to_dict(answer: Answer, version: str) -> dict[str, Any]:
    """Return the clocks as JSON data."""
    timing = answer.timing
    due = timing.decision_due
    return _head(version, answer.path) | {
        "kind": timing.case.kind,
        "formulary": timing.case.formulary,
        "remarks": [*answer.remarks, *timing.left_out],
        "received": _receipt(timing.receipt, timing) if timing.receipt else None,
        "decision_due": _moment(due.due) if due else None,
        "clocks": [_reading(found, timing) for found in timing.readings],
        "rules": _rules(timing.law),
        "holidays": [_table(table) for table in timing.years],
        "added_holidays": [
            {"date": day.isoformat(), "name": name}
            for day, name in sorted(timing.law.calendar.extra.items())
        ],
        "errors": [],
    }


def refused(path: str, problems: Iterable[Problem], version: str) -> dict[str, Any]:
    """Return what is wrong with a file, in the same shape."""
    return _head(version, path) | {
        "kind": None,
        "formulary": False,
        "remarks": [],
        "received": None,
        "decision_due": None,
        "clocks": [],
        "rules": None,
        "holidays": [],
        "added_holidays": [],
        "errors": [fault_of(problem) for problem in problems],
    }


def _head(version: str, path: str) -> dict[str, Any]:
    return {"version": FORMAT, "imr_check": version, "notice": NOTICE, "path": path or None}


def _moment(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat()


def _receipt(receipt: Receipt, timing: Timing) -> dict[str, Any]:
    return {
        "arrived": _moment(receipt.arrived),
        "counts_from": _moment(receipt.counts_from),
        "reason": receipt.reason or None,
        "note": arrival_of(receipt, timing),
        "days": [_day(day) for day in receipt.days],
    }


def _reading(found: Reading, timing: Timing) -> dict[str, Any]:
    clock = found.clock
    waits = "waiting" if found.since is None else "cannot_be_counted"
    return {
        "id": clock.id,
        "title": clock.title,
        "rule": rule_of(clock),
        "runs_from": clock.runs_from,
        "count": clock.number,
        "unit": clock.unit,
        "state": "counted" if found.due else waits,
        "since": _moment(found.since),
        "due": _moment(found.due),
        "days": [_day(day) for day in found.days],
        "kept": found.kept,
        "after_denial": clock.after_denial,
        "citation": clock.citation,
        "confidence": clock.confidence,
        "mark": mark_of(clock),
        "secondary_source": clock.secondary,
        "verified_from": clock.starts.isoformat() if clock.starts else None,
        "verified": found.verified,
        "problem": problem_of(found, timing) or None,
        "notes": list(notes_of(found, timing)),
    }


def _day(day: Counted) -> dict[str, Any]:
    return {
        "date": day.day.isoformat(),
        "weekday": f"{day.day:%A}",
        "number": day.number,
        "skipped": day.why or None,
    }


def _rules(law: Law) -> dict[str, Any]:
    days, receipt = law.business_day, law.receipt
    return {
        "business_day": {
            "citation": days.citation,
            "confidence": days.confidence,
            "verified_from": days.starts.isoformat(),
        },
        "receipt": {
            "citation": receipt.citation,
            "confidence": receipt.confidence,
            "closes": f"{receipt.closes:%H:%M}",
            "zone": receipt.zone,
        },
    }


def _table(table: HolidayYear) -> dict[str, Any]:
    return {"year": table.year, "confidence": table.confidence, "note": table.note}
