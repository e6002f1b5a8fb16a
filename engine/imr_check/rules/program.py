"""A section's criteria as a flat program: the common ground of both evaluators.

Every criterion, shared finding and nested expression becomes one :class:`Node`; nodes refer to
facts and to earlier nodes only. A node's parts are read in this order, and the first that decides
gives the outcome:

1. ``applies_when`` is not documented as met, or ``applies_unless`` is: *not applicable*
2. ``excluded_when`` is documented as met: *not met*
3. ``requires`` is not met, met, or else not documented
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ..errors import GuidelineError
from ..facts.vocabulary import LARGEST
from ..guideline.model import HARD_FAILURE, Combination, Negation, Reference, Test

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..facts import Fact
    from ..guideline.model import Criterion, Expression, Section, SharedFinding, Value

VERDICT = "verdict"
REBUTTAL = "complete_rebuttal"
"""The shared finding that opens the door for a rebuttable criterion, where a section has it."""

STANDS = ".stands"
"""Ends the name of a rebuttable criterion's node for the verdict; the same without a rebuttal."""

SPOKEN = ".spoken"
"""Ends the name of the node for the verdict of a criterion of which silence only warns."""

_WIDEST = 16
"""Most legs of one clause, as durable-rules joins them in a rule; wider clauses are split."""


Outcome = Literal["met", "not_met", "not_documented", "not_applicable"]
"""What a criterion came to."""

MET: Final = "met"
NOT_MET: Final = "not_met"
NOT_DOCUMENTED: Final = "not_documented"
NOT_APPLICABLE: Final = "not_applicable"

Part = Literal["applies_unless", "applies_when", "excluded_when", "requires"]
PARTS: tuple[Part, ...] = ("applies_unless", "applies_when", "excluded_when", "requires")


class Leg(NamedTuple):
    """One thing that a clause looks at: a fact under a test, or the outcome of an earlier node."""

    subject: str
    test: Test | None
    negated: bool


class Clause(NamedTuple):
    """At least ``least`` of the legs."""

    least: int
    legs: tuple[Leg, ...]


class Node(NamedTuple):
    """One step of the program. ``level`` is above the level of every node that it refers to."""

    name: str
    level: int
    applies_when: Clause | None
    applies_unless: Clause | None
    excluded_when: Clause | None
    requires: Clause | None

    def clauses(self) -> list[tuple[Part, Clause]]:
        """Return the parts that the node has, by name."""
        given = ((part, getattr(self, part)) for part in PARTS)
        return [(part, clause) for part, clause in given if clause is not None]


class Because(NamedTuple):
    """A leg that led to an outcome: which part of the node, and which leg of it."""

    part: Part
    leg: int


class Result(NamedTuple):
    """The outcome of a node and the legs that led to it, in order."""

    outcome: Outcome
    because: tuple[Because, ...]


Results = dict[str, Result]


class Fired(NamedTuple):
    """A rule that fired: its name, what it decided, and the facts and findings that it matched."""

    rule: str
    node: str
    outcome: str
    matched: tuple[tuple[str, object], ...]


class Leaf(NamedTuple):
    """A test of a fact that led to an outcome, and the part of the criterion that it stands in."""

    test: Test
    part: Part


class Missing(NamedTuple):
    """What is not documented, by the names of facts, and whether one of the parts is enough."""

    any: bool
    parts: tuple[str | Missing, ...]


class Needs(NamedTuple):
    """What a node hangs on: nodes in an order in which they can be decided, facts, and numbers."""

    nodes: tuple[Node, ...]
    facts: frozenset[str]
    numbers: frozenset[int]


