"""Where an employee stands with an opioid, and what has been prepared for its use.

The path follows from coded facts: the phase of the row, whether the opioid is new, and whether the
pain has become chronic. It is no choice of the office, so that no cure ever proposes another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..guideline.editions import path_of
from .drug_use import contains, course
from .history import symptom_months
from .row_drug import NOT_TAKEN
from .statements import stated
from .vocabulary import Observation, boolean, symbol

if TYPE_CHECKING:
    from .view import RowView

_STAGES = {"first": "first", "continuing": "continued"}
_PATHS = tuple(
    f"{stage}_{pain}"
    for stage in ("first", "continued", "unclear")
    for pain in ("early", "chronic")
)


@symbol(
    "opioid.path",
    label="use of the opioid",
    question="Is the opioid new or continued, or for the days after an operation?",
    answered_by="physician",
    words=("none", "after_operation", *_PATHS),
)
def path(view: RowView) -> Observation | None:
    """Return first, continued or unclear, with early for pain that is not chronic yet."""
    held = contains(view, "opioid")
    if held is None:
        return None
    if not held.value:
        return Observation("none", held.evidence)
    if view.row.phase == "postoperative":
        return Observation("after_operation", (view.at("phase"),))
    months, known = symptom_months(view), course(view)
    pain = path_of(view.pack, int(months.value) if months else None)
    stage = _STAGES[str(known.value)] if known else "unclear"
    evidence = (months.evidence if months else ()) + (known.evidence if known else ())
    word = f"{stage}_{'early' if pain == 'acute' else 'chronic'}"
    return Observation(word, evidence or held.evidence)


@boolean(
    "medication.opioid_before",
    label="opioid taken before this one",
    question="Which opioid has been taken so far?",
    answered_by="physician",
)
def opioid_before(view: RowView) -> Observation | None:
    taken = tuple(
        path
        for path, entry, term in view.medications
        if term is not None and "opioid" in term.classes and entry.status not in NOT_TAKEN
    )
    if taken:
        return Observation(True, taken)
    if view.row.course is None:
        return None
    return Observation(view.row.course == "continuing", (view.at("course"),))


@boolean(
    "opioid.risk_screened",
    label="screening for the risk of misuse",
    missing="scored screening for the risk of misuse",
    question="Which risk tool was used, with which score?",
    answered_by="physician",
)
def risk_screened(view: RowView) -> Observation | None:
    return _monitored(view, "risk_screening", "risk_screened")


@boolean(
    "opioid.agreement",
    label="written treatment agreement",
    question="Is a signed treatment agreement enclosed?",
    answered_by="office",
)
def agreement(view: RowView) -> Observation | None:
    return _monitored(view, "treatment_agreement", "agreement_signed")


def _monitored(view: RowView, kind: str, word: str) -> Observation | None:
    said = stated(view, word)
    if said is not None:
        return said
    done = tuple(
        ("chart", "monitoring", index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == kind
    )
    return Observation(True, done) if done else None


_ACTIVE = frozenset({"physical_therapy", "occupational_therapy", "home_exercise", "stretching"}) | {
    "acupuncture",
    "cognitive_behavioral_therapy",
}


@boolean(
    "opioid.active_care",
    label="exercise, therapy or behavioral care beside the opioid",
    missing="exercise, therapy or behavioral care that runs beside the opioid",
    question="Which exercise, therapy or behavioral care runs beside the opioid?",
    answered_by="physician",
)
def active_care(view: RowView) -> Observation | None:
    said = stated(view, "multidisciplinary_care")
    if said is not None:
        return said
    running = tuple(
        ("chart", "therapies", index)
        for index, entry in enumerate(view.chart.therapies)
        if entry.kind in _ACTIVE and entry.status == "ongoing"
    )
    return Observation(True, running) if running else None
