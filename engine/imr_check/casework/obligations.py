"""What the cases of a criterion have to show, read off its compiled logic.

* Each outcome that the logic allows.
* Each limit just met and just missed, where moving that one fact across the edge changes the
  outcome.
* Each branch deciding once: it is true in a case, and the outcome would be another if it were
  unknown. Branches are the parts of an *any* or *at least n*, and every ``applies_when``,
  ``applies_unless`` and ``excluded_when``. The parts of an *all* need nothing of their own, because
  a case in which all of it is met shows each of them.
* For *at least n* with n above one: a case that is one part short, where one more would decide.

Findings that several criteria share are obliged once for all of them, and not in each.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..guideline.model import Test
from ..rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, Clause, Leg, Program
from .possibilities import Goal, with_probe
from .wording import leg_in_words, outcome_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..guideline.model import Value
    from ..rules.program import Node, Outcome, Part

Kind = Literal["outcome", "limit", "branch"]

_NOWHERE = "no.such.fact"
_UNKNOWN = Leg(_NOWHERE, Test(_NOWHERE, "is", True), False)
_TRUE = Leg(_NOWHERE, Test(_NOWHERE, "documented", True), True)


class Obligation(NamedTuple):
    """Something that a case has to show, and shows if any of the goals holds in it.

    ``text`` describes such a case. ``limit`` is the limit whose edge it is, ``least`` the number of
    an *at least n*, else 0.
    """

    kind: Kind
    text: str
    goals: tuple[Goal, ...]
    limit: str | None = None
    least: int = 0


def outcomes(program: Program, code: str) -> Iterator[Obligation]:
    """Yield an obligation for each outcome that the parts of a criterion can give."""
    node = program.node(code)
    wanted: list[Outcome] = [MET]
    if node.requires or node.excluded_when:
        wanted.append(NOT_MET)
    if node.requires:
        wanted.append(NOT_DOCUMENTED)
    if node.applies_when or node.applies_unless:
        wanted.append(NOT_APPLICABLE)
    for outcome in wanted:
        text = f"a case that comes out as {outcome_in_words(outcome)}"
        yield Obligation("outcome", text, (Goal(code, program, wanted=outcome),))


def within(program: Program, code: str, owner: str) -> Iterator[Obligation]:
    """Yield what the logic of ``owner`` has to show in the cases of the criterion ``code``.

    ``owner`` is the criterion itself or a finding that it leans on.
    """
    tests: dict[Test, None] = {}
    for node in own_nodes(program, owner):
        for part, clause in node.clauses():
            tests |= dict.fromkeys(leg.test for leg in clause.legs if leg.test and leg.test.limit)
            yield from _branches(program, code, node, part, clause)
    for test in tests:
        yield from _edges(program, code, test)


def own_nodes(program: Program, owner: str) -> list[Node]:
    """Return the node of a criterion or finding and those that spell out its nested parts."""
    return [
        node
        for node in program.nodes
        if node.name == owner or (node.name.startswith(f"{owner}.") and _nested(node.name, owner))
    ]


def _nested(name: str, owner: str) -> bool:
    part = name.removeprefix(f"{owner}.").split(".")[0]
    return part in ("applies_when", "applies_unless", "excluded_when", "requires")


def cone(program: Program, owner: str) -> Program:
    """Return the part of a program that ``owner`` hangs on."""
    needs = program.needs(owner)
    facts = tuple(fact for fact in program.facts if fact.name in needs.facts)
    return Program(program.name, needs.nodes, facts)


def _edges(program: Program, code: str, test: Test) -> Iterator[Obligation]:
    assert isinstance(test.value, int)  # noqa: S101 (only numbers have a limit)
    beyond = test.value - 1 if test.operator == "at_least" else test.value + 1
    edges = ((test.value, beyond, "just met"), (beyond, test.value, "just missed"))
    for here, there, what in edges:
        start: Mapping[str, Value] = {test.fact: here}
        goal = Goal(code, program, start, moved={test.fact: there})
        text = (
            f"a case with {test.limit} {what}: {test.fact} is {here}, "
            f"and at {there} it would come out otherwise"
        )
        yield Obligation("limit", text, (goal,), test.limit)


def _branches(
    program: Program, code: str, node: Node, part: Part, clause: Clause
) -> Iterator[Obligation]:
    whole = clause.least == len(clause.legs)
    if whole and part == "requires":
        return
    # An 'all' that gates is one branch: it is true exactly if its first part can be missed.
    legs = clause.legs[:1] if whole else clause.legs
    for index, leg in enumerate(legs):
        if _is_group(leg):
            continue
        other = _with_leg(program, node, part, index, _UNKNOWN)
        before = with_probe(program, Clause(1, (leg,)))
        shown = clause if whole else Clause(1, (leg,))
        text = f"a case that turns on this: {_named(part)}{leg_in_words(program, shown)}"
        goals = (Goal(code, before, other=other),)
        yield Obligation("branch", text, goals, least=0 if whole else clause.least)
    if 1 < clause.least < len(clause.legs):
        yield _one_short(program, code, node, part, clause)


def _one_short(program: Program, code: str, node: Node, part: Part, clause: Clause) -> Obligation:
    goals = []
    for index in range(len(clause.legs)):
        other = _with_leg(program, node, part, index, _TRUE)
        filled = clause._replace(legs=_replaced(clause.legs, index, _TRUE))
        goals.append(Goal(code, program, other=with_probe(other, filled)))
    logic = f"{_named(part)}{leg_in_words(program, clause)}"
    text = f"a case that is one short of this and would come out otherwise with one more: {logic}"
    return Obligation("branch", text, tuple(goals), least=clause.least)


def _named(part: Part) -> str:
    return "" if part == "requires" else f"{part}: "


def _is_group(leg: Leg) -> bool:
    """Whether a leg stands for a share of a wide clause, as the program splits it."""
    return leg.test is None and re.search(r"\.group\d+$", leg.subject) is not None


def _with_leg(program: Program, node: Node, part: Part, index: int, leg: Leg) -> Program:
    """Return a program in which one leg of one node is another."""
    clause: Clause = getattr(node, part)
    changes: dict[str, Any] = {part: clause._replace(legs=_replaced(clause.legs, index, leg))}
    changed = node._replace(**changes)
    nodes = tuple(changed if each is node else each for each in program.nodes)
    return Program(program.name, nodes, program.facts)


def _replaced(legs: tuple[Leg, ...], index: int, leg: Leg) -> tuple[Leg, ...]:
    return (*legs[:index], leg, *legs[index + 1 :])
