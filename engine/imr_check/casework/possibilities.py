"""What a program can come to while some of its facts are open, and a search over open facts.

:func:`possible_outcomes` takes for each fact the values that it may have. It never leaves out an
outcome that can happen; where every fact has one value it is exact. The search fills the facts one
after the other and gives up a branch as soon as its goal is out of reach, so that what it finds is
a proof, and so is a search that ends without finding anything.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..rules import reference
from ..rules.program import (
    MET,
    NOT_APPLICABLE,
    NOT_DOCUMENTED,
    NOT_MET,
    Clause,
    Leg,
    Node,
    Program,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..facts import Fact
    from ..guideline.model import Test, Value
    from ..rules.program import Outcome

    Charted = Value | None
    Choices = Mapping[str, tuple[Charted, ...]]
    Truths = frozenset[bool | None]
    Possible = dict[str, frozenset[Outcome]]

MOST_STEPS = 20_000
"""Most steps of one search. Beyond it the answer is 'perhaps'."""

_PROBE = "probe"
_TRUTHS = {MET: True, NOT_APPLICABLE: True, NOT_MET: False, NOT_DOCUMENTED: None}
_ONLY_TRUE: Truths = frozenset([True])
_ONLY_FALSE: Truths = frozenset([False])


class Goal(NamedTuple):
    """Something to be shown of a node, under facts that are found by search or given by a case.

    With ``wanted`` the node comes out as that. Without it, its outcome differs between ``program``
    and ``other``, the program with one part changed; ``moved`` are facts that have other values
    there. ``start`` are values that the facts must have. ``probe``, if either program has such a
    node, has to be met as well.
    """

    node: str
    program: Program
    start: Mapping[str, Value] = {}
    wanted: Outcome | None = None
    other: Program | None = None
    moved: Mapping[str, Value] = {}

    def within_reach(self, choices: Choices) -> bool:
        """Whether it may hold under ``choices``; exact where every fact has a single value."""
        here = possible_outcomes(self.program, choices)
        if self.wanted is not None:
            return self.wanted in here[self.node]
        moved = {fact: (value,) for fact, value in self.moved.items()}
        there = possible_outcomes(self.other or self.program, {**choices, **moved})
        if not all(MET in possible.get(_PROBE, (MET,)) for possible in (here, there)):
            return False
        return len(here[self.node]) > 1 or here[self.node] != there[self.node]

    def holds_in(self, given: Mapping[str, Value]) -> bool:
        """Whether a case with these facts shows it."""
        if any(given.get(fact) != value for fact, value in self.start.items()):
            return False
        return self.within_reach({fact: (value,) for fact, value in given.items()})


def with_probe(program: Program, clause: Clause) -> Program:
    """Return a program with one more node, which is met exactly if ``clause`` is true."""
    probe = Node(_PROBE, 1, None, None, None, clause)
    return Program(program.name, (*program.nodes, probe), program.facts)


class Answer(NamedTuple):
    """Facts under which a goal holds, or None; ``possible`` is False if there are none at all."""

    given: dict[str, Value] | None
    possible: bool


def find(goal: Goal, facts: Iterable[Fact]) -> Answer:
    """Look for facts under which the goal holds, among all that the logic tells apart."""
    tests = _tests_by_fact(goal)
    asked = {name: place for place, name in enumerate(_in_order(goal.program, goal.node))}
    open_facts = [fact for fact in facts if fact.name in tests and fact.name not in goal.start]
    # What is asked for together is filled together: so a dead end shows soonest.
    open_facts.sort(key=lambda fact: asked.get(fact.name, len(asked)))
    choices = {fact.name: _representatives(fact, tests[fact.name]) for fact in open_facts}
    choices |= {fact: (value,) for fact, value in goal.start.items()}
    search = _Search(goal, [fact.name for fact in open_facts])
    found = search.filled(choices, 0)
    if found is None:
        return Answer(None, search.steps > MOST_STEPS)
    given = {fact: value for fact, (value, *_) in found.items() if value is not None}
    return Answer(given, True)


class _Search:
    """Fills one open fact after the other, as long as the goal stays within reach."""

    def __init__(self, goal: Goal, facts: list[str]) -> None:
        self.goal = goal
        self.facts = facts
        self.steps = 0

    def filled(self, choices: Choices, at: int) -> Choices | None:
        self.steps += 1
        if self.steps > MOST_STEPS or not self.goal.within_reach(choices):
            return None
        if at == len(self.facts):
            return choices
        fact = self.facts[at]
        for value in choices[fact]:
            found = self.filled({**choices, fact: (value,)}, at + 1)
            if found is not None:
                return found
        return None


def _in_order(program: Program, name: str) -> dict[str, None]:
    """Return the facts that a node hangs on, in the order in which its logic asks for them."""
    found: dict[str, None] = {}
    for _, clause in program.node(name).clauses():
        for leg in clause.legs:
            found |= {leg.subject: None} if leg.test else _in_order(program, leg.subject)
    return found


def _tests_by_fact(goal: Goal) -> dict[str, set[Test]]:
    tests: dict[str, set[Test]] = {}
    for program in filter(None, (goal.program, goal.other)):
        for node in program.nodes:
            for _, clause in node.clauses():
                for leg in clause.legs:
                    if leg.test:
                        tests.setdefault(leg.test.fact, set()).add(leg.test)
    return tests


def _representatives(fact: Fact, tests: set[Test]) -> tuple[Charted, ...]:
    """Return values of a fact, one for each way in which ``tests`` can come out; None first."""
    values: list[Value] = list(fact.words)
    if fact.kind == "boolean":
        values = [True, False]
    elif fact.kind == "number":
        compared: set[int] = set()
        for test in tests:
            named = test.value if isinstance(test.value, tuple) else (test.value,)
            compared.update(value for value in named if type(value) is int)
        values = [value + step for value in sorted(compared or {1}) for step in (0, 1, -1)]
    seen: dict[tuple[bool | None, ...], Charted] = {}
    for value in (None, *values):
        seen.setdefault(tuple(_truth(test, value) for test in tests), value)
    return tuple(seen.values())


@lru_cache(maxsize=None, typed=True)
def _truth(test: Test, value: Charted) -> bool | None:
    """Return what the reference evaluator makes of one test, so that nothing is said twice."""
    probe = Node(_PROBE, 1, None, None, None, Clause(1, (Leg(test.fact, test, False),)))
    values = {} if value is None else {test.fact: value}
    return _TRUTHS[reference.evaluate(Program(_PROBE, (probe,), ()), values)[_PROBE].outcome]


def possible_outcomes(program: Program, choices: Choices) -> Possible:
    """Return what each node may come to. Facts that ``choices`` leaves out are not documented."""
    possible: Possible = {}
    for node in program.nodes:
        possible[node.name] = frozenset(_decided(node, choices, possible))
    return possible


def _decided(node: Node, choices: Choices, possible: Possible) -> set[Outcome]:
    def truths(clause: Clause | None, default: Truths) -> Truths:
        return _clause(clause, choices, possible) if clause else default

    when = truths(node.applies_when, _ONLY_TRUE)
    unless = truths(node.applies_unless, _ONLY_FALSE)
    outcomes: set[Outcome] = set()
    if True in unless or when != _ONLY_TRUE:
        outcomes.add(NOT_APPLICABLE)
    if unless == _ONLY_TRUE or True not in when:
        return outcomes
    excluded = truths(node.excluded_when, _ONLY_FALSE)
    required = truths(node.requires, _ONLY_TRUE)
    if True in excluded or False in required:
        outcomes.add(NOT_MET)
    if excluded != _ONLY_TRUE:
        outcomes |= {MET} if True in required else set()
        outcomes |= {NOT_DOCUMENTED} if None in required else set()
    return outcomes


def _clause(clause: Clause, choices: Choices, possible: Possible) -> Truths:
    legs = [_leg(leg, choices, possible) for leg in clause.legs]
    spare = len(legs) - clause.least
    truths: set[bool | None] = set()
    if sum(True in leg for leg in legs) >= clause.least:
        truths.add(True)
    if sum(False in leg for leg in legs) > spare:
        truths.add(False)
    # Open if neither is forced, and some part can be open.
    forced = legs.count(_ONLY_TRUE) >= clause.least or legs.count(_ONLY_FALSE) > spare
    if not forced and any(None in leg for leg in legs):
        truths.add(None)
    return frozenset(truths)


def _leg(leg: Leg, choices: Choices, possible: Possible) -> Truths:
    if leg.test is None:
        truths = {_TRUTHS[outcome] for outcome in possible[leg.subject]}
    else:
        test = leg.test
        truths = {_truth(test, value) for value in choices.get(leg.subject, (None,))}
    if leg.negated:
        truths = {truth if truth is None else not truth for truth in truths}
    return frozenset(truths)
