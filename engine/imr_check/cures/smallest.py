"""Of many boxes the smallest sets of facts to move, and those as independent choices."""

from __future__ import annotations

from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .space import Box, Space

Moves = dict[str, int]
"""The facts that are moved, and the states that will do for each. All other facts stay."""


def smallest(space: Space, boxes: Iterable[Box]) -> list[Moves]:
    """Return the sets of moves that lead into a box, and of which no part does."""
    by_size: dict[int, list[Moves]] = {}
    for box in boxes:
        moves = {field.fact: space.states(box, field) for field in space.moved(box)}
        by_size.setdefault(len(moves), []).append(moves)
    found: list[Moves] = []
    for size in sorted(by_size):
        fresh = by_size[size]
        for smaller in found:
            fresh = [rest for moves in fresh for rest in _without(moves, smaller)]
        found += _merged(fresh)
    return found


def _without(moves: Moves, smaller: Moves) -> Iterator[Moves]:
    """Yield what is left of a set once the situations are gone in which a part of it is enough."""
    if not all(moves.get(fact, 0) & states for fact, states in smaller.items()):
        yield moves
        return
    moves = dict(moves)
    for fact, states in smaller.items():
        if rest := moves[fact] & ~states:
            yield {**moves, fact: rest}
        moves[fact] &= states


def _merged(sets: list[Moves]) -> list[Moves]:
    """Return the sets of one size, those joined that differ in the states of one fact only."""
    sets = _largest(sets)
    for one, other in combinations(sets, 2):
        if one.keys() != other.keys():
            continue
        differing = [fact for fact in one if one[fact] != other[fact]]
        if len(differing) == 1:
            (fact,) = differing
            joined = {**one, fact: one[fact] | other[fact]}
            return _merged([joined, *(each for each in sets if each not in (one, other))])
    return sets


def _largest(sets: list[Moves]) -> list[Moves]:
    """Return the sets that do not lie in another one, each once."""
    kept: list[Moves] = []
    for moves in sorted(sets, key=_states, reverse=True):
        if not any(_lies_in(moves, other) for other in kept):
            kept.append(moves)
    return kept


def _states(moves: Moves) -> tuple[int, list[tuple[str, int]]]:
    return sum(states.bit_count() for states in moves.values()), sorted(moves.items())


def _lies_in(moves: Moves, other: Moves) -> bool:
    return moves.keys() == other.keys() and all(
        states & other[fact] == states for fact, states in moves.items()
    )


def factors(sets: list[Moves]) -> tuple[Moves, list[list[Moves]]]:
    """Split sets into what is in all of them and independent choices.

    One of each choice, in whatever combination, together with the first, is one of the sets.
    """
    facts = sorted({fact for moves in sets for fact in moves})
    groups = [{fact} for fact in facts]
    for one, other in combinations(facts, 2):
        joined = [group for group in groups if one in group or other in group]
        if len(joined) == 2 and not _independent(sets, one, other):
            groups = [group for group in groups if group not in joined] + [joined[0] | joined[1]]
    parts = [_projected(sets, group) for group in groups]
    always = {fact: part[0][fact] for part in parts if len(part) == 1 for fact in part[0]}
    choices = [part for part in parts if len(part) > 1]
    if prod(map(len, choices)) != len(sets):
        # Pair by pair independent, and yet not all together.
        choices = [_projected(sets, set(facts) - set(always))]
    return always, choices


def _projected(sets: list[Moves], facts: set[str]) -> list[Moves]:
    parts = [{fact: moves[fact] for fact in moves if fact in facts} for moves in sets]
    return [part for place, part in enumerate(parts) if part not in parts[:place]]


def _independent(sets: list[Moves], one: str, other: str) -> bool:
    pairs = {(moves.get(one), moves.get(other)) for moves in sets}
    return len(pairs) == len({a for a, _ in pairs}) * len({b for _, b in pairs})
