"""Drugs and the formulary as JSON; its schema ships as ``schemas/formulary.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .context import NOTICE

if TYPE_CHECKING:
    from datetime import date

    from ..formulary import Answer, DrugList, Entry, Fill, Version
    from .formulary import Looked

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def to_dict(looked: Looked, version: str) -> dict[str, Any]:
    """Return the answers as JSON data."""
    case = looked.case
    return {
        "version": FORMAT,
        "imr_check": version,
        "notice": NOTICE,
        "on": case.on.isoformat(),
        "injury": _day(case.injury),
        "surgery": _day(case.surgery),
        "days_supply": case.days_supply,
        "list": _list(looked.listed),
        "version_in_force": _version(looked.newest),
        "drugs": [_answer(answer) for answer in looked.answers],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _list(listed: DrugList) -> dict[str, Any]:
    return {
        "title": listed.title,
        "version": listed.version,
        "effective": _day(listed.effective),
        "entries": len(listed.entries),
        "excerpt": listed.is_excerpt,
    }


def _version(version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "version": version.name,
        "from": _day(version.starts),
        "confidence": version.confidence,
        "source": version.source,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "drug": answer.drug,
        "status": answer.status,
        "review": answer.review,
        "why": answer.why,
        "conditions": list(answer.conditions),
        "fills": [_fill(fill) for fill in answer.fills],
        "notes": list(answer.notes),
        "citation": answer.citation,
        "confidence": answer.confidence,
        "source": answer.source,
        "entries": [_entry(entry) for entry in answer.entries],
    }


def _fill(fill: Fill) -> dict[str, Any]:
    return fill._asdict()


def _entry(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "brands": list(entry.brands)}
