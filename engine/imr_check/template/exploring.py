"""Try what a computation comes to for every way of filling the holes that it reads.

The computation is run again and again. A hole gets a value when it is first read in a run, so that
holes which are not read are never tried, and which ones are read may depend on the others. Each run
says which holes its outcome hangs on: ways that fill those alike are not tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..request.holes import Choices

Outcome = TypeVar("Outcome")

Filling = dict[str, Any]
"""Values of holes, by key, in the order in which the holes were read."""


class Budget:
    """The work that the explorations of one template may do, in holes that are filled.

    Where it ends, an exploration gives up: what it has not seen then is not known. No exploration
    may use up more than a part, and each may do a little.
    """

    def __init__(self, whole: int = 48_000) -> None:
        self._left = whole
        self._part = whole // 3
        self._little = min(whole, 400)

    def share(self) -> Iterator[Callable[[int], None]]:
        """Yield until the work of one exploration is done; what is yielded is told of the work."""
        done = 0

        def spend(holes: int) -> None:
            nonlocal done
            done += holes + _A_RUN
            self._left -= holes + _A_RUN

        while done < self._little or (self._left > 0 and done < self._part):
            yield spend


_A_RUN = 5
"""What a run costs beside filling its holes."""


class Read(Exception):  # noqa: N818 (not an error: it says that the answer hangs on a hole)
    """A hole was read where no hole may be read."""


class Run(NamedTuple, Generic[Outcome]):
    """One way of filling the holes that were read, what it came to, and the holes behind that."""

    outcome: Outcome
    filled: Filling
    hangs_on: frozenset[str]


class Exploration:
    """Explores computations over one request.

    ``domain`` has the values to try for a hole. ``conflict`` names the holes of a filling that
    contradict each other or what is written; such a filling is none. ``budget`` is what it shares
    with others.
    """

    def __init__(
        self,
        choices: Choices,
        domain: Callable[[str], tuple[Any, ...]],
        conflict: Callable[[Filling], frozenset[str]],
        budget: Budget,
    ) -> None:
        self._budget = budget
        self._choices = choices
        self._domain = domain
        self._conflict = conflict
        self.exhausted = False
        """Whether the last exploration that ran to its end had tried everything."""
        self.conflicts: set[str] = set()
        """Holes that contradicted each other, or what is written, in some way of filling them."""

    def runs(self, compute: Callable[[], tuple[Outcome, Iterable[str]]]) -> Iterator[Run[Outcome]]:
        """Yield the runs that it takes to see every outcome; stops at the end of the budget.

        ``compute`` returns an outcome and holes that it hangs on: it has read them, and it comes to
        the same whatever is filled into all others.
        """
        self.exhausted = False
        plan: list[int] = []
        for spend in self._budget.share():
            run, trail = self._run(compute, plan)
            spend(len(run.filled))
            conflict = self._conflict(run.filled)
            self.conflicts |= conflict
            if not conflict:
                yield run
            plan = trail.next(conflict or run.hangs_on)
            if not plan:
                self.exhausted = True
                return

    def near(self, compute: Callable[[], tuple[Outcome, Iterable[str]]]) -> Iterator[Run[Outcome]]:
        """Yield the first run and all those that fill one hole of it in another way.

        For all holes the second value comes before the third: where most fillings of a request
        pass, one that does not is soon found.
        """
        run, trail = self._run(compute, [])
        sizes = trail.sizes
        plans = (
            [*[0] * place, index]
            for index in range(1, max(sizes, default=1))
            for place, size in enumerate(sizes)
            if index < size
        )
        if not self._conflict(run.filled):
            yield run
        for plan, spend in zip(plans, self._budget.share(), strict=False):
            run, _ = self._run(compute, plan)
            spend(len(run.filled))
            if not self._conflict(run.filled):
                yield run

    def _run(
        self, compute: Callable[[], tuple[Outcome, Iterable[str]]], plan: list[int]
    ) -> tuple[Run[Outcome], _Trail]:
        trail = _Trail(self._domain, plan)
        outcome, hangs_on = self._choices.reading(trail.read, compute)
        return Run(outcome, trail.filled, frozenset(hangs_on)), trail


class _Trail:
    """The holes that one run reads, in order, filled as planned and then with their first value."""

    def __init__(self, domain: Callable[[str], tuple[Any, ...]], plan: list[int]) -> None:
        self._domain = domain
        self._plan = plan
        self.sizes: list[int] = []
        self.filled: Filling = {}

    def read(self, key: str) -> Any:
        if key in self.filled:
            return self.filled[key]
        values = self._domain(key)
        place = len(self.sizes)
        self.sizes.append(len(values))
        value = self.filled[key] = values[self._plan[place] if place < len(self._plan) else 0]
        return value

    def next(self, keys: frozenset[str]) -> list[int]:
        """Return the plan of the next run that fills one of these holes in another way.

        It is empty if there is none.
        """
        last = max((place for place, key in enumerate(self.filled, 1) if key in keys), default=0)
        plan = [*self._plan, *[0] * (len(self.sizes) - len(self._plan))][:last]
        while plan and plan[-1] + 1 == self.sizes[len(plan) - 1]:
            plan.pop()
        if plan:
            plan[-1] += 1
        return plan


class Answer(NamedTuple, Generic[Outcome]):
    """What a computation came to, and the holes that it read for that."""

    outcome: Outcome
    keys: frozenset[str]


class Remembered(Generic[Outcome]):
    """Answers of a computation that is the same for the same values of the holes that it reads."""

    def __init__(self, choices: Choices, compute: Callable[[], Outcome]) -> None:
        self._choices = choices
        self._compute = compute
        self._root: Any = None

    def answer(self) -> Answer[Outcome]:
        """Return the answer for the values that the holes have now, computed at most once."""
        # A node is either (key, {value: node}) or, at the end, an answer.
        node, read = self._root, self._choices.read
        while node is not None:
            if type(node) is Answer:
                return node
            node = node[1].get(read(node[0]))
        return self._learn()

    def _learn(self) -> Answer[Outcome]:
        """Compute the answer and remember it under the holes that were read for it, in order."""
        read, seen = self._choices.read, dict[str, Any]()

        def noting(key: str) -> Any:
            seen[key] = read(key)
            return seen[key]

        answer = Answer(self._choices.reading(noting, self._compute), frozenset(seen))
        place: Any = None
        for key, value in seen.items():
            if place is None:
                self._root = self._root or (key, {})
                node = self._root
            else:
                node = place[0][1].setdefault(place[1], (key, {}))
            place = (node, value)
        if place is None:
            self._root = answer
        else:
            place[0][1][place[1]] = answer
        return answer


def refuse(key: str) -> Any:
    """Read no hole: for what has to be the same whatever is filled in."""
    del key
    raise Read
