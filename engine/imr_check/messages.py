"""One line that says why a criterion fails, at most 140 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .facts import Fact
    from .guideline.model import Test, Value
    from .rules.program import Leaf

LONGEST = 140


def not_documented(
    leaves: Iterable[Leaf], facts: Mapping[str, Fact], *, template: bool = False
) -> str:
    """Return what is missing, by the labels of the facts, or has no place in a template."""
    start = "No place for: " if template else "Not documented: "
    return _joined(start, [facts[leaf.test.fact].missing for leaf in leaves])


def not_met(leaves: Iterable[Leaf], facts: Mapping[str, Fact], values: Mapping[str, Value]) -> str:
    """Return what contradicts the criterion, with the value that the request gives."""
    parts = [_contradiction(leaf.test, facts[leaf.test.fact], values) for leaf in leaves]
    return _joined("", parts)


def _contradiction(test: Test, fact: Fact, values: Mapping[str, Value]) -> str:
    value = values.get(test.fact)
    if value is True:
        return f"Charted: {fact.label}"
    if value is False:
        return f"Charted as absent: {fact.label}"
    if fact.kind == "number" and value is None:  # another one under each filling of a template
        return f"{_capital(fact.label)}:{_bound(test).removeprefix(',')}"
    if fact.kind == "number":
        return f"{_capital(fact.label)}: {value} {fact.unit}{_bound(test)}"
    return f"{_capital(fact.label)}: {str(value).replace('_', ' ')}"


def _bound(test: Test) -> str:
    if test.operator == "at_most":
        return f", at most {test.value} allowed"
    if test.operator == "at_least":
        return f", at least {test.value} needed"
    return f", {test.value} needed" if test.operator == "is" else ""


def _joined(start: str, parts: list[str]) -> str:
    text = start + "; ".join(parts)
    for kept in range(len(parts) - 1, 0, -1):
        if len(text) <= LONGEST:
            break
        text = f"{start}{'; '.join(parts[:kept])}; and {len(parts) - kept} more"
    return shortened(text)


def shortened(text: str) -> str:
    """Return ``text`` cut to the longest that a message may be."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
