"""Cures found by trying everything: what the search is held to, on programs with few open facts.

Leans on an evaluator alone, and on no part of the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from strategies import Facts

from imr_check.cures import Solution, Way
from imr_check.cures.origins import asked_part, origin_of
from imr_check.cures.resting import RESTS_ON, may_change
from imr_check.facts import Fact
from imr_check.guideline.model import Value
from imr_check.rules.lazily import Lazily
from imr_check.rules.program import VERDICT, Program

Moves = frozenset[tuple[str, Value]]


class Case(NamedTuple):
    """A program, what is documented, and the documented facts that may change all the same."""

    program: Program
    values: Facts
    free: frozenset[str] = frozenset()


def legs(program: Program) -> list[str]:
    """Return the nodes that the verdict looks at."""
    (verdict,) = (node for node in program.nodes if node.name == VERDICT)
    return [leg.subject for leg in verdict.requires.legs] if verdict.requires else []


def code(leg: str) -> str:
    return leg.removesuffix(".stands").removesuffix(".spoken")


def passes(program: Program, values: Mapping[str, Value], wanted: Iterable[str]) -> bool:
    """Whether every node of ``wanted`` is met or does not apply."""
    evaluator = _evaluator(program)
    evaluator.values = values
    return all(evaluator.lazily.passes(name).so for name in wanted)


class _Evaluator:
    """The evaluator that stops where a node is decided: hundreds of thousands are asked for here.

    Another test holds it to the reference evaluator.
    """

    def __init__(self, program: Program) -> None:
        self.values: Mapping[str, Value] = {}
        self.lazily = Lazily(program, lambda name: self.values.get(name))


@lru_cache(maxsize=64)
def _evaluator(program: Program) -> _Evaluator:
    return _Evaluator(program)


def numbers(program: Program, fact: str) -> list[int]:
    """Return the numbers beside every value that a program compares a fact with."""
    compared = [
        value
        for node in program.nodes
        for _, clause in node.clauses()
        for leg in clause.legs
        if leg.test and leg.test.fact == fact
        for value in (leg.test.value if isinstance(leg.test.value, tuple) else (leg.test.value,))
        if type(value) is int
    ]
    near = {0, *(value + by for value in compared for by in (-1, 0, 1))}
    return sorted(number for number in near if number >= 0)


def domain(program: Program, fact: Fact) -> tuple[Value, ...]:
    """Return values of a fact, at least one of every kind that the program tells apart."""
    if fact.kind == "boolean":
        return (True, False)
    return fact.words if fact.kind == "symbol" else tuple(numbers(program, fact.name))


def moves_of(case: Case) -> dict[str, tuple[Value, ...]]:
    """Return the values that each fact may take which is not what it is now."""
    found = {}
    for fact in case.program.facts:
        value = case.values.get(fact.name)
        is_free = fact.name in case.free and value is not True
        is_missing = value is None and origin_of(fact.name) != "past"
        if is_missing or is_free or (value is not None and may_change(fact.name, value)):
            wanted = domain(case.program, fact)
            found[fact.name] = tuple(
                each for each in wanted if each != value and is_left(case, fact.name, each)
            )
    return found


def is_left(case: Case, name: str, number: Value) -> bool:
    """Whether a sum may come to this number when the row asks for less, the rest being past."""
    whole, asked = case.values.get(name), case.values.get(asked_part(name))
    if type(whole) is not int or type(asked) is not int or type(number) is not int:
        return True
    return whole - asked < number <= whole


def situations(case: Case) -> Iterator[Moves]:
    """Yield every set of moves that can be made together, the smallest first."""
    choices = [
        [(), *(((name, value),) for value in values)] for name, values in moves_of(case).items()
    ]
    made = (frozenset(move for moves in chosen for move in moves) for chosen in product(*choices))
    yield from sorted((moves for moves in made if is_caused(case, dict(moves))), key=len)


def is_caused(case: Case, moves: Facts) -> bool:
    """Whether each documented value that is computed from others changes together with one."""
    return all(
        any(name not in case.values and moves.get(name) in values for name, values in by.items())
        for fact, by in RESTS_ON.items()
        if fact in moves and fact in case.values
        if fact not in case.free
    )


def smallest(case: Case, wanted: Iterable[str]) -> set[Moves]:
    """Return the sets of moves that make the nodes pass, and of which no part does."""
    wanted = list(wanted)
    found: list[Moves] = []
    for moves in situations(case):
        if any(smaller <= moves for smaller in found):
            continue
        if passes(case.program, case.values | dict(moves), wanted):
            found.append(moves)
    return set(found)


def possible(case: Case, wanted: Iterable[str]) -> bool:
    """Whether any situation makes the nodes pass."""
    wanted = list(wanted)
    return any(
        passes(case.program, case.values | dict(moves), wanted) for moves in situations(case)
    )


def spelled_out(case: Case, way: Way) -> Iterator[Moves]:
    """Yield a way with every value that will do for each of its needs."""
    facts = {fact.name: fact for fact in case.program.facts}
    choices = [
        [
            (need.fact, v)
            for v in domain(case.program, facts[need.fact])
            if need.allows(v) and is_left(case, need.fact, v)
        ]
        for need in way.needs
    ]
    yield from map(frozenset, product(*choices))


def all_sets(case: Case, solution: Solution) -> list[Moves]:
    """Return the sets of a solution, spelled out."""
    ways = solution.sets(10**6)
    return [moves for way in ways for moves in spelled_out(case, way)]
