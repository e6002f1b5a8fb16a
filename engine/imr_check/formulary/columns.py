"""What the columns of a drug list are, by their headers, and what their cells say.

The state has written the headers in more than one way, and offices write their own: words decide,
and asterisks, hyphens and line breaks do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Listed

DRUG, BRAND, CLASS, STATUS = "drug", "brand", "drug_class", "status"
SPECIAL, PERIOPERATIVE = "special_fill_days", "perioperative_days"
FORM, STRENGTH, NOTE = "form", "strength", "note"

REQUIRED = {DRUG: "the drug ingredient", STATUS: "exempt or non-exempt"}

_LONGEST = 80
"""Letters of a header: what is longer is a legend."""

_HEADERS = (
    (BRAND, re.compile(r"\bbrand\b")),
    (SPECIAL, re.compile(r"\bspecial ?fill\b")),
    (PERIOPERATIVE, re.compile(r"\bperi ?op(?:erative)?\b")),
    (STATUS, re.compile(r"\bexempt\b")),
    (CLASS, re.compile(r"\bclass\b")),
    (FORM, re.compile(r"\b(?:dosage form|form|route)\b")),
    (STRENGTH, re.compile(r"\bstrength\b")),
    (NOTE, re.compile(r"\b(?:notes?|remarks?|comments?|indications?)\b")),
    (DRUG, re.compile(r"\b(?:ingredients?|generic(?: name)?|drug name)\b|^drugs?$")),
)
"""In this order: a 'drug class' is no drug, and a 'reference brand name' is no reference."""

_HYPHENS = re.compile("[-\u2010-\u2015\u2212_]+")
_NO = frozenset({"", "no", "none", "na", "n a", "not applicable"})
_DAYS = re.compile(r"(\d{1,3})(?: days?(?: supply)?)?$", re.ASCII)
_MOST_DAYS = 90


def plain(text: str) -> str:
    """Return the letters and figures of a cell, one space between words."""
    text = _HYPHENS.sub(" ", text.casefold())
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


def columns_of(cells: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of the columns that a row of headers names, empty if it is none."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        name = plain(cell)
        known = next((key for key, words in _HEADERS if words.search(name)), None)
        if known and len(name) <= _LONGEST:
            found.setdefault(known, []).append(place)
    return found if found.keys() >= REQUIRED.keys() else {}


def status_of(cell: str) -> Listed | None:
    """Return what a cell says of a drug, or None if it is neither of the two words."""
    words = plain(cell).replace(" ", "")
    known: dict[str, Listed] = {"exempt": "exempt", "nonexempt": "non_exempt"}
    return known.get(words)


def days_of(cell: str) -> int | None:
    """Return the days of a fill, None if the cell names no fill; ValueError if neither."""
    words = plain(cell)
    if words in _NO:
        return None
    found = _DAYS.match(words)
    if found is None or not 1 <= int(found[1]) <= _MOST_DAYS:
        raise ValueError("no number of days")
    return int(found[1])


def brands_of(cell: str) -> tuple[str, ...]:
    """Return the brands in a cell."""
    parts = (part.strip(" *®™") for part in re.split(r"[,;\n]", cell))
    return tuple(part for part in parts if words_in(part))


def words_in(text: str) -> bool:
    """Whether a text holds more than signs and 'not applicable'."""
    return plain(text) not in _NO
