"""Of many ways that would do, those that an office should look at first.

A choice may have dozens of ways: any red flag makes most criteria of a study pass. All of them are
in the work list (``worklist``); people are shown the likeliest. What is seldom so comes last, as a
fact declares it (``facts.vocabulary``). Before that come the ways for which the chart has most to
go by, and of these the shortest. Ways that differ in one step only are one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .facts import Fact

MOST = 5
"""Most lines that are shown of one choice."""


class Step(NamedTuple):
    """A fact to document or, where ``before`` says what stands there now, to change.

    ``follows`` are the labels of missing facts that change this one when they are documented, so
    that it is no work of its own. ``unverified`` tells that nobody has checked the number.
    """

    fact: Fact
    wanted: str
    codes: tuple[str, ...]
    before: str = ""
    follows: tuple[str, ...] = ()
    unverified: bool = False


class Option(NamedTuple):
    """Steps that are enough together, where ``argues`` names what a rebuttal then lets stand."""

    steps: tuple[Step, ...]
    argues: tuple[str, ...] = ()


class Options(NamedTuple):
    """Options of which ``least`` are enough."""

    least: int
    options: tuple[Option, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all options."""
        return tuple(step for option in self.options for step in option.steps)


class Alternative(NamedTuple):
    """Options that share ``steps``, and of which each has one more step, out of ``one_of``."""

    steps: tuple[Step, ...]
    one_of: tuple[Step, ...] = ()
    ways: int = 1
    seldom: bool = False


class Shown(NamedTuple):
    """The lines to show of a choice, how many ways are left out, and the codes those are for."""

    alternatives: tuple[Alternative, ...]
    others: int = 0
    codes: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all lines."""
        return tuple(step for each in self.alternatives for step in (*each.steps, *each.one_of))


def in_order(options: Iterable[Option], documented: Mapping[str, object]) -> tuple[Option, ...]:
    """Return the options, the likeliest first."""
    families = {name.partition(".")[0] for name in documented}
    return tuple(sorted(options, key=lambda option: _distance(option, families)))


def _distance(option: Option, families: set[str]) -> tuple[int, int, int]:
    """Return how far an option is from what is documented: seldom facts, new subjects, steps."""
    own = [step for step in option.steps if not step.follows]
    new = [s for s in own if not s.before and s.fact.name.partition(".")[0] not in families]
    return sum(step.fact.seldom for step in own), len(new), len(own)


def shown(options: Options) -> Shown:
    """Return what to show of a choice: all, unless that is too much to read."""
    found = _joined(options.options)
    most = max(MOST, options.least + 2)
    likely = [each for each in found if not each.seldom]
    first = (likely if len(likely) >= options.least else found)[:most]
    if len(found) <= most and len(likely) < 2:
        first = found
    left = [each for each in found if each not in first]
    if len(left) == 1:
        return Shown(tuple(found))
    codes = (code for each in left for step in (*each.steps, *each.one_of) for code in step.codes)
    return Shown(tuple(first), sum(each.ways for each in left), tuple(dict.fromkeys(codes)))


def _joined(options: Sequence[Option]) -> list[Alternative]:
    """Return the options in their order, those joined that differ in one of several steps."""
    left = list(options)
    found = []
    while left:
        shared, group = max(_groups(left), key=lambda each: len(each[1]))
        one_of = [_step_beside(option, shared) for option in group] if len(group) > 1 else []
        seldom = all(_is_seldom(option) for option in group)
        found.append(Alternative(shared, tuple(one_of), len(group), seldom))
        left = [option for option in left if option not in group]
    return found


def _groups(left: list[Option]) -> Iterable[tuple[tuple[Step, ...], list[Option]]]:
    """Yield the first option alone, and with those that differ from it in one step of several.

    Seldom ones are no company for others: they would have to be shown with them.
    """
    first = left[0]
    yield first.steps, [first]
    if len(first.steps) < 2:
        return
    alike = [o for o in left if o.argues == first.argues and _is_seldom(o) == _is_seldom(first)]
    for step in first.steps:
        shared = tuple(each for each in first.steps if each is not step)
        names = _named(shared)
        group = [o for o in alike if len(o.steps) == len(first.steps) and names <= _named(o.steps)]
        yield shared, group


def _named(steps: Iterable[Step]) -> set[tuple[str, str]]:
    return {(step.fact.name, step.wanted) for step in steps}


def _step_beside(option: Option, shared: tuple[Step, ...]) -> Step:
    """Return the one step of an option that is not shared."""
    names = _named(shared)
    return next(step for step in option.steps if (step.fact.name, step.wanted) not in names)


def _is_seldom(option: Option) -> bool:
    return any(step.fact.seldom for step in option.steps)
