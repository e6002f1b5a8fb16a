"""What the same treatment did earlier: relief, interval, medication, function."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .calendar import months_between
from .medication import opioids_taken
from .row import visits
from .vocabulary import Observation, Path, boolean, number, symbol

if TYPE_CHECKING:
    from .view import RowView

_THERAPIES = frozenset({"acupuncture", "physical_therapy", "occupational_therapy", "chiropractic"})
_BEGUN = (None, "ongoing", "completed", "stopped", "not_tolerated")


def _newest(view: RowView, field: str) -> Observation | None:
    """Return ``field`` of the newest earlier procedure, which is the one a repeat is judged by."""
    earlier = view.procedures
    if not earlier:
        return None
    newest = earlier[-1][1].date
    values = [
        (getattr(entry, field), path)
        for path, entry in earlier
        if entry.date == newest and getattr(entry, field) is not None
    ]
    if not values:
        return None
    value, path = min(values, key=lambda item: (item[0], str(item[1])))
    return Observation(value, ((*path, field),))


@boolean(
    "earlier.same_treatment",
    label="earlier treatment of the same kind",
    question="Has the same treatment been given before?",
    answered_by="office",
)
def same_treatment(view: RowView) -> Observation | None:
    paths = tuple(path for path, _ in view.procedures)
    if paths:
        return Observation(True, paths)
    if view.row.course is None:
        return None
    return Observation(view.row.course == "continuing", (view.at("course"),))


@number(
    "earlier.relief_percent",
    label="pain relief after the last session",
    question="By how many percent did the last session relieve the pain?",
    answered_by="physician",
    unit="percent",
)
def relief_percent(view: RowView) -> Observation | None:
    return _newest(view, "relief_percent")


@number(
    "earlier.relief_weeks",
    label="weeks of relief after the last session",
    question="For how many weeks did that relief last?",
    answered_by="physician",
    unit="weeks",
)
def relief_weeks(view: RowView) -> Observation | None:
    return _newest(view, "relief_weeks")


@symbol(
    "earlier.medication_change",
    label="change in medication after the last session",
    question="Was medication reduced while the relief lasted?",
    answered_by="physician",
    words=("reduced", "unchanged", "increased"),
)
def medication_change(view: RowView) -> Observation | None:
    return _newest(view, "medication_change")


@number(
    "earlier.months_since",
    label="time since the last session",
    question="On what date was the last session?",
    answered_by="office",
    unit="months",
)
def months_since(view: RowView) -> Observation | None:
    planned = view.request.submission.planned_service_date or view.as_of
    dated = [(entry.date, path) for path, entry in view.procedures if entry.date]
    if not dated:
        return None
    last, path = dated[-1]
    return Observation(months_between(last, planned), ((*path, "date"),))


@boolean(
    "course.continuing",
    label="earlier visits of the same treatment",
    question="Is this the first course, or have there been visits before?",
    answered_by="office",
)
def continuing(view: RowView) -> Observation | None:
    begun = tuple(path for path, entry in _therapies(view) if entry.status in _BEGUN)
    if begun:
        return Observation(True, begun)
    if view.row.course is None:
        return None
    return Observation(view.row.course == "continuing", (view.at("course"),))


def _therapies(view: RowView) -> list[tuple[Path, Any]]:
    if view.kind not in _THERAPIES:
        return []
    return [
        (("chart", "therapies", index), entry)
        for index, entry in enumerate(view.chart.therapies)
        if entry.kind == view.kind and (entry.region is None or view.treats(entry.region))
    ]


@number(
    "course.visits_done",
    label="visits already attended",
    question="How many visits of this treatment have been attended so far?",
    answered_by="office",
    unit="visits",
)
def visits_done(view: RowView) -> Observation | None:
    counted = [
        (entry.visits, path)
        for path, entry in _therapies(view)
        if entry.status in _BEGUN and entry.visits is not None
    ]
    if not counted:
        return None
    return Observation(sum(n for n, _ in counted), tuple(path for _, path in counted))


@number(
    "course.total_visits",
    label="visits attended and asked for together",
    question="How many visits does the course come to, with those already attended?",
    answered_by="office",
    unit="visits",
)
def total_visits(view: RowView) -> Observation | None:
    asked, done = visits(view), visits_done(view)
    if asked is None:
        return None
    if done is None:
        return asked if view.row.course == "first" else None
    return Observation(int(asked.value) + int(done.value), asked.evidence + done.evidence)


def _given_since(view: RowView) -> date:
    """Return the day of the last session, or the first of a course; the oldest day if unknown."""
    sessions: list[date] = [entry.date for _, entry in view.procedures if entry.date]
    if sessions:
        return max(sessions)
    starts: list[date] = [entry.start for _, entry in _therapies(view) if entry.start]
    starts += [entry.start for _, entry in opioids_taken(view) if entry.start]
    return min(starts, default=date.min)


_CHANGES = ("improved", "unchanged", "worse")
_DIRECTIONS = ("reduced", "unchanged", "increased")


def _function(view: RowView, field: str, best_first: tuple[str, ...]) -> Observation | None:
    """Return the newest charted change of function after this treatment; ties go to the worse.

    A change dated before the treatment that is to be repeated cannot have come from it.
    """
    changes = [
        (entry.to_date or date.min, best_first.index(word), index, word)
        for index, entry in enumerate(view.chart.functional_changes)
        if entry.after == view.kind and (word := getattr(entry, field)) is not None
    ]
    since = _given_since(view) if changes else date.min
    changes = [change for change in changes if change[0] == date.min or change[0] >= since]
    if not changes:
        return None
    _, _, index, word = max(changes)
    return Observation(word, (("chart", "functional_changes", index, field),))


@symbol(
    "function.daily_activities",
    label="change in activities of daily living",
    question="Which daily activities can the employee do now that were not possible before?",
    answered_by="physician",
    words=_CHANGES,
)
def daily_activities(view: RowView) -> Observation | None:
    return _function(view, "daily_activities", _CHANGES)


@symbol(
    "function.work_restrictions",
    label="change in work restrictions",
    question="What were the work restrictions before, and what are they now?",
    answered_by="physician",
    words=_DIRECTIONS,
)
def work_restrictions(view: RowView) -> Observation | None:
    return _function(view, "work_restrictions", _DIRECTIONS)


@symbol(
    "function.treatment_dependency",
    label="change in reliance on further treatment",
    question="Does the employee need less treatment or medication than before?",
    answered_by="physician",
    words=_DIRECTIONS,
)
def treatment_dependency(view: RowView) -> Observation | None:
    return _function(view, "treatment_dependency", _DIRECTIONS)
