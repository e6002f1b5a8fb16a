"""The clocks of a request, for people: each with its days, one by one, and on what authority.

The words here serve ``clock_json`` too.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from .context import NOTICE
from .lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ..errors import Problem
    from ..law import Clock, Counted, Moment, Reading, Receipt, Timing

TITLE = "Clocks of utilization review (UR) and independent medical review (IMR)"
_EVENTS = {
    "received": "receipt of the request",
    "recommended": "the physician's recommendation",
    "decision": "the decision",
    "served": "service of the written decision",
    "earlier_decision": "the earlier decision",
}
_DAY_0 = {
    "received": "received",
    "recommended": "recommended",
    "decision": "decided",
    "served": "served",
    "earlier_decision": "decided",
}
_ASKED = {
    "received": "--received",
    "recommended": "--recommended",
    "decision": "--decision",
    "served": "--decision or --served",
    "earlier_decision": "submission.earlier_decision in the file",
}
_UNITS = {"business_days": "business day", "days": "day", "hours": "hour", "months": "month"}
_ZONE_WORDS = "Pacific time"
_DENIED = "It only runs if the decision denies or modifies."


class Answer(NamedTuple):
    """The clocks, and where what they run from was read. ``path`` is empty without a file."""

    timing: Timing
    path: str = ""
    remarks: tuple[str, ...] = ()


# Words that both formats share


def rule_of(clock: Clock) -> str:
    """Return the rule of a clock: so many days from what."""
    plural = "" if clock.number == 1 else "s"
    return f"{clock.number} {_UNITS[clock.unit]}{plural} from {_EVENTS[clock.runs_from]}"


def mark_of(clock: Clock) -> str:
    """Return how sure a clock is."""
    sure = clock.confidence + (" in a secondary source only" if clock.secondary else "")
    return f"{sure} from {clock.starts}" if clock.starts and sure == "verified" else sure


def problem_of(found: Reading, timing: Timing) -> str:
    """Return why a clock cannot be counted, or nothing if it can."""
    if not found.outside:
        return ""
    years = timing.law.calendar.years
    return (
        f"It cannot be counted: the holidays of {found.outside} are not in the table, which has "
        f"{min(years)} to {max(years)}."
    )


def notes_of(found: Reading, timing: Timing) -> Iterator[str]:
    """Yield what has to be known of a clock beside its rule."""
    if found.kept is not None:
        yield "The decision came in time." if found.kept else "The decision came after that."
    if found.clock.after_denial and found.clock.runs_from != "earlier_decision":
        yield _DENIED
    yield from found.notes
    if found.clock.note:
        yield found.clock.note
    if problem := problem_of(found, timing):
        yield problem


def arrival_of(receipt: Receipt, timing: Timing) -> str:
    """Return why a request counts from a later day than it arrived, or what is not known of it."""
    rule = timing.law.receipt
    said = f"({rule.citation}, {rule.confidence})"
    if timing.case.kind not in rule.kinds:
        return f"It counts from the moment it arrives, at whatever time of day {said}."
    if receipt.reason == "after_closing":
        return (
            f"It arrived after {rule.closes:%H:%M} {_ZONE_WORDS}: it counts as received on the "
            f"next business day {said}. {rule.note}"
        )
    if receipt.reason:
        return (
            f"It arrived on a day that is no business day: it counts from the next one "
            f"({rule.weekend_confidence})."
        )
    if not isinstance(receipt.arrived, datetime):
        return (
            f"No time of day is given: taken as not after {rule.closes:%H:%M} {_ZONE_WORDS}. What "
            f"arrives later counts as received on the next business day {said}."
        )
    return ""


def moment_of(moment: Moment) -> str:
    """Return a day or a time for people."""
    form = "%a %Y-%m-%d %H:%M" if isinstance(moment, datetime) else "%a %Y-%m-%d"
    return moment.strftime(form)


# Paragraphs


def lines(answer: Answer, version: str) -> Iterator[Line]:
    """Yield the clocks of a case."""
    timing = answer.timing
    yield Line(TITLE, style="bold", hang=2)
    yield from (Line(words, 2, hang=2) for words in _head(answer))
    if timing.receipt:
        yield from _receipt(timing.receipt, timing)
    for found in timing.readings:
        if found.since is not None:
            yield Line("")
            yield from _reading(found, timing)
    yield from _waiting(timing)
    yield Line("")
    yield from (Line(words, 2, "dim", 2) for words in _tables(timing))
    yield Line(f"imr-check {version}. {NOTICE}", style="dim")


def _head(answer: Answer) -> Iterator[str]:
    timing, case = answer.timing, answer.timing.case
    kind = f"{case.kind.capitalize()} review" + (
        " of a request under the drug formulary" if case.formulary else ""
    )
    yield f"{kind}. All times are {_ZONE_WORDS}."
    found = timing.decision_due
    if found and found.due:
        yield f"Decision due by {moment_of(found.due)}{_or_sooner(timing)}."
    yield from answer.remarks
    yield from timing.left_out


def _or_sooner(timing: Timing) -> str:
    """Return what may come before the day that is known, and how to find out."""
    waiting = [found.clock for found in timing.readings if found.since is None]
    return "".join(
        f", or sooner if {rule_of(clock)} are over before that (give {_ASKED[clock.runs_from]})"
        for clock in waiting
        if clock.runs_from in ("received", "recommended")
    )


def _receipt(receipt: Receipt, timing: Timing) -> Iterator[Line]:
    yield Line("")
    yield Line(f"Received: {moment_of(receipt.arrived)}", 2, "bold", 2)
    if words := arrival_of(receipt, timing):
        yield Line(words, 4, hang=2)
    yield from _days(receipt.days, last="counts from here")


def _reading(found: Reading, timing: Timing) -> Iterator[Line]:
    clock, until = found.clock, "until" if found.clock.unit == "months" else "by"
    ends = f"{until} {moment_of(found.due)}" if found.due else "cannot be counted"
    sure = "" if found.verified or not found.due else " (unverified)"
    style = "bold" if found.due else "bold red"
    yield Line(f"{clock.title}: {ends}{sure}", 2, style, 2)
    yield Line(f"{rule_of(clock)}. {clock.citation}, {mark_of(clock)}.", 4, hang=2)
    if clock.unit == "business_days":
        rule = timing.law.business_day
        words = f"Business days: {rule.citation}, {rule.confidence} from {rule.starts}."
        yield Line(words, 4, hang=2)
    yield from (Line(words, 4, hang=2) for words in notes_of(found, timing))
    first = _DAY_0[clock.runs_from]
    if clock.unit == "days" and found.days:
        yield from _days(found.days[:1], first)
        yield Line("...     every day counts, weekends and holidays too", 6)
        yield from _days(found.days[-1:], last="last day")
    elif found.days:
        yield from _days(found.days, first, "last day")
    elif found.due and found.since:
        yield Line(f"begins  {moment_of(found.since)}", 6)
        yield Line(f"ends    {moment_of(found.due)}", 6)


def _days(days: Sequence[Counted], first: str = "", last: str = "") -> Iterator[Line]:
    for place, each in enumerate(days, 1):
        number = "-" if each.number is None else f"day {each.number}"
        words = each.why or (first if place == 1 else "") or (last if place == len(days) else "")
        text = f"{number:7} {moment_of(each.day)}  {words}".rstrip()
        yield Line(text, 6, "dim" if each.why else "", 8)


def _waiting(timing: Timing) -> Iterator[Line]:
    waiting = [found.clock for found in timing.readings if found.since is None]
    if waiting:
        yield Line("")
        yield Line("Not running yet:", 2, "bold")
    for clock in waiting:
        words = f"- {clock.title}: {rule_of(clock)} ({clock.citation}, {mark_of(clock)})"
        yield Line(f"{words}. Give {_ASKED[clock.runs_from]}.", 4, hang=2)


def _tables(timing: Timing) -> Iterator[str]:
    for table in timing.years:
        yield f"Holidays of {table.year}: {table.confidence}. {table.note}"
    for day, name in sorted(timing.law.calendar.extra.items()):
        yield f"Day off that you added: {_named(day, name)}."


def _named(day: date, name: str) -> str:
    return f"{moment_of(day)}, {name}"


def refused(path: str, problems: Iterable[Problem]) -> Iterator[Line]:
    """Yield what is wrong with a file."""
    yield Line(f"{path}: cannot be read", style="bold red", whole=True)
    for problem in problems:
        place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
        yield Line(place + problem.message, 2, hang=2)
