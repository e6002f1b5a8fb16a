"""The pack's vocabulary of treatments, diagnoses and drugs: names and codes to coded terms.

This is the one place where words of a chart become words of the rules. Only the treatments are read
with the pack; diagnoses, drugs and the rest when something first asks for them.
"""

from __future__ import annotations

import os.path
import re
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .diagnosis_terms import Diagnoses
from .drug_terms import PRIORITY, Drugs, DrugTerm
from .words import Names, plain
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..request.treatment import Drug, Treatment
    from .diagnosis_terms import Window
    from .icd import FullTable, IcdCodes
    from .mme import MmeTable, MmeTables, Ways

__all__ = ["DrugTerm", "Naming", "Terms", "TreatmentTerm"]

_WHY = re.compile(r"\b(?:for|after|following|before|prior to|status post|s/p)\b", re.IGNORECASE)
"""What stands after these says when or why, as in 'therapy after an arthroscopy'."""


class TreatmentTerm(NamedTuple):
    """A kind of treatment: its title, its names in lower case, and its CPT/HCPCS numbers."""

    kind: str
    title: str
    names: tuple[str, ...]
    procedure_codes: frozenset[str]
    drug_class: str | None
    shared_codes: frozenset[str] = frozenset()
    """Numbers of another kind that are billed for this one as well."""
    ancillary_to: tuple[str, ...] = ()
    """Kinds that this one goes with by its nature."""


class Naming(NamedTuple):
    """What a row calls itself: by field, the kind of treatment that the field names."""

    kind: str | None
    by_field: dict[str, str]

    @property
    def agrees(self) -> bool:
        """Whether every field that names a treatment names the same one."""
        return len(set(self.by_field.values())) <= 1


_ON_THE_SKIN = ("cream", "gel", "ointment", "lotion", "patch")


def _with_form(drug: Drug) -> str:
    """Return the name of a drug, with its form where that says more: a gel is not the tablet."""
    return f"{drug.name} {drug.form}" if drug.form in _ON_THE_SKIN else drug.name


