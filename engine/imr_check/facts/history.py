"""How long it has lasted: symptoms and conservative care."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ..guideline.editions import path_of
from .anatomy import is_of_part, is_whole_limb
from .calendar import months_between
from .statements import stated
from .vocabulary import Observation, Path, boolean, number, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..request.chart import Therapy
    from .view import RowView

RESULTS = ("helped", "failed", "contraindicated", "not_begun")
"""What a class of care came to, the result that weighs most first."""

_RESULT_OF_RESPONSE = {
    "failed": "failed",
    "no_change": "failed",
    "worse": "failed",
    "improved": "helped",
}
_GOES_ON = ("ongoing", "current")
"""How the status of an entry says that care has not ended."""

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
    onset = view.once(_onset)
    return onset and Observation(months_between(onset[0], view.as_of), (onset[1],))


@number(
    "symptoms.weeks",
    label="duration of symptoms",
    question="When did the symptoms in the region begin?",
    answered_by="physician",
    unit="weeks",
)
def symptom_weeks(view: RowView) -> Observation | None:
    onset = view.once(_onset)
    return onset and Observation(_weeks_between(onset[0], view.as_of), (onset[1],))


def _onset(view: RowView) -> tuple[date, Path] | None:
    """Return when it began to hurt where the row treats, and where that is said."""
    began: list[tuple[date, Path]] = [
        (entry.onset, ("chart", "symptoms", index, "onset"))
        for index, entry in enumerate(view.chart.symptoms)
        if _hurts(view, entry.region) and entry.onset
    ]
    # A charted onset is more precise than the day of injury, which serves where there is none.
    if not began and any(_hurts(view, part) for part in view.request.injury.body_parts):
        began.append((view.request.injury.date, ("injury", "date")))
    return min(began, key=lambda item: (item[0], str(item[1]))) if began else None


def _hurts(view: RowView, region: str | None) -> bool:
    """Whether pain in ``region`` is pain where the row treats.

    In a row for a whole limb that of each part counts, and of the spine that serves the limb.
    """
    if view.is_near(region) or any(is_of_part(region, part) for part in view.regions):
        return True
    return region is not None and _serves_limb(view, region)


def _serves_limb(view: RowView, region: str) -> bool:
    return any(map(is_whole_limb, view.regions)) and view.concerns_nerves(region)


def _weeks_between(first: date, last: date) -> int:
    return max((last - first).days, 0) // 7


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
    for path, therapy in _of_kinds(view, kinds):
        treated = therapy.region is None or view.treats(therapy.region)
        if treated and not _is_old(view, therapy):
            yield path, therapy
    if not drug_class:
        return
    for path, drug, term in view.medications:
        if term and drug_class in term.classes and not _is_old(view, drug):
            yield path, drug


def _of_kinds(view: RowView, kinds: frozenset[str]) -> list[tuple[Path, Therapy]]:
    """Return the charted therapies of these kinds, in the order of the chart."""
    by_kind = view.therapies
    found = [each for kind in kinds if kind in by_kind for each in by_kind[kind]]
    return sorted(found, key=_by_path) if len(found) > 1 else found


def _by_path(charted: tuple[Path, Any]) -> Path:
    return charted[0]


def _is_old(view: RowView, entry: Any) -> bool:
    """Whether care ended before the injury: it was for something else."""
    return entry.end is not None and entry.end < view.request.injury.date


_EXERCISE = frozenset({"home_exercise", "stretching"})
_PHYSICAL_THERAPY = frozenset({"physical_therapy"})
_EXERCISE_OR_THERAPY = _EXERCISE | _PHYSICAL_THERAPY


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


@symbol(
    "care.tens",
    label="result of TENS",
    missing="failure of TENS, or why it cannot be used",
    question="When was TENS tried, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def tens(view: RowView) -> Observation | None:
    return _class_of_care(view, frozenset({"tens"}), "")


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
        # Care without a last day shows no time, unless its status says that it goes on.
        last = entry.end or (view.as_of if entry.status in _GOES_ON else entry.start)
        spans.append((entry.start, min(last, view.as_of), path))
    if not spans:
        return None
    spans.sort(key=lambda span: (span[0], span[1], str(span[2])))
    return Observation(_months_covered(spans), tuple(path for _, _, path in spans))


def _tried(view: RowView) -> Iterator[tuple[Path, Any]]:
    """Yield the dated entries of conservative care that were begun and did not help."""
    entries = [*_entries(view, _EXERCISE_OR_THERAPY, "")]
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


# Active care: what the employee does or is led to do. Drugs alone are no such care.

_ACTIVE = _EXERCISE | _PHYSICAL_THERAPY | frozenset({"occupational_therapy", "chiropractic"})
ACTIVE_RESULTS = ("helped", "not_begun", "ongoing", "failed", "contraindicated")
"""What active care came to over all its kinds, what speaks against going further first."""


@symbol(
    "care.active",
    label="result of active conservative care",
    missing="result of exercise, physical therapy or chiropractic care",
    question="Which exercise or therapy was tried, how often, and what came of it?",
    answered_by="physician",
    words=ACTIVE_RESULTS,
)
def active_care(view: RowView) -> Observation | None:
    places: dict[str, list[Path]] = {}
    for kind in sorted(_ACTIVE):
        charted: dict[str, list[Path]] = {}
        for path, entry in _active_entries(view):
            if entry.kind == kind and (result := _active_result(entry)):
                charted.setdefault(result, []).append(path)
        # Of one kind, what was done counts beside what was once planned.
        done = {result: paths for result, paths in charted.items() if result != "not_begun"}
        for result, paths in (done or charted).items():
            places.setdefault(result, []).extend(paths)
    result = next((word for word in ACTIVE_RESULTS if word in places), None)
    return Observation(result, tuple(sorted(places[result]))) if result else None


def _active_result(entry: Therapy) -> str | None:
    """Return what an entry came to; authorized visits that are left mean that it goes on."""
    result = _result(entry)
    left = entry.visits_authorized is not None and (entry.visits or 0) < entry.visits_authorized
    goes_on = left and entry.visits is not None and entry.status != "stopped"
    if result == "failed" and goes_on:
        return "ongoing"
    return result or ("ongoing" if goes_on or entry.status == "ongoing" else None)


@boolean(
    "care.begun",
    label="active conservative care that was begun",
    missing="exercise, physical therapy or chiropractic care",
    question="When did exercise, physical therapy or chiropractic care begin?",
    answered_by="physician",
)
def care_begun(view: RowView) -> Observation | None:
    entries = list(_active_entries(view))
    begun = tuple(path for path, entry in entries if _result(entry) not in _NEVER)
    if begun:
        return Observation(True, begun)
    return Observation(False, tuple(path for path, _ in entries)) if entries else None


@number(
    "care.weeks",
    label="time of active conservative care",
    question="From which day on was active conservative care given?",
    answered_by="physician",
    unit="weeks",
)
def care_weeks(view: RowView) -> Observation | None:
    began = view.once(_active_since)
    return began and Observation(_weeks_between(began[0], view.as_of), began[1])


@number(
    "care.active_months",
    label="time of active conservative care",
    question="From which day on was active conservative care given?",
    answered_by="physician",
    unit="months",
)
def care_active_months(view: RowView) -> Observation | None:
    began = view.once(_active_since)
    return began and Observation(months_between(began[0], view.as_of), began[1])


@number(
    "care.weeks_by_date",
    label="time since the first charted day of active conservative care",
    question="On which day did exercise, physical therapy or chiropractic care begin?",
    answered_by="physician",
    unit="weeks",
)
def care_weeks_by_date(view: RowView) -> Observation | None:
    began = view.once(_first_day)
    return began and Observation(_weeks_between(began[0], view.as_of), began[1])


@number(
    "care.months_by_date",
    label="time since the first charted day of active conservative care",
    question="On which day did exercise, physical therapy or chiropractic care begin?",
    answered_by="physician",
    unit="months",
)
def care_months_by_date(view: RowView) -> Observation | None:
    began = view.once(_first_day)
    return began and Observation(months_between(began[0], view.as_of), began[1])


_NEVER = ("not_begun", "contraindicated")


def _active_since(view: RowView) -> tuple[date, tuple[Path, ...]] | None:
    """Return since when active care was given and its effect watched.

    While the injury is recent that is the injury itself, with a first day of care or without one:
    so reviewers counted, and the letters give no first day. Later the first day has to be charted.
    So in both cases a chart without a day shows no more than one that has it.
    """
    begun = [path for path, _ in _begun(view)]
    injury = view.request.injury.date
    if begun and path_of(view.pack, months_between(injury, view.as_of)) == "acute":
        return injury, (*begun, ("injury", "date"))
    return view.once(_first_day)


def _first_day(view: RowView) -> tuple[date, tuple[Path, ...]] | None:
    """Return the first charted day of active care after the injury."""
    injury = view.request.injury.date
    days = [
        (max(entry.start, injury), path)
        for path, entry in _begun(view)
        if entry.start and _was_after(entry, injury)
    ]
    return (min(first for first, _ in days), tuple(path for _, path in days)) if days else None


def _begun(view: RowView) -> Iterator[tuple[Path, Therapy]]:
    for path, entry in _active_entries(view):
        to_come = entry.start is not None and entry.start > view.as_of
        if _result(entry) not in _NEVER and not to_come:
            yield path, entry


def _was_after(entry: Therapy, injury: date) -> bool:
    """Whether care with a first day was given after the injury. What began before may be over."""
    began = entry.start is not None and entry.start >= injury
    return began or entry.end is not None or entry.status in _GOES_ON


def _active_entries(view: RowView) -> Iterator[tuple[Path, Therapy]]:
    for path, entry in _of_kinds(view, _ACTIVE):
        if not _is_old(view, entry) and _cared_for(view, entry.region):
            yield path, entry


def _cared_for(view: RowView, region: str | None) -> bool:
    """Whether care of ``region`` is care of the row's part."""
    return region is None or _hurts(view, region)


