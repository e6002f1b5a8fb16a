"""Try what a computation comes to for every way of filling the holes that it reads.

The computation is run again and again. A hole gets a value when it is first read in a run, so that
holes which are not read are never tried, and which ones are read may depend on the others.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..request.holes import Choices

Outcome = TypeVar("Outcome")

_FEW = 64
"""So many runs are sooner done than those that are most likely to tell are picked out of them."""

MOST_RUNS = 20_000
"""Runs after which an exploration gives up. What it has not seen then is not known."""


class Read(Exception):  # noqa: N818 (not an error: it says that the answer hangs on a hole)
    """A hole was read where no hole may be read."""


class Run(NamedTuple, Generic[Outcome]):
    """One way of filling the holes that were read, and what it came to."""

    outcome: Outcome
    filled: dict[str, Any]


class Exploration:
    """Explores computations over one request. ``domain`` has the values to try for a hole."""

    def __init__(self, choices: Choices, domain: Callable[[str], tuple[Any, ...]]) -> None:
        self._choices = choices
        self._domain = domain
        self.exhausted = True
        """Whether the last exploration that ran to its end had tried everything."""

    def runs(self, compute: Callable[[], Outcome]) -> Iterator[Run[Outcome]]:
        """Yield every run, the first value of each hole first; stops after MOST_RUNS."""
        plan: list[int] = []
        for _ in range(MOST_RUNS):
            run, trail = self._run(compute, plan)
            yield run
            plan = trail.next()
            if not plan:
                self.exhausted = True
                return
        self.exhausted = False

    def near(self, compute: Callable[[], Outcome]) -> Iterator[Run[Outcome]]:
        """Yield the first run and all those that fill one hole of it in another way.

        For all holes the second value comes before the third: where most fillings of a request
        pass, one that does not is soon found. Where there are few ways in all, it yields none.
        """
        run, trail = self._run(compute, [])
        sizes = trail.sizes
        if prod(sizes) <= _FEW:
            return
        yield run
        for index in range(1, max(sizes, default=1)):
            for place, size in enumerate(sizes):
                if index < size:
                    yield self._run(compute, [*[0] * place, index])[0]

    def _run(self, compute: Callable[[], Outcome], plan: list[int]) -> tuple[Run[Outcome], _Trail]:
        trail = _Trail(self._domain, plan)
        outcome = self._choices.reading(trail.read, compute)
        return Run(outcome, trail.filled), trail


class _Trail:
    """The holes that one run reads, in order, filled as planned and then with their first value."""

    def __init__(self, domain: Callable[[str], tuple[Any, ...]], plan: list[int]) -> None:
        self._domain = domain
        self._plan = plan
        self.sizes: list[int] = []
        self.filled: dict[str, Any] = {}

    def read(self, key: str) -> Any:
        if key in self.filled:
            return self.filled[key]
        values = self._domain(key)
        place = len(self.sizes)
        self.sizes.append(len(values))
        value = self.filled[key] = values[self._plan[place] if place < len(self._plan) else 0]
        return value

    def next(self) -> list[int]:
        """Return the plan of the run after this one: empty if this was the last."""
        plan = [*self._plan, *[0] * (len(self.sizes) - len(self._plan))]
        while plan and plan[-1] + 1 == self.sizes[len(plan) - 1]:
            plan.pop()
        if plan:
            plan[-1] += 1
        return plan


class Remembered(Generic[Outcome]):
    """Answers of a computation that is the same for the same values of the holes that it reads."""

    def __init__(self, choices: Choices, compute: Callable[[], Outcome]) -> None:
        self._choices = choices
        self._compute = compute
        self._root: Any = None

    def answer(self) -> Outcome:
        """Return the answer for the values that the holes have now, computed at most once."""
        node, read = self._root, self._choices.read
        while node is not None:
            if len(node) == 1:
                known: Outcome = node[0]
                return known
            node = node[1].get(read(node[0]))
        return self._learn()

    def _learn(self) -> Outcome:
        """Compute the answer and remember it under the holes that were read for it, in order."""
        read, seen = self._choices.read, dict[str, Any]()

        def noting(key: str) -> Any:
            seen[key] = read(key)
            return seen[key]

        answer = self._choices.reading(noting, self._compute)
        # A node is either (key, {value: node}) or, at the end, (answer,).
        leaf: Any = (answer,)
        place: Any = None
        for key, value in seen.items():
            if place is None:
                self._root = self._root or (key, {})
                node = self._root
            else:
                node = place[0][1].setdefault(place[1], (key, {}))
            place = (node, value)
        if place is None:
            self._root = leaf
        else:
            place[0][1][place[1]] = leaf
        return answer


def refuse(key: str) -> Any:
    """Read no hole: for what has to be the same whatever is filled in."""
    del key
    raise Read
