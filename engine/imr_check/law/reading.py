"""Read the ``law`` folder of a guideline pack: the clocks, and the holidays by year."""

from __future__ import annotations

import os
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from ..errors import GuidelineError
from ..guideline.model import Confidence
from ..guideline.yaml_file import read_yaml
from .calendar import Calendar, HolidayYear
from .clocks import BusinessDay, Clock, Event, Kind, Law, ReceiptRule, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_CLOCKS, _HOLIDAYS = "clocks.yaml", "holidays.yaml"
_OBSERVED = "observed"
_More = TypeVar("_More")
_Read = TypeVar("_Read")


def has_law(folder: str) -> bool:
    """Whether a pack has clocks."""
    return os.path.isfile(os.path.join(folder, "law", _CLOCKS))


def read_law(folder: str, extra: Mapping[date, str] | None = None) -> Law:
    """Return the clocks of the pack in ``folder``. ``extra`` are further days off, with a name.

    Raises :class:`~imr_check.errors.GuidelineError` if a file is not as it should be.
    """
    clocks, holidays = (os.path.join(folder, "law", name) for name in (_CLOCKS, _HOLIDAYS))
    return _in(clocks, _law, _in(holidays, _calendar, extra))


def _in(path: str, read: Callable[[dict[str, Any], _More], _Read], more: _More) -> _Read:
    _, raw = read_yaml(path)
    try:
        return read(raw, more)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GuidelineError(
            f"{path}: not as it should be: {type(error).__name__} {error}"
        ) from None


def _law(raw: dict[str, Any], calendar: Calendar) -> Law:
    business_day, receipt = raw["business_day"], raw["receipt"]
    return Law(
        clocks=tuple(map(_clock, raw["clocks"])),
        business_day=BusinessDay(
            citation=business_day["cites"],
            confidence=_one_of(Confidence, business_day["confidence"]),
            starts=business_day["from"],
            before=business_day["before"].strip(),
        ),
        receipt=ReceiptRule(
            closes=time.fromisoformat(receipt["closes"]),
            zone=receipt["zone"],
            kinds=_all_of(Kind, receipt["kinds"]),
            citation=receipt["cites"],
            confidence=_one_of(Confidence, receipt["confidence"]),
            note=receipt["note"].strip(),
            weekend=receipt["weekend"]["note"].strip(),
            weekend_confidence=_one_of(Confidence, receipt["weekend"]["confidence"]),
        ),
        calendar=calendar,
    )


def _clock(raw: dict[str, Any]) -> Clock:
    count = raw["count"]
    if type(count) is not int or count < 1:
        raise ValueError(f"{raw['id']}: count must be a whole number from 1")
    known = {*Clock._fields, "count", "cites", "from"} - {"number", "citation", "starts"}
    if unknown := raw.keys() - known:
        raise ValueError(f"{raw['id']}: unknown key {min(unknown)}")
    return Clock(
        id=raw["id"],
        title=raw["title"],
        runs_from=_one_of(Event, raw["runs_from"]),
        number=count,
        unit=_one_of(Unit, raw["unit"]),
        citation=raw["cites"],
        confidence=_one_of(Confidence, raw["confidence"]),
        kinds=_all_of(Kind, raw.get("kinds", get_args(Kind))),
        formulary=raw.get("formulary"),
        after_denial=raw.get("after_denial", False),
        secondary=raw.get("secondary", False),
        starts=raw.get("from"),
        before=raw.get("before", "").strip(),
        note=raw.get("note", "").strip(),
        left_out=raw.get("left_out", "").strip(),
    )


def _one_of(words: Any, word: Any) -> Any:
    if word not in get_args(words):
        raise ValueError(f"{word} is not one of {', '.join(get_args(words))}")
    return word


def _all_of(words: Any, given: Iterable[Any]) -> Any:
    return tuple(_one_of(words, word) for word in given)


def _calendar(raw: dict[str, Any], extra: Mapping[date, str] | None) -> Calendar:
    names = raw["names"]
    years = {
        year: HolidayYear(
            year,
            {day: _name(word, names) for day, word in listed["days"].items()},
            _one_of(Confidence, listed["confidence"]),
            (listed.get("list") or raw["note"]).strip(),
        )
        for year, listed in raw["years"].items()
    }
    for year, table in years.items():
        if any(type(day) is not date or day.year != year for day in table.names):
            raise ValueError(f"a day of {year} is not a date of that year")
    return Calendar(years, extra)


def _name(word: str, names: dict[str, str]) -> str:
    key, _, observed = word.partition(" ")
    if observed not in ("", _OBSERVED):
        raise ValueError(f"{word}: expected a name, or a name and {_OBSERVED}")
    return f"{names[key]} ({observed})" if observed else names[key]
