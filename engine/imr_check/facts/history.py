"""How long it has lasted: symptoms and conservative care."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .calendar import months_between
from .vocabulary import Observation, Path, number, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        if view.is_near(entry.region) and entry.onset
    ]
    # A charted onset is more precise than the day of injury, which serves where there is none.
    if not began and any(view.is_near(part) for part in view.request.injury.body_parts):
        began.append((view.request.injury.date, ("injury", "date")))
    if not began:
        return None
    first, path = min(began, key=lambda item: (item[0], str(item[1])))
    return Observation(months_between(first, view.as_of), (path,))


def _class_of_care(view: RowView, kinds: frozenset[str], drug_class: str) -> Observation | None:
    """Return what a class of conservative care came to; tried without a result says nothing."""
    places: dict[str, list[Path]] = {}
    for path, entry in _entries(view, kinds, drug_class):
        result = _result(entry)
        if result:
            places.setdefault(result, []).append(path)
    result = next((word for word in RESULTS if word in places), None)
    return Observation(result, tuple(places[result])) if result else None


def _result(entry: Any) -> str | None:
    """Return what an entry of care came to. Care that was never begun has no other result."""
    by_status = _RESULT_OF_STATUS.get(entry.status or "")
    if by_status == "not_begun" or getattr(entry, "visits", None) == 0:
        return "not_begun"
    return _RESULT_OF_RESPONSE.get(entry.response or "") or by_status


def _entries(view: RowView, kinds: frozenset[str], drug_class: str) -> Iterator[tuple[Path, Any]]:
    for index, therapy in enumerate(view.chart.therapies):
        treated = therapy.kind in kinds and (therapy.region is None or view.treats(therapy.region))
        if treated and not _is_old(view, therapy):
            yield ("chart", "therapies", index), therapy
    if not drug_class:
        return
    for path, drug, term in view.medications:
        if term and drug_class in term.classes and not _is_old(view, drug):
            yield path, drug


def _is_old(view: RowView, entry: Any) -> bool:
    """Whether care ended before the injury: it was for something else."""
    return entry.end is not None and entry.end < view.request.injury.date


_EXERCISE = frozenset({"home_exercise", "stretching"})
_PHYSICAL_THERAPY = frozenset({"physical_therapy"})


@symbol(
    "care.exercise",
    label="result of stretching or home exercise",
    missing="dated failure of stretching or home exercise",
    question="What did stretching or home exercise achieve, from when to when?",
    answered_by="physician",
    words=RESULTS,
)
def exercise(view: RowView) -> Observation | None:
    return _class_of_care(view, _EXERCISE, "")


@symbol(
    "care.physical_therapy",
    label="result of physical therapy",
    missing="dated failure of physical therapy",
    question="How many physical therapy visits were attended, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def physical_therapy(view: RowView) -> Observation | None:
    return _class_of_care(view, _PHYSICAL_THERAPY, "")


@symbol(
    "care.nsaid",
    label="result of an NSAID",
    missing="failure of an NSAID, or why none can be taken",
    question="Which NSAID was taken, from when to when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def nsaid(view: RowView) -> Observation | None:
    return _class_of_care(view, frozenset(), "nsaid")


@symbol(
    "care.muscle_relaxant",
    label="result of a muscle relaxant",
    missing="failure of a muscle relaxant, or why none can be taken",
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
    spans: list[tuple[date, date, Path]] = []
    for path, entry in _tried(view):
        # Care without a last day goes on, unless its status says that it is over.
        over = entry.status in ("completed", "stopped", "not_tolerated")
        end = entry.end or (entry.start if over else view.as_of)
        spans.append((entry.start, min(end, view.as_of), path))
    if not spans:
        return None
    spans.sort(key=lambda span: (span[0], span[1], str(span[2])))
    return Observation(_months_covered(spans), tuple(path for _, _, path in spans))


def _tried(view: RowView) -> Iterator[tuple[Path, Any]]:
    """Yield the dated entries of conservative care that were begun and did not help."""
    entries = [*_entries(view, _EXERCISE | _PHYSICAL_THERAPY, "")]
    for drug_class in ("nsaid", "muscle_relaxant"):
        entries += _entries(view, frozenset(), drug_class)
    for path, entry in entries:
        if entry.start and _result(entry) in (None, "failed"):
            yield path, entry


def _months_covered(spans: list[tuple[date, date, Path]]) -> int:
    """Return the months that the spans cover together; gaps between them do not count."""
    months = days = 0
    start, end = spans[0][:2]
    for first, last, _ in [*spans[1:], (date.max, date.max, ())]:
        if first <= end:
            end = max(end, last)
            continue
        whole = months_between(start, end)
        months += whole
        days += max((end - start).days - round(whole * 365 / 12), 0)
        start, end = first, last
    return months + days // 30
