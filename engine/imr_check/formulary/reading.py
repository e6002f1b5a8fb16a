"""Read the drug list as the state publishes it, from CSV or .xlsx.

Above the table may stand its version and the day from which it holds, as on the published sheet
('MTUS Drug List v.3', 'EFFECTIVE DATE: October 1, 2018') or as two lines ('version: 3',
'effective: 2018-10-01'). What is given by the caller comes first.
"""

from __future__ import annotations

import os
import re
from datetime import date
from typing import TYPE_CHECKING

from . import columns
from .faults import DrugListError
from .model import DrugList, Entry
from .names import words
from .table import Row, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEADER_WITHIN = 40
"""Rows above which the headers have to stand."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_VERSION = re.compile(r"\b(?:version\s*[:=,;]?\s*|v\.?\s*)(\d{1,3}(?:\.\d{1,2})?)\b", re.IGNORECASE)
_EFFECTIVE = re.compile(r"\beffective(?:\s+date)?\s*[:=,;]?\s*(.{6,20})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\b")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_WRITTEN = re.compile(r"([a-z]+)\s+(\d{1,2}),?\s+(\d{4})\b", re.IGNORECASE)


def read_list(path: str, *, version: str | None = None, effective: date | None = None) -> DrugList:
    """Return the drug list in a file; DrugListError with file, row and column."""
    name = os.path.basename(path)
    for rows in sheets_of(path):
        for place, row in enumerate(rows):
            if row.number > _HEADER_WITHIN:
                break
            if found := columns.columns_of(row.cells):
                above = " \n".join(" ".join(filter(None, each.cells)) for each in rows[:place])
                day = effective or _effective(above)
                if day is None:
                    raise DrugListError(
                        name,
                        "from when does it hold? Write a line such as 'effective: 2020-01-15' "
                        "above the headers",
                        row.number,
                    )
                where = _places(found, row, name)
                entries = tuple(_entries(rows[place + 1 :], where, name))
                if not entries:
                    raise DrugListError(name, "has no drug below its headers", row.number)
                number = version or _version(above)
                return DrugList(_title(name, number, day), entries, number, day)
    needed = " and one for ".join(columns.REQUIRED.values())
    raise DrugListError(name, f"has no row of headers with a column for {needed}")


def _title(name: str, version: str | None, day: date) -> str:
    number = f", version {version}" if version else ""
    return f"{name}{number}, effective {day}"


def _version(above: str) -> str | None:
    found = _VERSION.search(above)
    return found[1] if found else None


def _effective(above: str) -> date | None:
    """Return the first day named after 'effective'."""
    for found in _EFFECTIVE.finditer(above):
        day = _day(found[1])
        if day is not None:
            return day
    return None


def _day(text: str) -> date | None:
    try:
        if iso := _ISO.match(text):
            return date(*map(int, iso.groups()))
        if slashed := _SLASHED.match(text):
            month, day, year = map(int, slashed.groups())
            return date(year, month, day)
        if (written := _WRITTEN.match(text)) and written[1].casefold() in _MONTHS:
            month = _MONTHS.index(written[1].casefold()) + 1
            return date(int(written[3]), month, int(written[2]))
    except ValueError:
        pass
    return None


def _places(found: dict[str, list[int]], row: Row, name: str) -> dict[str, int]:
    for places in found.values():
        if len(places) > 1:
            raise DrugListError(
                name, "a second column has a header of the same meaning", row.number, places[1]
            )
    return {key: places[0] for key, places in found.items()}


def _entries(rows: Iterable[Row], where: dict[str, int], name: str) -> Iterator[Entry]:
    """Yield the entries; a row with one filled cell is a remark. The same row twice is one."""
    known: dict[tuple[object, ...], Entry] = {}
    for row in rows:
        if sum(map(bool, row.cells)) < 2:
            continue
        entry = _entry(row, where, name)
        key = (
            words(entry.drug),
            frozenset(map(words, entry.brands)),
            columns.plain(entry.form),
            columns.plain(entry.strength),
        )
        first = known.setdefault(key, entry)
        if first is entry:
            yield entry
        elif _says(first) != _says(entry):
            raise DrugListError(
                name,
                f"says otherwise of the same drug than row {first.row}",
                row.number,
                where[columns.STATUS],
            )


def _says(entry: Entry) -> tuple[object, ...]:
    return entry.status, entry.special_fill_days, entry.perioperative_days


def _entry(row: Row, where: dict[str, int], name: str) -> Entry:
    def cell(key: str) -> str:
        place = where.get(key, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    def days(key: str) -> int | None:
        try:
            return columns.days_of(cell(key))
        except ValueError:
            words = "days of a fill are a number from 1 to 90, such as '4 days', or nothing"
            raise DrugListError(name, words, row.number, where[key]) from None

    status = columns.status_of(cell(columns.STATUS))
    if status is None:
        words = "expected Exempt or Non-Exempt"
        raise DrugListError(name, words, row.number, where[columns.STATUS])
    drug = " ".join(cell(columns.DRUG).strip("*").split())
    if not columns.words_in(drug):
        raise DrugListError(name, "the drug is missing", row.number, where[columns.DRUG])
    return Entry(
        drug=drug,
        status=status,
        brands=columns.brands_of(cell(columns.BRAND)),
        drug_class=cell(columns.CLASS),
        special_fill_days=days(columns.SPECIAL),
        perioperative_days=days(columns.PERIOPERATIVE),
        form=cell(columns.FORM),
        strength=cell(columns.STRENGTH),
        note=cell(columns.NOTE),
        source=name,
        row=row.number,
    )