class Program:
    """The nodes of a section in an order in which each can be decided, and the facts they need."""

    def __init__(self, name: str, nodes: tuple[Node, ...], facts: tuple[Fact, ...]) -> None:
        self.name = name
        self.nodes = nodes
        self.facts = facts
        self.derivations = tuple((fact.name, fact.derive) for fact in facts)
        self._by_name = {node.name: node for node in nodes}
        self.ruled = tuple(node for node in nodes if not _sums_up(node.name))
        """The nodes that rules decide."""
        self.summing = tuple(node for node in nodes if _sums_up(node.name))
        """The nodes that add up outcomes to the verdict; nothing else refers to them."""
        self._needs: dict[str, Needs] = {}
        self._below: dict[str, dict[Part, tuple[Leaf | str, ...]]] = {}

    def node(self, name: str) -> Node:
        """Return the node with this name."""
        return self._by_name[name]

    def needs(self, name: str) -> Needs:
        """Return what the outcome of a node hangs on, the node included."""
        if name not in self._needs:
            self._needs[name] = self._needed(name)
        return self._needs[name]

    def _needed(self, name: str) -> Needs:
        legs = [leg for _, clause in self._by_name[name].clauses() for leg in clause.legs]
        below = [self.needs(leg.subject) for leg in legs if leg.test is None]
        wanted = {name, *(node.name for needs in below for node in needs.nodes)}
        tests = [leg.test for leg in legs if leg.test is not None]
        numbers = {test.value for test in tests if type(test.value) is int}
        return Needs(
            tuple(node for node in self.nodes if node.name in wanted),
            frozenset(test.fact for test in tests).union(*(needs.facts for needs in below)),
            frozenset(numbers).union(*(needs.numbers for needs in below)),
        )

    def leg(self, node: str, because: Because) -> Leg:
        """Return the leg of ``node`` that ``because`` points to."""
        clause: Clause = getattr(self._by_name[node], because.part)
        return clause.legs[because.leg]

    def leaves(self, node: str, results: Results) -> list[Leaf]:
        """Return the tests behind the outcome of ``node``, each fact once, in order."""
        found: dict[str, Leaf] = {}
        self._gather(node, results, None, found)
        return list(found.values())

    def missing(self, node: str, results: Results, idle: frozenset[str]) -> Missing:
        """Return which facts keep ``node`` from being documented, those in ``idle`` left out."""
        clause = self._by_name[node].requires
        one_is_enough = clause is not None and clause.least == 1 < len(clause.legs)
        parts: list[str | Missing] = []
        for because in results[node].because:
            leg = self.leg(node, because)
            if leg.test is None:
                below = self.missing(leg.subject, results, idle)
                alike = len(below.parts) < 2 or below.any == one_is_enough
                parts += below.parts if alike else [below]
            elif leg.subject not in idle:
                parts.append(leg.subject)
        if len(parts) == 1 and isinstance(parts[0], Missing):
            return parts[0]
        return Missing(one_is_enough, tuple(dict.fromkeys(parts)))

    def _gather(
        self, name: str, results: Results, part: Part | None, found: dict[str, Leaf]
    ) -> None:
        below = self._below.get(name) or self._look_below(name)
        for own_part, leg in results[name].because:
            each = below[own_part][leg]
            if isinstance(each, str):
                self._gather(each, results, part or own_part, found)
            elif each.test.fact not in found:
                found[each.test.fact] = each if part is None else Leaf(each.test, part)

    def _look_below(self, name: str) -> dict[Part, tuple[Leaf | str, ...]]:
        """Return what a node looks at, by part: the tests of facts, and the names of nodes."""
        below = self._below[name] = {
            part: tuple(Leaf(leg.test, part) if leg.test else leg.subject for leg in clause.legs)
            for part, clause in self._by_name[name].clauses()
        }
        return below


def _sums_up(name: str) -> bool:
    return name == VERDICT or name.endswith((STANDS, SPOKEN))


def build_program(section: Section, vocabulary: Mapping[str, Fact]) -> Program:
    """Return the program of a section; GuidelineError where its logic does not hold together."""
    return _Builder(section, vocabulary).build()


