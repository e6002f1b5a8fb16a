"""The vocabulary of facts: what a rule may ask about a row, and who can answer it.

A fact is coded: true or false, a whole number within bounds, or a word of a closed set. It is
derived from the request by a small pure function, together with the places in the request that it
came from. Absent means *not documented*, and never false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..guideline.model import Value, Who
    from .view import RowView

    Derivation = Callable[[RowView], "Observation | None"]

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


VOCABULARY: dict[str, Fact] = {}


def boolean(
    name: str, *, label: str, question: str, answered_by: Who, missing: str = ""
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a true-or-false fact."""
    return _register(name, "boolean", label, question, answered_by, missing=missing)


def number(
    name: str, *, label: str, question: str, answered_by: Who, unit: str
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a whole number, in ``unit``."""
    return _register(name, "number", label, question, answered_by, unit=unit)


def symbol(
    name: str,
    *,
    label: str,
    question: str,
    answered_by: Who,
    words: tuple[str, ...],
    missing: str = "",
) -> Callable[[Derivation], Derivation]:
    """Register the decorated function as the derivation of a word out of ``words``."""
    return _register(name, "symbol", label, question, answered_by, words=words, missing=missing)


def _register(
    name: str,
    kind: Literal["boolean", "number", "symbol"],
    label: str,
    question: str,
    answered_by: Who,
    *,
    missing: str = "",
    unit: str = "",
    words: tuple[str, ...] = (),
) -> Callable[[Derivation], Derivation]:
    def decorate(derive: Derivation) -> Derivation:
        if name in VOCABULARY:
            raise ValueError(f"fact {name} is registered twice")
        VOCABULARY[name] = Fact(
            name, kind, label, missing or label, question, answered_by, unit, words, derive
        )
        return derive

    return decorate
