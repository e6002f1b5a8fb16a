"""The vocabulary of facts: what a rule may ask about a row, and who can answer it.

A fact is coded: true or false, a whole number within bounds, or a word of a closed set. It is
derived from the request by a small pure function, together with the places in the request that it
came from. Absent means *not documented*, and never false.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..guideline.model import Value, Who
    from .view import RowView

    Derivation = Callable[[RowView], "Observation | None"]

Origin = Literal["chart", "request", "given", "past"]
"""Whose a fact is, and so what may be done about it.

*chart*: found, done or said. It may be documented where it is missing, and what stands there stays.
*request*: what is asked for, and its wording. An office may add it and change it.
*given*: the request says it because it is so, such as where it hurts. Added where it is missing.
*past*: what others decided before. Nobody documents it in order to meet a criterion.
"""

Path = tuple[str | int, ...]
"""The way to an entry of the request, as keys and indexes."""

LARGEST = 1_000_000
"""Numbers beyond this are cut off to it: no criterion tells them apart."""


class Observation(NamedTuple):
    """The value of a fact and the entries of the request that say so, as paths.

    ``basis`` names the table that a computed value rests on, so that the report can name it too.
    """

    value: Value
    evidence: tuple[Path, ...]
    basis: str = ""


class Fact(NamedTuple):
    """One entry of the vocabulary.

    ``label`` is a noun phrase for messages, ``missing`` the phrase where nothing is documented (a
    sign may be charted, but it is an examination that is missing), ``question`` asks an office for
    it, ``unit`` is empty for facts that are not numbers, ``words`` is the closed set of a symbol.

    ``asked`` names the part of a sum that the row asks for: by so much an office may lower it, and
    the rest lies in the past. What is ``seldom`` so, a red flag for one, is named last among ways.

    What no table and no limit of a pack tells is told here, so that templates are tried with it:
    ``tells`` are words that the fact looks for in a treatment or an operation, one text for each
    value that they lead to, ``drugs`` are those it knows by name, ``window`` is the time over which
    it counts.
    """

    name: str
    kind: Literal["boolean", "number", "symbol"]
    label: str
    missing: str
    question: str
    answered_by: Who
    unit: str
    words: tuple[str, ...]
    derive: Derivation
    origin: Origin = "chart"
    asked: str = ""
    seldom: bool = False
    tells: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    window: tuple[str, int] | None = None


class Standing(NamedTuple):
    """What is declared of a fact where its family does not say it."""

    origin: Origin | None = None
    asked: str = ""
    seldom: bool = False
    tells: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    window: tuple[str, int] | None = None


_AS_THE_FAMILY = Standing()

REQUEST_FAMILIES = ("row.", "drug.", "topical.", "rebuttal.", "request.", "primary.", "code.")
"""How the names of facts begin that stand in the request, and not in the chart."""


def origin_of_family(name: str) -> Origin:
    """Return the origin of a fact that declares none."""
    return "request" if name.startswith(REQUEST_FAMILIES) else "chart"


_FAMILIES: dict[str, tuple[str, ...]] = {
    "row": ("row",),
    "code": ("codes",),
    "drug": ("drug", "drug_amount", "medication"),
    "topical": ("topical",),
    "operation": ("operations",),
    "epidural": ("epidural",),
    "other_rows": ("other_rows",),
    "primary": ("other_rows",),
    "records": ("records",),
    "trigger_point": ("examination",),
    "nerve": ("examination",),
    "exam": ("signs",),
    "diagnosis": ("diagnosis",),
    "imaging": ("studies",),
    "electrodiagnostics": ("studies",),
    "study": ("studies",),
    "symptoms": ("history",),
    "care": ("history",),
    "earlier": ("earlier",),
    "course": ("earlier", "visit_numbers"),
    "function": ("earlier",),
    "medication": ("drug_beside", "drug_use", "medication", "opioid_use", "topical"),
    "monitoring": ("medication",),
    "opioid": ("medication", "opioid_use"),
    "request": ("request",),
    "rebuttal": ("rebuttal",),
    "stated": ("statements",),
}
"""By the first part of a fact's name, the modules that derive such facts."""


class Vocabulary(dict[str, "Fact"]):
    """The facts by name. The modules of a family are imported when one of its facts is asked for.

    A check reads the facts of the sections that it needs; to list the vocabulary reads them all.
    """

    def __missing__(self, name: str) -> Fact:
        if not self._is_loaded(name):
            raise KeyError(name)
        return dict.__getitem__(self, name)

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or self._is_loaded(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the fact with this name, or ``default``."""
        known = name in self
        return self[name] if known else default

    def __iter__(self) -> Iterator[str]:
        self._load_all()
        return dict.__iter__(self)

    def __len__(self) -> int:
        self._load_all()
        return dict.__len__(self)

    def keys(self) -> Any:
        """Return the names of all facts."""
        self._load_all()
        return dict.keys(self)

    def values(self) -> Any:
        """Return all facts."""
        self._load_all()
        return dict.values(self)

    def items(self) -> Any:
        """Return all facts with their names."""
        self._load_all()
        return dict.items(self)

    def _is_loaded(self, name: object) -> bool:
        """Import the family of a fact and return whether it has the fact."""
        family = _FAMILIES.get(str(name).partition(".")[0])
        if family is None:
            return False
        for module in family:
            import_module(f".{module}", __package__)
        return dict.__contains__(self, name)

    def _load_all(self) -> None:
        for family in _FAMILIES.values():
            for module in family:
                import_module(f".{module}", __package__)


VOCABULARY = Vocabulary()


def boolean(
    name: str,
    *,
    label: str,
    question: str,
    answered_by: Who,
    missing: str = "",
    standing: Standing = _AS_THE_FAMILY,
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a true-or-false fact."""
    return _register(name, "boolean", label, question, answered_by, standing, missing=missing)


def number(
    name: str,
    *,
    label: str,
    question: str,
    answered_by: Who,
    unit: str,
    standing: Standing = _AS_THE_FAMILY,
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a whole number, in ``unit``."""
    return _register(name, "number", label, question, answered_by, standing, unit=unit)


def symbol(
    name: str,
    *,
    label: str,
    question: str,
    answered_by: Who,
    words: tuple[str, ...],
    missing: str = "",
    standing: Standing = _AS_THE_FAMILY,
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a word out of ``words``."""
    return _register(
        name, "symbol", label, question, answered_by, standing, words=words, missing=missing
    )


def _register(
    name: str,
    kind: Literal["boolean", "number", "symbol"],
    label: str,
    question: str,
    answered_by: Who,
    standing: Standing,
    *,
    missing: str = "",
    unit: str = "",
    words: tuple[str, ...] = (),
) -> Callable[[Derivation], Derivation]:
    def decorate(derive: Derivation) -> Derivation:
        if dict.__contains__(VOCABULARY, name):
            raise ValueError(f"fact {name} is registered twice")
        VOCABULARY[name] = Fact(
            name,
            kind,
            label,
            missing or label,
            question,
            answered_by,
            unit,
            words,
            derive,
            standing.origin or origin_of_family(name),
            *standing[1:],
        )
        return derive

    return decorate
