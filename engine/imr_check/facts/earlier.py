"""What the same treatment did earlier: visits, result, relief, interval, medication, function."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .calendar import months_between
from .medication import opioids_taken
from .row import visits
from .statements import stated
from .vocabulary import Observation, Path, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from ..request.chart import FunctionalChange
    from .view import RowView

_THERAPIES = {
    "acupuncture": frozenset({"acupuncture"}),
    "physical_therapy": frozenset({"physical_therapy"}),
    "occupational_therapy": frozenset({"occupational_therapy"}),
    "chiropractic": frozenset({"chiropractic"}),
    "tens": frozenset({"tens"}),
    "electrical_stimulation": frozenset({"electrical_stimulation"}),
    "therapeutic_ultrasound": frozenset({"therapeutic_ultrasound"}),
    "shockwave": frozenset({"shockwave"}),
    "interferential": frozenset({"interferential"}),
    "h_wave": frozenset({"h_wave"}),
    "passive_modality": frozenset({"massage", "heat_or_cold"}),
    "cognitive_behavioral_therapy": frozenset({"cognitive_behavioral_therapy", "psychotherapy"}),
}
"""By the kind of a row, the kinds of charted therapy that are the same treatment."""

_CAPPED = frozenset({"physical_therapy", "occupational_therapy", "chiropractic"})
"""Kinds of which the Labor Code caps the visits for an injury."""

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
    standing=Standing(seldom=True),
)
def continuing(view: RowView) -> Observation | None:
    begun = tuple(path for path, entry in view.once(_therapies) if _is_begun(entry))
    if begun:
        return Observation(True, begun)
    if view.row.course is None:
        return None
    return Observation(view.row.course == "continuing", (view.at("course"),))


def _is_begun(entry: Any) -> bool:
    return entry.status in _BEGUN and entry.visits != 0


def _therapies(view: RowView) -> list[tuple[Path, Any]]:
    """Return the charted therapies that are the same treatment of the same part.

    After an operation a new course begins: what went before it is another one, and so is what has
    no date where the row says that it is the first course.
    """
    here = [
        (path, entry)
        for path, entry in _everywhere(view)
        if entry.region is None or view.treats(entry.region)
    ]
    from .visit_numbers import operated_on  # which only visits of a therapy need

    operated = operated_on(view)
    if operated is None:
        return here
    first = view.row.course == "first"
    return [
        (path, entry)
        for path, entry in here
        if (entry.start >= operated if entry.start else not first)
    ]


def _everywhere(view: RowView) -> list[tuple[Path, Any]]:
    """Return the charted therapies that are the same treatment as the row, wherever they were."""
    kinds = _THERAPIES.get(view.kind, frozenset())
    return [
        (("chart", "therapies", index), entry)
        for index, entry in enumerate(view.chart.therapies)
        if entry.kind in kinds
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
        for path, entry in view.once(_therapies)
        if _is_begun(entry) and entry.visits is not None
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
    standing=Standing(asked="row.visits"),
)
def total_visits(view: RowView) -> Observation | None:
    asked, done = visits(view), visits_done(view)
    if asked is None:
        return None
    if done is None:
        return asked if view.row.course == "first" else None
    return Observation(int(asked.value) + int(done.value), asked.evidence + done.evidence)


def _visits_of(entry: Any) -> int:
    """Return the visits that a therapy has used up: those authorized count like those attended."""
    if entry.status in ("planned", "contraindicated"):
        return 0
    return max(entry.visits or 0, entry.visits_authorized or 0)


@number(
    "course.visits_used",
    label="visits already attended or authorized",
    question="How many visits of this treatment have been attended or authorized so far?",
    answered_by="office",
    unit="visits",
)
def visits_used(view: RowView) -> Observation | None:
    return _used(view.once(_therapies))


def _used(therapies: list[tuple[Path, Any]]) -> Observation | None:
    counted = [(_visits_of(entry), path) for path, entry in therapies if _visits_of(entry)]
    if not counted:
        return None
    return Observation(sum(n for n, _ in counted), tuple(path for _, path in counted))


@number(
    "course.visits_at_least",
    label="visits asked for, with those attended or authorized before",
    question="How many visits does the course come to, with those attended or authorized before?",
    answered_by="office",
    unit="visits",
    standing=Standing(asked="row.visits"),
)
def visits_at_least(view: RowView) -> Observation | None:
    """Visits asked for and those that are known of; where no count is charted, the former."""
    asked = visits(view) if view.kind in _THERAPIES else None
    return None if asked is None else _plus(asked, visits_used(view))


def _plus(one: Observation, other: Observation | None) -> Observation:
    if other is None:
        return one
    return Observation(int(one.value) + int(other.value), one.evidence + other.evidence)


@number(
    "course.injury_visits",
    label="visits of this kind for the injury, all parts together",
    question="How many visits of this kind does the injury come to, for all parts together?",
    answered_by="office",
    unit="visits",
    standing=Standing(asked="row.visits"),
)
def injury_visits(view: RowView) -> Observation | None:
    asked = visits(view) if view.kind in _CAPPED else None
    return None if asked is None else _plus(asked, _used(_everywhere(view)))


@number(
    "course.injury_year",
    label="year of the injury",
    question="In which year was the injury?",
    answered_by="office",
    unit="year",
)
def injury_year(view: RowView) -> Observation | None:
    if view.kind not in _CAPPED:
        return None
    return Observation(view.request.injury.date.year, (("injury", "date"),))


@boolean(
    "course.authorized",
    label="course of the same treatment that is authorized and not begun",
    question="Is an authorized course of the same treatment still to come?",
    answered_by="office",
    standing=Standing("past"),
)
def authorized(view: RowView) -> Observation | None:
    waiting = tuple(path for path, entry in view.once(_therapies) if entry.status == "authorized")
    return Observation(True, waiting) if waiting else None


_RESULT_OF_RESPONSE = {
    "improved": "improved",
    "partial": "partial",
    "no_change": "unchanged",
    "failed": "unchanged",
    "worse": "worse",
}
_RESULTS = ("improved", "partial", "unchanged", "worse")


@symbol(
    "course.result",
    label="result of the visits so far, as charted",
    question="What did the visits so far achieve?",
    answered_by="therapist",
    words=_RESULTS,
)
def course_result(view: RowView) -> Observation | None:
    """Return the result of the last course; of those that ended together, the worst."""
    results = [
        (_last_day(entry), _RESULTS.index(_RESULT_OF_RESPONSE[entry.response]), path)
        for path, entry in view.once(_therapies)
        if _is_begun(entry) and entry.response is not None
    ]
    if not results:
        return None
    _, place, path = max(results, key=lambda result: (result[0], result[1], str(result[2])))
    return Observation(_RESULTS[place], ((*path, "response"),))


def _last_day(entry: Any) -> date:
    """Return the last day of a therapy, or its first; the oldest day where it has neither."""
    last: date = entry.end or entry.start or date.min
    return last


_STAGES = ("first", "unanswered", "answered")


@symbol(
    "course.stage",
    label="stage of the course, as charted",
    question="Have there been visits before, and what did they achieve?",
    answered_by="therapist",
    words=_STAGES,
)
def stage(view: RowView) -> Observation | None:
    """Return how far a course of therapy has come by what the chart holds, which is always known.

    *First* has no earlier visits, *answered* is one with a response to them, good or bad.
    """
    if view.kind not in _THERAPIES:
        return None
    responded: tuple[Path, ...] = tuple(
        (*path, "response") for path, entry in view.once(_therapies) if entry.response is not None
    )
    changed: tuple[Path, ...] = tuple(
        ("chart", "functional_changes", index) for index, _ in view.once(_changes_after)
    )
    if responded or changed:
        return Observation("answered", responded + changed)
    earlier = continuing(view)
    if earlier is not None and earlier.value:
        return Observation("unanswered", earlier.evidence)
    return Observation("first", earlier.evidence if earlier else (view.at(),))


_MEASURED = ("range_of_motion_limited", "flexion_below_90", "motor_deficit", "atrophy")


@boolean(
    "course.measured_deficit",
    label="remaining measured deficit",
    question="Which deficit remains, in degrees or strength, and which task is lost?",
    answered_by="physician",
)
def measured_deficit(view: RowView) -> Observation | None:
    """Whether the chart states a deficit that remains, or an examination measured one."""
    if view.kind not in _CAPPED:
        return None
    said = stated(view, "measured_deficit")
    if said is not None:
        return said
    measured = tuple(
        seen.path
        for sign in _MEASURED
        for seen in view.findings.get(sign, ())
        if seen.finding.present
        and seen.finding.measure
        and view.is_near_or_general(seen.finding.region)
    )
    return Observation(True, measured) if measured else None


_SPINE = frozenset({"head", "neck", "upper_back", "low_back", "buttock", "pelvis", "chest"})
_UNSUPPORTED = frozenset({"forearm", "wrist", "hand", "knee", "ankle", "foot"})


@symbol(
    "course.manipulated_part",
    label="part to be manipulated",
    question="Which part is to be manipulated?",
    answered_by="office",
    words=("elbow", "other_limb", "elsewhere", "spine"),
)
def manipulated_part(view: RowView) -> Observation | None:
    """Return the part for which manipulation is supported least, of those that the row names."""
    if view.kind != "chiropractic" or not view.regions:
        return None
    word = "spine" if view.regions <= _SPINE else "elsewhere"
    if view.regions & _UNSUPPORTED:
        word = "other_limb"
    if "elbow" in view.regions:
        word = "elbow"
    return Observation(word, (view.at("region" if view.row.region else "sites"),))


@symbol(
    "course.manipulation",
    label="kind of manipulation, as the numbers of visits go",
    question="Is the neck to be manipulated, and is it a severe (grade 3) strain?",
    answered_by="physician",
    words=("neck", "severe_neck_strain", "elsewhere"),
)
def manipulation(view: RowView) -> Observation | None:
    if view.kind != "chiropractic":
        return None
    place = view.at("region" if view.row.region else "treatment")
    if view.regions and "neck" not in view.regions:
        return Observation("elsewhere", (place,))
    severe = tuple(
        ("chart", "diagnoses", number)
        for number, entry, concepts, region in view.diagnoses
        if entry.status == "confirmed" and "severe_neck_strain" in concepts
    )
    if severe:
        return Observation("severe_neck_strain", severe)
    return Observation("neck" if view.regions == {"neck"} else "elsewhere", (place,))


@boolean(
    "course.massage",
    label="massage",
    question="Is massage asked for?",
    answered_by="office",
    standing=Standing(tells=("massage",)),
)
def massage(view: RowView) -> Observation | None:
    words = view.row.treatment or ""
    if view.kind != "passive_modality" or not words:
        return None
    named = "massage" in words.casefold()
    return Observation(named, (view.at("treatment"),))


def _given_since(view: RowView) -> date:
    """Return the day of the last session, or the first of a course; the oldest day if unknown."""
    sessions: list[date] = [entry.date for _, entry in view.procedures if entry.date]
    if sessions:
        return max(sessions)
    starts: list[date] = [entry.start for _, entry in view.once(_therapies) if entry.start]
    starts += [entry.start for _, entry in opioids_taken(view) if entry.start]
    return min(starts, default=date.min)


_CHANGES = ("improved", "unchanged", "worse")
_DIRECTIONS = ("reduced", "unchanged", "increased")


def _changes_after(view: RowView) -> list[tuple[int, FunctionalChange]]:
    """Return the charted changes of function after the same treatment, by their place."""
    charted = enumerate(view.chart.functional_changes)
    return [(index, entry) for index, entry in charted if entry.after == view.kind]


def _function(view: RowView, field: str, best_first: tuple[str, ...]) -> Observation | None:
    """Return the newest charted change of function after this treatment; ties go to the worse.

    A change dated before the treatment that is to be repeated cannot have come from it.
    """
    changes = [
        (entry.to_date or date.min, best_first.index(word), index, word)
        for index, entry in view.once(_changes_after)
        if (word := getattr(entry, field)) is not None
    ]
    since = view.once(_given_since) if changes else date.min
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


@symbol(
    "function.physical_findings",
    label="change in range of motion, strength or tenderness",
    question="What did range of motion and strength measure before, and what now?",
    answered_by="therapist",
    words=_CHANGES,
)
def physical_findings(view: RowView) -> Observation | None:
    return _function(view, "physical_findings", _CHANGES)


@symbol(
    "function.pain",
    label="change in pain",
    question="What was the pain score before, and what is it now?",
    answered_by="physician",
    words=_CHANGES,
)
def pain(view: RowView) -> Observation | None:
    return _function(view, "pain", _CHANGES)


_WORK = ("off_work", "not_working", "modified_duty", "full_duty")


@symbol(
    "function.work_status",
    label="work status",
    question="What is the present work status?",
    answered_by="physician",
    words=_WORK,
)
def work_status(view: RowView) -> Observation | None:
    """Return the newest work status; of one day, the one nearest to full duty."""
    charted = [
        (entry.date or date.min, _WORK.index(entry.status), index)
        for index, entry in enumerate(view.chart.work_status)
    ]
    if not charted:
        return None
    _, place, index = max(charted)
    return Observation(_WORK[place], (("chart", "work_status", index),))


_BEST_FIRST = ("activities_or_work", "physical_findings", "pain", "nothing")


@symbol(
    "function.best_shown",
    label="best change charted after the same treatment",
    missing="function before and after the same treatment",
    question="What is better since the same treatment: daily activities, work, motion, or pain?",
    answered_by="physician",
    words=_BEST_FIRST,
)
def best_shown(view: RowView) -> Observation | None:
    """Return the best of the charted changes: *nothing* where none of them is for the better."""
    if not view.once(_changes_after):
        return None
    shown = (
        ("activities_or_work", daily_activities(view)),
        ("activities_or_work", work_restrictions(view)),
        ("physical_findings", physical_findings(view)),
        ("pain", pain(view)),
    )
    charted = [(word, change) for word, change in shown if change is not None]
    if not charted:
        return None
    for word, change in charted:
        if change.value in ("improved", "reduced"):
            return Observation(word, change.evidence)
    return Observation("nothing", tuple(path for _, change in charted for path in change.evidence))
