"""Read the logic of a criterion from its YAML form.

{fact: relief.percent, at_least: relief_percent}     a test; the word names a limit
{fact: care.nsaid, is_one_of: [failed, contraindicated]}
{fact: row.injectate, documented: true}              whether anything is documented at all
{finding: functional_gain}                           a shared finding
{all: [...]}, {any: [...]}, {at_least: 2, of: [...]}, {not: ...}
{by: row.region, of: {neck: ..., low_back: ...}}     what each word calls for; no other word will do
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..errors import GuidelineError
from .model import Combination, Expression, Limit, Negation, Operator, Reference, Test, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATORS = ("is", "is_one_of", "is_none_of", "at_least", "at_most", "documented")


def read_expression(raw: Any, limits: Mapping[str, Limit], where: str) -> Expression:
    """Return the expression that ``raw`` spells; ``where`` names the place for error messages."""
    if not isinstance(raw, dict) or not raw:
        raise GuidelineError(f"{where}: expected a test such as {{fact: name, is: true}}")
    keys = set(raw)
    if "fact" in keys:
        return _test(raw, limits, where)
    if keys == {"finding"}:
        return Reference(str(raw["finding"]))
    if keys == {"not"}:
        return Negation(read_expression(raw["not"], limits, where))
    if keys == {"by", "of"}:
        return _table(raw, limits, where)
    if keys in ({"all"}, {"any"}, {"at_least", "of"}):
        return _combination(raw, limits, where)
    raise GuidelineError(f"{where}: cannot read {', '.join(sorted(map(str, keys)))} as logic")


def _combination(raw: dict[str, Any], limits: Mapping[str, Limit], where: str) -> Combination:
    listed = raw.get("all") or raw.get("any") or raw.get("of")
    if not isinstance(listed, list) or not listed:
        raise GuidelineError(f"{where}: all, any and of take a list of tests")
    parts = tuple(read_expression(part, limits, where) for part in listed)
    if "all" in raw:
        return Combination(len(parts), parts)
    if "any" in raw:
        return Combination(1, parts)
    least, limit = _resolve(raw["at_least"], limits, where)
    if type(least) is not int or not 1 <= least <= len(parts):
        raise GuidelineError(f"{where}: at_least must be between 1 and the number of parts")
    return Combination(least, parts, limit)


def _table(raw: dict[str, Any], limits: Mapping[str, Limit], where: str) -> Combination:
    """Return *all of*: the word is one of those listed, and for each: it is another one, or ...

    In this form only the word that a row has, and what it calls for, are reasons for an outcome.
    """
    fact, rows = raw["by"], raw["of"]
    if not isinstance(fact, str) or not isinstance(rows, dict) or not rows:
        raise GuidelineError(f"{where}: by takes the name of a fact, and of a value for each word")
    listed = Test(fact, "is_one_of", tuple(rows))
    return Combination(
        1 + len(rows),
        (
            listed,
            *(
                Combination(
                    1, (Test(fact, "is_none_of", (word,)), read_expression(part, limits, where))
                )
                for word, part in rows.items()
            ),
        ),
    )


def _test(raw: dict[str, Any], limits: Mapping[str, Limit], where: str) -> Test:
    rest = set(raw) - {"fact"}
    if len(rest) != 1 or not rest <= set(_OPERATORS):
        raise GuidelineError(f"{where}: a test takes one of {', '.join(_OPERATORS)}")
    operator = cast("Operator", rest.pop())
    value = raw[operator]
    if operator in ("is_one_of", "is_none_of"):
        if not isinstance(value, list) or not value:
            raise GuidelineError(f"{where}: {operator} takes a list of words")
        return Test(raw["fact"], operator, tuple(value))
    if operator in ("at_least", "at_most"):
        number, limit = _resolve(value, limits, where)
        return Test(raw["fact"], operator, number, limit)
    if operator == "documented" and value is not True:
        raise GuidelineError(f"{where}: documented takes true; use applies_unless for the contrary")
    return Test(raw["fact"], operator, value)


def _resolve(value: Any, limits: Mapping[str, Limit], where: str) -> tuple[Value, str | None]:
    if isinstance(value, str):
        if value not in limits:
            raise GuidelineError(f"{where}: there is no limit called {value}")
        return limits[value].value, value
    if type(value) is not int:
        raise GuidelineError(f"{where}: expected a whole number or the name of a limit")
    return value, None
