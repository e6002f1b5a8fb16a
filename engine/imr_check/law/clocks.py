"""How each clock runs: from which event, over which days, until when, and how sure that is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from .calendar import Calendar, Counted, HolidayYear, OutsideTableError, every_day
from .moments import Moment, ZoneMissingError, day_of, hours_later, months_later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..guideline.model import Confidence

Kind = Literal["prospective", "concurrent", "expedited", "retrospective"]
"""How a request is reviewed."""
Event = Literal["received", "recommended", "decision", "served", "earlier_decision"]
"""What a clock runs from."""
Unit = Literal["business_days", "days", "hours", "months"]

_DAY_HOURS = 24


# The law, as data


class Clock(NamedTuple):
    """One time limit: so many units from an event."""

    id: str
    title: str
    runs_from: Event
    number: int
    unit: Unit
    citation: str
    confidence: Confidence
    kinds: tuple[Kind, ...]
    """The reviews that it concerns."""
    formulary: bool | None = None
    """Only for requests under the drug formulary, only for others, or for both."""
    after_denial: bool = False
    """It only runs if the decision denies or modifies."""
    secondary: bool = False
    """Read in a secondary source only."""
    starts: date | None = None
    """The first day for which it is verified, where that is known."""
    before: str = ""
    """What is not known of earlier days."""
    note: str = ""
    left_out: str = ""
    """What is said where it does not run because of the formulary."""


class BusinessDay(NamedTuple):
    """The rule on what is a business day."""

    citation: str
    confidence: Confidence
    starts: date
    before: str


class ReceiptRule(NamedTuple):
    """The rule on when a request counts as received."""

    closes: time
    zone: str
    kinds: tuple[Kind, ...]
    """The reviews that it concerns. The others count from the moment of arrival."""
    citation: str
    confidence: Confidence
    note: str
    weekend: str
    """What is said of a request that arrives on a day that is no business day."""
    weekend_confidence: Confidence


class Law(NamedTuple):
    """The clocks, the two rules that they share, and the holidays."""

    clocks: tuple[Clock, ...]
    business_day: BusinessDay
    receipt: ReceiptRule
    calendar: Calendar


# A case, and how its clocks stand


class Case(NamedTuple):
    """What happened so far, in local time. What is not known is None."""

    kind: Kind = "prospective"
    formulary: bool = False
    received: Moment | None = None
    """When the request arrived, with the information needed to decide."""
    recommended: date | None = None
    decision: Moment | None = None
    served: date | None = None
    """Day on which the written decision was served on the employee."""
    earlier_decision: date | None = None
    """Day of an earlier denial or modification of the same treatment."""


class Receipt(NamedTuple):
    """When a request arrived, and when it counts as received."""

    arrived: Moment
    counts_from: Moment | None
    """Day 0, or the moment of arrival where it counts. None if the table has no such year."""
    reason: Literal["", "after_closing", "not_a_business_day"] = ""
    """Why it counts from a later day. That a day is no business day is our reading of the rule."""
    days: tuple[Counted, ...] = ()
    """From the day of arrival to day 0, if that is a later one."""
    outside: int | None = None
    """The year that is not in the table of holidays."""


class Reading(NamedTuple):
    """How one clock stands. ``due`` is None if its event is unknown, or if it cannot be counted."""

    clock: Clock
    since: Moment | None
    due: Moment | None = None
    days: tuple[Counted, ...] = ()
    outside: int | None = None
    """The year that is not in the table of holidays, so that the days cannot be counted."""
    verified: bool = False
    """Whether rule and definition of its days are verified for these days; holidays stand apart."""
    kept: bool | None = None
    """Whether the decision came in time, if that can be told."""
    notes: tuple[str, ...] = ()


class Timing(NamedTuple):
    """All clocks of a case, and the holiday tables that they were counted by."""

    case: Case
    law: Law
    receipt: Receipt | None
    readings: tuple[Reading, ...]
    years: tuple[HolidayYear, ...]
    left_out: tuple[str, ...] = ()
    """What is said of clocks that do not run for this case."""

    @property
    def decision_due(self) -> Reading | None:
        """The clock that ends first of those for the decision; None if one cannot be counted."""
        found = [each for each in self.readings if each.clock.runs_from in _TO_DECIDE]
        if any(each.outside for each in found):
            return None
        ends = [(day_of(each.due), each) for each in found if each.due is not None]
        return min(ends, key=lambda end: end[0])[1] if ends else None

    @property
    def complete(self) -> bool:
        """Whether every clock whose event is known could be counted."""
        return not any(each.outside for each in self.readings)


_TO_DECIDE = ("received", "recommended")


def timing(law: Law, case: Case) -> Timing:
    """Return how every clock stands that concerns the case."""
    arrival = _receipt(law, case)
    readings = tuple(_readings(law, case, arrival))
    counted = [each.days for each in readings if each.clock.unit == "business_days"]
    counted += [arrival.days] if arrival else []
    years = sorted({day.day.year for days in counted for day in days})
    tables = tuple(law.calendar.years[year] for year in years if year in law.calendar.years)
    left_out = tuple(
        each.left_out
        for each in law.clocks
        if each.left_out and case.kind in each.kinds and not _concerns(each, case)
    )
    return Timing(case, law, arrival, readings, tables, left_out)


def _concerns(clock: Clock, case: Case) -> bool:
    return case.kind in clock.kinds and clock.formulary in (None, case.formulary)


def _receipt(law: Law, case: Case) -> Receipt | None:
    arrived = case.received
    if arrived is None:
        return None
    if case.kind not in law.receipt.kinds:
        return Receipt(arrived, arrived)
    late = isinstance(arrived, datetime) and arrived.time() > law.receipt.closes
    day = day_of(arrived)
    try:
        closed = law.calendar.closed(day)
        if not (closed or late):
            return Receipt(arrived, day)
        after = f"arrived after {law.receipt.closes:%H:%M}" if late else ""
        later = law.calendar.on_or_after(day + timedelta(days=1))
    except OutsideTableError as error:
        return Receipt(arrived, None, outside=error.year)
    days = (Counted(day, None, ", ".join(filter(None, (closed, after)))), *later)
    return Receipt(arrived, days[-1].day, "after_closing" if late else "not_a_business_day", days)


def _readings(law: Law, case: Case, arrival: Receipt | None) -> Iterator[Reading]:
    for clock in law.clocks:
        if _concerns(clock, case):
            yield _read(law, case, clock, arrival)
        if clock.id == "bar" and case.earlier_decision:
            yield _earlier(law, case, clock)


def _earlier(law: Law, case: Case, clock: Clock) -> Reading:
    title = "Bar after the earlier denial or modification"
    earlier = clock._replace(id="earlier_bar", title=title, runs_from="earlier_decision")
    found = _count(law, earlier, case.earlier_decision)
    if case.received is None or found.due is None:
        return found
    inside = day_of(case.received) <= day_of(found.due)
    note = (
        "This request comes within that time: it needs a documented change in the material facts."
        if inside
        else "This request comes after that day."
    )
    return found._replace(notes=(note, *found.notes))


def _read(law: Law, case: Case, clock: Clock, arrival: Receipt | None) -> Reading:
    event = clock.runs_from
    if event == "received":
        return _held_to_the_case(_from_receipt(law, clock, arrival), case)
    if event == "served":
        return _from_service(law, case, clock)
    return _held_to_the_case(_count(law, clock, getattr(case, event)), case)


def _from_receipt(law: Law, clock: Clock, arrival: Receipt | None) -> Reading:
    if arrival is None or arrival.outside:
        since, outside = (arrival.arrived, arrival.outside) if arrival else (None, None)
        return Reading(clock, since, outside=outside)
    found = _count(law, clock, arrival.counts_from)
    moved = bool(arrival.days) and clock.unit != "business_days"
    if moved and day_of(arrival.arrived) < law.business_day.starts:
        found = found._replace(verified=False, notes=(*found.notes, law.business_day.before))
    if arrival.reason != "not_a_business_day" or found.due is None:
        return found
    note = law.receipt.weekend
    literal = _count(law, clock, day_of(arrival.arrived)).due
    if literal:
        note += f" From the day of arrival itself, the last day would be {literal}."
    sure = found.verified and law.receipt.weekend_confidence == "verified"
    return found._replace(verified=sure, notes=(note, *found.notes))


def _from_service(law: Law, case: Case, clock: Clock) -> Reading:
    if case.served or case.decision is None:
        return _count(law, clock, case.served)
    found = _count(law, clock, day_of(case.decision))
    note = "No day of service is given: counted from the decision, which is never later."
    return found._replace(notes=(note, *found.notes))


def _held_to_the_case(found: Reading, case: Case) -> Reading:
    due = found.due
    if due is None or found.clock.runs_from not in _TO_DECIDE:
        return found
    if case.received and day_of(due) < day_of(case.received):
        note = "That day was over before the request arrived."
        found = found._replace(notes=(note, *found.notes))
    return found._replace(kept=_in_time(case.decision, due))


def _in_time(decision: Moment | None, due: Moment) -> bool | None:
    if decision is None:
        return None
    if isinstance(decision, datetime) and isinstance(due, datetime):
        return decision <= due
    same_day = day_of(decision) == day_of(due)
    # Within the last day the time of day decides, and one of the two is not known.
    return None if same_day and isinstance(due, datetime) else day_of(decision) <= day_of(due)


def _count(law: Law, clock: Clock, since: Moment | None) -> Reading:
    """Return a clock that runs from a moment, with the days counted."""
    if since is None:
        return Reading(clock, None)
    try:
        found = _COUNTS[clock.unit](law, clock, since)
    except OutsideTableError as error:
        return Reading(clock, since, outside=error.year)
    before = tuple(_before(law, clock, day_of(since)))
    return found._replace(
        verified=clock.confidence == "verified" and not before, notes=(*found.notes, *before)
    )


def _before(law: Law, clock: Clock, since: date) -> Iterator[str]:
    """Yield what is not verified of a clock since it ran before the rules it goes by."""
    if clock.starts and since < clock.starts:
        yield clock.before
    if clock.unit == "business_days" and since < law.business_day.starts:
        yield law.business_day.before


def _business_days(law: Law, clock: Clock, since: Moment) -> Reading:
    days = law.calendar.count(day_of(since), clock.number)
    return Reading(clock, since, days[-1].day, days)


def _days(_: Law, clock: Clock, since: Moment) -> Reading:
    days = every_day(day_of(since), clock.number)
    return Reading(clock, since, days[-1].day, days)


def _months(_: Law, clock: Clock, since: Moment) -> Reading:
    return Reading(clock, since, months_later(day_of(since), clock.number))


def _hours(law: Law, clock: Clock, since: Moment) -> Reading:
    if not isinstance(since, datetime):
        note = "No time of day is given: they end at the time of day at which they began."
        due = since + timedelta(days=-(-clock.number // _DAY_HOURS))
        return Reading(clock, since, due, notes=(note,))
    try:
        return Reading(clock, since, hours_later(since, clock.number, law.receipt.zone))
    except ZoneMissingError:
        note = (
            "This machine has no time zone data (pip install tzdata): a change of the clocks in "
            "between is not looked at."
        )
        return Reading(clock, since, since + timedelta(hours=clock.number), notes=(note,))


_COUNTS: dict[Unit, Callable[[Law, Clock, Moment], Reading]] = {
    "business_days": _business_days,
    "days": _days,
    "hours": _hours,
    "months": _months,
}