class _Builder:
    """Turns the tree of each criterion into nodes, the deepest first."""

    def __init__(self, section: Section, vocabulary: Mapping[str, Fact]) -> None:
        self.section = section
        self.vocabulary = vocabulary
        self.nodes: dict[str, Node] = {}
        self.facts: dict[str, Fact] = {}

    def build(self) -> Program:
        # What asks whether another criterion failed for good comes after all of those.
        last = [each for each in self.section.criteria if _asks_for_failure(each)]
        first = [each for each in self.section.criteria if each not in last]
        early = [each for each in self.section.findings if each.name != HARD_FAILURE]
        late = [each for each in self.section.findings if each.name == HARD_FAILURE]
        self._add_all(early, first)
        self._add_all(late, last)
        judged = tuple(self._judged(each) for each in (*first, *last) if each.blocking)
        self._put(VERDICT, requires=Clause(len(judged), judged))
        facts = tuple(self.facts[name] for name in sorted(self.facts))
        return Program(self.section.name, tuple(self.nodes.values()), facts)

    def _add_all(self, findings: Iterable[SharedFinding], criteria: Iterable[Criterion]) -> None:
        for finding in findings:
            self._add(finding.name, requires=finding.logic, excluded_when=finding.excluded_when)
        for criterion in criteria:
            self._add(
                criterion.code,
                applies_when=criterion.applies_when,
                applies_unless=criterion.applies_unless,
                excluded_when=criterion.excluded_when,
                requires=criterion.requires,
            )

    def _judged(self, criterion: Criterion) -> Leg:
        """Return what the verdict looks at: the criterion, or a node that passes more than it."""
        code = criterion.code
        failed = Clause(1, (Leg(code, None, True),))
        passed = Clause(1, (Leg(code, None, False),))
        if criterion.silence == "warns":
            name = f"{code}{SPOKEN}"
            self._put(name, applies_when=failed, requires=passed)
            return Leg(name, None, False)
        if not criterion.rebuttable:
            return Leg(code, None, False)
        if REBUTTAL not in self.nodes:
            raise GuidelineError(f"{self.section.file}: {code} is rebuttable but {REBUTTAL} is not")
        name = f"{code}{STANDS}"
        # Only a contradiction can be argued against; what is not documented stays to be documented.
        argued = Clause(2, (Leg(REBUTTAL, None, False), Leg(code, None, True)))
        self._put(name, applies_unless=argued, requires=passed)
        return Leg(name, None, False)

    def _add(
        self,
        name: str,
        requires: Expression | None,
        applies_when: Expression | None = None,
        applies_unless: Expression | None = None,
        excluded_when: Expression | None = None,
    ) -> None:
        self._put(
            name,
            applies_when=self._clause(f"{name}.applies_when", applies_when),
            applies_unless=self._clause(f"{name}.applies_unless", applies_unless),
            excluded_when=self._clause(f"{name}.excluded_when", excluded_when),
            requires=self._clause(f"{name}.requires", requires),
        )

    def _put(
        self,
        name: str,
        *,
        applies_when: Clause | None = None,
        applies_unless: Clause | None = None,
        excluded_when: Clause | None = None,
        requires: Clause | None = None,
    ) -> None:
        clauses = [c for c in (applies_when, applies_unless, excluded_when, requires) if c]
        below = [self.nodes[leg.subject].level for c in clauses for leg in c.legs if not leg.test]
        level = 1 + max(below, default=0)
        self.nodes[name] = Node(name, level, applies_when, applies_unless, excluded_when, requires)

    def _clause(self, name: str, expression: Expression | None) -> Clause | None:
        if expression is None:
            return None
        least, parts = _flat(expression)
        legs = tuple(self._leg(f"{name}.{i + 1}", part) for i, part in enumerate(parts))
        return self._narrow(name, Clause(least, legs))

    def _leg(self, name: str, expression: Expression, negated: bool = False) -> Leg:
        if isinstance(expression, Negation):
            return self._leg(name, expression.part, not negated)
        if isinstance(expression, Reference):
            if expression.finding not in self.nodes:
                raise GuidelineError(
                    f"{self.section.file}: {name} refers to {expression.finding}, "
                    "which is not a finding defined before it"
                )
            return Leg(expression.finding, None, negated)
        if isinstance(expression, Test):
            self._take(expression, name)
            return Leg(expression.fact, expression, negated)
        self._add(name, requires=expression)
        return Leg(name, None, negated)

    def _take(self, test: Test, where: str) -> None:
        fact = self.vocabulary.get(test.fact)
        if fact is None:
            raise GuidelineError(f"{self.section.file}: {where}: there is no fact {test.fact}")
        if not _fits(test, fact):
            raise GuidelineError(
                f"{self.section.file}: {where}: {test.fact} is a {fact.kind} and cannot be "
                f"compared with {test.operator}: {test.value}"
            )
        self.facts[test.fact] = fact

    def _narrow(self, name: str, clause: Clause) -> Clause:
        """Split a wide *all* or *any* into nodes that durable-rules can join."""
        if len(clause.legs) <= _WIDEST:
            return clause
        if clause.least not in (1, len(clause.legs)):
            raise GuidelineError(
                f"{self.section.file}: {name}: at most {_WIDEST} parts in at_least"
            )
        groups = []
        for start in range(0, len(clause.legs), _WIDEST):
            legs = clause.legs[start : start + _WIDEST]
            group = f"{name}.group{start // _WIDEST + 1}"
            self._put(group, requires=Clause(1 if clause.least == 1 else len(legs), legs))
            groups.append(Leg(group, None, False))
        return Clause(1 if clause.least == 1 else len(groups), tuple(groups))


def _asks_for_failure(criterion: Criterion) -> bool:
    return criterion.applies_when == Reference(HARD_FAILURE)


def _flat(expression: Expression) -> tuple[int, tuple[Expression, ...]]:
    """Return (least, parts) of an expression; a negated combination is turned inside out."""
    if isinstance(expression, Combination):
        return expression.least, expression.parts
    if isinstance(expression, Negation) and isinstance(expression.part, Combination):
        inner = expression.part
        least = len(inner.parts) - inner.least + 1
        return least, tuple(Negation(part) for part in inner.parts)
    if isinstance(expression, Negation) and isinstance(expression.part, Negation):
        return _flat(expression.part.part)
    return 1, (expression,)


def _fits(test: Test, fact: Fact) -> bool:
    if test.operator == "documented":
        return True
    values: tuple[Value, ...] = test.value if isinstance(test.value, tuple) else (test.value,)
    if fact.kind == "boolean":
        return test.operator == "is" and isinstance(test.value, bool)
    if fact.kind == "number":
        return all(type(value) is int and abs(value) < LARGEST for value in values)
    if test.operator in ("at_least", "at_most"):
        return False
    return all(value in fact.words for value in values)
