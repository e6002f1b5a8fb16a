"""Which entries of the list a drug is, by its words.

A name has to be accounted for word by word: a drug in a combination is not the drug alone, and
'Tylenol #3' is not Tylenol. Strengths with their unit are left out; words of a dosage form narrow.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Entry

_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = r"(?:mg|mcg|µg|μg|ug|g|gm|ml|%|units?|iu|meq|hr?|hours?)"
_NEXT = rf"(?:{_NUMBER}\s*{_UNIT}?|{_UNIT})(?![^\W_])"
_STRENGTH = re.compile(rf"(?<![#\w]){_NUMBER}\s*{_UNIT}?(?:\s*[/-]\s*{_NEXT})+")
_AMOUNT = re.compile(rf"(?<![#\w]){_NUMBER}\s*{_UNIT}(?![a-z])")
_WORD = re.compile(r"#?[^\W_]+")
_JOINING = frozenset({"and", "with"})
_COMPOUND = frozenset({"compound", "compounded", "compounding"})


class Match(NamedTuple):
    """The entries that a name stands for, and whether it is a brand."""

    entries: tuple[Entry, ...]
    is_brand: bool


@lru_cache(maxsize=16_384)
def words(text: str) -> frozenset[str]:
    """Return the words of a name, strengths left out."""
    text = text.casefold().replace("®", " ").replace("™", " ")
    for pattern in (_STRENGTH, _AMOUNT):
        text = pattern.sub(" ", text)
    return frozenset(_WORD.findall(text)) - _JOINING


def is_compounded(name: str) -> bool:
    """Whether a name says that the drug is compounded."""
    return bool(words(name) & _COMPOUND)


def find(entries: Iterable[Entry], name: str) -> Match:
    """Return the entries whose ingredients, or whose brand, are what the name says."""
    asked = words(name)
    by_drug, by_brand = [], []
    for entry in entries:
        if _accounts_for(asked, entry.drug, entry):
            by_drug.append(entry)
        elif any(_accounts_for(asked, brand, entry) for brand in entry.brands):
            by_brand.append(entry)
    # A drug and a brand of the same name, such as Morphine, is asked for as the drug.
    return Match(tuple(by_drug or by_brand), bool(by_brand) and not by_drug)


def _accounts_for(asked: frozenset[str], name: str, entry: Entry) -> bool:
    named = words(name)
    if not named or not named <= asked:
        return False
    return named == asked or asked - named <= words(f"{entry.form} {entry.strength}")


def like(entries: Iterable[Entry], name: str) -> tuple[str, ...]:
    """Return names of the list that share a word with this one, or are spelt much like it."""
    from difflib import get_close_matches

    asked = words(name)
    names = dict.fromkeys(each for entry in entries for each in (entry.drug, *entry.brands))
    close = get_close_matches(name.casefold(), [each.casefold() for each in names], 2, 0.8)
    return tuple(n for n in names if words(n) & asked or n.casefold() in close)[:3]
