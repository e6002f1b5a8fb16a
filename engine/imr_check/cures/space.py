"""Boxes: sets of situations, each fact with the states that it may have, packed into one number.

Every open fact has a field of bits, one for each of its states (``cells``), with a spare bit above
it. The situations that two boxes have in common are those of ``one & other``; they have none if a
field comes out empty, which one addition finds out for all fields together: adding a field of ones
carries into the spare bit unless the field is empty.

The *start* is the situation of the chart as it is. A fact is *moved* by a box that does not allow
its state at the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .cells import ABSENT, changing
from .origins import asked_part, in_request, origin_of
from .resting import RESTS_ON, may_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..guideline.model import Value
    from .cells import Cells

    Free = frozenset[str]

Box = int


class Field(NamedTuple):
    """Where a fact stands in a box. ``all`` are its states, and ``start`` is one of them."""

    fact: str
    shift: int
    all: int
    start: int


class Space:
    """The open facts of a row: those that are missing, and the documented ones that may change."""

    def __init__(self, cells: Mapping[str, Cells], values: Mapping[str, Value], free: Free) -> None:
        self.cells = cells
        self.fields: dict[str, Field] = {}
        self._ones = self._spare = shift = 0
        for name in sorted(cells):
            states, start = _states(cells[name], values, name in free)
            if not start:
                continue
            self.fields[name] = Field(name, shift, states, start)
            width = cells[name].width
            self._ones |= ((1 << width) - 1) << shift
            self._spare |= 1 << (shift + width)
            shift += width + 1
        self.everything = sum(field.all << field.shift for field in self.fields.values())
        self.start = sum(field.start << field.shift for field in self.fields.values())
        self.causes = {
            name: _causes(name, cells, values)
            for name in self.fields
            if name in values and name not in free and may_change(name, values[name])
        }

    def box(self, fact: str, states: int) -> Box:
        """Return the box of all situations in which ``fact`` has one of these states."""
        field = self.fields[fact]
        return self.everything & ~(field.all << field.shift) | (states & field.all) << field.shift

    def possible(self, box: Box) -> bool:
        """Whether any situation is in the box."""
        return (box + self._ones) & self._spare == self._spare

    def states(self, box: Box, field: Field) -> int:
        """Return the states that the box allows a fact."""
        return box >> field.shift & field.all

    def count_moved(self, box: Box) -> int:
        """Return how many facts the box moves."""
        return (self.start & ~box).bit_count()

    def moved(self, box: Box) -> Iterator[Field]:
        """Yield the facts that the box moves."""
        left = self.start & ~box
        return (field for field in self.fields.values() if left >> field.shift & field.start)

    def settled(self, box: Box, done: Iterable[Field]) -> Box:
        """Return the box with those of these facts left open that need not be moved."""
        for field in done:
            if box >> field.shift & field.start:
                box |= field.all << field.shift
        return box

    def touched(self, box: Box) -> Iterator[str]:
        """Yield the facts that the box says anything about."""
        left = self.everything & ~box
        return (field.fact for field in self.fields.values() if left >> field.shift & field.all)


def _states(cells: Cells, values: Mapping[str, Value], free: bool) -> tuple[int, int]:
    """Return the states that a fact may have and the one it has; no states if it stands fast."""
    fact = cells.fact
    value = values.get(fact)
    if value is None:
        # What others decided before is nothing to add: it is missing because it is not so.
        return (ABSENT if origin_of(fact) == "past" else (1 << cells.width) - 1), ABSENT
    start = cells.of(value)
    if not start or not (free or may_change(fact, value)):
        return 0, 0
    # What a request says with a yes is not taken back: leaving it out would only hide it.
    if value is True and in_request(fact):
        return start, start
    return cells.documented & _lowered(cells, values) | start, start


def _lowered(cells: Cells, values: Mapping[str, Value]) -> int:
    """Return the states that a sum may have: the row may ask for less, and the rest is past."""
    whole, asked = values[cells.fact], values.get(asked_part(cells.fact))
    if not (isinstance(whole, int) and isinstance(asked, int)):
        return cells.documented
    return cells.between(whole - asked + 1, whole)


def _causes(fact: str, cells: Mapping[str, Cells], values: Mapping[str, Value]) -> dict[str, int]:
    """Return the missing facts that change this one when they are added, and to which states."""
    missing = [name for name in RESTS_ON[fact] if name in cells and name not in values]
    return {name: cells[name].where(changing(name, fact), True) for name in missing}
