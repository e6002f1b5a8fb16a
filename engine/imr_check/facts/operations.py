"""Operations, done and planned, and what imaging shows for the one that a row asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .anatomy import is_of_part
from .diagnosis import diagnosed
from .other_rows import primary_of
from .vocabulary import Observation, Standing, boolean

if TYPE_CHECKING:
    from .view import RowView
    from .vocabulary import Path

_IMPLANT_OR_UROLOGIC = ("implant", "urologic")
_OPERATIONS = frozenset({"shoulder_arthroscopy", "knee_arthroscopy", "surgery"})


def is_of_row(view: RowView, region: str | None) -> bool:
    """Whether an entry about ``region`` is about the part that the row is for."""
    return view.is_near(region) or any(is_of_part(region, of) for of in view.regions)


def _operations(view: RowView, status: str) -> list[tuple[Path, Any]]:
    return [
        (("chart", "operations", index), entry)
        for index, entry in enumerate(view.chart.operations)
        if entry.status == status
    ]


@boolean(
    "operation.implant_or_urologic",
    label="planned operation with an implant, or of the urinary tract",
    question="Is an implant put in, or is it an operation of the urinary tract?",
    answered_by="physician",
)
def implant_or_urologic(view: RowView) -> Observation | None:
    planned = _operations(view, "planned")
    stated = [
        (getattr(entry, field), (*path, field))
        for path, entry in planned
        for field in _IMPLANT_OR_UROLOGIC
        if getattr(entry, field) is not None
    ]
    places = tuple(path for holds, path in stated if holds)
    if places:
        return Observation(True, places)
    # Only a word on each of the two rules both out.
    if stated and len(stated) == len(planned) * len(_IMPLANT_OR_UROLOGIC):
        return Observation(False, tuple(path for _, path in stated))
    return None


@boolean(
    "operation.of_the_part",
    label="operation of the same part, done before or planned before it",
    question="Which operation of this part was done, or comes before this item?",
    answered_by="physician",
)
def of_the_part(view: RowView) -> Observation | None:
    operations = _operations(view, "done")
    if view.row.phase == "postoperative":
        operations += _operations(view, "planned")
    places = [path for path, entry in operations if is_of_row(view, entry.region)]
    primary = primary_of(view)
    if primary is not None and _is_operation(view, primary):
        places.append(("treatments", primary))
    return Observation(True, tuple(places)) if places else None


def _is_operation(view: RowView, index: int) -> bool:
    rows = view.request.treatments
    return index < len(rows) and view.terms.naming(rows[index]).kind in _OPERATIONS


# What the operation on the row is, and what imaging shows for it

_LABRUM = frozenset({"labral_tear"})
_TARGETS = (
    (("slap", "labral", "labrum"), _LABRUM),
    (("rotator", "cuff"), frozenset({"rotator_cuff_tear"})),
    (("meniscectomy", "meniscus", "meniscal"), frozenset({"meniscus_tear"})),
    (("ligament", "acl", "pcl"), frozenset({"ligament_tear"})),
)
"""Words of an operation, and the finding of imaging that it is for."""

_REPAIRS = tuple(f"{stems[0]} repair" for stems, _ in _TARGETS)

_SLAP_REPAIR = "29807"  # unverified
_TEARS = frozenset({"labral_tear", "rotator_cuff_tear", "meniscus_tear", "ligament_tear"})
_LESIONS = _TEARS | frozenset({"arthritis", "osteonecrosis", "fracture", "tendinopathy"})
"""What an operation may be for that does not name its target."""


def _words(view: RowView) -> set[str]:
    row = view.row
    text = " ".join((row.treatment or "", *row.procedures))
    return set("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _target(view: RowView) -> frozenset[str]:
    if _SLAP_REPAIR in view.row.procedure_codes:
        return _LABRUM
    words = _words(view)
    named = [findings for stems, findings in _TARGETS if words & set(stems)]
    return frozenset().union(*named) or _LESIONS


@boolean(
    "operation.slap_repair",
    label="repair of a SLAP lesion",
    question="Is a SLAP lesion to be repaired?",
    answered_by="physician",
    standing=Standing(tells=_REPAIRS),
)
def slap_repair(view: RowView) -> Observation | None:
    row = view.row
    if _SLAP_REPAIR in row.procedure_codes:
        place = view.at("procedure_codes", row.procedure_codes.index(_SLAP_REPAIR))
        return Observation(True, (place,))
    if "slap" in _words(view):
        return Observation(True, (view.at("procedures" if row.procedures else "treatment"),))
    return Observation(False, (view.at("procedures"),)) if row.procedures else None


def _imaged(view: RowView, readings: tuple[str, ...]) -> Observation | None:
    """Return whether reports of the part show what the operation is for.

    A report that speaks of the part and not of the lesion says that there is none.
    """
    target = _target(view)
    shown: list[Path] = []
    others: list[Path] = []
    for index, study in enumerate(view.chart.imaging):
        if study.reading not in readings or not is_of_row(view, study.region):
            continue
        if study.study == "xray" and target <= _TEARS:
            continue  # a plain film shows no tear, and rules none out
        for place, finding in enumerate(study.findings):
            path = ("chart", "imaging", index, "findings", place)
            is_it = finding.finding in target and finding.present
            (shown if is_it else others).append(path)
    if shown:
        return Observation(True, tuple(shown))
    return Observation(False, tuple(others)) if others else None


@boolean(
    "operation.lesion_imaged",
    label="lesion on imaging that the operation is for",
    missing="imaging of the lesion that the operation is for",
    question="Which imaging shows the lesion that the operation is for?",
    answered_by="physician",
    standing=Standing(tells=_REPAIRS),
)
def lesion_imaged(view: RowView) -> Observation | None:
    return _imaged(view, ("official", "physician"))


@boolean(
    "operation.lesion_on_report",
    label="lesion in the official report that the operation is for",
    missing="official report with the lesion that the operation is for",
    question="What does the radiologist's report say of the lesion?",
    answered_by="physician",
    standing=Standing(tells=_REPAIRS),
)
def lesion_on_report(view: RowView) -> Observation | None:
    return _imaged(view, ("official",))


# Other procedures


@boolean(
    "operation.is_trial",
    label="request for the trial of a device",
    question="Is the trial asked for, or the permanent device?",
    answered_by="office",
    standing=Standing(tells=("trial",)),
)
def is_trial(view: RowView) -> Observation | None:
    return Observation(True, (view.at("treatment"),)) if "trial" in _words(view) else None


@boolean(
    "operation.failed_back_or_crps",
    label="failed back surgery or complex regional pain syndrome",
    question="Is failed back surgery or complex regional pain syndrome diagnosed?",
    answered_by="physician",
)
def failed_back_or_crps(view: RowView) -> Observation | None:
    found = [
        seen
        for concept in ("fusion_or_laminectomy", "crps")
        if (seen := diagnosed(view, concept, view.is_near_or_general))
    ]
    places = tuple(path for seen in found if seen.value for path in seen.evidence)
    if places:
        return Observation(True, places)
    ruled_out = tuple(path for seen in found for path in seen.evidence)
    return Observation(False, ruled_out) if len(found) > 1 else None
