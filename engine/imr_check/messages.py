"""One line that says why a criterion fails, at most 140 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .rules.program import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .facts import Fact
    from .guideline.model import Test, Value
    from .rules.program import Leaf

LONGEST = 140


def not_documented(missing: Missing, facts: Mapping[str, Fact], *, template: bool = False) -> str:
    """Return what is missing, by the labels of the facts, or has no place in a template."""
    start = "No place for: " if template else "Not documented: "
    parts = [_missing(part, facts) for part in missing.parts]
    return _joined(start, parts, "or" if missing.any else "and")


def _missing(part: str | Missing, facts: Mapping[str, Fact]) -> str:
    if isinstance(part, str):
        return facts[part].missing
    between = " or " if part.any else " and "
    return between.join(_missing(each, facts) for each in part.parts)


def not_met(
    leaves: Iterable[Leaf],
    facts: Mapping[str, Fact],
    values: Mapping[str, Value],
    *,
    template: bool = False,
) -> str:
    """Return what contradicts the criterion, with the value that the request gives.

    What the chart is silent on is told only where nothing that it states decides. A number that a
    template leaves open is told by its limit.
    """
    leaves = list(leaves)
    told = [
        leaf.test
        for leaf in leaves
        if leaf.test.fact in values or (template and facts[leaf.test.fact].kind == "number")
    ]
    if not told:
        silent = dict.fromkeys(leaf.test.fact for leaf in leaves)
        return not_documented(Missing(False, tuple(silent)), facts, template=template)
    told.sort(key=lambda test: facts[test.fact].kind != "number")  # the limits first
    return _joined("", [_contradiction(test, facts[test.fact], values) for test in told], "and")


def _contradiction(test: Test, fact: Fact, values: Mapping[str, Value]) -> str:
    value = values.get(test.fact)
    if value is True:
        return f"Charted: {fact.label}"
    if value is False:
        return f"Charted as absent: {fact.label}"
    if fact.kind == "number":
        assert value is None or isinstance(value, int)  # noqa: S101 (the facts are coded)
        bound = _bound(test, value)
        if value is None:  # another one under each filling of a template
            return f"{_capital(fact.label)}:{bound.removeprefix(',')}"
        return f"{_capital(fact.label)}: {value} {unit_after(fact, value)}{bound}"
    return f"{_capital(fact.label)}: {str(value).replace('_', ' ')}"


def unit_after(fact: Fact, count: int | None) -> str:
    """Return the unit as it is written after a number: units of facts are in the plural."""
    if count != 1:
        return fact.unit
    if fact.unit.endswith("ies"):
        return fact.unit.removesuffix("ies") + "y"
    return fact.unit.removesuffix("s")


def _bound(test: Test, value: int | None) -> str:
    """Return what is needed, also where the test holds and the criterion asks for the opposite."""
    if not isinstance(test.value, int):
        return ""
    if test.operator == "at_most":
        met = value is not None and value <= test.value
        return f", more than {test.value} needed" if met else f", at most {test.value} allowed"
    if test.operator == "at_least":
        met = value is not None and value >= test.value
        return f", less than {test.value} needed" if met else f", at least {test.value} needed"
    return f", {test.value} needed" if test.operator == "is" and value != test.value else ""


def _joined(start: str, parts: list[str], last: Literal["and", "or"]) -> str:
    """Return the parts in a row; of parts joined by *or* one is enough."""
    text = start + _in_a_row(parts, last)
    for kept in range(len(parts) - 1, 0, -1):
        if len(text) <= LONGEST:
            break
        text = f"{start}{'; '.join(parts[:kept])}; {last} {_more(len(parts) - kept)}"
    return shortened(text)


def _more(count: int) -> str:
    """Return how many parts are left out: a bare number could be read as a part of a limit."""
    return f"{count} more {'fact' if count == 1 else 'facts'}"


def _in_a_row(parts: list[str], last: Literal["and", "or"]) -> str:
    if last == "and" or len(parts) < 2:
        return "; ".join(parts)
    return f"{'; '.join(parts[:-1])}; or {parts[-1]}"


def shortened(text: str) -> str:
    """Return ``text`` cut to the longest that a message may be."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
