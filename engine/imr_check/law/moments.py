"""Days and times of day. A time without a zone is that of the place the law speaks of."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Moment = date | datetime
"""A day, or a day with the local time of day; never with a zone."""


class ZoneMissingError(Exception):
    """This machine has no time zone data."""


def day_of(moment: Moment) -> date:
    """Return the day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def in_zone(moment: datetime, name: str) -> datetime:
    """Return the local time of a moment that has a zone. Raises :class:`ZoneMissingError`."""
    return moment.astimezone(_zone(name)).replace(tzinfo=None)


def hours_later(moment: datetime, hours: int, name: str) -> datetime:
    """Return the local time when so many hours have passed, whatever the clocks did meanwhile.

    Raises :class:`ZoneMissingError`.
    """
    then = moment.replace(tzinfo=_zone(name)).astimezone(UTC) + timedelta(hours=hours)
    return in_zone(then, name)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ZoneMissingError(name) from None
