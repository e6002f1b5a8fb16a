"""What the drug of a row is for, and what is taken or asked for beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .calendar import months_between
from .diagnosis import diagnosed
from .row_drug import NOT_TAKEN, OVER, is_on_skin, other_rows, place_of_drug, term_of_row
from .statements import stated
from .vocabulary import Observation, boolean, number, symbol

if TYPE_CHECKING:
    from ..guideline.terms import DrugTerm
    from .view import RowView
    from .vocabulary import Path

_PAIN_RELIEF_BESIDE = frozenset({"nsaid", "acetaminophen"})
_EXTENTS = ("minor", "major")


@boolean(
    "medication.neuropathic_pain",
    label="neuropathic pain",
    missing="finding of neuropathic pain",
    question="Which findings show neuropathic pain?",
    answered_by="physician",
)
def neuropathic_pain(view: RowView) -> Observation | None:
    said = stated(view, "neuropathic_pain")
    if said is not None:
        return said
    return _any_diagnosed(view, ("neuropathic_pain", "radiculopathy", "crps"))


@boolean(
    "medication.depression",
    label="depression",
    missing="depression, with the score of a scale",
    question="Is there a depression, and by which scale?",
    answered_by="physician",
)
def depression(view: RowView) -> Observation | None:
    return stated(view, "depression") or _any_diagnosed(view, ("depression",))


@boolean(
    "medication.spasticity",
    label="multiple sclerosis, a spinal cord injury or lancinating nerve pain",
    question="Is there multiple sclerosis, a cord injury or lancinating nerve pain?",
    answered_by="physician",
)
def spasticity(view: RowView) -> Observation | None:
    return _any_diagnosed(view, ("multiple_sclerosis_or_cord_injury",))


def _any_diagnosed(view: RowView, concepts: tuple[str, ...]) -> Observation | None:
    """Return whether one of the concepts is diagnosed, wherever; ruled out if all that is named."""
    seen = [diagnosed(view, concept, lambda _: True) for concept in concepts]
    named = [each for each in seen if each is not None]
    return next((each for each in named if each.value), named[0] if named else None)


@boolean(
    "medication.operation_named",
    label="operation by name",
    question="After which operation is it to be taken?",
    answered_by="physician",
)
def operation_named(view: RowView) -> Observation | None:
    places: list[Path] = [("chart", "operations", i) for i, _ in enumerate(view.chart.operations)]
    places += [
        ("treatments", index, "procedures")
        for index, row in enumerate(view.request.treatments)
        if row.procedures
    ]
    return Observation(True, tuple(places)) if places else None


@symbol(
    "medication.operation_extent",
    label="extent of the operation",
    question="Is it a smaller operation or a larger one?",
    answered_by="physician",
    words=_EXTENTS,
)
def operation_extent(view: RowView) -> Observation | None:
    extents = [
        (_EXTENTS.index(entry.extent), ("chart", "operations", index, "extent"))
        for index, entry in enumerate(view.chart.operations)
        if entry.extent
    ]
    if not extents:
        return None
    largest, path = max(extents)
    return Observation(_EXTENTS[largest], (path,))


@boolean(
    "medication.nonopioid_beside",
    label="NSAID or acetaminophen given with it",
    question="Which non-opioid is given with it?",
    answered_by="physician",
)
def nonopioid_beside(view: RowView) -> Observation | None:
    said = stated(view, "nonopioid_with_it")
    if said is not None:
        return said
    term = term_of_row(view)
    places = [place_of_drug(view)] if term and term.classes & _PAIN_RELIEF_BESIDE else []
    places += [path for path, other in other_rows(view) if other.classes & _PAIN_RELIEF_BESIDE]
    places += [
        path
        for path, entry, charted in view.medications
        if entry.status == "current" and charted and charted.classes & _PAIN_RELIEF_BESIDE
    ]
    return Observation(True, tuple(places)) if places else None


@boolean(
    "medication.opioid_beside",
    label="opioid taken or asked for",
    question="Which opioid is taken, or asked for on the same request?",
    answered_by="physician",
)
def opioid_beside(view: RowView) -> Observation | None:
    places = [path for path, term in other_rows(view) if "opioid" in term.classes]
    places += [
        path
        for path, entry, term in view.medications
        if entry.status in ("current", "planned") and term and "opioid" in term.classes
    ]
    return Observation(True, tuple(places)) if places else None


@symbol(
    "medication.other_of_class",
    label="another drug of the same class",
    question="Is another drug of the same class taken or asked for, and did it fail?",
    answered_by="physician",
    words=("running", "over"),
)
def other_of_class(view: RowView) -> Observation | None:
    """Of two drugs of one class the other one runs unless it is charted as over or failed."""
    running = [path for path, term in other_rows(view) if _is_rival(view, term)]
    over: list[Path] = []
    for path, entry, term in view.medications:
        if term is None or not _is_rival(view, term) or entry.status in NOT_TAKEN:
            continue
        ended = entry.status in OVER or entry.end is not None or entry.response == "failed"
        (over if ended else running).append(path)
    word: Literal["running", "over"] = "running" if running else "over"
    return Observation(word, tuple(running or over)) if running or over else None


def _is_rival(view: RowView, other: DrugTerm) -> bool:
    """Whether another drug is of the row's class, and not the row's own drug."""
    own = term_of_row(view)
    if own is None or view.kind not in other.classes or is_on_skin(other):
        return False
    return not frozenset(own.ingredients) & frozenset(other.ingredients)


@boolean(
    "medication.gi_burden",
    label="steroid or aspirin taken as well",
    question="Is a steroid or aspirin taken as well?",
    answered_by="physician",
)
def gi_burden(view: RowView) -> Observation | None:
    places = tuple(
        path
        for path, entry, term in view.medications
        if entry.status == "current"
        and term is not None
        and ("corticosteroid" in term.classes or "aspirin" in term.ingredients)
    )
    return Observation(True, places) if places else None


@number(
    "medication.employee_age",
    label="age of the employee",
    question="How old is the employee?",
    answered_by="office",
    unit="years",
)
def employee_age(view: RowView) -> Observation | None:
    employee = view.request.employee
    if employee.age is not None:
        return Observation(employee.age, (("employee", "age"),))
    if employee.birth_date is None:
        return None
    years = months_between(employee.birth_date, view.as_of) // 12
    return Observation(years, (("employee", "birth_date"),))


@boolean(
    "medication.arthritis",
    label="arthritis of the joint",
    missing="arthritis of the joint in the assessment or on imaging",
    question="Is there arthritis of the joint, by assessment or imaging?",
    answered_by="physician",
)
def arthritis(view: RowView) -> Observation | None:
    charted = diagnosed(view, "arthritis", view.is_near_or_general)
    if charted is not None and charted.value:
        return charted
    shown = tuple(
        ("chart", "imaging", index)
        for index, study in enumerate(view.chart.imaging)
        if view.is_near(study.region)
        and any(each.finding == "arthritis" and each.present for each in study.findings)
    )
    return Observation(True, shown) if shown else charted
