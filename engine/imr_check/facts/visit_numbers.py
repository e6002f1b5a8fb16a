"""Which line of the table of visit numbers a course of therapy belongs to.

The numbers stand in the guideline. Here it is only said which diagnosis, operation or injection
leads to which line. Where several lead to one each, the line with the largest number counts; a
diagnosis without a line of its own is counted like a strain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .vocabulary import Observation, Standing, boolean, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..request.chart import Operation
    from .view import RowView
    from .vocabulary import Path

GROUPS = (
    "femur_fracture_operated",
    "shoulder_operated_open",
    "crps",
    "shoulder_operated_arthroscopic",
    "metacarpal_fracture_operated",
    "finger_fracture_operated",
    "epicondylitis_operated",
    "knee_sprain",
    "other_operation",
    "strain_or_other",
    "neck_sprain",
    "shoulder",
    "neuralgia",
    "arthritis",
    "neck_pain",
    "finger_fracture",
    "epicondylitis",
    "headache",
    "after_injection",
)
"""The lines of the table, the largest number of visits first; of equal ones the longest first."""

_THERAPIES = frozenset({"physical_therapy", "occupational_therapy"})
_INJECTIONS = frozenset(
    {"trigger_point_injection", "facet_joint_injection", "epidural_steroid_injection"}
)
_ARM = frozenset({"shoulder", "upper_arm", "arm"})
_ELBOW = frozenset({"elbow", "forearm", "arm"})
_HAND = frozenset({"hand", "wrist", "arm"})
_LEG = frozenset({"hip", "thigh", "knee", "lower_leg", "leg"})


class _Line(NamedTuple):
    """A line for a concept; ``regions`` are those in which it counts, empty: wherever it is."""

    group: str
    regions: frozenset[str] = frozenset()
    operated: str = ""


_LINES = {
    "crps": _Line("crps"),
    "radiculopathy": _Line("neuralgia"),
    "neuropathic_pain": _Line("neuralgia"),
    "arthritis": _Line("arthritis"),
    "neck_sprain": _Line("neck_sprain", frozenset({"neck"})),
    "neck_pain": _Line("neck_pain", frozenset({"neck"})),
    "knee_sprain": _Line("knee_sprain", frozenset({"knee", "leg"})),
    "rotator_cuff_or_impingement": _Line("shoulder", _ARM),
    "shoulder_sprain": _Line("shoulder", _ARM),
    "epicondylitis": _Line("epicondylitis", _ELBOW, "epicondylitis_operated"),
    "finger_fracture": _Line("finger_fracture", _HAND, "finger_fracture_operated"),
    "metacarpal_fracture": _Line("", _HAND, "metacarpal_fracture_operated"),
    "femur_fracture": _Line("", _LEG, "femur_fracture_operated"),
    "headache": _Line("headache", frozenset({"head", "neck"})),
}
_LIKE_A_STRAIN = frozenset({"sprain_or_strain", "low_back_sprain", "myalgia", "myofascial_pain"})

_Found = dict[str, list["Path"]]


class _Named(NamedTuple):
    """A diagnosis that may count for the row: its concepts, its region, where it stands."""

    concepts: frozenset[str]
    region: str | None
    path: Path


@symbol(
    "course.visit_group",
    label="diagnosis that the number of visits goes by",
    missing="diagnosis that the number of visits goes by",
    question="Which diagnosis, operation or injection is the therapy for?",
    answered_by="physician",
    words=GROUPS,
    standing=Standing(tells=("open shoulder operation", "arthroscopic shoulder operation")),
)
def visit_group(view: RowView) -> Observation | None:
    if view.kind not in _THERAPIES:
        return None
    found = _after_operation(view) or _after_this_injection(view) or _by_diagnosis(view)
    if not found:
        return None
    group = min(found, key=GROUPS.index)
    return Observation(group, tuple(dict.fromkeys(found[group])))


def _by_diagnosis(view: RowView) -> _Found:
    """Return the lines that the diagnoses lead to, and that of an injection done before."""
    found: _Found = {}
    others: list[Path] = []
    for named in _diagnoses(view):
        if _is_elsewhere(view, named):
            continue
        groups = [line.group for line in _lines(view, named) if line.group]
        if not groups and named.concepts & _LIKE_A_STRAIN:
            groups = ["strain_or_other"]
        for group in groups:
            found.setdefault(group, []).append(named.path)
        others.append(named.path)
    if not found and others:
        found["strain_or_other"] = others
    injected = _injected_before(view)
    if injected:
        found["after_injection"] = injected
    return found


def _is_elsewhere(view: RowView, named: _Named) -> bool:
    """Whether a diagnosis is of another part, by its region or by what it is."""
    lines = [_LINES[concept] for concept in named.concepts & _LINES.keys()]
    if any(_counts_here(view, line, named.region) for line in lines):
        return False
    return not _is_here(view, named.region) or any(line.regions for line in lines)


def _diagnoses(view: RowView) -> Iterator[_Named]:
    """Yield the confirmed diagnoses of the chart and what the row names."""
    for number, entry, concepts, region in view.diagnoses:
        if entry.status == "confirmed":
            yield _Named(concepts, region, ("chart", "diagnoses", number))
    row = view.row
    if row.diagnosis:
        yield _Named(view.concepts(row.diagnosis, None), None, view.at("diagnosis"))
    for index, code in enumerate(row.icd):
        yield _Named(view.concepts("", code), None, view.at("icd", index))


def _lines(view: RowView, named: _Named) -> list[_Line]:
    """Return the lines of a diagnosis that count where the row treats."""
    lines = []
    for concept in sorted(named.concepts & _LINES.keys()):
        line = _LINES[concept]
        if _counts_here(view, line, named.region):
            lines.append(line)
    if "spondylosis" in named.concepts and _is_of_neck(view, named.region):
        lines.append(_LINES["neck_pain"])
    return lines


def _counts_here(view: RowView, line: _Line, region: str | None) -> bool:
    if line.regions:
        return not view.regions or bool(line.regions & view.regions)
    return view.concerns_nerves(region) if line.group == "neuralgia" else _is_here(view, region)


def _is_here(view: RowView, region: str | None) -> bool:
    return view.is_near_or_general(region)


def _is_of_neck(view: RowView, region: str | None) -> bool:
    return region == "neck" if region else view.regions == {"neck"}


def _injected_before(view: RowView) -> list[Path]:
    return [
        ("chart", "procedures", index)
        for index, entry in enumerate(view.chart.procedures)
        if (entry.kind or view.kind_of_words(entry.name or "")) in _INJECTIONS
        and entry.region is not None
        and view.is_near(entry.region)
    ]


def _after_this_injection(view: RowView) -> _Found:
    """Return the line after an injection for a row that goes with one on the same request."""
    place = (view.row.goes_with or 0) - 1
    rows = view.request.treatments
    if not 0 <= place < len(rows) or view.terms.naming(rows[place]).kind not in _INJECTIONS:
        return {}
    return {"after_injection": [view.at("goes_with")]}


# After an operation


@boolean(
    "course.postoperative",
    label="therapy after an operation",
    question="Is the therapy for the time after an operation?",
    answered_by="office",
)
def postoperative(view: RowView) -> Observation | None:
    if view.kind not in _THERAPIES:
        return None
    if view.row.phase is not None:
        return Observation(view.row.phase == "postoperative", (view.at("phase"),))
    # An operation of before the injury was for something else.
    done = [
        path
        for path, entry in _operations(view)
        if entry.status == "done" and entry.date and entry.date >= view.request.injury.date
    ]
    return Observation(True, tuple(done)) if done else None


def operated_on(view: RowView) -> date | None:
    """Return the day of the last operation that the therapy follows, where it follows one."""
    after = postoperative(view)
    if after is None or after.value is not True:
        return None
    days = [entry.date for _, entry in _operations(view) if entry.status == "done" and entry.date]
    return max(days, default=None)


def _operations(view: RowView) -> list[tuple[Path, Operation]]:
    return [
        (("chart", "operations", index), entry)
        for index, entry in enumerate(view.chart.operations)
        if view.is_near_or_general(entry.region)
    ]


@boolean(
    "course.operation_dated",
    label="operation with its date",
    question="Which operation is the therapy for, and when was it done?",
    answered_by="office",
)
def operation_dated(view: RowView) -> Observation | None:
    if view.kind not in _THERAPIES:
        return None
    known = [path for path, entry in _operations(view) if entry.date or entry.status == "planned"]
    return Observation(True, tuple(known)) if known else None


def _after_operation(view: RowView) -> _Found:
    after = postoperative(view)
    if after is None or after.value is not True:
        return {}
    found: _Found = {}
    operations = [
        _Named(view.concepts(entry.name, None), entry.region, path)
        for path, entry in _operations(view)
    ]
    for named in (*_diagnoses(view), *operations):
        for line in _lines(view, named):
            if line.operated:
                found.setdefault(line.operated, []).append(named.path)
    for path, entry in _operations(view):
        group = _of_shoulder(view, entry)
        if group:
            found.setdefault(group, []).append(path)
    return found or {"other_operation": list(after.evidence)}


def _of_shoulder(view: RowView, entry: Operation) -> str | None:
    """Return the line of an operation of the shoulder, where its name says how it is done."""
    words = entry.name.casefold()
    if view.kind_of_words(entry.name) == "shoulder_arthroscopy":
        return "shoulder_operated_arthroscopic"
    if entry.region != "shoulder" and "shoulder" not in words:
        return None
    if "arthroscop" in words:
        return "shoulder_operated_arthroscopic"
    return "shoulder_operated_open" if "open" in words.split() else None
