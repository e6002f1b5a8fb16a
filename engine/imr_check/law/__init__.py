"""The clocks of utilization review and independent medical review: dates in, dates out.

It knows nothing of requests and reads no clock. Every number of days and every holiday comes from
the ``law`` folder of a guideline pack.
"""

from __future__ import annotations

from .calendar import Calendar, Counted, HolidayYear, OutsideTableError
from .clocks import Case, Clock, Kind, Law, Reading, Receipt, Timing, timing
from .moments import Moment, ZoneMissingError, in_zone
from .reading import has_law, read_law

__all__ = [
    "Calendar",
    "Case",
    "Clock",
    "Counted",
    "HolidayYear",
    "Kind",
    "Law",
    "Moment",
    "OutsideTableError",
    "Reading",
    "Receipt",
    "Timing",
    "ZoneMissingError",
    "has_law",
    "in_zone",
    "read_law",
    "timing",
]
