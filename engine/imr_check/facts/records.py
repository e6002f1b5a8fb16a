"""The records behind the row: what they contain, whether they agree, and what they repeat."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from .statements import stated
from .vocabulary import Observation, boolean, number

if TYPE_CHECKING:
    from datetime import date

    from ..request.chart import ExamFinding
    from .view import RowView, Seen
    from .vocabulary import Path


@boolean(
    "records.part_examined",
    label="complaint about the requested part, and its examination",
    missing="complaint about the requested part and its examination",
    question="What are the complaint and the examination of the part that is to be treated?",
    answered_by="physician",
)
def part_examined(view: RowView) -> Observation | None:
    said = stated(view, "part_examined")
    if said is not None:
        return said
    chart = view.chart
    complaints: list[Path] = [
        ("chart", "symptoms", index)
        for index, entry in enumerate(chart.symptoms)
        if view.is_near_or_general(entry.region)
    ]
    examined: list[Path] = [
        seen.path
        for found in view.findings.values()
        for seen in found
        if _is_of_part(view, seen.finding)
    ]
    if complaints and examined:
        return Observation(True, (complaints[0], examined[0]))
    # A chart that is full of another part, and has nothing of this one, says that it was left out.
    if not complaints and not examined and chart.symptoms and view.findings:
        return Observation(False, (("chart", "symptoms", 0),))
    return None


def _is_of_part(view: RowView, finding: ExamFinding) -> bool:
    return view.is_near_or_general(finding.region) or view.concerns_nerves(finding.region)


@boolean(
    "records.enclosed",
    label="reports relied on, enclosed",
    question="Are the reports of studies and the therapy notes that it relies on enclosed?",
    answered_by="office",
)
def enclosed(view: RowView) -> Observation | None:
    chart = view.chart
    marked = [
        *(
            (e.report_enclosed, e.region, ("chart", "imaging", i))
            for i, e in enumerate(chart.imaging)
        ),
        *(
            (e.report_enclosed, e.region, ("chart", "electrodiagnostics", i))
            for i, e in enumerate(chart.electrodiagnostics)
        ),
    ]
    here = [
        (is_in, path)
        for is_in, region, path in marked
        if is_in is not None and view.is_near_or_general(region)
    ]
    left_out: tuple[Path, ...] = tuple(path for is_in, path in here if not is_in)
    said = stated(view, "reports_enclosed")
    if left_out:
        return Observation(False, left_out)
    if said is not None or not here:
        return said
    return Observation(True, tuple(path for _, path in here))


# Reports that do not agree


@number(
    "records.days_between_contradictions",
    label="time between two reports that contradict each other",
    question="Which of the two reports is right about the finding, and why do they differ?",
    answered_by="physician",
    unit="days",
)
def days_between_contradictions(view: RowView) -> Observation | None:
    """Days between a sign that is found and the same sign that is not, in one place."""
    apart = [
        (abs((one.day - other.day).days), tuple(sorted((one.path, other.path))))
        for found in view.findings.values()
        for one, other in combinations(_dated(view, found), 2)
        if _contradict(one.finding, other.finding)
    ]
    if not apart:
        return None
    days, paths = min(apart)
    return Observation(days, paths)


def _dated(view: RowView, found: list[Seen]) -> list[Seen]:
    """Return what dated examinations say of a sign in the region of the row."""
    dates: list[date | None] = [entry.date for entry in view.chart.examinations]
    return [
        seen
        for seen in found
        if dates[int(seen.path[2])] is not None
        and seen.finding.present is not None
        and view.is_near_or_general(seen.finding.region)
    ]


def _contradict(one: ExamFinding, other: ExamFinding) -> bool:
    if one.present == other.present:
        return False
    return all(
        getattr(one, field) == getattr(other, field) for field in ("region", "side", "muscle")
    )


@boolean(
    "records.readings_differ",
    label="official report and the physician's reading that differ",
    question="Why does the physician's reading differ from the official report?",
    answered_by="physician",
)
def readings_differ(view: RowView) -> Observation | None:
    """Whether a finding is in one reading of a study and denied in the other."""
    read: dict[tuple[str, str], dict[bool, Path]] = {}
    readings = set()
    for index, study in enumerate(view.chart.imaging):
        if not view.is_near_or_general(study.region):
            continue
        readings.add(study.reading)
        for place, finding in enumerate(study.findings):
            key = (finding.finding, study.reading)
            path = ("chart", "imaging", index, "findings", place)
            read.setdefault(key, {}).setdefault(finding.present, path)
    if len(readings) < 2:
        return None
    found = {finding for finding, _ in read}
    for name in sorted(found):
        official, own = read.get((name, "official"), {}), read.get((name, "physician"), {})
        for present in (True, False):
            if present in official and (not present) in own:
                return Observation(True, (official[present], own[not present]))
    return Observation(False, ())


@boolean(
    "records.drug_stopped",
    label="note that the requested drug is stopped",
    question="Is the drug to be stopped or to be taken?",
    answered_by="physician",
)
def drug_stopped(view: RowView) -> Observation | None:
    asked = view.drug(view.row.drug.name) if view.row.drug else None
    if asked is None:
        return None
    stopped: tuple[Path, ...] = tuple(
        path
        for path, entry, term in view.medications
        if entry.status == "stopped" and term and term.ingredients == asked.ingredients
    )
    taken: tuple[Path, ...] = tuple(
        path
        for path, entry, term in view.medications
        if entry.status in ("current", "planned") and term and term.ingredients == asked.ingredients
    )
    if taken:
        return Observation(False, taken)
    return Observation(True, stopped) if stopped else None


# What was done before

_STUDIES = {
    "mri": ("mri",),
    "computed_tomography": ("ct",),
    "xray": ("xray",),
    "bone_scan": ("bone_scan",),
}


@boolean(
    "records.same_study_done",
    label="the same study, done before",
    question="Has the same study of this part been done before, when, and with what result?",
    answered_by="office",
)
def same_study_done(view: RowView) -> Observation | None:
    if view.kind == "electrodiagnostics":
        done: tuple[Path, ...] = tuple(
            ("chart", "electrodiagnostics", index)
            for index, entry in enumerate(view.chart.electrodiagnostics)
            if view.is_near_or_general(entry.region)
        )
    else:
        wanted = _STUDIES.get(view.kind, ())
        done = tuple(
            ("chart", "imaging", index)
            for index, entry in enumerate(view.chart.imaging)
            if entry.study in wanted and view.is_near_or_general(entry.region)
        )
    return Observation(True, done) if done else None
