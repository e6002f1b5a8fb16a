"""ICD codes: the days of each, whether it is divided further, the part and the side that it names.

The tables of the pack come first: they know the days of the codes that they have. The full table of
ICD-10-CM, the extra ``codes``, is asked for the rest where a check wants it. To load it takes more
than a second, so that nothing here loads it before a code comes that the pack does not know. It is
one release and says nothing of other days: what it says of a request is named as such.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ImrCheckError
from .diagnosis_terms import FIRST_DAY_OF_ICD_10, LAST_DAY_OF_ICD_9, dotless
from .words import Names, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .diagnosis_terms import Diagnoses, Window
    from .pack import Pack

MISSING = (
    "the full table of ICD-10 codes is not there yet: install it with the extra codes: "
    'pip install "imr-check[codes]"'
)
"""What to say where the full table is asked for and not installed."""

_PACKAGE = "simple_icd_10_cm"
_DISTRIBUTION = "simple-icd-10-cm"
_RELEASES = {"1.5.0": ("April 2026", date(2026, 4, 1))}
"""By version of the package, which release of ICD-10-CM it holds, and the first day of that."""

_ICD_9 = re.compile(r"\d{3,5}")
_ICD_10 = re.compile(r"[A-DF-UW-Z]\d[0-9A-Z]{1,5}")
"""Codes that can be told by their form: ICD-9 has codes with V and E as well."""

_SIDES = {"1": "right", "2": "left", "3": "both"}
_SIDES_IN_WORDS = {"right": "right", "left": "left", "bilateral": "both"}
_WITHOUT_SIDE = frozenset({"head", "neck", "upper_back", "low_back"})
"""Regions whose codes seldom say a side."""

_KEPT = 512
"""Answers that are kept: an office writes the same codes again and again."""

_CATEGORY = 3
"""Characters of a code that only heads others."""


class Answer(NamedTuple):
    """What a table says of a code: None if nothing. ``by_full`` if it was the full table."""

    says: bool | None
    by_full: bool = False


class Place(NamedTuple):
    """Regions and side that a code names, each empty where it names none."""

    regions: frozenset[str]
    side: str = ""
    of_nerve_root: bool = False
    by_full: bool = False


class IcdCodes:
    """The codes of a pack, and with ``full`` those of the full table behind them."""

    def __init__(
        self, diagnoses: Diagnoses, raw: Mapping[str, Any], full: FullTable | None = None
    ) -> None:
        self._diagnoses = diagnoses
        self.full = full
        self._sorted = sorted((code.key, code.is_family, code.window) for code in diagnoses.codes)
        self._regions = _ByCode(raw.get("regions", {}))
        self._nerve_roots = _ByCode({"root": raw.get("nerve_roots", ())})
        self._sides = _ByCode(raw.get("sides", {}))
        self._says_too = _ByCode(raw.get("says_too", {}))
        self._general = {word: frozenset(of) for word, of in raw.get("general_words", {}).items()}
        self._excludes = [
            (_ByCode({"": [one]}), _ByCode({"": [other]}))
            for one, other in raw.get("excludes1", ())
        ]
        described = raw.get("described", {})
        self._chapters = frozenset(described.get("chapters", ()))
        self._words = Names(_in_pairs(described.get("regions", {})))
        self._existed = lru_cache(_KEPT)(self._find_existed)
        self._billable = lru_cache(_KEPT)(self._find_billable)
        self._concepts = lru_cache(_KEPT)(self._find_concepts)
        self._place = lru_cache(_KEPT)(self._find_place)

    # Days

    def existed(self, code: str, day: date) -> Answer:
        """Return whether a code was in use on a day; a parent that was divided still is one."""
        return self._existed(code, day)

    def _find_existed(self, code: str, day: date) -> Answer:
        key = dotless(code)
        entries = self._diagnoses.covering(code)
        if self._is_divided(key, day):
            return Answer(True)
        if entries and not any(_within(entry.window, day) for entry in entries):
            return Answer(False)
        if any(not entry.is_family for entry in entries):
            return Answer(True)
        if _ICD_9.fullmatch(key):
            return Answer(False if day > LAST_DAY_OF_ICD_9 else None)
        if day < FIRST_DAY_OF_ICD_10:
            return Answer(False if _ICD_10.fullmatch(key) else None)
        return Answer(None) if self.full is None else Answer(self.full.has(code), True)

    def billable(self, code: str, day: date) -> Answer:
        """Return whether a code that was in use is billed itself, and not one of its parts."""
        return self._billable(code, day)

    def _find_billable(self, code: str, day: date) -> Answer:
        existed = self.existed(code, day)
        if existed.says is False:
            return Answer(None)
        if self._is_divided(dotless(code), day):
            return Answer(False)
        if existed.says and not existed.by_full:
            return Answer(True)
        if self.full is None or not existed.says:
            return Answer(None)
        return Answer(self.full.is_billable(code, day), True)

    def _is_divided(self, key: str, day: date) -> bool:
        """Whether the pack has codes that begin with this one and are longer."""
        if len(key) < _CATEGORY:
            return False
        for at in range(bisect_left(self._sorted, (key,)), len(self._sorted)):
            longer, is_family, window = self._sorted[at]
            if not longer.startswith(key):
                return False
            if (is_family or longer != key) and _within(window, day):
                return True
        return False

    # What a code names

    def concepts(self, code: str) -> frozenset[str]:
        """Return the concepts that a code stands for, and those that it says beside them."""
        return self._concepts(code)

    def _find_concepts(self, code: str) -> frozenset[str]:
        named = self._diagnoses.concepts("", code)
        return named | frozenset(self._says_too.of(code)) if named else named

    def agrees(self, words: Iterable[str], code: str) -> bool | None:
        """Return whether one of the concepts of some words is one of the code, None if unknown."""
        of_code = self.concepts(code)
        if not of_code:
            return None
        return any(
            word in of_code or not of_code.isdisjoint(self._general.get(word, ())) for word in words
        )

    def place(self, code: str) -> Place:
        """Return the part of the body and the side that a code names."""
        return self._place(code)

    def _find_place(self, code: str) -> Place:
        key = dotless(code)
        regions = frozenset(self._regions.of(code))
        position = next(iter(self._sides.of(code)), 0)
        side = _SIDES.get(key[position - 1], "") if 0 < position <= len(key) else ""
        nerve = self._nerve_roots.has(code)
        told = regions and (position or regions <= _WITHOUT_SIDE)
        known = told or any(not entry.is_family for entry in self._diagnoses.covering(code))
        if known or self.full is None or not self.full.has(code):
            return Place(regions, side, nerve)
        described = self._described(key, self.full.description(code))
        found = Place(regions or described.regions, side or described.side, nerve)
        return found._replace(by_full=found != (regions, side, nerve, False))

    def _described(self, key: str, description: str) -> Place:
        if key[0] not in self._chapters:
            return Place(frozenset())
        words = f" {plain(description)} "
        regions = frozenset[str]().union(*self._words.in_turn(words))
        sides = {side for word, side in _SIDES_IN_WORDS.items() if f" {word} " in words}
        return Place(regions, sides.pop() if len(sides) == 1 else "")

    # Pairs

    def may_stand_together(self, one: str, other: str) -> Answer:
        """Return whether two codes do not exclude each other; None if no table has both."""
        for left, right in self._excludes:
            if (left.has(one) and right.has(other)) or (left.has(other) and right.has(one)):
                return Answer(False)
        if self.full is None or not (self.full.has(one) and self.full.has(other)):
            return Answer(None)
        return Answer(not self.full.exclude_each_other(one, other), True)

    # One of each that the tables tell apart, for holes of a template

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """One code for everything that the tables of the pack tell apart."""
        found: dict[object, str] = {}
        for code in self._candidates():
            entries = self._diagnoses.covering(code)
            signature = (
                self.concepts(code),
                self.place(code),
                tuple((entry.window, entry.is_family) for entry in entries),
                tuple((left.has(code), right.has(code)) for left, right in self._excludes),
                tuple(each[2] for each in self._sorted if _is_part(each[0], each[1], code)),
            )
            found.setdefault(signature, code)
        return (*found.values(), "99999", "Z00.0")

    def _candidates(self) -> Iterator[str]:
        yield from (key for key, is_family, _ in self._sorted if not is_family)
        families = {key for key, is_family, _ in self._sorted if is_family}
        families |= self._regions.families | self._says_too.families | self._nerve_roots.families
        for position, keys in self._sides.families_by_value.items():
            for key in keys:
                yield from (f"{key:1<{position - 1}}{digit}" for digit in ("0", *_SIDES))
        yield from (f"{key}{end}" for key in sorted(families) for end in ("0", ""))


class FullTable:
    """ICD-10-CM as the package of the extra has it. It is loaded with the first question."""

    def has(self, code: str) -> bool:
        """Whether this is a code, and not a chapter or a block of codes."""
        return bool(self._table.is_category_or_subcategory(code))

    def is_billable(self, code: str, day: date) -> bool | None:
        """Return whether a code has no parts; None if it may have had none on an earlier day.

        What is divided today may have been billed before. A category, and a code that only lacks
        the seventh character, were divided from the first day of ICD-10.
        """
        parts = self._table.get_children(code)
        if not parts:
            return True
        ever = len(code) == _CATEGORY or self._table.is_extended_subcategory(parts[0])
        return False if ever or day >= self._release[1] else None

    def description(self, code: str) -> str:
        """Return the words that describe a code."""
        return str(self._table.get_description(code))

    def exclude_each_other(self, one: str, other: str) -> bool:
        """Whether a note Excludes1 of one code, or of what it belongs to, names the other."""
        if dotless(one).startswith(dotless(other)) or dotless(other).startswith(dotless(one)):
            return False
        return self._names(one, other) or self._names(other, one)

    def _names(self, code: str, other: str) -> bool:
        named = (
            each
            for holder in (code, *self._table.get_ancestors(code))
            for note in self._table.get_excludes1(holder)
            for each in _codes_in(note)
        )
        return any(_is_in(dotless(other), first, last) for first, last in named)

    @property
    def basis(self) -> str:
        """What a report says of the table, wherever a finding rests on it."""
        return (
            f"ICD-10-CM codes that are not in the tables here are looked up in {self._release[0]}, "
            "whatever the date of the request."
        )

    @cached_property
    def _release(self) -> tuple[str, date]:
        from importlib.metadata import version  # its import is slow as well

        found = version(_DISTRIBUTION)
        if found in _RELEASES:
            name, first_day = _RELEASES[found]
            return f"the release of {name}", first_day
        return f"the release that {_DISTRIBUTION} {found} holds", date.max

    @cached_property
    def _table(self) -> Any:
        return import_module(_PACKAGE)


def is_installed() -> bool:
    """Whether the full table is there."""
    from importlib.util import find_spec  # only where the table is asked for

    return find_spec(_PACKAGE) is not None


@cache
def with_full_table(packs: tuple[Pack, ...]) -> tuple[Pack, ...]:
    """Return the same packs with the full table behind their codes. Their sections are shared.

    Raises :class:`ImrCheckError` where the extra is not installed.
    """
    if not is_installed():
        raise ImrCheckError(MISSING)
    full = FullTable()
    return tuple(_with(full, pack) for pack in packs)


def _with(full: FullTable, pack: Pack) -> Pack:
    twin = object.__new__(type(pack))
    twin.__dict__ |= vars(pack)
    twin.terms = pack.terms.with_full_codes(full)
    return twin


class _ByCode:
    """What is said of codes and families of codes: the longest entry that covers a code counts."""

    def __init__(self, raw: Mapping[Any, Iterable[Any]]) -> None:
        self._exact: dict[str, list[Any]] = {}
        self._families: dict[str, list[Any]] = {}
        for value, codes in raw.items():
            for code in map(str, codes):
                group = self._families if code.endswith("-") else self._exact
                group.setdefault(dotless(code).rstrip("-"), []).append(value)

    def of(self, code: str) -> list[Any]:
        """Return what is said of a code."""
        key = dotless(code)
        if key in self._exact:
            return self._exact[key]
        starts = (key[:length] for length in range(len(key), 1, -1))
        return next((self._families[start] for start in starts if start in self._families), [])

    def has(self, code: str) -> bool:
        """Whether anything is said of a code."""
        return bool(self.of(code))

    @property
    def families(self) -> set[str]:
        """The codes that stand for all that begin with them."""
        return set(self._families)

    @property
    def families_by_value(self) -> dict[Any, list[str]]:
        """The same by what is said of them."""
        found: dict[Any, list[str]] = {}
        for key, values in self._families.items():
            for value in values:
                found.setdefault(value, []).append(key)
        return found


def _in_pairs(regions: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every word with the regions that it stands under."""
    named: dict[str, set[str]] = {}
    for region, words in regions.items():
        for word in words:
            named.setdefault(word, set()).add(region)
    return ((word, frozenset(of)) for word, of in named.items())


def _within(window: Window, day: date) -> bool:
    first, last = window
    return (first is None or day >= first) and (last is None or day <= last)


def _is_part(key: str, is_family: bool, code: str) -> bool:
    whole = dotless(code)
    return key.startswith(whole) and (is_family or key != whole)


_IN_BRACKETS = re.compile(r"\(([A-Z][^()]*)\)")
_RANGE = re.compile(r"([A-Z]\d[0-9A-Z.]*)(?:-([A-Z]\d[0-9A-Z.]*))?")


def _codes_in(note: str) -> Iterator[tuple[str, str]]:
    """Yield the codes that a note names in brackets, each as the first and last of a range."""
    for listed in _IN_BRACKETS.findall(note):
        for first, last in _RANGE.findall(listed):
            yield dotless(first), dotless(last or first)


def _is_in(key: str, first: str, last: str) -> bool:
    """Whether a code lies in a range, parts of its last code included."""
    return key[: len(first)] >= first and key[: len(last)] <= last
