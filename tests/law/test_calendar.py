"""The tables of holidays: against the rule worked out again, lists as printed, and a package."""

from __future__ import annotations

from datetime import date, timedelta

import holidays as package
import pytest

from imr_check.guideline.pack import installed_packs
from imr_check.law import Calendar, OutsideTableError, read_law

CALENDAR = read_law(installed_packs()[0].folder).calendar
YEARS = sorted(CALENDAR.years)
DAY = timedelta(days=1)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the first, second ... such weekday of a month."""
    first = date(year, month, 1)
    return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (number - 1))


def by_the_statute(year: int) -> set[date]:
    """Return the days of Government Code 19853(a), moved as (b) says."""
    thanksgiving = nth(year, 11, THURSDAY, 4)
    last_monday_of_may = nth(year, 6, MONDAY, 1) - 7 * DAY
    veterans = date(year, 11, 11)
    if veterans.weekday() == SATURDAY:
        veterans -= DAY
    days = {
        date(year, 1, 1),
        nth(year, 1, MONDAY, 3),
        nth(year, 2, MONDAY, 3),
        date(year, 3, 31),
        last_monday_of_may,
        date(year, 7, 4),
        nth(year, 9, MONDAY, 1),
        veterans,
        thanksgiving,
        thanksgiving + DAY,
        date(year, 12, 25),
    }
    return {day + DAY if day.weekday() == SUNDAY else day for day in days}


def test_the_table_has_no_gap() -> None:
    assert list(range(2013, 2031)) == YEARS


@pytest.mark.parametrize("year", YEARS)
def test_the_days_are_those_of_the_statute(year: int) -> None:
    assert set(CALENDAR.years[year].names) == by_the_statute(year)


# Lists as they were printed, without the weekdays

PRINTED = {
    2013: "01-01 01-21 02-18 04-01 05-27 07-04 09-02 11-11 11-28 11-29 12-25",
    2014: "01-01 01-20 02-17 03-31 05-26 07-04 09-01 11-11 11-27 11-28 12-25",
    2021: "01-01 01-18 02-15 03-31 05-31 07-05 09-06 11-11 11-25 11-26 12-25",
    2024: "01-01 01-15 02-19 04-01 05-27 07-04 09-02 11-11 11-28 11-29 12-25",
}


@pytest.mark.parametrize("year", PRINTED)
def test_the_days_are_those_of_a_printed_list(year: int) -> None:
    assert [f"{day:%m-%d}" for day in CALENDAR.years[year].names] == PRINTED[year].split()


def test_only_a_year_whose_list_was_seen_is_verified() -> None:
    verified = {year for year, table in CALENDAR.years.items() if table.confidence == "verified"}
    assert verified == PRINTED.keys()


# The package knows the federal days too, and moves what the state does not move

NO_STATE_HOLIDAY = ("Juneteenth", "Susan B. Anthony", "Diwali", "Columbus")
OTHER_NAMES = {"Farmworkers Day (earlier Cesar Chavez Day)": "Cesar Chavez Day"}


def weekdays_of_the_package(year: int) -> dict[date, str]:
    """Return the holidays of the package for weekdays, less those the state has not."""
    found = {}
    for day, names in package.country_holidays("US", subdiv="CA", years=year).items():
        if day.year != year or day.weekday() >= SATURDAY:
            continue
        ours = [name for name in names.split("; ") if not name.startswith(NO_STATE_HOLIDAY)]
        moved_back = day.weekday() == 4 and any("(observed)" in name for name in ours)
        # The federal rule moves a Saturday to the Friday. The state does so for November 11 only.
        if ours and not (moved_back and day.month != 11):
            found[day] = ours[0]
    return found


@pytest.mark.parametrize("year", YEARS)
def test_the_package_agrees_where_state_and_federal_rules_do(year: int) -> None:
    ours = {
        day: OTHER_NAMES.get(name.removesuffix(" (observed)"), name.removesuffix(" (observed)"))
        for day, name in CALENDAR.years[year].names.items()
        if day.weekday() < SATURDAY
    }
    theirs = weekdays_of_the_package(year)
    assert ours.keys() == theirs.keys()
    for day, name in ours.items():
        assert theirs[day].removesuffix(" (observed)").casefold() == name.casefold()


# Days


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-25", ""),
        ("2026-11-26", "Thanksgiving Day"),
        ("2026-11-27", "Day after Thanksgiving"),
        ("2026-11-28", "Saturday"),
        ("2026-07-03", ""),  # July 4 is a Saturday: the Friday is a business day
        ("2026-07-04", "Saturday, Independence Day"),
        ("2023-11-10", "Veterans Day (observed)"),  # but November 11 moves back
        ("2022-12-26", "Christmas Day (observed)"),  # and a Sunday moves on
        ("2022-12-25", "Sunday"),
        ("2021-12-24", ""),
        ("2021-12-31", ""),  # New Year 2022 is a Saturday
        ("2024-04-01", "Cesar Chavez Day (observed)"),
        ("2026-06-19", ""),  # Juneteenth
        ("2026-10-12", ""),  # Columbus Day
    ],
)
def test_why_a_day_is_no_business_day(day: str, why: str) -> None:
    assert CALENDAR.closed(date.fromisoformat(day)) == why


def test_a_day_can_be_added() -> None:
    calendar = Calendar(CALENDAR.years, {date(2026, 12, 24): "by the Governor"})
    assert calendar.closed(date(2026, 12, 24)) == "by the Governor"
    assert CALENDAR.closed(date(2026, 12, 24)) == ""


@pytest.mark.parametrize("day", ["2012-12-31", "2031-01-01", "2031-01-04"])
def test_a_year_without_a_table_is_no_guess(day: str) -> None:
    with pytest.raises(OutsideTableError) as caught:
        CALENDAR.closed(date.fromisoformat(day))
    assert caught.value.year == int(day[:4])


def test_a_count_that_runs_out_of_the_table_stops() -> None:
    with pytest.raises(OutsideTableError, match="2031"):
        CALENDAR.count(date(2030, 12, 27), 5)
