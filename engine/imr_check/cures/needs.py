"""What a cure consists of. Only data."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.model import Value


class Span(NamedTuple):
    """Whole numbers from ``least`` to ``most``, both included; None leaves that end open."""

    least: int | None
    most: int | None

    def holds(self, value: Value) -> bool:
        """Whether ``value`` is one of the numbers."""
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def meets(self, least: int, most: int) -> bool:
        """Whether any number from ``least`` to ``most`` is one of the numbers."""
        return (self.least is None or self.least <= most) and (
            self.most is None or self.most >= least
        )


Permitted = bool | int | str | Span


class Need(NamedTuple):
    """A fact that has to be documented, and the values that will do.

    ``before`` is the documented value that would have to change, None for a fact that is missing.
    ``limits`` names the limits of the guideline that bound a number. ``serves`` are the codes of
    the criteria that would fail without it.
    """

    fact: str
    permitted: tuple[Permitted, ...]
    before: Value | None = None
    limits: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()

    def allows(self, value: Value) -> bool:
        """Whether this value of the fact will do."""
        return any(
            each.holds(value)
            if isinstance(each, Span)
            else type(each) is type(value) and each == value
            for each in self.permitted
        )

    @property
    def example(self) -> Value:
        """One value that will do; of a number the one at the limit."""
        first = self.permitted[0]
        if not isinstance(first, Span):
            return first
        if first.least is not None:
            return first.least
        return 1 if first.most is None else first.most


class Way(NamedTuple):
    """Needs that stand together, by name of the fact.

    ``argues`` are the codes of criteria that would be contradicted, and stand because of a
    complete rebuttal only.
    """

    needs: tuple[Need, ...]
    argues: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts."""
        return tuple(need.fact for need in self.needs)

    @property
    def values(self) -> dict[str, Value]:
        """An example for each fact."""
        return {need.fact: need.example for need in self.needs}

    def without(self, codes: tuple[str, ...]) -> Way:
        """Return the way without these among the criteria that it argues."""
        return self._replace(argues=tuple(code for code in self.argues if code not in codes))


class Choice(NamedTuple):
    """Ways of which one is enough, the smallest first."""

    ways: tuple[Way, ...]


class Blocked(NamedTuple):
    """Criteria that cannot be met with what is documented.

    ``codes`` is one criterion, or several that exclude each other. ``facts`` are the documented
    facts that stand in the way; none where the logic alone does. ``beside`` is what the criteria
    would need beside a change in those facts, and None where even that is no way.
    """

    codes: tuple[str, ...]
    facts: tuple[str, ...]
    beside: Solution | None = None


class Solution(NamedTuple):
    """The smallest sets of needs, as what is in all of them and independent choices.

    ``blocked`` are the criteria that no set can meet; the sets are for the others. Where the search
    had to be cut short ``exhaustive`` is false: then each set is good but may not be the smallest,
    others may be missing, and for the codes in ``undecided`` nothing was found and nothing proved.
    """

    needed: Way = Way(())
    choices: tuple[Choice, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    exhaustive: bool = True
    undecided: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that is in a set, each once."""
        ways = [self.needed, *(way for choice in self.choices for way in choice.ways)]
        return tuple(dict.fromkeys(fact for way in ways for fact in way.facts))

    def sets(self, most: int = 100) -> Iterator[Way]:
        """Yield at most ``most`` of the full sets, the smallest first."""
        for chosen in _by_size([choice.ways for choice in self.choices], most):
            ways = (self.needed, *chosen)
            needs = sorted((need for way in ways for need in way.needs), key=lambda n: n.fact)
            argues = sorted({code for way in ways for code in way.argues})
            yield Way(tuple(needs), tuple(argues))


class Cures(NamedTuple):
    """What would make a row supported.

    ``adding`` documents what is missing and changes nothing that is documented. ``changing`` may
    change the request as well: what it cannot cure either, stands in the chart.
    """

    adding: Solution
    changing: Solution

    @property
    def fatal(self) -> tuple[Blocked, ...]:
        """What fails whatever is added."""
        return self.adding.blocked


def _by_size(choices: list[tuple[Way, ...]], most: int) -> Iterator[tuple[Way, ...]]:
    """Yield one way out of every choice, those with the fewest needs in all first."""

    def size(at: tuple[int, ...]) -> int:
        return sum(len(ways[i].needs) for ways, i in zip(choices, at, strict=True))

    start = (0,) * len(choices)
    waiting = [(size(start), start)]
    seen = {start}
    while waiting and most > 0:
        _, at = heappop(waiting)
        yield tuple(ways[i] for ways, i in zip(choices, at, strict=True))
        most -= 1
        for place, ways in enumerate(choices):
            after = (*at[:place], at[place] + 1, *at[place + 1 :])
            if after[place] < len(ways) and after not in seen:
                seen.add(after)
                heappush(waiting, (size(after), after))
