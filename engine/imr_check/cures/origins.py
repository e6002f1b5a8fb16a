"""Whose a fact is, and so whether a cure may add or change it. Facts declare it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..facts.vocabulary import REQUEST_FAMILIES, VOCABULARY, origin_of_family

if TYPE_CHECKING:
    from collections.abc import Container

    from ..facts import Fact
    from ..facts.vocabulary import Origin


def origin_of(fact: str) -> Origin:
    """Return whose a fact is, as it declares or, of one that nobody registered, as its family."""
    known: Fact | None = VOCABULARY.get(fact)
    return known.origin if known else origin_of_family(fact)


def in_request(fact: str) -> bool:
    """Whether a fact stands in the request, and not in the chart."""
    return fact.startswith(REQUEST_FAMILIES) or origin_of(fact) == "request"


def asked_part(fact: str) -> str:
    """Return the part of a sum that the row asks for, by name; empty for a fact that is no sum."""
    known: Fact | None = VOCABULARY.get(fact)
    return known.asked if known else ""


def may_be_changed(fact: str, documented: Container[str] = ()) -> bool:
    """Whether a fact is about what is asked for: an office may change that, and nothing else.

    Of a sum it can change the part that the row asks for, where that is ``documented``.
    """
    part = asked_part(fact)
    return part in documented if part else origin_of(fact) == "request"
