"""What imaging and electrodiagnostic reports show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .anatomy import SPINE, joints
from .vocabulary import Observation, Path, boolean

if TYPE_CHECKING:
    from .view import RowView

SPINE_STUDIES = ("mri", "ct", "xray", "myelogram")


def imaged(view: RowView, findings: frozenset[str], *, at_level: bool) -> Observation | None:
    """Return whether imaging of the row's region shows one of ``findings``.

    With ``at_level`` a finding at other levels than the row's is left out; a finding without a
    level counts. Present beats absent, because a reviewer holds the worst report against a request.
    """
    wanted = frozenset(joint for level in view.row.levels for joint in joints(level))
    present: list[Path] = []
    absent: list[Path] = []
    for index, study in enumerate(view.chart.imaging):
        if not view.concerns_nerves(study.region):
            continue
        for number, finding in enumerate(study.findings):
            if finding.finding not in findings:
                continue
            levels = frozenset(joint for level in finding.levels for joint in joints(level))
            if at_level and wanted and levels and not wanted & levels:
                continue
            place: Path = ("chart", "imaging", index, "findings", number)
            (present if finding.present else absent).append(place)
    if present:
        return Observation(True, tuple(present))
    return Observation(False, tuple(absent)) if absent else None


@boolean(
    "imaging.nerve_root_compression",
    label="nerve root compression on imaging",
    question="Does imaging show a compressed nerve root?",
    answered_by="physician",
)
def nerve_root_compression(view: RowView) -> Observation | None:
    return imaged(view, frozenset({"nerve_root_compression"}), at_level=False)


@boolean(
    "imaging.reported",
    label="imaging report of the region",
    question="Which imaging report of the region is enclosed, and what does it say?",
    answered_by="office",
)
def reported(view: RowView) -> Observation | None:
    places = tuple(
        ("chart", "imaging", index)
        for index, study in enumerate(view.chart.imaging)
        if study.region in SPINE
        and view.concerns_nerves(study.region)
        and study.study in SPINE_STUDIES
        and study.findings
    )
    return Observation(True, places) if places else None


@boolean(
    "electrodiagnostics.radiculopathy",
    label="radiculopathy on electrodiagnostic testing",
    question="Do electrodiagnostic studies show a radiculopathy?",
    answered_by="physician",
)
def electrodiagnostic_radiculopathy(view: RowView) -> Observation | None:
    shown: list[Path] = []
    normal: list[Path] = []
    for index, study in enumerate(view.chart.electrodiagnostics):
        if study.result is not None and view.concerns_nerves(study.region):
            found = study.result == "radiculopathy"
            (shown if found else normal).append(("chart", "electrodiagnostics", index))
    if shown:
        return Observation(True, tuple(shown))
    return Observation(False, tuple(normal)) if normal else None
