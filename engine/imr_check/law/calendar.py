"""Business days: neither a weekend nor a holiday of the table. A year without one is no guess."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..guideline.model import Confidence

_WEEKEND = {5: "Saturday", 6: "Sunday"}
_DAY = timedelta(days=1)


class OutsideTableError(Exception):
    """A count came to a year whose holidays are not in the table."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"the holidays of {year} are not in the table")


class HolidayYear(NamedTuple):
    """The holidays of one year by day, and how sure they are."""

    year: int
    names: Mapping[date, str]
    confidence: Confidence
    note: str


class Counted(NamedTuple):
    """One day that a count came by. A day that is skipped has no number; ``why`` says why."""

    day: date
    number: int | None
    why: str = ""


class Calendar:
    """The holidays of some years. ``extra`` are days off that the table does not have."""

    def __init__(
        self, years: Mapping[int, HolidayYear], extra: Mapping[date, str] | None = None
    ) -> None:
        self.years = years
        self.extra = extra or {}

    def closed(self, day: date) -> str:
        """Return why a day is no business day, or nothing if it is one.

        Raises :class:`OutsideTableError` for a day of a year that is not in the table.
        """
        year = self.years.get(day.year)
        if year is None:
            raise OutsideTableError(day.year)
        found = (_WEEKEND.get(day.weekday()), year.names.get(day), self.extra.get(day))
        return ", ".join(filter(None, found))

    def on_or_after(self, day: date) -> tuple[Counted, ...]:
        """Return the days from this one to the first business day, which comes last."""
        days = []
        while why := self.closed(day):
            days.append(Counted(day, None, why))
            day += _DAY
        return (*days, Counted(day, None))

    def count(self, start: date, number: int) -> tuple[Counted, ...]:
        """Return the days from ``start``, which is day 0, to the business day with that number."""
        days = [Counted(start, 0)]
        reached = 0
        while reached < number:
            day = days[-1].day + _DAY
            why = self.closed(day)
            reached += not why
            days.append(Counted(day, None if why else reached, why))
        return tuple(days)


def every_day(start: date, number: int) -> tuple[Counted, ...]:
    """Return the days from ``start``, which is day 0, to the day with that number."""
    return tuple(Counted(start + _DAY * each, each) for each in range(number + 1))
