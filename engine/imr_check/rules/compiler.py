"""Compile a program to durable-rules' own JSON rules.

Each way for a node to come to an outcome is one rule; nodes that only add up outcomes to the
verdict have none. Absence is an asserted fact of its own (``nd:name``), and priorities do the work
of negation: a rule that decides runs before one that finds nothing documented. No ``none``, no
``$nex``, no ``post``: see the hazards in ``docs/architecture.md``.
"""

from __future__ import annotations

import json
from itertools import combinations, cycle
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, Because

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..guideline.model import Test
    from .program import Clause, Leg, Node, Outcome, Part, Program

    Pattern = dict[str, Any]

PRIME = "prime"
ABSENT = "nd:"
NODE = "@"

MESSAGES = "sgvlznud"
"""What facts are asserted in: each letter is a message with some of them, marked by its letter.

durable-rules keeps its conditions in one table with 32 ways in and tries all of them on each thing
that it is told. With the mark as the first condition it tries only those of the message; these
letters have ways in of their own, apart from those of ``id`` and ``sid``.
"""

_STAGES = 5
_MOST_RULES = 400
_MOST_PATTERNS = 480
_MOST_COMBINATIONS = 64
_MOST_SHARED = 250
_MOST_AT_ONCE = 60


class Rule(NamedTuple):
    """What a fired rule means: a node, its outcome, and the legs that led to it."""

    node: str
    outcome: Outcome
    because: tuple[Because, ...]


class Compiled(NamedTuple):
    """The rules as text for durable-rules, what each of them means, and where facts are filed."""

    text: str
    rules: dict[str, Rule]
    filed: dict[str, str]
    listened: frozenset[tuple[str, str]]
    """The nodes and outcomes that another rule waits for."""


def compile_program(program: Program) -> Compiled:
    """Return the program as durable-rules JSON; GuidelineError if it breaks a limit of theirs."""
    definitions: dict[str, Any] = {PRIME: {"all": [{"m": {PRIME: 1}}]}}
    rules: dict[str, Rule] = {}
    filed = _filed(program)
    listened: set[tuple[str, str]] = set()
    for node in program.ruled:
        for stage, outcome, part, legs, conditions in _rules_of(node):
            name = f"{len(rules):03d}"
            definitions[name] = {
                "all": [{f"m{i}": each} for i, each in enumerate(_joined(conditions, filed))],
                "pri": node.level * _STAGES + stage,
            }
            rules[name] = Rule(node.name, outcome, tuple(Because(part, leg) for leg in legs))
            for leg, pattern in conditions:
                if leg.test is None:
                    listened.update(_waited_for(pattern))
    _check_limits(program, definitions, filed)
    # The same escaping as the facts: durable-rules compares the bytes of the JSON text.
    text = json.dumps(definitions, ensure_ascii=False)
    return Compiled(text, rules, filed, frozenset(listened))


def _filed(program: Program) -> dict[str, str]:
    """Return the message of every fact, and the mark of every outcome of a node, by name."""
    facts = [fact.name for fact in program.facts]
    nodes = [NODE + node.name for node in program.ruled]
    return dict(zip(facts, cycle(MESSAGES))) | dict(zip(nodes, cycle(MESSAGES)))


def _joined(conditions: Iterable[Condition], filed: Mapping[str, str]) -> list[Pattern]:
    """Return one pattern for each message: a message cannot be matched twice in one rule."""
    by_message: dict[str, list[Pattern]] = {}
    for leg, pattern in conditions:
        name = leg.subject if leg.test else NODE + leg.subject
        # The outcome of a node is a message of its own.
        patterns = by_message.setdefault(filed[name] if leg.test else name, [{filed[name]: 1}])
        if pattern not in patterns:
            patterns.append(pattern)
    return [{"$and": patterns} for patterns in by_message.values()] or [{"row": 1}]


