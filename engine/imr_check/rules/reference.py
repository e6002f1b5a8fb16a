"""The reference evaluator: the same program in plain Python, to hold the rules engine to.

It also adds up the outcomes of the rules to the verdict, and serves where durable-rules cannot be
imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, Because, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..guideline.model import Test, Value
    from .program import Clause, Leg, Node, Outcome, Part, Program, Results

_TRUTH = {MET: True, NOT_APPLICABLE: True, NOT_MET: False, NOT_DOCUMENTED: None}


def evaluate(program: Program, values: Mapping[str, Value]) -> Results:
    """Return the result of every node. ``values`` holds the documented facts and no others."""
    return decide(program.nodes, values)


def decide(
    nodes: Iterable[Node], values: Mapping[str, Value], known: Results | None = None
) -> Results:
    """Return the results of these nodes, each of which comes after those it refers to.

    Nodes whose results are in ``known`` need not be among them; the results are added to it.
    """
    results: Results = {} if known is None else known
    for node in nodes:
        results[node.name] = _decide(node, values, results)
    return results


def _decide(node: Node, values: Mapping[str, Value], results: Results) -> Result:
    gates: list[Because] = []
    if clause := node.applies_unless:
        answers = _answers(clause, values, results)
        if _kleene(clause, answers) is True:
            gates += _legs("applies_unless", answers, True)
    if clause := node.applies_when:
        answers = _answers(clause, values, results)
        if _kleene(clause, answers) is not True:
            gates += _legs("applies_when", answers, False, None)
    if gates:
        return Result(NOT_APPLICABLE, tuple(gates))
    against: list[Because] = []
    if clause := node.excluded_when:
        answers = _answers(clause, values, results)
        if _kleene(clause, answers) is True:
            against += _legs("excluded_when", answers, True)
    required: bool | None = True
    if clause := node.requires:
        answers = _answers(clause, values, results)
        required = _kleene(clause, answers)
        if required is False:
            against += _legs("requires", answers, False)
    if against:
        return Result(NOT_MET, tuple(against))
    outcome: Outcome = NOT_DOCUMENTED if required is None else MET
    return Result(outcome, tuple(_legs("requires", answers, required)) if clause else ())


def _answers(clause: Clause, values: Mapping[str, Value], results: Results) -> list[bool | None]:
    return [_truth(leg, values, results) for leg in clause.legs]


def _legs(part: Part, answers: list[bool | None], *truths: bool | None) -> list[Because]:
    return [Because(part, leg) for leg, truth in enumerate(answers) if truth in truths]


def _kleene(clause: Clause, answers: list[bool | None]) -> bool | None:
    if answers.count(True) >= clause.least:
        return True
    if len(answers) - answers.count(False) < clause.least:
        return False
    return None


def _truth(leg: Leg, values: Mapping[str, Value], results: Results) -> bool | None:
    subject, test, negated = leg
    known = _TRUTH[results[subject].outcome] if test is None else holds(test, values.get(subject))
    return not known if negated and known is not None else known


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
