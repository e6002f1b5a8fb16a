"""The pack's vocabulary of treatments, diagnoses and drugs: names and codes to coded terms.

This is the one place where words of a chart become words of the rules. Names are matched as whole
words, never inside a negation ('spondylosis without radiculopathy' is not radiculopathy).
"""

from __future__ import annotations

import os.path
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..request.treatment import Treatment

_SHORT = ((re.compile(r"\bw/o\b"), "without"), (re.compile(r"\br/o\b"), "rule out"))
_TAKEN_BACK = re.compile(r"[,;:]\s*(?=(?:ruled out|excluded|resolved)\b)")
_CLAUSE = re.compile(r"[;,()/]|\.(?:\s|$)|\b(?:with|but)\b")
_NOT_WORD = re.compile(r"[^a-z0-9.]+")
_DENIALS = (
    *("without", "no", "not", "denies", "negative for", "rule out", "absence of", "possible"),
    *("possibly", "probable", "suspected", "questionable", "suspicion of", "concern for"),
)
"""What denies or doubts the words after it."""

_RETRACTIONS = ("ruled out", "excluded", "resolved", "not found", "denied")
"""What takes back the clause that it stands in."""

_NOT_AFTER = re.compile(f" (?:{'|'.join(_DENIALS)}) ")
_NOT_BEFORE = re.compile(f" (?:{'|'.join(_RETRACTIONS)}) ")
_MARKS = frozenset(";,:()/.")
_DOUBTS = frozenset({"with", "but", *(each.split()[0] for each in _DENIALS + _RETRACTIONS)})
"""Marks and words without which a name has no clause, negation or doubt; most have none."""

_SEPARATOR = re.compile(r"[,;+&/]|\b(?:and|with)\b", re.IGNORECASE)


class TreatmentTerm(NamedTuple):
    """A kind of treatment: its title, its names in lower case, and its CPT/HCPCS numbers."""

    kind: str
    title: str
    names: tuple[str, ...]
    procedure_codes: frozenset[str]
    drug_class: str | None


class DrugTerm(NamedTuple):
    """A drug: its ingredients in the order of its strength, and the classes they belong to."""

    ingredients: tuple[str, ...]
    classes: frozenset[str]


class MmeTable(NamedTuple):
    """A table of morphine equivalents: mg of morphine per mg of the drug."""

    title: str
    factors: dict[str, float]


class Naming(NamedTuple):
    """What a row calls itself: by field, the kind of treatment that the field names."""

    kind: str | None
    by_field: dict[str, str]

    @property
    def agrees(self) -> bool:
        """Whether every field that names a treatment names the same one."""
        return len(set(self.by_field.values())) <= 1


