"""How long it has lasted: symptoms and conservative care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calendar import months_between
from .vocabulary import Observation, Path, number, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from .view import RowView

RESULTS = ("helped", "failed", "contraindicated", "not_begun")
"""What a class of care came to, the result that weighs most first."""

_RESULT_OF_RESPONSE = {
    "failed": "failed",
    "no_change": "failed",
    "worse": "failed",
    "improved": "helped",
}
_RESULT_OF_STATUS = {
    "contraindicated": "contraindicated",
    "not_tolerated": "contraindicated",
    "planned": "not_begun",
    "authorized": "not_begun",
}


@number(
    "symptoms.months",
    label="duration of symptoms",
    question="When did the symptoms in the region begin?",
    answered_by="physician",
    unit="months",
)
def symptom_months(view: RowView) -> Observation | None:
    began: list[tuple[date, Path]] = [
        (entry.onset, ("chart", "symptoms", index, "onset"))
        for index, entry in enumerate(view.chart.symptoms)
        if entry.onset and view.treats(entry.region)
    ]
    if any(view.treats(part) for part in view.request.injury.body_parts):
        began.append((view.request.injury.date, ("injury", "date")))
    if not began:
        return None
    first, path = min(began, key=lambda item: (item[0], str(item[1])))
    return Observation(months_between(first, view.as_of), (path,))


def _class_of_care(view: RowView, kinds: frozenset[str], drug_class: str) -> Observation | None:
    """Return what a class of conservative care came to; tried without a result says nothing."""
    places: dict[str, list[Path]] = {}
    for path, entry in _entries(view, kinds, drug_class):
        result = _RESULT_OF_RESPONSE.get(entry.response or "") or _RESULT_OF_STATUS.get(
            entry.status or ""
        )
        if result:
            places.setdefault(result, []).append(path)
    result = next((word for word in RESULTS if word in places), None)
    return Observation(result, tuple(places[result])) if result else None


def _entries(view: RowView, kinds: frozenset[str], drug_class: str) -> Iterator[tuple[Path, Any]]:
    for index, therapy in enumerate(view.chart.therapies):
        if therapy.kind in kinds and (therapy.region is None or view.treats(therapy.region)):
            yield ("chart", "therapies", index), therapy
    if not drug_class:
        return
    for path, drug, term in view.medications:
        if term and drug_class in term.classes:
            yield path, drug


_EXERCISE = frozenset({"home_exercise", "stretching"})
_PHYSICAL_THERAPY = frozenset({"physical_therapy"})


@symbol(
    "care.exercise",
    label="result of stretching or home exercise",
    question="What did stretching or home exercise achieve, from when to when?",
    answered_by="physician",
    words=RESULTS,
)
def exercise(view: RowView) -> Observation | None:
    return _class_of_care(view, _EXERCISE, "")


@symbol(
    "care.physical_therapy",
    label="result of physical therapy",
    question="How many physical therapy visits were attended, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def physical_therapy(view: RowView) -> Observation | None:
    return _class_of_care(view, _PHYSICAL_THERAPY, "")


@symbol(
    "care.nsaid",
    label="result of an NSAID",
    question="Which NSAID was taken, from when to when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def nsaid(view: RowView) -> Observation | None:
    return _class_of_care(view, frozenset(), "nsaid")


@symbol(
    "care.muscle_relaxant",
    label="result of a muscle relaxant",
    question="Which muscle relaxant was taken, from when to when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def muscle_relaxant(view: RowView) -> Observation | None:
    return _class_of_care(view, frozenset(), "muscle_relaxant")


@number(
    "care.months",
    label="duration of conservative care",
    question="From when to when was conservative care tried?",
    answered_by="physician",
    unit="months",
)
def care_months(view: RowView) -> Observation | None:
    spans: list[tuple[Path, Any]] = []
    for drug_class in ("nsaid", "muscle_relaxant"):
        spans += _entries(view, frozenset(), drug_class)
    spans += _entries(view, _EXERCISE | _PHYSICAL_THERAPY, "")
    began = [(entry.start, entry, path) for path, entry in spans if entry.start]
    if not began:
        return None
    first, _, path = min(began, key=lambda item: (item[0], str(item[2])))
    ends = [min(entry.end or view.as_of, view.as_of) for _, entry, _ in began]
    return Observation(max(months_between(first, max(ends)), 0), (path,))
