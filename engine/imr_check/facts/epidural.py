"""Epidural injections: way and level, the finding that they answer to, and how many in a year."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .anatomy import joint_count, vertebrae
from .diagnosis import diagnosed
from .examination import motor_deficit, reflex_deficit, sensory_deficit
from .studies import imaged
from .vocabulary import Observation, Path, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from ..request.chart import ExamFinding, Procedure
    from .view import RowView

_WAYS = ("transforaminal", "interlaminar", "caudal")
_WAY_OF_CODE = {
    **dict.fromkeys(("64479", "64480", "64483", "64484"), "transforaminal"),  # verified
    **dict.fromkeys(("62320", "62321", "62322", "62323"), "interlaminar"),  # unverified
}


@symbol(
    "epidural.approach",
    label="way of the injection",
    missing="way of the injection: transforaminal, interlaminar or caudal",
    question="Is the injection transforaminal, interlaminar or caudal?",
    answered_by="office",
    words=_WAYS,
    standing=Standing("request", tells=_WAYS),
)
def approach(view: RowView) -> Observation | None:
    row = view.row
    if row.approach is not None:
        return Observation(row.approach, (view.at("approach"),))
    words = (row.treatment or "").casefold().split()
    for way in _WAYS:
        if way in words:
            return Observation(way, (view.at("treatment"),))
    by_code = {
        _WAY_OF_CODE[code]: view.at("procedure_codes", index)
        for index, code in enumerate(row.procedure_codes)
        if code in _WAY_OF_CODE
    }
    if len(by_code) != 1:
        return None
    ((named, place),) = by_code.items()
    return Observation(named, (place,))


@number(
    "epidural.levels",
    label="roots or spaces to be injected",
    question="Which root or which space is to be injected?",
    answered_by="office",
    unit="levels",
    standing=Standing("request"),
)
def levels(view: RowView) -> Observation | None:
    named = set(view.row.levels)
    if not named:
        return None
    return Observation(sum(map(joint_count, named)), (view.at("levels"),))


@boolean(
    "epidural.fluoroscopy",
    label="fluoroscopy for guidance",
    question="Is the injection done under fluoroscopy?",
    answered_by="office",
    standing=Standing("request", tells=("fluoroscopic",)),
)
def fluoroscopy(view: RowView) -> Observation | None:
    row = view.row
    if row.guidance:
        return Observation("fluoroscopy" in row.guidance, (view.at("guidance"),))
    words = (row.treatment or "").casefold().split()
    named = any(word.startswith("fluoro") for word in words)
    return Observation(True, (view.at("treatment"),)) if named else None


# The finding that it answers to


@boolean(
    "epidural.deficit_matches",
    label="nerve deficit at the level and on the side of the injection",
    missing="nerve deficit with its level and side",
    question="At which level and on which side is the deficit that the injection is for?",
    answered_by="physician",
)
def deficit_matches(view: RowView) -> Observation | None:
    """Whether a charted deficit fits the row; one without a level or a side fits every row."""
    findings = {seen.path: seen.finding for found in view.findings.values() for seen in found}
    places = [
        path
        for test in (sensory_deficit, reflex_deficit, motor_deficit)
        if (charted := test(view)) and charted.value
        for path in charted.evidence
    ]
    fitting = tuple(path for path in places if _fits(view, findings[path]))
    return Observation(bool(fitting), fitting or tuple(places)) if places else None


def _fits(view: RowView, finding: ExamFinding) -> bool:
    row = view.row
    sides = {row.side, finding.side}
    if sides == {"left", "right"}:
        return False
    wanted = frozenset().union(*map(vertebrae, row.levels))
    shown = frozenset().union(*map(vertebrae, finding.levels))
    return not wanted or not shown or bool(wanted & shown)


_AT_THE_ROOT = frozenset(
    {"nerve_root_compression", "disc_herniation", "foraminal_stenosis", "spinal_stenosis"}
)
_SHOWS_ROOTS = ("mri", "ct", "myelogram")


@boolean(
    "epidural.lesion_imaged",
    label="lesion at the root on imaging, at the level of the injection",
    missing="imaging report with a lesion at the root, at the level of the injection",
    question="What does the MRI or CT report show at the level of the injection?",
    answered_by="physician",
)
def lesion_imaged(view: RowView) -> Observation | None:
    shown = imaged(view, _AT_THE_ROOT, at_level=True)
    if shown is not None:
        return shown
    normal: tuple[Path, ...] = tuple(
        ("chart", "imaging", index, "findings", place)
        for index, study in enumerate(view.chart.imaging)
        if study.study in _SHOWS_ROOTS and view.concerns_nerves(study.region)
        for place, finding in enumerate(study.findings)
        if finding.finding == "normal" and finding.present
    )
    return Observation(False, normal) if normal else None


@boolean(
    "epidural.herniation",
    label="disc herniation at the level",
    question="Is a disc herniation at the level of the injection shown or diagnosed?",
    answered_by="physician",
)
def herniation(view: RowView) -> Observation | None:
    shown = imaged(view, frozenset({"disc_herniation"}), at_level=True)
    return shown or diagnosed(view, "disc_herniation", view.concerns_nerves)


# How many

_YEAR = timedelta(days=365)


@number(
    "epidural.blocks_in_year",
    label="injections of the region within a year, with those asked for",
    question="How many such injections has the region had in the last year, and on which dates?",
    answered_by="office",
    unit="injections",
    standing=Standing(window=("days", _YEAR.days)),
)
def blocks_in_year(view: RowView) -> Observation | None:
    """Those asked for and those of the year before; nothing where one of them has no date."""
    row = view.row
    planned = view.request.submission.planned_service_date or view.as_of
    earlier = [(path, entry) for path, entry in view.procedures if _is_of_region(view, entry)]
    dated = [(path, entry, entry.date) for path, entry in earlier if entry.date]
    asked = max(row.sessions or 0, row.quantity or 0)
    if len(dated) < len(earlier) or not (earlier or asked):
        return None
    recent = [(path, entry) for path, entry, day in dated if planned - day < _YEAR]
    done = sum(entry.count or 1 for _, entry in recent)
    return Observation(max(asked, 1) + done, (view.at(), *(path for path, _ in recent)))


def _is_of_region(view: RowView, entry: Procedure) -> bool:
    return view.concerns_nerves(entry.region)
