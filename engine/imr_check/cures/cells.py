"""The values of a fact, as far as a program tells them apart.

``injections at most 3`` knows two kinds of numbers, up to 3 and from 4 on: two cells. A state of a
fact is one bit: the lowest bit for *absent*, then one for each cell.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ..facts.vocabulary import LARGEST
from ..guideline.model import Test
from .needs import Span
from .resting import RESTS_ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..facts import Fact
    from ..guideline.model import Value
    from ..rules.program import Program
    from .needs import Permitted

ABSENT = 1


class Cells:
    """The cells of one fact under the tests of a program."""

    def __init__(self, fact: Fact, tests: Sequence[Test]) -> None:
        self.fact = fact.name
        self._tests = tests
        found: dict[tuple[bool, ...], list[Permitted]] = {}
        for sample, values in _kinds_of_values(fact, tests):
            found.setdefault(self._truths(sample), []).append(values)
        self._cells = list(found.values())
        self._by_truth = {truth: 2 << index for index, truth in enumerate(found)}
        self.width = 1 + len(self._cells)
        self.documented = (1 << self.width) - 1 - ABSENT

    def of(self, value: Value) -> int:
        """Return the state of a documented value; 0 for one that no chart could hold."""
        return self._by_truth.get(self._truths(value), 0)

    def where(self, test: Test, truth: bool) -> int:
        """Return the states in which ``test`` is documented as true, or as false."""
        place = self._tests.index(test)
        states = sum(bit for truths, bit in self._by_truth.items() if truths[place] is truth)
        # To ask whether anything is documented has an answer even where nothing is.
        answered = test.operator == "documented" and not truth
        return states | ABSENT if answered else states

    def permitted(self, states: int) -> tuple[Permitted, ...]:
        """Return the values of these states, neighbours among the numbers joined."""
        values = [
            value
            for index, cell in enumerate(self._cells)
            if states & (2 << index)
            for value in cell
        ]
        spans = [value for value in values if isinstance(value, Span)]
        return tuple(_joined(spans)) if spans else tuple(values)

    def between(self, least: int, most: int) -> int:
        """Return the states that have a number from ``least`` to ``most``."""
        return sum(
            2 << index
            for index, cell in enumerate(self._cells)
            for span in cell
            if isinstance(span, Span) and span.meets(least, most)
        )

    def limits(self, permitted: Iterable[Permitted]) -> tuple[str, ...]:
        """Return the names of the limits that bound these numbers."""
        spans = [each for each in permitted if isinstance(each, Span)]
        edges = {span.least for span in spans} | {_after(span.most) for span in spans}
        named = [
            test.limit
            for test in self._tests
            if test.limit and edges & {edge for edge in _edges(test) if edge}
        ]
        return tuple(dict.fromkeys(named))

    def _truths(self, value: Value) -> tuple[bool, ...]:
        return tuple(holds(test, value) for test in self._tests)


@lru_cache(maxsize=64)
def cells_of(program: Program) -> dict[str, Cells]:
    """Return the cells of every fact of a program, by name."""
    tests: dict[str, list[Test]] = {fact.name: [] for fact in program.facts}
    for node in program.nodes:
        for _, clause in node.clauses():
            for leg in clause.legs:
                if leg.test and leg.test not in tests[leg.subject]:
                    tests[leg.subject].append(leg.test)
    for fact, causes in RESTS_ON.items():
        for name in causes:
            if fact in tests and name in tests:
                tests[name].append(changing(name, fact))
    return {fact.name: Cells(fact, sorted(tests[fact.name], key=str)) for fact in program.facts}


def changing(name: str, fact: str) -> Test:
    """Return the test for the values of a fact that change another one, which rests on it."""
    return Test(name, "is_one_of", RESTS_ON[fact][name])


def _kinds_of_values(fact: Fact, tests: Sequence[Test]) -> list[tuple[Value, Permitted]]:
    """Return values with a sample of each; a number lies between two edges of the tests."""
    if fact.kind == "boolean":
        return [(True, True), (False, False)]
    if fact.kind == "symbol":
        return [(word, word) for word in fact.words]
    # A chart counts days, visits and percents: nothing below zero is ever documented.
    edges = {edge for test in tests for edge in _edges(test) if 0 < edge <= LARGEST}
    starts = [0, *sorted(edges)]
    spans = [Span(a, b - 1) for a, b in pairwise(starts)]
    spans.append(Span(starts[-1], None))
    return [(start, span) for start, span in zip(starts, spans, strict=True)]


def _edges(test: Test) -> tuple[int, ...]:
    """Return the numbers at which the truth of a test may change, each the first of its side."""
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    numbers = [value for value in values if type(value) is int]
    if test.operator == "at_least":
        return tuple(numbers)
    after = [number + 1 for number in numbers]
    return tuple(after) if test.operator == "at_most" else (*numbers, *after)


def _after(number: int | None) -> int | None:
    return None if number is None else number + 1


def _joined(spans: list[Span]) -> list[Span]:
    """Return the spans in order, with no two that touch; from zero on is *at most*."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.least or 0):
        if joined and _after(joined[-1].most) == span.least:
            joined[-1] = Span(joined[-1].least, span.most)
        else:
            joined.append(span)
    return [Span(span.least or None, span.most) for span in joined]


def holds(test: Test, value: Value) -> bool:
    """Whether a documented value passes a test. Absent ones are the concern of ``where``."""
    if test.operator == "documented":
        return True
    if isinstance(test.value, tuple):
        return (value in test.value) == (test.operator == "is_one_of")
    if isinstance(value, int) and isinstance(test.value, int):
        if test.operator == "at_least":
            return value >= test.value
        if test.operator == "at_most":
            return value <= test.value
    return value == test.value