# Drugs by class. A combination with an opioid is an opioid, whatever else it holds.

_NON_OPIOID = frozenset(
    {"nsaid", "acetaminophen", "antidepressant", "anticonvulsant", "topical_analgesic"}
)


def _drug_care(
    view: RowView, classes: frozenset[str], said: str = "", *, other_than_row: bool = False
) -> Observation | None:
    """Return what drugs of these classes came to; else what the chart says of them in words."""
    own = view.drug(view.row.drug.name) if view.row.drug and other_than_row else None
    asked = frozenset(own.ingredients) if own else frozenset()
    places: dict[str, list[Path]] = {}
    for path, entry, term in view.medications:
        if term is None or "opioid" in term.classes or not term.classes & classes:
            continue
        if _is_old(view, entry) or asked & frozenset(term.ingredients):
            continue
        result = _result(entry)
        if result:
            places.setdefault(result, []).append(path)
    result = next((word for word in RESULTS if word in places), None)
    if result and result != "not_begun":
        return Observation(result, tuple(places[result]))
    words = stated(view, said) if said else None
    if words is not None and words.value:
        return Observation("failed", words.evidence)
    return Observation(result, tuple(places[result])) if result else None


@symbol(
    "care.acetaminophen",
    label="result of acetaminophen",
    missing="failure of acetaminophen, or why it cannot be taken",
    question="When was acetaminophen taken, at which dose, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def acetaminophen(view: RowView) -> Observation | None:
    return _drug_care(view, frozenset({"acetaminophen"}))


@symbol(
    "care.antidepressant",
    label="result of an antidepressant",
    missing="failure of an antidepressant, or why none can be taken",
    question="Which antidepressant was taken, at which dose, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def antidepressant(view: RowView) -> Observation | None:
    return _drug_care(view, frozenset({"antidepressant"}), "antidepressant_failed")


@symbol(
    "care.anticonvulsant",
    label="result of an anticonvulsant",
    missing="failure of an anticonvulsant, or why none can be taken",
    question="Which anticonvulsant was taken, at which dose, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def anticonvulsant(view: RowView) -> Observation | None:
    return _drug_care(view, frozenset({"anticonvulsant"}), "anticonvulsant_failed")


@symbol(
    "care.non_opioid",
    label="result of non-opioid pain medication",
    missing="failure of a non-opioid, or why none can be taken",
    question="Which non-opioids were taken, at which dose, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def non_opioid(view: RowView) -> Observation | None:
    return _drug_care(view, _NON_OPIOID)


@symbol(
    "care.other_nsaid",
    label="result of another NSAID",
    missing="failure of another NSAID",
    question="Which other NSAID was taken, when, and with what result?",
    answered_by="physician",
    words=RESULTS,
)
def other_nsaid(view: RowView) -> Observation | None:
    return _drug_care(view, frozenset({"nsaid"}), other_than_row=True)


@number(
    "care.relaxants_failed",
    label="other muscle relaxants that failed",
    question="Which other muscle relaxants failed, and when?",
    answered_by="physician",
    unit="relaxants",
)
def relaxants_failed(view: RowView) -> Observation | None:
    own = view.drug(view.row.drug.name) if view.row.drug else None
    asked = frozenset(own.ingredients) if own else frozenset()
    tried: dict[frozenset[str], list[Path]] = {}
    failed: set[frozenset[str]] = set()
    for path, entry, term in view.medications:
        if term is None or "muscle_relaxant" not in term.classes or "opioid" in term.classes:
            continue
        drug = frozenset(term.ingredients)
        if not drug & asked and not _is_old(view, entry):
            tried.setdefault(drug, []).append(path)
            if _result(entry) in ("failed", "contraindicated"):
                failed.add(drug)
    if not tried:
        return None
    return Observation(len(failed), tuple(path for paths in tried.values() for path in paths))


@boolean(
    "care.oral_drug_not_tolerated",
    label="oral pain medication not tolerated",
    missing="reaction to oral pain medication",
    question="Which oral pain medication was not tolerated, and what was the reaction?",
    answered_by="physician",
)
def oral_drug_not_tolerated(view: RowView) -> Observation | None:
    said = stated(view, "tablets_not_tolerated")
    if said is not None:
        return said
    places = tuple(
        path
        for path, entry, term in view.medications
        if term is not None
        and term.classes & (_NON_OPIOID | {"opioid", "muscle_relaxant"})
        and "topical_analgesic" not in term.classes
        and (
            entry.status in ("contraindicated", "not_tolerated")
            or entry.side_effects == "intolerable"
        )
    )
    return Observation(True, places) if places else None
