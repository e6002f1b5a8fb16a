"""Whether a criterion passes, asking for no more facts than it takes to know, and because of which.

The same logic as the reference evaluator's, but top down: where facts are expensive, because each
may come out in many ways, the first part that decides saves all the others. What is known comes
first for that reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .reference import holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..guideline.model import Value
    from .program import Clause, Leg, Node, Program

    _Asked = tuple[bool, Callable[[], "Decided"]]
    """Whether a question is about anything open, and how to ask it."""

_NONE: frozenset[str] = frozenset()


class Decided(NamedTuple):
    """Whether something is so, and the facts that make it so whatever all others are."""

    so: bool
    because: frozenset[str]

    def reversed(self) -> Decided:
        """Return whether it is not so, because of the same facts."""
        return Decided(not self.so, self.because)


class Lazily:
    """Answers about one set of facts after the other.

    ``value`` is asked for a fact when it is first needed; ``is_open`` tells which facts, or nodes
    by name, cost more than the others. A fact that is not open is never named as a reason.
    """

    def __init__(
        self,
        program: Program,
        value: Callable[[str], Value | None],
        is_open: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._program = program
        self._value = value
        self._is_open = is_open
        self._legs: dict[tuple[Leg, ...], tuple[Leg, ...]] = {}

    def passes(self, name: str) -> Decided:
        """Whether a node is met or does not apply."""
        return self._is(name, True)

    def _is(self, name: str, truth: bool) -> Decided:
        """Whether a node passes (``truth``) or is not met; neither if it is not documented."""
        node = self._program.node(name)
        ways = [self._asked(node.applies_unless, True), self._asked(node.applies_when, True, False)]
        body = any(self._is_open_clause(part) for part in (node.excluded_when, node.requires))
        passes = _any([*filter(None, ways), (body, lambda: self._fulfils(node, truth))])
        return passes if truth else passes.reversed()

    def _fulfils(self, node: Node, truth: bool) -> Decided:
        """Whether a node that applies passes (``truth``), or else whether it is not yet failed."""
        against = [
            self._asked(node.excluded_when, True),
            self._asked(node.requires, truth, not truth),
        ]
        return _any([*filter(None, against)]).reversed()

    def _asked(self, clause: Clause | None, truth: bool, so: bool = True) -> _Asked | None:
        """Return the question whether a clause comes to ``truth``, or whether it does not."""
        if clause is None:
            return None

        def ask() -> Decided:
            found = self._comes_to(clause, truth)
            return found if so else found.reversed()

        return self._is_open_clause(clause), ask

    def _is_open_clause(self, clause: Clause | None) -> bool:
        return clause is not None and any(self._is_open(leg.subject) for leg in clause.legs)

    def _comes_to(self, clause: Clause, truth: bool) -> Decided:
        wanted = clause.least if truth else len(clause.legs) - clause.least + 1
        left = len(clause.legs)
        for_it, against = _NONE, _NONE
        for leg in self._known_first(clause):
            found = self._leg_is(leg, truth)
            left -= 1
            if found.so:
                wanted -= 1
                for_it |= found.because
            else:
                against |= found.because
            if not wanted or left < wanted:
                break
        return Decided(False, against) if wanted else Decided(True, for_it)

    def _known_first(self, clause: Clause) -> tuple[Leg, ...]:
        legs = self._legs.get(clause.legs)
        if legs is None:
            legs = tuple(sorted(clause.legs, key=lambda leg: self._is_open(leg.subject)))
            self._legs[clause.legs] = legs
        return legs

    def _leg_is(self, leg: Leg, truth: bool) -> Decided:
        wanted = truth is not leg.negated
        if leg.test is None:
            return self._is(leg.subject, wanted)
        so = holds(leg.test, self._value(leg.subject)) is wanted
        return Decided(so, frozenset((leg.subject,)) if self._is_open(leg.subject) else _NONE)


def _any(asked: list[_Asked]) -> Decided:
    """Ask until one is so, what is known first."""
    because = _NONE
    for _, ask in sorted(asked, key=lambda each: each[0]):
        found = ask()
        if found.so:
            return found
        because |= found.because
    return Decided(False, because)