class Terms:
    """The vocabulary of one pack."""

    _full_codes: FullTable | None = None

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "terms")
        raw = self._read("treatments")
        self.treatments = {kind: _treatment(kind, entry) for kind, entry in raw.items()}

    def _has(self, name: str) -> bool:
        return os.path.exists(os.path.join(self._folder, f"{name}.yaml"))

    def _read(self, name: str) -> dict[str, Any]:
        _, data = read_yaml(os.path.join(self._folder, f"{name}.yaml"))
        return data

    # What is read or built when it is first asked for

    @cached_property
    def _kind_of_code(self) -> dict[str, str]:
        return {
            code: term.kind for term in self.treatments.values() for code in term.procedure_codes
        }

    @cached_property
    def _kind_of_class(self) -> dict[str, str]:
        """The kind of every class, in the order in which a product of several is taken for one."""
        kinds = {t.drug_class: t.kind for t in self.treatments.values() if t.drug_class}
        ranked = [each for each in PRIORITY if each in kinds]
        return {each: kinds[each] for each in dict.fromkeys([*ranked, *kinds])}

    @cached_property
    def _kind_names(self) -> Names[str]:
        return Names((name, t.kind) for t in self.treatments.values() for name in t.names)

    @cached_property
    def _diagnoses(self) -> Diagnoses:
        raw = self._read("diagnoses")
        with _in_file("diagnoses"):
            return Diagnoses(raw)

    @cached_property
    def _drug_table(self) -> Drugs:
        raw = self._read("drugs")
        with _in_file("drugs"):
            return Drugs(raw)

    @property
    def _drugs(self) -> dict[str, DrugTerm]:
        return self._drug_table.by_name

    @cached_property
    def _guidance(self) -> dict[str, str]:
        raw = self._read("guidance") if self._has("guidance") else {}
        with _in_file("guidance"):
            return {str(code): modality for modality, codes in raw.items() for code in codes}

    # Treatments

    def naming(self, row: Treatment) -> Naming:
        """Return what the row's kind, codes, drug and words say that it asks for.

        The first of these that says anything decides; :attr:`Naming.agrees` tells of the others.
        """
        by_field: dict[str, str] = {}
        in_words = self.kind_of_words(row.treatment) if row.treatment else None
        if row.kind:
            by_field["kind"] = row.kind
        own = self.treatments.get(row.kind or in_words or "")
        shared = own.shared_codes if own else frozenset()
        coded = [
            (self._kind_of_code[code], f"procedure_codes/{index}")
            for index, code in enumerate(row.procedure_codes)
            if code in self._kind_of_code and code not in shared
        ]
        # Sorted, so that the order in which codes are listed decides nothing.
        by_field |= {field: kind for kind, field in sorted(coded)}
        if row.drug and (kind := self.kind_of_drug(_with_form(row.drug))):
            by_field["drug"] = kind
        if in_words:
            by_field["treatment"] = in_words
        return Naming(next(iter(by_field.values()), None), by_field)

    def kind_of_words(self, words: str) -> str | None:
        """Return the kind of treatment that free words name, or None; the longest name wins."""
        for part in (_asked_for(words), words):
            kind = self._kind_names.longest_in(f" {plain(part)} ") or self.kind_of_drug(part)
            if kind or part is words:
                return kind
        return None

    def kinds_in_words(self, words: str) -> frozenset[str]:
        """Return every kind that free words ask for: two for 'MRI/CT of the spine'."""
        return self._kinds_in(_asked_for(words)) or self._kinds_in(words)

    def _kinds_in(self, words: str) -> frozenset[str]:
        drugs = {self._kind_of_term(term) for term in self._drug_table.each_in(words)} - {None}
        if len(drugs) > 1:
            # What accompanies a drug in its product is not asked for beside it.
            drugs.discard(self._kind_of_class.get("other_drug"))
        named = self._kind_names.in_turn(f" {plain(words)} ")
        return frozenset({*named, *filter(None, drugs)})

    def kind_of_drug(self, name: str) -> str | None:
        """Return the kind of a drug by its classes and, for a cream or patch, by its form."""
        term = self.drug(name)
        return self._kind_of_term(term) if term else None

    def _kind_of_term(self, term: DrugTerm) -> str | None:
        return next((k for c, k in self._kind_of_class.items() if c in term.classes), None)

    def guidance(self, procedure_code: str) -> str | None:
        """Return the imaging modality that a procedure code bills for guidance, if it does."""
        return self._guidance.get(procedure_code)

    # Diagnoses

    def diagnoses(self, name: str, icd: str | None) -> frozenset[str]:
        """Return the concepts that a charted diagnosis stands for, by its words and its code."""
        return self._diagnoses.concepts(name, icd)

    def codes_of(self, concept: str) -> tuple[str, ...]:
        """Return the ICD codes of a concept; one that ends in a hyphen covers its family."""
        return self._diagnoses.codes_of(concept)

    @cached_property
    def icd(self) -> IcdCodes:
        """The ICD codes: their days, and the part of the body and the side that they name."""
        from .icd import IcdCodes  # a row without codes asks for none

        raw = self._read("codes") if self._has("codes") else {}
        with _in_file("codes"):
            return IcdCodes(self._diagnoses, raw, self._full_codes)

    def with_full_codes(self, full: FullTable) -> Terms:
        """Return the same vocabulary with the full table of ICD-10-CM behind its codes."""
        twin = object.__new__(Terms)
        twin.__dict__ |= {name: value for name, value in vars(self).items() if name != "icd"}
        twin._full_codes = full
        return twin

    def code_window(self, icd: str) -> Window | None:
        """Return the first and last day of a code, None for an open end or an unknown code."""
        return self._diagnoses.code_window(icd)

    # Drugs

    @cached_property
    def _mme_tables(self) -> MmeTables:
        from .mme import read_mme  # a dose is seldom asked for

        return read_mme(os.path.join(self._folder, "mme.yaml"))

    def mme_on(self, day: date) -> MmeTable:
        """Return the table of morphine equivalents for a request of this day."""
        return self._mme_tables.on(day)

    def is_opioid(self, ingredient: str) -> bool:
        """Whether an ingredient is an opioid."""
        return self._drug_table.is_opioid(ingredient)

    def drug(self, name: str) -> DrugTerm | None:
        """Return the drug with this brand, generic name or RxNorm code, None if it is not known."""
        return self._drug_table.find(name)

    def injected(self, name: str) -> list[DrugTerm | None]:
        """Return what is known of every substance that an entry of an injectate names."""
        return self._drug_table.injected(name)

    # One of each that the vocabulary tells apart, for holes of a template

    @cached_property
    def diagnosis_examples(self) -> tuple[str, ...]:
        """One name for every concept of a diagnosis."""
        return self._diagnoses.examples()

    @cached_property
    def diagnosis_code_examples(self) -> tuple[str, ...]:
        """One code for every concept of a diagnosis, and one for each thing codes are asked."""
        return tuple(dict.fromkeys((*self._diagnoses.code_examples(), *self.icd.examples)))

    @property
    def words_against_codes(self) -> tuple[str, ...]:
        """For every concept whose code some words take back, one of these words."""
        return self._diagnoses.words_against_codes

    @cached_property
    def drug_examples(self) -> tuple[tuple[frozenset[str], str], ...]:
        """One drug for every set of classes; of opioids one for each way to reckon with them.

        Those with a factor are the weakest and the strongest of every table. Plain ones that can be
        reckoned with come first; a combination's strength looks different.
        """
        alike: dict[tuple[frozenset[str], Ways], list[str]] = {}
        for name, term in self._drugs.items():
            alike.setdefault((term.classes, self._ways(term)), []).append(name)
        found = [
            ((len(classes), not any(in_mg for in_mg, _ in ways)), classes, name)
            for (classes, ways), names in alike.items()
            for name in self._weakest_and_strongest(names)
        ]
        found.sort(key=lambda item: item[0])
        return tuple((classes, name) for _, classes, name in found)

    def _ways(self, term: DrugTerm) -> Ways:
        """Return how the opioids of a drug can be reckoned with, table by table."""
        opioids = tuple(filter(self.is_opioid, term.ingredients))
        return self._mme_tables.ways(opioids) if opioids and self._has("mme") else ()

    def _weakest_and_strongest(self, names: list[str]) -> Iterable[str]:
        """Return the first of the plainest drugs, and those at both ends of every table."""
        parts = {name: self._drugs[name].ingredients for name in names}
        fewest = min(map(len, parts.values()))
        plain = {
            name: tuple(filter(self.is_opioid, each))
            for name, each in parts.items()
            if len(each) == fewest
        }
        chosen = dict.fromkeys([*plain][:1])
        if self._ways(self._drugs[names[0]]):
            chosen |= dict.fromkeys(self._mme_tables.ends(plain))
        return chosen

    @property
    def other_drug_examples(self) -> tuple[tuple[frozenset[str], str], ...]:
        """The same without the opioids."""
        return tuple(each for each in self.drug_examples if "opioid" not in each[0])

    @property
    def guidance_codes(self) -> tuple[str, ...]:
        """The procedure codes that bill for guidance."""
        return tuple(self._guidance)


@contextmanager
def _in_file(name: str) -> Iterator[None]:
    """Name the file of the vocabulary that is not as it should be."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise GuidelineError(
            f"terms/{name}.yaml is not as it should be: {type(error).__name__} {error}"
        ) from None


def _asked_for(words: str) -> str:
    """Return the words before those that say when or why."""
    why = _WHY.search(words)
    return words[: why.start()] if why else words


def _treatment(kind: str, raw: Any) -> TreatmentTerm:
    return TreatmentTerm(
        kind=kind,
        title=raw["title"],
        names=tuple(plain(name) for name in raw.get("names", ())),
        procedure_codes=_codes(raw, "procedure_codes"),
        drug_class=raw.get("drug_class"),
        shared_codes=_codes(raw, "shared_codes"),
        ancillary_to=tuple(raw.get("ancillary_to", ())),
    )


def _codes(raw: Any, key: str) -> frozenset[str]:
    return frozenset(str(code) for code in raw.get(key, ()))
