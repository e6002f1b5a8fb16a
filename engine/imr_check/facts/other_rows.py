"""What the other rows of the request, and other care that is running, mean for this row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vocabulary import Observation, boolean, symbol

if TYPE_CHECKING:
    from .view import RowView
    from .vocabulary import Path

_THERAPY = frozenset({"physical_therapy", "occupational_therapy"})
_PROGRAMS = _THERAPY | {"chiropractic"}
"""Courses that somebody supervises."""

_UNFINISHED = frozenset({"authorized", "ongoing"})
_RESULTS = {each: each for each in ("supported", "not_supported", "incomplete")}
_RESULTS["no_criteria"] = "not_judged"


@symbol(
    "primary.result",
    label="result of the row that this one goes with",
    missing="the row that this one goes with, on the same request",
    question="Which row of the request does this one go with?",
    answered_by="office",
    words=tuple(_RESULTS.values()),
)
def primary_result(view: RowView) -> Observation | None:
    place = primary_of(view)
    if place is None:
        return None
    result = _RESULTS.get(view.verdict_of(place) or "")
    return Observation(result, (("treatments", place),)) if result else None


def primary_of(view: RowView) -> int | None:
    """Return the row that this one goes with: the one it names, or the only one of its kind."""
    named = view.row.goes_with
    if named is not None:
        return named - 1
    term = view.terms.treatments.get(view.kind)
    wanted = term.ancillary_to if term else ()
    found = view.others_of(wanted)
    return found[0] if len(found) == 1 else None


@boolean(
    "other_rows.therapy_unfinished",
    label="another course of therapy asked for at the same time, or not finished",
    missing="whether another course of therapy is asked for as well, or unfinished",
    question="Is another course of therapy or chiropractic care asked for as well, or unfinished?",
    answered_by="office",
)
def therapy_unfinished(view: RowView) -> Observation | None:
    # Physical and occupational therapy are one. A course is not held against itself.
    others = _PROGRAMS - (_THERAPY if view.kind in _THERAPY else {view.kind})
    # Asked for at once, therapy comes first: reviewers held the other row against it, not therapy.
    asked: list[Path] = [("treatments", index) for index in view.others_of(others & _THERAPY)]
    therapies = [
        (("chart", "therapies", index), entry)
        for index, entry in enumerate(view.chart.therapies)
        if entry.kind in others
    ]
    running: list[Path] = [path for path, entry in therapies if entry.status in _UNFINISHED]
    if asked or running:
        return Observation(True, (*asked, *running))
    over: tuple[Path, ...] = tuple(path for path, entry in therapies if entry.status)
    return Observation(False, over) if over else None
