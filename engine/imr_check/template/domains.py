"""Which values stand for all that may be filled into a hole.

Every value that could be filled in has to be told apart from none of these by any fact under any
limit: all words of a closed set, numbers and dates on both sides of every limit, and for texts one
for each thing that the vocabulary of the pack knows, one that names all of them, and one that it
does not know. What stands in several places has the values of all of them. The tests fill in values
at random and hold the outcome to what was explored.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ..facts.anatomy import joints, region_in_words
from ..request.plain import Plain, allows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..facts import Fact
    from ..guideline.terms import Terms
    from ..request.holes import Hole
    from ..request.model import Request

_UNKNOWN = "something that no table has"
_CONTIGUOUS = 31
"""Numbers are tried one by one up to a limit that is no larger, so that sums of holes meet it."""

_MUSCLES = 3
"""Muscles that are not written in a template: enough to be the same, different, or a third one."""

_LEVELS = 2
"""Levels of each part of the spine beside those that are written: enough to be the same or not."""

_DAY = timedelta(days=1)


class Domains:
    """The values to try for the holes of one row.

    ``limits`` are the numbers that the criteria compare with, ``spans`` those that count time, and
    ``words`` what their facts look for in free text beside the tables of the pack. ``kinds`` are
    the kinds of the rows, the one at ``index`` first, and ``as_of`` is the date of the request.
    """

    def __init__(
        self,
        holes: Iterable[Hole],
        written: Written,
        terms: Terms,
        kinds: tuple[str, ...],
        index: int,
        as_of: date,
        limits: frozenset[int],
        spans: Spans,
        words: Words,
    ) -> None:
        self._holes: dict[str, list[Hole]] = {}
        for hole in holes:
            self._holes.setdefault(hole.key, []).append(hole)
        self._written = written
        self._terms = terms
        self._kind = kinds[0]
        self._kinds_of_rows = kinds
        self._index = index
        self._as_of = as_of
        self._limits = tuple(sorted(limits))
        self._spans = tuple(sorted(map(_span, spans)))
        self._words = words
        self._known: dict[str, tuple[Any, ...]] = {}

    def of(self, key: str) -> tuple[Any, ...]:
        """Return the values to try for a hole, the likelier ones first."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._all_of(self._holes[key])
        return known

    def _all_of(self, holes: list[Hole]) -> tuple[Any, ...]:
        """Return the values of all places that one hole stands in, as far as each allows them."""
        values = dict.fromkeys(value for hole in holes for value in self._values(hole))
        if values.pop(_UNKNOWN, False) is None:
            values[_UNKNOWN] = None  # last, wherever it came from
        if len(holes) == 1:
            return tuple(values)
        schemas = [hole.schema for hole in holes]
        return tuple(
            value
            for value in values
            if isinstance(value, date) or all(allows(schema, value) for schema in schemas)
        )

    def _values(self, hole: Hole) -> Iterator[Any]:
        schema = hole.schema
        if "enum" in schema or "const" in schema:
            yield from schema.get("enum", (schema.get("const"),))
        elif schema["type"] == "boolean":
            yield from (True, False)
        elif hole.field == "goes_with":
            yield from range(1, self._written.rows[0] + 1)
        elif schema["type"] == "integer":
            least, most = schema.get("minimum", 0), schema.get("maximum", 100_000)
            yield from _numbers(self._limits, self._written.numbers, least, most)
        elif schema["type"] == "number":
            yield from (0.0, 1.0, -1.0)
        elif schema.get("format") == "date":
            yield from self._dates(hole)
        else:
            yield from _TEXTS.get(hole.field, Domains._any_text)(self, hole)

    def _dates(self, hole: Hole) -> Iterator[date]:
        known = (self._as_of, *self._written.dates)
        days = _days(self._spans, known, is_late=hole.field in _LATE)
        if hole.field != "planned_service_date":
            # What is dated after all that is written comes out alike, however long after.
            last = _next(max(known))
            days = tuple(day for day in days if day <= last)
        yield from days

    # Texts, by the field that they stand in

    def _any_text(self, hole: Hole) -> Iterator[str]:
        del hole
        yield _UNKNOWN

    def _told_apart(self, hole: Hole, kinds: Iterable[str]) -> Iterator[str]:
        """Return those of the kinds that a hole has to be tried with: those of the rows, and one.

        What another row asks for may be anything that this one goes with, or must not go with.
        """
        kinds = tuple(kinds)
        of_other = hole.path[0] == "treatments" and hole.path[1] != self._index
        own = [kind for kind in self._kinds_of_rows if kind in kinds]
        others = [kind for kind in kinds if kind not in own]
        yield from (*own, *(others if of_other else others[:1]))

    def _kinds(self, hole: Hole) -> Iterator[str]:
        yield from self._told_apart(hole, (self._kind, *self._terms.treatments))

    def _treatments(self, hole: Hole) -> Iterator[str]:
        names = {term.kind: term.names[0] for term in self._terms.treatments.values() if term.names}
        own = names.get(self._kind, _UNKNOWN)
        if own == _UNKNOWN:
            yield own
        yield from (names[kind] for kind in self._told_apart(hole, names))
        yield from (f"{own} {words}" for words in self._words.told)
        yield from self._drugs(hole)

    def _codes(self, hole: Hole) -> Iterator[str]:
        codes = {
            term.kind: min(term.procedure_codes)
            for term in self._terms.treatments.values()
            if term.procedure_codes
        }
        yield from (codes[kind] for kind in self._told_apart(hole, codes))
        yield from self._terms.guidance_codes
        yield "00000"

    def _procedures(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from (_UNKNOWN, *self._words.told)

    def _operations(self, hole: Hole) -> Iterator[str]:
        yield from self._procedures(hole)
        yield from (term.names[0] for term in self._terms.treatments.values() if term.names)
        yield from self._diagnoses(hole)

    def _diagnoses(self, hole: Hole) -> Iterator[str]:
        del hole
        known = self._terms.diagnosis_examples
        together = _together(name for name in known if region_in_words(name) is None)
        yield from (*known, *self._terms.words_against_codes, together, _UNKNOWN)

    def _placed_diagnoses(self, hole: Hole) -> Iterator[str]:
        """Return the same of each region, where the entry itself does not say the region."""
        names = tuple(self._diagnoses(hole))
        yield from names
        if hole.path[:-1] not in self._written.placed:
            for region in ("lumbar", "cervical", "thoracic"):
                yield from (f"{region} {name}" for name in names)

    def _icd(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._terms.diagnosis_code_examples
        yield "Z00.0"

    def _drugs(self, hole: Hole) -> Iterator[str]:
        # First what is likely meant: a hole is often called what belongs into it, and a request for
        # a drug is about drugs of its kind. The others are tried as well.
        term = self._terms.treatments.get(self._kind)
        called = f"{hole.name.casefold().replace(' ', '_')} {term.drug_class if term else ''}"
        examples = self._terms.drug_examples
        likely = [name for classes, name in examples if any(each in called for each in classes)]
        yield from likely
        yield from (name for _, name in examples)
        # A name may say more than the drug: that its release is extended, for one.
        called_so = likely or [name for _, name in examples[:1]]
        yield from (f"{name} {words}" for name in called_so for words in self._words.told)
        yield from (name for name in self._words.drugs if self._terms.drug(name))
        yield from self._written.drugs
        # One product may be of several classes, and one line may name several drugs.
        for names in (self._terms.drug_examples, self._terms.other_drug_examples):
            yield _together(name for _, name in names)
        yield _UNKNOWN

    def _injectates(self, hole: Hole) -> Iterator[str]:
        yield from self._drugs(hole)
        yield "lidocaine and triamcinolone"

    def _muscles(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._written.muscles
        keys = {hole.key for holes in self._holes.values() for hole in holes if _is_muscle(hole)}
        yield from [_UNKNOWN, *(f"{_UNKNOWN} {n}" for n in range(2, _MUSCLES + 1))][: len(keys)]

    def _levels(self, hole: Hole) -> Iterator[str]:
        del hole
        yield from self._written.levels
        taken = {joint for level in self._written.levels for joint in joints(level)}
        for letter, last in (("L", 5), ("C", 7), ("T", 12), ("S", 5)):
            single = (f"{letter}{n}-{n + 1}" for n in range(1, last))
            yield from islice((each for each in single if taken.isdisjoint(joints(each))), _LEVELS)
            yield f"{letter}1-{last}"

    def _strengths(self, hole: Hole) -> Iterator[str]:
        del hole
        drugs = (self._terms.drug(name) for name in self._written.drugs)
        for count in sorted({1, 2, *(len(drug.ingredients) for drug in drugs if drug)}):
            for milligrams in ("0", "100000"):
                yield f"{'/'.join([milligrams] * count)} mg"
        yield from ("0 mcg/h", "100000 mcg/h")
        yield from self._written.strengths
        yield "one"

    def _names(self, hole: Hole) -> Iterator[str]:
        """Return what a field called name may hold: that depends on the entry that it stands in."""
        entry = [part for part in hole.path if isinstance(part, str)][-2]
        by_entry = {
            "diagnoses": self._placed_diagnoses,
            "medications": self._drugs,
            "drug": self._drugs,
            "procedures": self._treatments,
            "operations": self._operations,
        }
        return by_entry.get(entry, self._any_text)(hole)


def _together(names: Iterable[str]) -> str:
    """Return one line that names all of these, or as many as a line may hold."""
    line = ""
    for name in names:
        longer = f"{line}, {name}" if line else name
        line = longer if len(longer) <= _LONGEST_LINE else line
    return line or _UNKNOWN


def _is_muscle(hole: Hole) -> bool:
    return hole.field == "muscle"


_TEXTS = {
    "kind": Domains._kinds,
    "after": Domains._kinds,
    "treatment": Domains._treatments,
    "procedure_codes": Domains._codes,
    "procedures": Domains._procedures,
    "ingredients": Domains._drugs,
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

_LONGEST_LINE = 280
"""A line holds 300 characters, and a region may stand before."""


@lru_cache(maxsize=1024)
def _numbers(
    limits: tuple[int, ...], written: tuple[int, ...], least: int, most: int
) -> tuple[int, ...]:
    """Return the numbers around every limit, then small ones, within bounds.

    With them those that are written: beside one of them a range may not be smaller, or larger.
    """
    near = (limit + step for limit in limits for step in (0, 1, -1))
    small = max((limit for limit in limits if limit <= _CONTIGUOUS), default=least)
    numbers = dict.fromkeys((*near, least, most, *range(least, small + 2), *written))
    return tuple(number for number in numbers if least <= number <= most)


def _span(span: tuple[str, int]) -> Span:
    unit, count = span
    if unit == "year":
        return Span(0, 0, count)
    return Span(count * _MONTHS.get(unit, 0), count * _DAYS.get(unit, 0))


@lru_cache(maxsize=1024)
def _days(spans: tuple[Span, ...], known: tuple[date, ...], *, is_late: bool) -> tuple[date, ...]:
    """Return the days around every limit of time, before and after each day that is known.

    First come those under which a criterion is likely to pass: what began long ago and lasts.
    """
    bases = sorted(set(known), reverse=True)
    counted = [span for span in spans if not span.year]
    latest, early = known[0], min(_off(bases[-1], span, -1) for span in (*counted, Span(0, 0)))
    found = dict.fromkeys((latest, early) if is_late else (early, latest))
    around = [
        _off(base, span, sign)
        for span in (*counted, Span(0, 0))
        for base in bases
        for sign in (-1, 1)
    ]
    around += [date(span.year + later, 1, 1) for span in spans if span.year for later in (0, 1)]
    for day in around:
        found |= dict.fromkeys((day, _next(day), day - _DAY if day > date.min else day))
    return tuple(found)


def _off(day: date, span: Span, sign: int) -> date:
    """Return the day so much later or earlier."""
    day = _months_off(day, sign * span.months)
    last = date.max if sign > 0 else date.min
    left = abs((last - day).days)
    return day + sign * span.days * _DAY if span.days <= left else last


def _next(day: date) -> date:
    return day + _DAY if day < date.max else day


def _months_off(day: date, months: int) -> date:
    """Return the same day so many months later or earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


Spans = frozenset[tuple[str, int]]
"""Limits that count time: unit and number."""


class Words(NamedTuple):
    """What facts look for in a treatment or operation, and drugs that they know by name."""

    told: tuple[str, ...]
    drugs: tuple[str, ...]


def words_of(facts: Iterable[Fact]) -> Words:
    """Return what these facts look for: each text alone, and all of them in one line."""
    facts = sorted(facts, key=lambda fact: fact.name)
    told = dict.fromkeys(text for fact in facts for text in fact.tells)
    drugs = dict.fromkeys(name for fact in facts for name in fact.drugs)
    return Words((*told, " ".join(told)) if len(told) > 1 else tuple(told), tuple(drugs))


def spans_of(facts: Iterable[Fact]) -> Spans:
    """Return the times over which these facts count."""
    return frozenset(fact.window for fact in facts if fact.window)


_MONTHS = {"months": 1, "years": 12}
_DAYS = {"days": 1, "weeks": 7}
TIME = frozenset((*_MONTHS, *_DAYS, "year"))
"""Units of time."""


class Span(NamedTuple):
    """So many months and days; or else a ``year`` of the calendar."""

    months: int
    days: int
    year: int = 0


class Written(NamedTuple):
    """What is written in a template beside its holes, as far as a hole may have to be like it.

    ``placed`` has the paths of the diagnoses whose region is a field of its own, and ``rows`` how
    many rows there are.
    """

    dates: tuple[date, ...]
    numbers: tuple[int, ...]
    drugs: tuple[str, ...]
    strengths: tuple[str, ...]
    muscles: tuple[str, ...]
    levels: tuple[str, ...]
    placed: tuple[tuple[str | int, ...], ...]
    rows: tuple[int, ...]


def written_in(request: Request) -> Written:
    """Return what is written in a request. Its holes have to stand for nothing at the moment."""
    found: dict[str, dict[Any, None]] = {field: {} for field in Written._fields}
    for record, field, given in _records(request):
        if isinstance(given, date):
            found["dates"][given] = None
        elif type(given) is int:
            found["numbers"][given] = None
        elif field in _WRITTEN:
            found[_WRITTEN[field]][given] = None
        elif field == "name" and record in ("drug", "medications"):
            found["drugs"][given] = None
    for index, entry in enumerate(request.chart.diagnoses):
        if entry.has("region"):
            found["placed"]["chart", "diagnoses", index] = None
    found["rows"][len(request.treatments)] = None
    return Written(*map(tuple, found.values()))


_WRITTEN = {"muscle": "muscles", "levels": "levels", "strength": "strengths"}


def _records(value: Any, field: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (field of the record, name, value) for every plain value that a request gives."""
    for name in list(vars(value)):
        given = getattr(value, name)  # which for a hole is not what the record has
        for each in given if isinstance(given, list) else (given,):
            if isinstance(each, Plain):
                yield from _records(each, name)
            elif each is not None and name != "_answers":
                yield field, name, each
