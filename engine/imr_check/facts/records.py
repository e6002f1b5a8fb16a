"""The records behind the row: what they contain, whether they agree, and what they repeat."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from .statements import stated
from .vocabulary import Observation, Standing, boolean, number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..request.chart import ExamFinding, Examination
    from .view import RowView
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
        if _is_of_part(view, entry.region) or not view.regions.isdisjoint(entry.radiates_to)
    ]
    examined: list[Path] = [
        seen.path
        for found in view.findings.values()
        for seen in found
        if _is_of_part(view, seen.finding.region)
    ]
    if complaints and examined:
        return Observation(True, (complaints[0], examined[0]))
    # A chart that is full of another part, and has nothing of this one, says that it was left out.
    if not complaints and not examined and chart.symptoms and view.findings:
        return Observation(False, (("chart", "symptoms", 0),))
    return None


def _is_of_part(view: RowView, region: str | None) -> bool:
    return view.is_near_or_general(region) or view.concerns_nerves(region)


@boolean(
    "records.enclosed",
    label="reports relied on, enclosed",
    question="Are the reports of studies and the therapy notes that it relies on enclosed?",
    answered_by="office",
    standing=Standing("request"),
)
def enclosed(view: RowView) -> Observation | None:
    here = [
        (entry.report_enclosed, path)
        for name in ("imaging", "electrodiagnostics")
        for path, entry in _of_part(view, name)
        if entry.report_enclosed is not None
    ]
    left_out: tuple[Path, ...] = tuple(path for is_in, path in here if not is_in)
    said = stated(view, "reports_enclosed")
    if left_out:
        return Observation(False, left_out)
    if said is not None or not here:
        return said
    return Observation(True, tuple(path for _, path in here))


def _of_part(view: RowView, name: str) -> Iterator[tuple[Path, Any]]:
    """Yield the entries of one list of the chart that are about the part, or about none."""
    for index, entry in enumerate(getattr(view.chart, name)):
        if view.is_near_or_general(entry.region):
            yield ("chart", name, index), entry


# Reports that do not agree


@number(
    "records.days_between_contradictions",
    label="time between two documents that contradict each other",
    question="Which of the two documents is right, and why do they differ?",
    answered_by="physician",
    unit="days",
)
def days_between_contradictions(view: RowView) -> Observation | None:
    """Days between a sign that is found and the same sign that is not, in one place.

    Two readings of one study, and a drug that is asked for and stopped, are of one day. What is
    explained contradicts nothing.
    """
    found = [*_signs_apart(view), *_readings_apart(view), *_drug_stopped(view)]
    if not found:
        return None
    explained = stated(view, "difference_explained")
    if explained is not None and explained.value:
        return None
    days, paths = min(found)
    return Observation(days, paths)


_VARIABLE = frozenset(
    ("abnormal_gait", "range_of_motion_limited", "tenderness", "swelling", "effusion", "other")
)
"""Signs that vary from one day to the next, and with who looks."""

_Apart = tuple[int, tuple["Path", ...]]


def _signs_apart(view: RowView) -> Iterator[_Apart]:
    """Yield where two examiners contradict each other. Of one examiner, a sign may come and go."""
    if len(view.chart.examinations) < 2:
        return
    authors = [_author(entry) for entry in view.chart.examinations]
    if len(set(authors)) < 2:
        return
    dates: list[date | None] = [entry.date for entry in view.chart.examinations]
    for sign, found in view.findings.items():
        if len(found) < 2 or sign in _VARIABLE:
            continue
        here = [
            seen
            for seen in found
            if dates[int(seen.path[2])] is not None
            and seen.finding.present is not None
            and view.is_near_or_general(seen.finding.region)
        ]
        for one, other in combinations(here, 2):
            by = {authors[int(one.path[2])], authors[int(other.path[2])]}
            if len(by - {None}) > 1 and _contradict(one.finding, other.finding):
                yield abs((one.day - other.day).days), tuple(sorted((one.path, other.path)))


def _author(examination: Examination) -> str | None:
    author = examination.author or (examination.source.author if examination.source else None)
    return " ".join(author.casefold().split()) if author else None


def _contradict(one: ExamFinding, other: ExamFinding) -> bool:
    if one.present == other.present:
        return False
    return all(
        getattr(one, field) == getattr(other, field) for field in ("region", "side", "muscle")
    )


def _readings_apart(view: RowView) -> Iterator[_Apart]:
    """Yield where the physician's reading of a study differs from the official report."""
    studies = view.chart.imaging
    if len(studies) < 2 or len({study.reading for study in studies}) < 2:
        return
    read: dict[tuple[str, str, bool], Path] = {}
    for index, study in enumerate(studies):
        if view.is_near_or_general(study.region):
            for place, finding in enumerate(study.findings):
                path: Path = ("chart", "imaging", index, "findings", place)
                read.setdefault((finding.finding, study.reading, finding.present), path)
    for (name, reading, present), path in sorted(read.items()):
        other = read.get((name, "physician", not present))
        if reading == "official" and other is not None:
            yield 0, (path, other)


def _drug_stopped(view: RowView) -> Iterator[_Apart]:
    """Yield the notes that stop the drug that the row asks for, unless it is still taken."""
    asked = view.drug(view.row.drug.name) if view.row.drug else None
    if asked is None:
        return
    same = [
        (path, entry.status)
        for path, entry, term in view.medications
        if term and term.ingredients == asked.ingredients
    ]
    if any(status in ("current", "planned") for _, status in same):
        return
    if stopped := tuple(path for path, status in same if status == "stopped"):
        yield 0, stopped


# What was done before

_STUDIES = {
    "mri": "mri",
    "computed_tomography": "ct",
    "xray": "xray",
    "bone_scan": "bone_scan",
}


@boolean(
    "records.same_study_done",
    label="the same study, done before",
    question="Has the same study of this part been done before, when, and with what result?",
    answered_by="office",
)
def same_study_done(view: RowView) -> Observation | None:
    if view.kind == "electrodiagnostics":
        done = tuple(path for path, _ in _of_part(view, "electrodiagnostics"))
    else:
        wanted = _STUDIES.get(view.kind)
        done = tuple(path for path, e in _of_part(view, "imaging") if e.study == wanted)
    return Observation(True, done) if done else None