class Terms:
    """The vocabulary of one pack."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "terms")
        treatments = self._read("treatments")
        diagnoses = self._read("diagnoses")
        drugs = self._read("drugs")
        self.treatments = {kind: _treatment(kind, raw) for kind, raw in treatments.items()}
        self._kind_of_code = {
            code: term.kind for term in self.treatments.values() for code in term.procedure_codes
        }
        self._kind_of_class = {
            term.drug_class: term.kind for term in self.treatments.values() if term.drug_class
        }
        # The longest name first: 'facet neurotomy' must not be taken for a shorter name in it.
        self._treatment_names = sorted(
            ((f" {name} ", term.kind) for term in self.treatments.values() for name in term.names),
            key=lambda pair: -len(pair[0]),
        )
        self._diagnosis_names = [
            (f" {_plain(name)} ", concept)
            for concept, raw in diagnoses.items()
            for name in raw.get("names", ())
        ]
        self._code_is_less = {
            concept: tuple(f" {_plain(word)} " for word in raw["code_does_not_count_for"])
            for concept, raw in diagnoses.items()
            if "code_does_not_count_for" in raw
        }
        # Codes are written with and without their dot.
        codes = [
            (_dotless(str(code)), concept)
            for concept, raw in diagnoses.items()
            for code in raw["icd"]
        ]
        self._diagnosis_codes = {code: concept for code, concept in codes if code[-1] != "-"}
        self._diagnosis_families = {code[:-1]: name for code, name in codes if code[-1] == "-"}
        self._drugs = dict(_drugs(drugs))
        guidance = self._read("guidance") if self._has("guidance") else {}
        self._guidance = {str(c): modality for modality, codes in guidance.items() for c in codes}

    def _has(self, name: str) -> bool:
        return os.path.exists(os.path.join(self._folder, f"{name}.yaml"))

    def _read(self, name: str) -> dict[str, Any]:
        _, data = read_yaml(os.path.join(self._folder, f"{name}.yaml"))
        return data

    def naming(self, row: Treatment) -> Naming:
        """Return what the row's kind, codes, drug and words say that it asks for.

        The first of these that says anything decides; :attr:`Naming.agrees` tells of the others.
        """
        by_field: dict[str, str] = {}
        if row.kind:
            by_field["kind"] = row.kind
        coded = [
            (self._kind_of_code[code], f"procedure_codes/{index}")
            for index, code in enumerate(row.procedure_codes)
            if code in self._kind_of_code
        ]
        # Sorted, so that the order in which codes are listed decides nothing.
        by_field |= {field: kind for kind, field in sorted(coded)}
        if row.drug and (kind := self._kind_of_drug(row.drug.name)):
            by_field["drug"] = kind
        if row.treatment and (kind := self.kind_of_words(row.treatment)):
            by_field["treatment"] = kind
        return Naming(next(iter(by_field.values()), None), by_field)

    def diagnoses(self, name: str, icd: str | None) -> frozenset[str]:
        """Return the concepts that a charted diagnosis stands for, by its words and its code."""
        words = _affirmed(name)
        found = {concept for phrase, concept in self._diagnosis_names if phrase in words}
        coded = self._coded(icd) if icd else None
        if coded and not any(word in words for word in self._code_is_less.get(coded, ())):
            found.add(coded)
        return frozenset(found)

    def _coded(self, icd: str) -> str | None:
        """Return the concept of a code, or of the longest family that covers it."""
        icd = _dotless(icd)
        starts = (icd[:length] for length in range(len(icd), 1, -1))
        covering = (self._diagnosis_families.get(start) for start in starts)
        return self._diagnosis_codes.get(icd) or next(filter(None, covering), None)

    @cached_property
    def mme(self) -> MmeTable:
        """The table of morphine equivalents in use, read when a dose is first asked for."""
        raw = self._read("mme")
        table = raw["tables"][raw["in_use"]]
        return MmeTable(table["title"], table["factors"])

    def is_opioid(self, ingredient: str) -> bool:
        """Whether an ingredient is an opioid."""
        term = self._drugs.get(ingredient)
        return term is not None and "opioid" in term.classes

    def injected(self, name: str) -> list[DrugTerm | None]:
        """Return what is known of every substance that an entry of an injectate names."""
        parts = [part for part in map(_plain, _SEPARATOR.split(name)) if part]
        return [self.drug(part) for part in parts if not part.replace(".", "").isdigit()]

    def guidance(self, procedure_code: str) -> str | None:
        """Return the imaging modality that a procedure code bills for guidance, if it does."""
        return self._guidance.get(procedure_code)

    def drug(self, name: str) -> DrugTerm | None:
        """Return the drug with this brand or generic name, or None if it is not in the table."""
        words = _plain(name)
        exact = self._drugs.get(words)
        if exact is not None:
            return exact
        # In the order of the words: a strength such as 10/325 is written in the same order.
        places = {key: f" {words} ".find(f" {key} ") for key in self._drugs}
        known = [
            self._drugs[key] for key in sorted(places, key=places.__getitem__) if places[key] >= 0
        ]
        if not known:
            return None
        ingredients = dict.fromkeys(i for term in known for i in term.ingredients)
        return DrugTerm(tuple(ingredients), frozenset().union(*(t.classes for t in known)))

    # One of each that the vocabulary tells apart, for holes of a template

    @cached_property
    def diagnosis_examples(self) -> tuple[str, ...]:
        """One name for every concept of a diagnosis."""
        return tuple(
            {concept: n.strip() for n, concept in reversed(self._diagnosis_names)}.values()
        )

    @cached_property
    def diagnosis_code_examples(self) -> tuple[str, ...]:
        """One code for every concept of a diagnosis."""
        coded = {concept: code for code, concept in self._diagnosis_codes.items()}
        families = {concept: f"{code}0" for code, concept in self._diagnosis_families.items()}
        return tuple((families | coded).values())

    @property
    def words_against_codes(self) -> tuple[str, ...]:
        """For every concept whose code some words take back, one of these words."""
        return tuple(words[0].strip() for words in self._code_is_less.values())

    @cached_property
    def drug_examples(self) -> tuple[tuple[frozenset[str], str], ...]:
        """One drug for every set of classes, of opioids one with and one without a factor.

        Plain ones that can be reckoned with come first; a combination's strength looks different.
        """

        factors = self.mme.factors if self._has("mme") else {}

        def is_reckoned(term: DrugTerm) -> bool:
            return all(i in factors for i in term.ingredients if self.is_opioid(i))

        known: dict[tuple[frozenset[str], bool], str] = {}
        for name, term in self._drugs.items():
            key = (term.classes, is_reckoned(term))
            if key not in known or len(self._drugs[known[key]].ingredients) > len(term.ingredients):
                known[key] = name
        ordered = sorted(known.items(), key=lambda item: (len(item[0][0]), not item[0][1]))
        return tuple((classes, name) for (classes, _), name in ordered)

    @property
    def other_drug_examples(self) -> tuple[tuple[frozenset[str], str], ...]:
        """The same without the opioids."""
        return tuple(each for each in self.drug_examples if "opioid" not in each[0])

    @property
    def guidance_codes(self) -> tuple[str, ...]:
        """The procedure codes that bill for guidance."""
        return tuple(self._guidance)

    def _kind_of_drug(self, name: str) -> str | None:
        term = self.drug(name)
        if term is None:
            return None
        return next((k for c, k in self._kind_of_class.items() if c in term.classes), None)

    def kind_of_words(self, words: str) -> str | None:
        """Return the kind of treatment that free words name, or None; the longest name wins."""
        text = f" {_plain(words)} "
        named = next((kind for name, kind in self._treatment_names if name in text), None)
        return named or self._kind_of_drug(words)


def _dotless(code: str) -> str:
    return code.replace(".", "")


def _plain(words: str) -> str:
    return _NOT_WORD.sub(" ", words.casefold()).strip(" .")


def _affirmed(name: str) -> str:
    """Return the plain words of a diagnosis without what is denied, doubted or over."""
    name = name.casefold()
    plain = _plain(name)
    if _MARKS.isdisjoint(name) and _DOUBTS.isdisjoint(plain.split()):
        return f" {plain} "
    if "/o" in name:
        for short, long in _SHORT:
            name = short.sub(long, name)
    name = _TAKEN_BACK.sub(" ", name)
    # The bar keeps a name from running over into the next clause.
    return "|".join(_cut(f" {_plain(clause)} ") for clause in _CLAUSE.split(name))


def _cut(words: str) -> str:
    """Return the words before a negation or a doubt; nothing where the clause takes itself back."""
    if _NOT_BEFORE.search(words):
        return ""
    negated = _NOT_AFTER.search(words)
    return words[: negated.start() + 1] if negated else words


def _treatment(kind: str, raw: Any) -> TreatmentTerm:
    return TreatmentTerm(
        kind=kind,
        title=raw["title"],
        names=tuple(_plain(name) for name in raw.get("names", ())),
        procedure_codes=frozenset(str(code) for code in raw.get("procedure_codes", ())),
        drug_class=raw.get("drug_class"),
    )


def _drugs(raw: dict[str, Any]) -> Iterator[tuple[str, DrugTerm]]:
    classes: dict[str, set[str]] = {}
    for group, ingredients in raw["classes"].items():
        for ingredient in ingredients:
            classes.setdefault(_plain(ingredient), set()).add(group)

    def term(ingredients: Iterable[str]) -> DrugTerm:
        names = tuple(_plain(name) for name in ingredients)
        missing = [name for name in names if name not in classes]
        if missing:
            raise GuidelineError(f"terms/drugs.yaml: no class for {', '.join(missing)}")
        return DrugTerm(names, frozenset().union(*(classes[name] for name in names)))

    for name in classes:
        yield name, term([name])
    for brand, ingredients in raw["products"].items():
        yield _plain(brand), term(ingredients)