def _waited_for(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield the outcomes of a node that a pattern waits for."""
    ((name, value),) = pattern.items()
    if name == "$or":
        for each in value:
            yield from _waited_for(each)
    else:
        yield name.removeprefix(NODE), value


Condition = tuple["Leg", "Pattern"]
_Raw = tuple[int, "Outcome", "Part", tuple[int, ...], list[Condition]]


def _rules_of(node: Node) -> Iterator[_Raw]:
    """Yield (stage, outcome, part, legs, conditions) of every rule of a node."""
    if clause := node.applies_when:
        yield from _ways(0, NOT_APPLICABLE, "applies_when", clause, _unfulfilled, False)
    if clause := node.applies_unless:
        yield from _ways(0, NOT_APPLICABLE, "applies_unless", clause, _true, True)
    if clause := node.excluded_when:
        yield from _ways(1, NOT_MET, "excluded_when", clause, _true, True)
    if clause := node.requires:
        yield from _ways(2, NOT_MET, "requires", clause, _false, False)
        yield from _ways(3, MET, "requires", clause, _true, True)
        gate = _gate(node)
        for index, leg in enumerate(clause.legs):
            if unknown := _unknown(leg):
                yield 4, NOT_DOCUMENTED, "requires", (index,), [*gate, (leg, unknown)]
    else:
        yield 3, MET, "requires", (), []


def _ways(
    stage: int,
    outcome: Outcome,
    part: Part,
    clause: Clause,
    pattern: Callable[[Leg], Pattern],
    reach: bool,
) -> Iterator[_Raw]:
    """Yield a rule for every smallest set of legs that make the clause reach its least, or fail."""
    size = clause.least if reach else len(clause.legs) - clause.least + 1
    chosen = list(combinations(range(len(clause.legs)), size))
    if len(chosen) > _MOST_COMBINATIONS:
        raise GuidelineError(f"at_least {clause.least} of {len(clause.legs)} has too many ways")
    for legs in chosen:
        conditions = [(clause.legs[leg], pattern(clause.legs[leg])) for leg in legs]
        yield stage, outcome, part, legs, conditions


def _gate(node: Node) -> list[Condition]:
    """Return what opens the gate of a node, where that is one fact.

    It only spares rules that would fire for nothing: without it the priorities decide the same.
    """
    legs = node.applies_when.legs if node.applies_when else ()
    return [(leg, _true(leg)) for leg in legs if len(legs) == 1 and leg.test is not None]


def _true(leg: Leg) -> Pattern:
    return _when(leg, not leg.negated)


def _false(leg: Leg) -> Pattern:
    return _when(leg, leg.negated)


def _when(leg: Leg, truth: bool) -> Pattern:
    if leg.test is not None:
        return _holds(leg.test) if truth else _fails(leg.test)
    outcomes = (MET, NOT_APPLICABLE) if truth else (NOT_MET,)
    return _either({NODE + leg.subject: outcome} for outcome in outcomes)


def _unknown(leg: Leg) -> Pattern | None:
    if leg.test is None:
        return {NODE + leg.subject: NOT_DOCUMENTED}
    return None if leg.test.operator == "documented" else {ABSENT + leg.test.fact: 1}


def _unfulfilled(leg: Leg) -> Pattern:
    unknown = _unknown(leg)
    return _false(leg) if unknown is None else _either([_false(leg), unknown])


def _either(patterns: Iterable[Pattern]) -> Pattern:
    several = list(patterns)
    return several[0] if len(several) == 1 else {"$or": several}


def _holds(test: Test) -> Pattern:
    fact, value = test.fact, test.value
    if test.operator == "documented":
        return {"$ex": {fact: 1}}
    if test.operator == "is":
        return {fact: value}
    if isinstance(value, tuple):
        equal = [{fact: each} for each in value]
        return _either(equal) if test.operator == "is_one_of" else _differs(fact, value)
    return {"$gte" if test.operator == "at_least" else "$lte": {fact: value}}


def _fails(test: Test) -> Pattern:
    fact, value = test.fact, test.value
    if test.operator == "documented":
        return {ABSENT + fact: 1}
    if test.operator == "is":
        return {"$neq": {fact: value}}
    if isinstance(value, tuple):
        equal = [{fact: each} for each in value]
        return _differs(fact, value) if test.operator == "is_one_of" else _either(equal)
    return {"$lt" if test.operator == "at_least" else "$gt": {fact: value}}


def _differs(fact: str, values: Sequence[Any]) -> Pattern:
    different = [{"$neq": {fact: value}} for value in values]
    return different[0] if len(different) == 1 else {"$and": different}


def _check_limits(program: Program, definitions: dict[str, Any], filed: Mapping[str, str]) -> None:
    """Refuse what durable-rules would answer with a crash or a silent wrong."""
    if len(definitions) > _MOST_RULES:
        raise GuidelineError(f"{program.name}: more than {_MOST_RULES} rules: split the section")
    shared: dict[str, int] = {}
    for definition in definitions.values():
        for leg in definition["all"]:
            for pattern in leg.values():
                key = str(pattern)
                shared[key] = shared.get(key, 0) + 1
    if len(shared) > _MOST_PATTERNS:
        raise GuidelineError(f"{program.name}: too many different conditions: split the section")
    if max(shared.values()) > _MOST_SHARED:
        raise GuidelineError(f"{program.name}: too many rules wait for one fact")
    _check_messages(program, definitions, filed)
    attributes = [fact.name for fact in program.facts]
    nodes = program.ruled
    _no_collision(
        [
            *attributes,
            *(ABSENT + name for name in attributes),
            *(NODE + node.name for node in nodes),
            *(*MESSAGES, PRIME, "row", "id", "sid", "$s"),
        ]
    )
    _no_collision([*MESSAGES, *(f"n{i}" for i in range(len(nodes))), "row", "0"])


def _check_messages(
    program: Program, definitions: dict[str, Any], filed: Mapping[str, str]
) -> None:
    """Refuse more conditions than durable-rules can hold true of one message."""
    # Of the words of a fact it is equal to one at most.
    at_once: dict[str, set[str]] = {mark: set() for mark in MESSAGES}
    for fact in program.facts:
        at_once[filed[fact.name]].add(fact.name)
    for definition in definitions.values():
        for leg in definition["all"]:
            for pattern in leg.values():
                for name, condition in _conditions(pattern):
                    at_once[filed[name]].add(condition)
    if max(map(len, at_once.values())) > _MOST_AT_ONCE:
        raise GuidelineError(f"{program.name}: too many conditions on few facts: split the section")


def _conditions(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield the conditions in a pattern that are not equalities, each with its fact."""
    ((operator, value),) = pattern.items()
    if operator in ("$and", "$or"):
        for part in value:
            yield from _conditions(part)
    elif operator.startswith("$"):
        yield next(iter(value)), str(pattern)


def _no_collision(names: list[str]) -> None:
    """durable-rules compares names by a 32-bit hash only."""
    seen: dict[int, str] = {}
    for name in names:
        if seen.setdefault(_fnv32(name), name) != name:
            raise GuidelineError(f"rename {name}: durable-rules takes it for another name")


def _fnv32(name: str) -> int:
    code = 2166136261
    for byte in name.encode():
        signed = byte if byte < 128 else byte - 256  # C's char is signed where this runs
        code = ((code ^ signed) * 16777619) & 0xFFFFFFFF
    return code
