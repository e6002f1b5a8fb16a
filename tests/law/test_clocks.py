"""The clocks: examples counted by hand, and what has to hold for every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_check.guideline.pack import installed_packs
from imr_check.law import Case, Law, Moment, Reading, Timing, ZoneMissingError, read_law, timing
from imr_check.law import moments as module
from imr_check.law.moments import day_of, hours_later, in_zone, months_later

LAW = read_law(installed_packs()[0].folder)
PACIFIC = LAW.receipt.zone
DAY = timedelta(days=1)


def moment(text: str) -> Moment:
    """Return a day, or a day and time."""
    return datetime.fromisoformat(text) if ":" in text else date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def clocks(**case: Any) -> dict[str, Reading]:
    return {found.clock.id: found for found in counted(**case).readings}


def counted(law: Law = LAW, **case: Any) -> Timing:
    return timing(law, Case(**case))


# Five business days, counted by hand


@pytest.mark.parametrize(
    ("received", "day_0", "due"),
    [
        # An ordinary week: Friday, then Monday to Thursday.
        ("2026-03-05 16:50", "2026-03-05", "2026-03-12"),
        # Half past five itself is in time; a minute later is the next business day.
        ("2026-03-05 17:30", "2026-03-05", "2026-03-12"),
        ("2026-03-05 17:31", "2026-03-06", "2026-03-13"),
        ("2026-03-06 17:31", "2026-03-09", "2026-03-16"),
        # Thanksgiving: Tu We, then Mo Tu We.
        ("2026-11-23", "2026-11-23", "2026-12-02"),
        ("2026-11-25 12:00", "2026-11-25", "2026-12-04"),
        # After closing time on the day before Thanksgiving: day 0 is the Monday after.
        ("2026-11-25 18:00", "2026-11-30", "2026-12-07"),
        # March 31 on a Tuesday; on a Sunday, with the Monday off.
        ("2026-03-27", "2026-03-27", "2026-04-06"),
        ("2024-03-28", "2024-03-28", "2024-04-05"),
        # Christmas on a Sunday, with the Monday off, and New Year on a Sunday.
        ("2022-12-22", "2022-12-22", "2022-12-30"),
        ("2022-12-27", "2022-12-27", "2023-01-04"),
        # Christmas and New Year on a Saturday: no other day is off.
        ("2021-12-22", "2021-12-22", "2021-12-29"),
        ("2021-12-27", "2021-12-27", "2022-01-03"),
        # July 4 on a Saturday; November 11 on a Saturday, with the Friday off.
        ("2026-06-29", "2026-06-29", "2026-07-06"),
        ("2023-11-06", "2023-11-06", "2023-11-14"),
        # A leap day.
        ("2024-02-26", "2024-02-26", "2024-03-04"),
        # A weekend and a holiday count from the next business day.
        ("2026-03-07 10:00", "2026-03-09", "2026-03-16"),
        ("2026-11-26", "2026-11-30", "2026-12-07"),
    ],
)
def test_five_business_days(received: str, day_0: str, due: str) -> None:
    found = counted(received=moment(received))
    assert found.receipt is not None
    assert found.receipt.counts_from == date.fromisoformat(day_0)
    (decision,) = (each for each in found.readings if each.clock.id == "decision")
    assert decision.due == date.fromisoformat(due)
    assert [day.number for day in decision.days if day.number is not None] == [0, 1, 2, 3, 4, 5]


def test_every_day_is_shown_with_why_it_is_skipped() -> None:
    found = clocks(received=date(2026, 11, 24))["decision"]
    assert [(f"{day.day:%m-%d}", day.number, day.why) for day in found.days] == [
        ("11-24", 0, ""),
        ("11-25", 1, ""),
        ("11-26", None, "Thanksgiving Day"),
        ("11-27", None, "Day after Thanksgiving"),
        ("11-28", None, "Saturday"),
        ("11-29", None, "Sunday"),
        ("11-30", 2, ""),
        ("12-01", 3, ""),
        ("12-02", 4, ""),
        ("12-03", 5, ""),
    ]


def test_a_weekend_is_our_reading_and_the_other_day_is_named() -> None:
    found = clocks(received=at("2026-03-07 10:00"))["decision"]
    assert not found.verified
    assert "From the day of arrival itself, the last day would be 2026-03-13." in found.notes[0]
    late = clocks(received=at("2026-03-07 18:00"))["decision"]
    assert (late.due, late.verified, late.notes) == (date(2026, 3, 16), True, ())


def test_concurrent_review_counts_from_arrival_at_any_time_of_day() -> None:
    assert clocks(received=at("2026-03-05 18:10"))["decision"].due == date(2026, 3, 13)
    found = clocks(kind="concurrent", received=at("2026-03-05 18:10"))["decision"]
    assert found.due == date(2026, 3, 12)


# The other clocks


def test_the_earlier_of_the_two_ends_is_when_the_decision_is_due() -> None:
    found = counted(received=date(2026, 3, 5), recommended=date(2026, 2, 24))
    assert found.decision_due is not None
    assert (found.decision_due.clock.id, found.decision_due.due) == (
        "decision_limit",
        date(2026, 3, 10),
    )
    found = counted(received=date(2026, 3, 5), recommended=date(2026, 3, 4))
    assert found.decision_due is not None
    assert found.decision_due.due == date(2026, 3, 12)


def test_a_limit_that_was_over_before_the_request_arrived() -> None:
    found = clocks(received=date(2026, 3, 5), recommended=date(2026, 2, 1))["decision_limit"]
    assert found.due == date(2026, 2, 15)
    assert "over before the request arrived" in found.notes[0]


def test_a_request_under_the_formulary_has_other_clocks() -> None:
    found = counted(received=date(2026, 3, 5), formulary=True, served=date(2026, 3, 12))
    ids = {each.clock.id: each for each in found.readings}
    assert "decision_limit" not in ids
    assert "imr" not in ids
    assert (ids["imr_formulary"].due, ids["imr_formulary"].verified) == (date(2026, 3, 22), False)
    assert "formulary" in found.left_out[0]
    assert counted(received=date(2026, 3, 5)).left_out == ()


def test_a_dispute_before_there_was_a_formulary() -> None:
    assert clocks(formulary=True, served=date(2018, 1, 1))["imr_formulary"].notes == ()
    (note,) = clocks(formulary=True, served=date(2017, 12, 31))["imr_formulary"].notes
    assert "2018-01-01" in note


def test_hours_pass_whatever_the_clocks_do() -> None:
    def due(text: str) -> Moment | None:
        return clocks(kind="expedited", received=at(text))["expedited"].due

    assert due("2026-04-01 09:00") == at("2026-04-04 09:00")
    assert due("2026-03-06 09:00") == at("2026-03-09 10:00")  # an hour was skipped on the 8th
    assert due("2026-10-30 09:00") == at("2026-11-02 08:00")  # one came twice on the 1st
    assert due("2026-11-26 22:00") == at("2026-11-29 22:00")  # weekends, holidays, closing time


def test_hours_from_a_day_without_a_time() -> None:
    found = clocks(kind="expedited", received=date(2026, 4, 1))["expedited"]
    assert found.due == date(2026, 4, 4)
    assert "No time of day is given" in found.notes[0]


def test_treatment_already_given() -> None:
    found = counted(kind="retrospective", received=at("2026-03-06 18:00"))
    (clock, *_) = found.readings
    assert (clock.clock.id, clock.due) == ("retrospective", date(2026, 4, 8))  # from Mon 03-09
    assert clock.clock.secondary


def test_notices_of_a_decision() -> None:
    found = clocks(decision=at("2026-11-25 15:00"))
    assert found["notice"].due == at("2026-11-26 15:00")
    assert found["written_notice"].due == date(2026, 12, 1)  # Mo and Tu after Thanksgiving
    assert "written_notice" not in clocks(kind="concurrent", decision=date(2026, 11, 25))


def test_imr_runs_from_service_and_the_bar_from_the_decision() -> None:
    found = clocks(decision=at("2026-03-12 16:00"), served=date(2026, 3, 16))
    assert found["imr"].due == date(2026, 4, 15)
    assert found["bar"].due == date(2027, 3, 12)
    found = clocks(decision=at("2026-03-12 16:00"))
    assert found["imr"].due == date(2026, 4, 11)
    assert "No day of service is given" in found["imr"].notes[0]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-12-01", 12, "2026-12-01"),
        ("2025-12-31", 2, "2026-02-28"),
    ],
)
def test_months(day: str, months: int, then: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_an_earlier_denial_bars_a_request_within_its_time() -> None:
    inside = clocks(received=date(2026, 3, 5), earlier_decision=date(2025, 3, 5))["earlier_bar"]
    assert inside.due == date(2026, 3, 5)
    assert "documented change" in inside.notes[0]
    after = clocks(received=date(2026, 3, 6), earlier_decision=date(2025, 3, 5))["earlier_bar"]
    assert "comes after" in after.notes[0]
    alone = clocks(earlier_decision=date(2025, 3, 5))["earlier_bar"]
    assert alone.notes == ()


# In time or not


@pytest.mark.parametrize(
    ("decision", "kept"), [("2026-03-12", True), ("2026-03-12 23:59", True), ("2026-03-13", False)]
)
def test_whether_a_decision_came_in_time(decision: str, kept: bool) -> None:
    found = clocks(received=date(2026, 3, 5), decision=moment(decision))
    assert found["decision"].kept is kept


@pytest.mark.parametrize(
    ("decision", "kept"),
    [
        ("2026-04-04 09:00", True),
        ("2026-04-04 09:01", False),
        ("2026-04-04", None),
        ("2026-04-03", True),
    ],
)
def test_whether_an_expedited_decision_came_in_time(decision: str, kept: bool | None) -> None:
    found = clocks(kind="expedited", received=at("2026-04-01 09:00"), decision=moment(decision))
    assert found["expedited"].kept is kept


# What is not known


def test_days_before_the_definition_are_counted_and_marked() -> None:
    before = clocks(received=date(2019, 12, 31))["decision"]
    after = clocks(received=date(2020, 1, 2))["decision"]
    assert (before.due, before.verified, len(before.notes)) == (date(2020, 1, 8), False, 1)
    assert (after.due, after.verified, after.notes) == (date(2020, 1, 9), True, ())


def test_a_receipt_that_moved_before_the_definition_is_marked_too() -> None:
    late = clocks(kind="retrospective", received=at("2019-03-08 18:00"))["retrospective"]
    assert (late.due, late.verified, len(late.notes)) == (date(2019, 4, 10), False, 1)
    early = clocks(kind="retrospective", received=at("2019-03-08 17:00"))["retrospective"]
    assert (early.due, early.verified, early.notes) == (date(2019, 4, 7), True, ())


def test_a_year_outside_the_table_stops_that_clock_only() -> None:
    found = counted(received=date(2030, 12, 30), recommended=date(2030, 12, 30))
    clock = {each.clock.id: each for each in found.readings}
    assert (clock["decision"].due, clock["decision"].outside) == (None, 2031)
    assert clock["decision_limit"].due == date(2031, 1, 13)
    assert found.decision_due is None
    assert not found.complete


@pytest.mark.parametrize("received", ["2012-12-31", "2031-03-05", "2030-12-31 18:00"])
def test_a_receipt_outside_the_table(received: str) -> None:
    found = counted(received=moment(received))
    assert found.receipt is not None
    assert found.receipt.outside in (2012, 2031)
    assert clocks(received=moment(received))["decision"].outside == found.receipt.outside


def test_without_any_event_every_clock_waits() -> None:
    found = counted()
    assert found.decision_due is None
    assert found.complete
    assert all(each.since is None and each.due is None for each in found.readings)


def test_a_machine_without_time_zones_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> ZoneInfo:
        raise ZoneMissingError

    monkeypatch.setattr(module, "_zone", missing)
    found = clocks(kind="expedited", received=at("2026-04-01 09:00"))["expedited"]
    assert found.due == at("2026-04-04 09:00")
    assert "no time zone data" in found.notes[0]
    assert clocks(received=at("2026-04-01 09:00"))["decision"].notes == ()


def test_a_zone_that_is_not_there() -> None:
    with pytest.raises(ZoneMissingError):
        in_zone(datetime(2026, 3, 5, tzinfo=UTC), "America/Nowhere")


# For every day

DAYS = st.dates(date(2020, 1, 1), date(2030, 11, 30))
TIMES = st.times().map(lambda moment: moment.replace(microsecond=0))
MOMENTS = st.builds(datetime.combine, DAYS, TIMES)
KINDS = st.sampled_from(["prospective", "concurrent", "expedited", "retrospective"])


def due_of(kind: str, received: Moment) -> Moment:
    found = counted(kind=kind, received=received).decision_due
    assert found is not None
    assert found.due is not None
    return found.due


def naive_due(received: datetime) -> date:
    """Return the end of five business days, worked out another way."""
    closed = LAW.calendar.closed
    after = received.time() > time(17, 30) or closed(received.date())
    start = received.date() + DAY if after else received.date()
    while closed(start):
        start += DAY
    open_days = (day for day in (start + DAY * each for each in range(1, 30)) if not closed(day))
    return [next(open_days) for _ in range(5)][-1]


@given(MOMENTS)
def test_five_business_days_another_way(received: datetime) -> None:
    assert due_of("prospective", received) == naive_due(received)


@given(KINDS, MOMENTS, MOMENTS)
def test_a_later_receipt_is_never_due_earlier(kind: str, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    # In the hour that comes twice in autumn, the time on the wall does not say which is later.
    twice = timedelta(hours=1 if kind == "expedited" else 0)
    assert due_of(kind, first) <= due_of(kind, second) + twice


@given(KINDS, DAYS)
def test_a_day_is_due_like_its_morning(kind: str, day: date) -> None:
    morning = datetime.combine(day, time(9))
    assert day_of(due_of(kind, day)) == day_of(due_of(kind, morning))


@given(MOMENTS)
def test_the_last_business_day_is_one(received: datetime) -> None:
    found = clocks(received=received, decision=received)
    for name in ("decision", "written_notice"):
        reading = found[name]
        assert reading.due is not None
        assert LAW.calendar.closed(day_of(reading.due)) == ""
        numbers = [day.number for day in reading.days if day.number is not None]
        assert numbers == list(range(reading.clock.number + 1))
        assert all(bool(day.why) is (day.number is None) for day in reading.days)


@given(MOMENTS)
def test_days_follow_each_other(received: datetime) -> None:
    found = counted(received=received, recommended=received.date(), decision=received)
    for reading in found.readings:
        days = [day.day for day in reading.days]
        assert all(later - earlier == DAY for earlier, later in pairwise(days))
        assert not days or days[-1] == reading.due


@given(MOMENTS, st.integers(1, 200))
def test_hours_are_those_of_the_zone(start: datetime, hours: int) -> None:
    zone = ZoneInfo(PACIFIC)
    passed = hours_later(start, hours, PACIFIC).replace(tzinfo=zone).astimezone(UTC)
    begun = start.replace(tzinfo=zone).astimezone(UTC)
    # Within the hour that comes twice, local time alone names the first of the two.
    assert passed - begun in (timedelta(hours=hours), timedelta(hours=hours - 1))


@given(MOMENTS, KINDS)
def test_an_added_holiday_never_makes_anything_due_earlier(received: datetime, kind: str) -> None:
    law = read_law(installed_packs()[0].folder, {received.date() + DAY: "by the Governor"})
    with_it = counted(law, kind=kind, received=received).decision_due
    assert with_it is not None
    assert with_it.due is not None
    assert with_it.due >= due_of(kind, received)
