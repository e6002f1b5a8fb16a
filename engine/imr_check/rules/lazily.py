"""Whether a criterion passes, asking for no more facts than it takes to know.

The same logic as the reference evaluator's, but top down: where facts are expensive, because each
may come out in many ways, the first leg that decides saves all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reference import holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..guideline.model import Value
    from .program import Clause, Leg, Program


class Lazily:
    """Answers about one set of facts. ``value`` is asked for a fact when it is first needed."""

    def __init__(self, program: Program, value: Callable[[str], Value | None]) -> None:
        self._program = program
        self._value = value

    def passes(self, name: str) -> bool:
        """Whether a node is met or does not apply."""
        return self._is(name, True)

    def _is(self, name: str, truth: bool) -> bool:
        """Whether a node passes (``truth``) or is not met; neither if it is not documented."""
        node = self._program.node(name)
        if node.applies_unless and self._comes_to(node.applies_unless, True):
            return truth
        if node.applies_when and not self._comes_to(node.applies_when, True):
            return truth
        if node.excluded_when and self._comes_to(node.excluded_when, True):
            return not truth
        return self._comes_to(node.requires, truth) if node.requires else truth

    def _comes_to(self, clause: Clause, truth: bool) -> bool:
        wanted = clause.least if truth else len(clause.legs) - clause.least + 1
        left = len(clause.legs)
        for leg in clause.legs:
            wanted -= self._leg_is(leg, truth)
            left -= 1
            if not wanted or left < wanted:
                break
        return not wanted

    def _leg_is(self, leg: Leg, truth: bool) -> bool:
        wanted = truth is not leg.negated
        if leg.test is None:
            return self._is(leg.subject, wanted)
        return holds(leg.test, self._value(leg.subject)) is wanted
