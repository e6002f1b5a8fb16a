"""The reference evaluator: the same program in plain Python, to hold the rules engine to.

It also serves where durable-rules cannot be imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, Because, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..guideline.model import Test, Value
    from .program import Clause, Leg, Node, Part, Program, Results

_PASSES = (MET, NOT_APPLICABLE)


def evaluate(program: Program, values: Mapping[str, Value]) -> Results:
    """Return the result of every node. ``values`` holds the documented facts and no others."""
    return decide(program.nodes, values)


def decide(nodes: Iterable[Node], values: Mapping[str, Value]) -> Results:
    """Return the results of these nodes, each of which comes after those it refers to."""
    results: Results = {}
    for node in nodes:
        results[node.name] = _decide(node, values, results)
    return results


def _decide(node: Node, values: Mapping[str, Value], results: Results) -> Result:
    answers = {
        part: [_truth(leg, values, results) for leg in clause.legs]
        for part, clause in node.clauses()
    }

    def legs(part: Part, *truths: bool | None) -> tuple[Because, ...]:
        return tuple(
            Because(part, leg) for leg, truth in enumerate(answers[part]) if truth in truths
        )

    gates: list[Because] = []
    if node.applies_unless and _kleene(node.applies_unless, answers["applies_unless"]) is True:
        gates += legs("applies_unless", True)
    if node.applies_when and _kleene(node.applies_when, answers["applies_when"]) is not True:
        gates += legs("applies_when", False, None)
    if gates:
        return Result(NOT_APPLICABLE, tuple(gates))
    against: list[Because] = []
    if node.excluded_when and _kleene(node.excluded_when, answers["excluded_when"]) is True:
        against += legs("excluded_when", True)
    required = _kleene(node.requires, answers["requires"]) if node.requires else True
    if required is False:
        against += legs("requires", False)
    if against:
        return Result(NOT_MET, tuple(against))
    if required is None:
        return Result(NOT_DOCUMENTED, legs("requires", None))
    return Result(MET, legs("requires", True) if node.requires else ())


def _kleene(clause: Clause, answers: list[bool | None]) -> bool | None:
    if answers.count(True) >= clause.least:
        return True
    if len(answers) - answers.count(False) < clause.least:
        return False
    return None


def _truth(leg: Leg, values: Mapping[str, Value], results: Results) -> bool | None:
    if leg.test is None:
        outcome = results[leg.subject].outcome
        known = None if outcome == NOT_DOCUMENTED else outcome in _PASSES
    else:
        known = holds(leg.test, values.get(leg.test.fact))
    return known if known is None or not leg.negated else not known


def holds(test: Test, value: Value | None) -> bool | None:
    """Return whether a fact with this value passes a test; None if that is not documented."""
    if test.operator == "documented":
        return value is not None
    if value is None:
        return None
    if test.operator == "is":
        return value == test.value
    if isinstance(test.value, tuple):
        return (value in test.value) == (test.operator == "is_one_of")
    assert isinstance(value, int)  # noqa: S101 (the program is built for numbers here)
    assert isinstance(test.value, int)  # noqa: S101
    return value >= test.value if test.operator == "at_least" else value <= test.value
