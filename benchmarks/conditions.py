"""The criteria of a program as plain two-valued conditions, for engines that know no others.

A node's outcome is that of the first condition which holds, else *not documented*. A fact that is
not documented is None; the outcomes of earlier nodes are facts too, under ``@`` and their name.
"""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from imr_check.rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET

if TYPE_CHECKING:
    from collections.abc import Callable

    from imr_check.guideline.model import Test
    from imr_check.rules.program import Clause, Leg, Node


class Atom(NamedTuple):
    """One comparison of a fact (None where not documented) or of an earlier node's outcome."""

    subject: str
    operator: Literal["==", "!=", "<", "<=", ">", ">=", "in"]
    value: Any


class Every(NamedTuple):
    """All of the parts; true without any."""

    parts: tuple[Condition, ...]


class Some(NamedTuple):
    """Any of the parts; false without any."""

    parts: tuple[Condition, ...]


class Not(NamedTuple):
    """The contrary."""

    part: Condition


Condition = Atom | Every | Some | Not
Cases = list[tuple[str, Condition]]


def cases(node: Node) -> Cases:
    """Return the outcomes of a node with their conditions, the first that holds decides."""
    not_applicable = [_reached(node.applies_unless, _true)] if node.applies_unless else []
    if node.applies_when:
        not_applicable.append(Not(_reached(node.applies_when, _true)))
    not_met = [_reached(node.excluded_when, _true)] if node.excluded_when else []
    if node.requires:
        not_met.append(_refused(node.requires))
    met = [_reached(node.requires, _true) if node.requires else Every(())]
    found = [
        (NOT_APPLICABLE, not_applicable),
        (NOT_MET, not_met),
        (MET, met),
    ]
    return [(outcome, _joined(parts)) for outcome, parts in found if parts]


def _joined(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Some(tuple(parts))


def _reached(clause: Clause, when: Callable[[Leg], Condition], least: int = 0) -> Condition:
    parts, least = [when(leg) for leg in clause.legs], least or clause.least
    if least == 1:
        return _joined(parts)
    return _joined([Every(chosen) for chosen in combinations(parts, least)])


def _refused(clause: Clause) -> Condition:
    return _reached(clause, _false, len(clause.legs) - clause.least + 1)


def _true(leg: Leg) -> Condition:
    return _when(leg, not leg.negated)


def _false(leg: Leg) -> Condition:
    return _when(leg, leg.negated)


def _when(leg: Leg, truth: bool) -> Condition:
    if leg.test is not None:
        return _test(leg.test, truth)
    if truth:
        return Atom("@" + leg.subject, "in", (MET, NOT_APPLICABLE))
    return Atom("@" + leg.subject, "==", NOT_MET)


def _test(test: Test, truth: bool) -> Condition:
    fact, value = test.fact, test.value
    if test.operator == "documented":
        return Atom(fact, "!=" if truth else "==", None)
    known = Atom(fact, "!=", None)
    if test.operator == "is":
        return Atom(fact, "==", value) if truth else Every((known, Atom(fact, "!=", value)))
    if test.operator in ("is_one_of", "is_none_of"):
        among = Atom(fact, "in", value)
        return among if (test.operator == "is_one_of") is truth else Every((known, Not(among)))
    at_least: tuple[Any, Any] = (">=", "<")
    at_most: tuple[Any, Any] = ("<=", ">")
    signs = at_least if test.operator == "at_least" else at_most
    return Every((known, Atom(fact, signs[not truth], value)))


def word(name: str) -> str:
    """Return the name of a fact or node as an identifier."""
    return re.sub(r"\W", "_", name.replace("@", "node_"))


def infix(condition: Condition, name: Callable[[str], str] = word) -> str:
    """Return the expression as zen-engine and rule-engine both write it."""
    if isinstance(condition, Atom):
        return f"{name(condition.subject)} {condition.operator} {json.dumps(condition.value)}"
    if isinstance(condition, Not):
        return f"not ({infix(condition.part, name)})"
    between = " and " if isinstance(condition, Every) else " or "
    parts = between.join(f"({infix(part, name)})" for part in condition.parts)
    return parts or ("true" if isinstance(condition, Every) else "false")


def ternary(found: Cases, name: Callable[[str], str] = word) -> str:
    """Return the whole node as one infix expression."""
    text = json.dumps(NOT_DOCUMENTED)
    for outcome, condition in reversed(found):
        text = f"({infix(condition, name)}) ? {json.dumps(outcome)} : ({text})"
    return text
