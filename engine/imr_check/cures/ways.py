"""Whatever makes a node come out as wanted, as boxes.

Each part of the logic is asked for one of four things: that it is true, that it is false, that it
is not true (false or unknown), that it is not false. For a test of a fact each is a set of states;
for everything else it is an *and* and an *or* of such answers, by the order in which a node's parts
are read (``rules.program``). So the boxes together hold every such situation, and no other.
"""

from __future__ import annotations

from itertools import starmap
from operator import and_
from typing import TYPE_CHECKING, Literal

from .cells import ABSENT, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..guideline.model import Test, Value
    from ..rules.program import Clause, Leg, Program
    from .space import Box, Space

Want = Literal["true", "false", "not_true", "not_false"]
Boxes = list["Box"]

_NEGATED: dict[Want, Want] = {
    "true": "false",
    "false": "true",
    "not_true": "not_false",
    "not_false": "not_true",
}

MOST_BOXES = 500
"""Most boxes that an answer may have. Real criteria need a tenth of that."""


class Ways:
    """The ways of one program from one chart. ``cut`` tells that an answer had to be shortened."""

    def __init__(self, program: Program, values: Mapping[str, Value], space: Space) -> None:
        self.space = space
        self.cut = False
        self._values = values
        self._nodes = {node.name: node for node in program.nodes}
        self._known: dict[tuple[str, Want], Boxes] = {}
        self._always: Boxes = [space.everything]

    def of(self, name: str, want: Want) -> Boxes:
        """Return the ways in which a node comes out as wanted; *true* is met or not applicable."""
        known = self._known.get((name, want))
        if known is None:
            known = self._known[name, want] = self._node(name, want)
        return known

    def all_of(self, parts: Iterable[Boxes]) -> Boxes:
        """Return the ways that are in every part."""
        result = self._always
        # The shortest first: what is impossible shows soonest, and what is common stays small.
        for boxes in sorted(parts, key=len):
            result = self._common(result, boxes)
        return result

    def together(self, parts: Iterable[Boxes]) -> Boxes:
        """Return the ways that are in every part, without those that move more than others do.

        A fact that no later part asks for stays as it is wherever it may. So ways that differ in
        nothing else count once, and their number does not grow with every part.
        """
        left = [(boxes, self._asked(boxes)) for boxes in parts]
        result, seen = self._always, frozenset[str]()
        while left:
            # What asks for little that is new comes first, and of that the shortest.
            place = min(range(len(left)), key=lambda n: (len(left[n][1] - seen), len(left[n][0])))
            boxes, asked = left.pop(place)
            seen |= asked
            later = frozenset[str]().union(*(others for _, others in left))
            done = [self.space.fields[name] for name in sorted(seen - later)]
            seen &= later
            common = filter(self.space.possible, (a & b for a in result for b in boxes))
            result = self._kept(self.space.settled(box, done) for box in common)
        return result

    def _asked(self, boxes: Boxes) -> frozenset[str]:
        return frozenset(name for box in boxes for name in self.space.touched(box))

    def any_of(self, *parts: Boxes) -> Boxes:
        """Return the ways that are in any part."""
        return self._kept(box for part in parts for box in part)

    def _node(self, name: str, want: Want) -> Boxes:
        unless, when, excluded, required = (
            self._nodes[name].applies_unless,
            self._nodes[name].applies_when,
            self._nodes[name].excluded_when,
            self._nodes[name].requires,
        )
        if want in ("true", "not_false"):
            passed = self._clause(excluded, "not_true"), self._clause(required, want, given=True)
            closed = self._clause(unless, "true"), self._clause(when, "not_true", given=True)
            return self.any_of(*closed, self.all_of(passed))
        against = self._clause(excluded, "true"), self._clause(required, want, given=True)
        opened = self._clause(unless, "not_true"), self._clause(when, "true", given=True)
        return self.all_of((*opened, self.any_of(*against)))

    def _clause(self, clause: Clause | None, want: Want, given: bool = False) -> Boxes:
        """Return the ways of a clause. One that is left out is true if ``given``, else false."""
        if clause is None:
            return self._always if given == (want in ("true", "not_false")) else []
        least = clause.least
        if want in ("false", "not_true"):
            least = len(clause.legs) - least + 1
        return self._at_least(least, [self._leg(leg, want) for leg in clause.legs])

    def _leg(self, leg: Leg, want: Want) -> Boxes:
        want = _NEGATED[want] if leg.negated else want
        return self._test(leg.test, want) if leg.test else self.of(leg.subject, want)

    def _test(self, test: Test, want: Want) -> Boxes:
        truth = want in ("true", "not_false")
        if test.fact not in self.space.fields:
            return self._always if holds(test, self._values[test.fact]) is truth else []
        states = self.space.cells[test.fact].where(test, truth)
        if want in ("not_true", "not_false") and test.operator != "documented":
            states |= ABSENT
        return self._states(test.fact, states)

    def _states(self, fact: str, states: int) -> Boxes:
        """Return the ways for a fact to have one of these states, with what makes it change."""
        space = self.space
        if fact not in space.causes:
            boxes = [space.box(fact, states)]
        else:
            start = space.fields[fact].start
            moved = space.box(fact, states & ~start)
            boxes = [space.box(fact, states & start)]
            boxes += [moved & space.box(*cause) for cause in space.causes[fact].items()]
        return self._kept(filter(space.possible, boxes))

    def _at_least(self, least: int, parts: Sequence[Boxes]) -> Boxes:
        """Return the ways that are in at least so many of the parts."""
        least -= sum(part == self._always for part in parts)
        parts = sorted((part for part in parts if part and part != self._always), key=len)
        if least <= 0:
            return self._always
        if least > len(parts):
            return []
        if least == len(parts):
            return self.all_of(parts)
        # reached[n]: the ways that are in n of the parts so far.
        reached: list[Boxes] = [self._always, *([] for _ in range(least))]
        for part in parts:
            for count in range(least, 0, -1):
                reached[count] = self.any_of(reached[count], self._common(reached[count - 1], part))
        return reached[least]

    def _common(self, one: Boxes, other: Boxes) -> Boxes:
        pairs = ((a, b) for a in one for b in other)
        return self._kept(filter(self.space.possible, starmap(and_, pairs)))

    def _kept(self, boxes: Iterable[Box]) -> Boxes:
        """Return the boxes without those that lie in another; of too many the best."""
        found = self._best(set(boxes), 4 * MOST_BOXES)
        found.sort(key=int.bit_count, reverse=True)
        kept: Boxes = []
        for box in found:
            if not any(box & larger == box for larger in kept):
                kept.append(box)
        return self._best(kept, MOST_BOXES)

    def _best(self, boxes: Iterable[Box], most: int) -> Boxes:
        found = sorted(boxes)
        if len(found) > most:
            self.cut = True
            found.sort(key=self.space.count_moved)
        return found[:most]
