"""Compile a program to durable-rules' own JSON rules.

Each way for a node to come to an outcome is one rule. Absence is an asserted fact of its own
(``nd:name``), and priorities do the work of negation: a rule that decides runs before one that
finds nothing documented. No ``none``, no ``$nex``, no ``post``: see the hazards in
``docs/architecture.md``.
"""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET, VERDICT, Because

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..guideline.model import Test
    from .program import Clause, Leg, Node, Outcome, Part, Program

    Pattern = dict[str, Any]

PRIME = "prime"
ABSENT = "nd:"
NODE = "@"

_STAGES = 5
_MOST_RULES = 400
_MOST_PATTERNS = 480
_MOST_COMBINATIONS = 64
_MOST_SHARED = 250


class Rule(NamedTuple):
    """What a fired rule means: a node, its outcome, and the legs that led to it."""

    node: str
    outcome: Outcome
    because: tuple[Because, ...]


class Compiled(NamedTuple):
    """The rules as text for durable-rules, and what each of them means."""

    text: str
    rules: dict[str, Rule]
    listened: frozenset[tuple[str, str]]
    """The nodes and outcomes that another rule waits for."""


def compile_program(program: Program) -> Compiled:
    """Return the program as durable-rules JSON; GuidelineError if it breaks a limit of theirs."""
    definitions: dict[str, Any] = {PRIME: {"all": [{"m": {PRIME: 1}}]}}
    rules: dict[str, Rule] = {}
    for node in program.nodes:
        for stage, outcome, part, legs, patterns in _rules_of(node):
            name = f"{node.name}/{len(rules)}"
            definitions[name] = {
                "all": [{f"m{i}": pattern} for i, pattern in enumerate(patterns)],
                "pri": node.level * _STAGES + stage,
            }
            rules[name] = Rule(node.name, outcome, tuple(Because(part, leg) for leg in legs))
    _check_limits(program, definitions)
    # The same escaping as the facts: durable-rules compares the bytes of the JSON text.
    text = json.dumps(definitions, ensure_ascii=False)
    return Compiled(text, rules, frozenset(_waited_for(definitions.values())))


def _waited_for(part: Any) -> Iterator[tuple[str, str]]:
    """Yield the outcomes of nodes that patterns wait for."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key.startswith(NODE) and isinstance(value, str):
                yield key.removeprefix(NODE), value
            else:
                yield from _waited_for(value)
    elif not isinstance(part, str | int):
        for each in part:
            yield from _waited_for(each)


_Raw = tuple[int, "Outcome", "Part", tuple[int, ...], list["Pattern"]]


def _rules_of(node: Node) -> Iterator[_Raw]:
    """Yield (stage, outcome, part, legs, patterns) of every rule of a node."""
    if node.name == VERDICT and node.requires:
        yield from _rules_of_verdict(node.requires)
        return
    if clause := node.applies_when:
        yield from _ways(0, NOT_APPLICABLE, "applies_when", clause, _unfulfilled, False)
    if clause := node.applies_unless:
        yield from _ways(0, NOT_APPLICABLE, "applies_unless", clause, _true, True)
    if clause := node.excluded_when:
        yield from _ways(1, NOT_MET, "excluded_when", clause, _true, True)
    if clause := node.requires:
        yield from _ways(2, NOT_MET, "requires", clause, _false, False)
        yield from _ways(3, MET, "requires", clause, _true, True)
        for index, leg in enumerate(clause.legs):
            if pattern := _unknown(leg):
                yield 4, NOT_DOCUMENTED, "requires", (index,), [pattern]
    else:
        yield 3, MET, "requires", (), [{"row": 1}]


def _rules_of_verdict(clause: Clause) -> Iterator[_Raw]:
    """Yield the rules of the verdict: it stands unless a criterion fails or is not documented.

    Every criterion comes back with an outcome or the driver refuses the whole result, so that
    silence here can only mean that none of them failed. Outcomes that pass are not asserted.
    """
    for index, leg in enumerate(clause.legs):
        yield 2, NOT_MET, "requires", (index,), [_false(leg)]
        if pattern := _unknown(leg):
            yield 3, NOT_DOCUMENTED, "requires", (index,), [pattern]
    yield 4, MET, "requires", tuple(range(len(clause.legs))), [{"row": 1}]


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
        yield stage, outcome, part, legs, _joined([clause.legs[leg] for leg in legs], pattern)


def _joined(legs: list[Leg], pattern: Callable[[Leg], Pattern]) -> list[Pattern]:
    """Return one pattern for each subject: a fact cannot be matched twice in one rule."""
    by_subject: dict[tuple[str, bool], list[Pattern]] = {}
    for leg in legs:
        patterns = by_subject.setdefault((leg.subject, leg.test is None), [])
        if (wanted := pattern(leg)) not in patterns:
            patterns.append(wanted)
    return [each[0] if len(each) == 1 else {"$and": each} for each in by_subject.values()]


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


def _check_limits(program: Program, definitions: dict[str, Any]) -> None:
    """Refuse what durable-rules would answer with a crash or a silent wrong."""
    if len(definitions) > _MOST_RULES:
        raise GuidelineError(f"{program.name}: more than {_MOST_RULES} rules: split the section")
    shared: dict[str, int] = {}
    for definition in definitions.values():
        for leg in definition["all"]:
            for pattern in leg.values():
                key = json.dumps(pattern)
                shared[key] = shared.get(key, 0) + 1
    if len(shared) > _MOST_PATTERNS:
        raise GuidelineError(f"{program.name}: too many different conditions: split the section")
    if max(shared.values()) > _MOST_SHARED:
        raise GuidelineError(f"{program.name}: too many rules wait for one fact")
    attributes = [fact.name for fact in program.facts]
    _no_collision(
        [
            *attributes,
            *(ABSENT + name for name in attributes),
            *(NODE + node.name for node in program.nodes),
            *(PRIME, "row", "id", "sid", "$s"),
        ]
    )
    identifiers = [f"f{i}" for i in range(len(attributes))]
    _no_collision([*identifiers, *(f"n{i}" for i in range(len(program.nodes))), "r", "0"])


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
