"""Drugs: brand and generic names and RxNorm codes to ingredients and their classes.

A cream is not the tablet of the same drug: what is put on the skin has the class of topical
analgesics beside those of its ingredients, whatever these are when they are swallowed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .words import Names, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TOPICAL = "topical_analgesic"
OPIOID = "opioid"

PRIORITY = (
    *("oral_compound_kit", TOPICAL, OPIOID, "barbiturate", "benzodiazepine", "muscle_relaxant"),
    *("nsaid", "anticonvulsant", "antidepressant", "acid_suppressant", "laxative", "other_drug"),
)
"""What a product of several classes is taken for: how it is made, then what is judged hardest."""

_ON_THE_SKIN = re.compile(r"\b(?:creams?|gels?|ointments?|lotions?|topical(?:ly)?)\b|%")
_STUCK_ON = re.compile(r"\b(?:patch|patches|pads?|plasters?)\b")
"""How opioids are given as well: a fentanyl patch is an opioid."""
_INJECTED = re.compile(r"\b(?:inject\w*|vials?|infusion|intravenous|iv)\b")
"""Strengths of these are written in percent too."""

_SEPARATOR = re.compile(r"[,;+&/]|\b(?:and|with)\b", re.IGNORECASE)


class DrugTerm(NamedTuple):
    """A drug: its ingredients in the order of its strength, and the classes they belong to."""

    ingredients: tuple[str, ...]
    classes: frozenset[str]


class Drugs:
    """The drugs of a pack."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.by_name = dict(_entries(raw))
        self._names = Names((name, term) for name, term in self.by_name.items())
        self._by_code = dict(_coded(raw.get("rxnorm", {}), self.by_name))

    def find(self, name: str) -> DrugTerm | None:
        """Return the drug with this name or code and, by the words, in this form, or None."""
        term = self.substance(name)
        return _on_the_skin(name, term) if term else None

    def substance(self, name: str) -> DrugTerm | None:
        """Return the same without a look at the form."""
        words = plain(name)
        exact = self.by_name.get(words) or self._by_code.get(words)
        if exact is not None:
            return exact
        # In the order of the words: a strength such as 10/325 is written in the same order.
        known = list(self._names.in_turn(f" {words} "))
        if len(known) < 2:
            return known[0] if known else None
        ingredients = dict.fromkeys(i for term in known for i in term.ingredients)
        return DrugTerm(tuple(ingredients), frozenset().union(*(t.classes for t in known)))

    def injected(self, name: str) -> list[DrugTerm | None]:
        """Return what is known of every substance that an entry of an injectate names."""
        parts = [part for part in map(plain, _SEPARATOR.split(name)) if part]
        return [self.substance(part) for part in parts if not part.replace(".", "").isdigit()]

    def each_in(self, words: str) -> list[DrugTerm]:
        """Return every drug that free words name, in their form."""
        return [_on_the_skin(words, term) for term in self._names.in_turn(f" {plain(words)} ")]

    def is_opioid(self, ingredient: str) -> bool:
        """Whether an ingredient is an opioid."""
        term = self.by_name.get(ingredient)
        return term is not None and OPIOID in term.classes


def _on_the_skin(words: str, term: DrugTerm) -> DrugTerm:
    """Return the drug with the class of what is put on the skin, if the words say so."""
    words = words.casefold()
    said = (_ON_THE_SKIN.search(words) and not _INJECTED.search(words)) or (
        _STUCK_ON.search(words) and OPIOID not in term.classes
    )
    if not said or term.classes == {"other_drug"}:
        return term
    return DrugTerm(term.ingredients, term.classes | {TOPICAL})


def _entries(raw: dict[str, Any]) -> Iterator[tuple[str, DrugTerm]]:
    classes: dict[str, set[str]] = {}
    for group, ingredients in raw["classes"].items():
        for ingredient in ingredients:
            classes.setdefault(plain(ingredient), set()).add(group)

    def term(ingredients: Iterable[str], own: Iterable[str]) -> DrugTerm:
        names = tuple(plain(name) for name in ingredients)
        missing = [name for name in names if name not in classes]
        if missing:
            raise GuidelineError(f"terms/drugs.yaml: no class for {', '.join(missing)}")
        return DrugTerm(names, frozenset(own).union(*(classes[name] for name in names)))

    for name in classes:
        yield name, term([name], ())
    for brand, entry in raw["products"].items():
        product = entry if isinstance(entry, dict) else {"ingredients": entry}
        if unknown := set(product) - {"ingredients", "classes"}:
            raise ValueError(f"drugs.yaml: {brand}: unknown key {', '.join(sorted(unknown))}")
        yield plain(brand), term(product["ingredients"], product.get("classes", ()))


def _coded(raw: dict[str, Any], by_name: dict[str, DrugTerm]) -> Iterator[tuple[str, DrugTerm]]:
    for name, codes in raw.items():
        if plain(name) not in by_name:
            raise GuidelineError(f"terms/drugs.yaml: rxnorm names {name}, which is no drug here")
        for code in codes if isinstance(codes, list) else [codes]:
            yield str(code), by_name[plain(name)]
