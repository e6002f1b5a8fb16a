"""Read the rules of the formulary and the excerpt of the list that ship with a guideline pack."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from ..errors import GuidelineError
from ..guideline.yaml_file import read_yaml
from .model import DrugList, Entry, Rule, Rules, Version

if TYPE_CHECKING:
    from ..guideline.model import Confidence
    from .model import Listed

_FOLDER = "formulary"
_CONFIDENCES = ("verified", "determination", "letter", "unverified")
_NOT_NUMBERS = frozenset({"cites", "confidence", "dispensed_from", "injuries_before"})
_ENTRY_KEYS = frozenset(
    {"drug", "brands", "status", "special_fill_days", "perioperative_days", "version"}
) | {"confidence", "source", "note"}


def has_formulary(folder: str) -> bool:
    """Whether a pack in this folder brings the rules of the formulary."""
    return os.path.exists(os.path.join(folder, _FOLDER, "rules.yaml"))


def read_rules(folder: str) -> Rules:
    """Return the rules in the folder of a pack; GuidelineError if something is wrong."""
    path = os.path.join(folder, _FOLDER, "rules.yaml")
    _, raw = read_yaml(path)
    try:
        return Rules(
            first_day=_day(raw["formulary"]["dispensed_from"]),
            applies=_rule(raw["formulary"]),
            statuses={name: _rule(each) for name, each in raw["statuses"].items()},
            physician_dispensed=_rule(
                raw["physician_dispensed"], "visit_within_days", "supply_days"
            ),
            special_fill=_rule(raw["special_fill"], "visit_within_days"),
            perioperative_fill=_rule(raw["perioperative_fill"], "days_before", "days_after"),
            brand_name=_rule(raw["brand_name"]),
            transition=_rule(raw["transition"]),
            older_injury=_day(raw["transition"]["injuries_before"]),
            versions=tuple(_version(each) for each in raw["versions"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GuidelineError(f"{path}: {type(error).__name__} {error}") from None


def read_excerpt(folder: str) -> DrugList:
    """Return the few entries that ship with a pack, each with its version and its source."""
    path = os.path.join(folder, _FOLDER, "excerpt.yaml")
    _, raw = read_yaml(path)
    try:
        entries = tuple(_entry(each) for each in raw["entries"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GuidelineError(f"{path}: {type(error).__name__} {error}") from None
    return DrugList("the excerpt that ships with imr-check", entries, is_excerpt=True)


def _rule(raw: dict[str, Any], *needed: str) -> Rule:
    numbers = {key: _number(key, raw[key]) for key in raw if key not in _NOT_NUMBERS}
    if set(numbers) != set(needed):
        raise ValueError(f"expected the numbers {', '.join(needed) or 'none'}")
    return Rule(_text(raw["cites"]), _confidence(raw), numbers)


def _version(raw: dict[str, Any]) -> Version:
    starts = None if raw["from"] is None else _day(raw["from"])
    return Version(_text(raw["version"]), starts, _confidence(raw), raw.get("source", ""))


def _entry(raw: dict[str, Any]) -> Entry:
    if unknown := set(raw) - _ENTRY_KEYS:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    if raw["status"] not in ("exempt", "non_exempt"):
        raise ValueError("a status is exempt or non_exempt")

    def days(key: str) -> int | None:
        return _number(key, raw[key]) if key in raw else None

    return Entry(
        drug=_text(raw["drug"]),
        status=cast("Listed", raw["status"]),
        brands=tuple(map(_text, raw.get("brands", ()))),
        special_fill_days=days("special_fill_days"),
        perioperative_days=days("perioperative_days"),
        note=raw.get("note", ""),
        confidence=_confidence(raw),
        source=_text(raw["source"]),
        version=_text(raw["version"]) if "version" in raw else None,
    )


def _confidence(raw: dict[str, Any]) -> Confidence:
    if raw["confidence"] not in _CONFIDENCES:
        raise ValueError(f"confidence is one of {', '.join(_CONFIDENCES)}")
    return cast("Confidence", raw["confidence"])


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise ValueError("a day is written as year-month-day")
    return value


def _number(key: str, value: Any) -> int:
    if type(value) is not int or not 0 < value <= 90:
        raise ValueError(f"{key}: expected a whole number of days from 1 to 90")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected text")
    return value
