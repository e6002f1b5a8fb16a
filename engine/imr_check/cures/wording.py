"""A need in plain English: what has to be documented, and what stands there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import unit_after
from .needs import Span

if TYPE_CHECKING:
    from ..facts import Fact
    from ..guideline.model import Value
    from .needs import Need

_YES_NO = {True: "yes", False: "no"}


def value_in_words(value: Value, fact: Fact) -> str:
    """Return a documented value, with its unit."""
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, int):
        return f"{value} {unit_after(fact, value)}"
    return value.replace("_", " ")


def wanted(need: Need, fact: Fact) -> str:
    """Return the values that will do: *yes*, *failed or contraindicated*, *at least 3 months*."""
    spans = [each for each in need.permitted if isinstance(each, Span)]
    if spans == [Span(None, None)]:
        return f"any number of {fact.unit}"
    if spans:
        last = spans[-1].least if spans[-1].most is None else spans[-1].most
        return f"{' or '.join(map(_span_in_words, spans))} {unit_after(fact, last)}"
    if set(need.permitted) == _all_values(fact):
        return "stated"
    return " or ".join(
        value_in_words(each, fact) for each in need.permitted if not isinstance(each, Span)
    )


def _all_values(fact: Fact) -> set[Value]:
    return {True, False} if fact.kind == "boolean" else set(fact.words)


def _span_in_words(span: Span) -> str:
    if span.most is None:
        return f"at least {span.least}"
    if span.least is None:
        return f"at most {span.most}"
    return str(span.least) if span.least == span.most else f"{span.least} to {span.most}"
