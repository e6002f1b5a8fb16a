"""Which values stand for all that may be filled into a hole.

Every value that could be filled in has to be told apart from none of these by any fact under any
limit: all words of a closed set, numbers and dates on both sides of every limit, and for texts one
for each thing that the vocabulary of the pack knows, with one that it does not know. The tests fill
in values at random and hold the outcome to what was explored.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..request.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..guideline.terms import Terms
    from ..request.holes import Hole
    from ..request.model import Request

_UNKNOWN = "something that no table has"
_CONTIGUOUS = 31
"""Numbers are tried one by one up to here, so that sums and products of two holes meet a limit."""

_DAY = timedelta(days=1)


class Domains:
    """The values to try for the holes of one row.

    ``limits`` are the numbers that the criteria compare with, ``as_of`` the date of the request.
    """

    def __init__(
        self,
        holes: Iterable[Hole],
        written: Written,
        terms: Terms,
        kind: str,
        as_of: date,
        limits: frozenset[int],
    ) -> None:
        self._holes = {hole.key: hole for hole in holes}
        self._written = written
        self._terms = terms
        self._kind = kind
        self._as_of = as_of
        self._limits = tuple(sorted(limits))
        self._known: dict[str, tuple[Any, ...]] = {}

    def of(self, key: str) -> tuple[Any, ...]:
        """Return the values to try for a hole, the likelier ones first."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(dict.fromkeys(self._values(self._holes[key])))
        return known

    def _values(self, hole: Hole) -> Iterator[Any]:
        schema = hole.schema
        if "enum" in schema or "const" in schema:
            yield from schema.get("enum", (schema.get("const"),))
        elif schema["type"] == "boolean":
            yield from (True, False)
        elif schema["type"] == "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 100_000)
            yield from _numbers(self._limits, least, most)
        elif schema["type"] == "number":
            yield from (0.0, 1.0, -1.0)
        elif schema.get("format") == "date":
            known = (self._as_of, *self._written.dates)
            days = _days(self._limits, known, is_late=hole.field in _LATE)
            if hole.field != "planned_service_date":
                days = tuple(day for day in days if day <= self._as_of)
            yield from days
        else:
            yield from _TEXTS.get(hole.field, Domains._any_text)(self, hole)

    # Texts, by the field that they stand in

    def _any_text(self, hole: Hole) -> Iterator[str]:
        del hole
        yield _UNKNOWN

    def _kinds(self, hole: Hole) -> Iterator[str]:
        del hole
        yield self._kind
        yield next(kind for kind in self._terms.treatments if kind != self._kind)

    def _treatments(self, hole: Hole) -> Iterator[str]:
        names = [
            (term.kind, term.names[0]) for term in self._terms.treatments.values() if term.names
        ]
        own = next((name for kind, name in names if kind == self._kind), _UNKNOWN)
        yield own
        yield next(name for kind, name in names if kind != self._kind)
        yield f"series of {own}"
        yield from self._drugs(hole)

    def _codes(self, hole: Hole) -> Iterator[str]:
        del hole
        terms = self._terms.treatments
        own = terms[self._kind].procedure_codes if self._kind in terms else frozenset()
        yield from sorted(own)[:1]
        yield next(
            min(term.procedure_codes)
            for term in terms.values()
            if term.procedure_codes and term.kind != self._kind
        )
        yield from self._terms.guidance_codes
        yield "00000"

    def _diagnoses(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._terms.diagnosis_examples
        for name in self._terms.diagnosis_examples:
            yield from (f"{region} {name}" for region in ("lumbar", "cervical", "thoracic"))
        yield _UNKNOWN

    def _icd(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._terms.diagnosis_code_examples
        yield "Z00.0"

    def _drugs(self, hole: Hole) -> Iterator[str]:
        # First what is likely meant: a hole is often called what belongs into it, and a request for
        # a drug is about drugs of its kind. The others are tried as well.
        term = self._terms.treatments.get(self._kind)
        called = f"{hole.name.casefold().replace(' ', '_')} {term.drug_class if term else ''}"
        for classes, name in self._terms.drug_examples:
            if any(each in called for each in classes):
                yield name
        yield from (name for _, name in self._terms.drug_examples)
        yield from self._written.drugs
        yield _UNKNOWN

    def _injectates(self, hole: Hole) -> Iterator[str]:
        yield from self._drugs(hole)
        yield "lidocaine and triamcinolone"

    def _muscles(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._written.muscles
        yield _UNKNOWN

    def _levels(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._written.levels
        for letter, last in (("L", 5), ("C", 7), ("T", 12), ("S", 5)):
            yield from (f"{letter}{n}-{n + 1}" for n in range(1, last))
            yield f"{letter}1-{last}"

    def _strengths(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from ("1 mg", "1/1 mg", "99999 mg", "99999/99999 mg", "one")

    def _names(self, hole: Hole) -> Iterator[str]:
        """Return what a field called name may hold: that depends on the entry that it stands in."""
        entry = [part for part in hole.path if isinstance(part, str)][-2]
        by_entry = {
            "diagnoses": self._diagnoses,
            "medications": self._drugs,
            "drug": self._drugs,
            "procedures": self._treatments,
        }
        return by_entry.get(entry, self._any_text)(hole)


_TEXTS = {
    "kind": Domains._kinds,
    "after": Domains._kinds,
    "treatment": Domains._treatments,
    "procedure_codes": Domains._codes,
    "diagnosis": Domains._diagnoses,
    "icd": Domains._icd,
    "injectate": Domains._injectates,
    "muscle": Domains._muscles,
    "levels": Domains._levels,
    "strength": Domains._strengths,
    "name": Domains._names,
}

_LATE = frozenset({"end", "to_date"})
"""Dates that are better late."""

_LONGEST = 120
"""Limits beyond it are no months."""


@lru_cache(maxsize=1024)
def _numbers(limits: tuple[int, ...], least: int, most: int) -> tuple[int, ...]:
    """Return the numbers around every limit, then small ones, within bounds."""
    near = (limit + step for limit in limits for step in (0, 1, -1))
    numbers = dict.fromkeys((*near, least, most, *range(least, _CONTIGUOUS + 1)))
    return tuple(number for number in numbers if least <= number <= most)


@lru_cache(maxsize=1024)
def _days(limits: tuple[int, ...], known: tuple[date, ...], *, is_late: bool) -> tuple[date, ...]:
    """Return the days around every limit in months, before and after each day that is known.

    First come those under which a criterion is likely to pass: what began long ago and lasts.
    """
    months = [limit for limit in limits if limit <= _LONGEST]
    bases = sorted(set(known), reverse=True)
    latest, early = known[0], _months_off(bases[-1], -max(months, default=0))
    found = dict.fromkeys((latest, early) if is_late else (early, latest))
    for count in (*months, 0):
        for base in bases:
            for day in (_months_off(base, -count), _months_off(base, count)):
                found |= dict.fromkeys((day, day + _DAY, day - _DAY))
    return tuple(found)


def _months_off(day: date, months: int) -> date:
    """Return the same day so many months later or earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Written(NamedTuple):
    """What is written in a template beside its holes, as far as a hole may have to be like it."""

    dates: tuple[date, ...]
    drugs: tuple[str, ...]
    muscles: tuple[str, ...]
    levels: tuple[str, ...]


def written_in(request: Request) -> Written:
    """Return what is written in a request. Its holes have to stand for nothing at the moment."""
    found: dict[str, list[Any]] = {"date": [], "drug": [], "muscle": [], "levels": []}
    for entry, field, given in _records(request):
        if isinstance(given, date):
            found["date"].append(given)
        elif field in ("muscle", "levels"):
            found[field].append(given)
        elif field == "name" and entry in ("drug", "medications"):
            found["drug"].append(given)
    return Written(*map(tuple, found.values()))


def _records(value: Any, field: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (field of the record, name, value) for every plain value that a request gives."""
    for name in list(vars(value)):
        given = getattr(value, name)  # which for a hole is not what the record has
        for each in given if isinstance(given, list) else (given,):
            if isinstance(each, Plain):
                yield from _records(each, name)
            elif each is not None and name != "_answers":
                yield field, name, each
