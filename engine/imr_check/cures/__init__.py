"""What would cure a row: the smallest sets of facts that would make it supported.

    cures(program, values) -> Cures

A search over the compiled program and nothing else: no cure is written by hand. It goes in four
steps, one module each.

1. ``cells``: the values of a fact that no test of the program tells apart count as one.
2. ``space``: a *box* gives every open fact the states that it may have; *absent* is a state too.
3. ``ways``: whatever makes a node come out as wanted, as boxes. Exact, because the truth of every
   part of the logic is an *and* and an *or* over the states of single facts.
4. ``smallest``: of all boxes those with the fewest facts moved, as independent choices.

``search`` puts them together, looks for what is fatal, and holds every result to the reference
evaluator.
"""

from __future__ import annotations

from .needs import Blocked, Choice, Cures, Need, Solution, Span, Way
from .origins import in_request, may_be_changed
from .search import cures

__all__ = [
    "Blocked",
    "Choice",
    "Cures",
    "Need",
    "Solution",
    "Span",
    "Way",
    "cures",
    "in_request",
    "may_be_changed",
]
