"""What the assessment names, for the region that the row treats."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .anatomy import is_of_part
from .studies import imaged
from .vocabulary import Observation, boolean

if TYPE_CHECKING:
    from collections.abc import Callable

    from .view import RowView
    from .vocabulary import Path

_ORDINARY = frozenset({"low_back_pain", "neck_pain", "back_pain"})


def diagnosed(
    view: RowView, concept: str, belongs: Callable[[str | None], bool]
) -> Observation | None:
    """Return whether ``concept`` is diagnosed: true if confirmed, false if only ruled out.

    A diagnosis that is merely suspected documents nothing.
    """
    confirmed, ruled_out = [], []
    for index, entry, concepts, region in view.diagnoses:
        if concept not in concepts or not belongs(region):
            continue
        if entry.status == "confirmed":
            confirmed.append(("chart", "diagnoses", index))
        elif entry.status == "ruled_out":
            ruled_out.append(("chart", "diagnoses", index))
    if confirmed:
        return Observation(True, tuple(confirmed))
    return Observation(False, tuple(ruled_out)) if ruled_out else None


@boolean(
    "diagnosis.myofascial_pain",
    label="myofascial pain syndrome diagnosed for the region",
    question="Does the assessment name myofascial pain syndrome for the region to be treated?",
    answered_by="physician",
)
def myofascial_pain(view: RowView) -> Observation | None:
    return diagnosed(view, "myofascial_pain", view.treats)


@boolean(
    "diagnosis.radiculopathy",
    label="radiculopathy in the diagnosis list",
    question="Is there a radiculopathy in the diagnosis list?",
    answered_by="physician",
)
def radiculopathy(view: RowView) -> Observation | None:
    charted = diagnosed(view, "radiculopathy", view.concerns_nerves)
    if charted is not None and charted.value:
        return charted
    # A row that treats a radiculopathy by its own words or code says so as plainly as a chart.
    named = [
        view.at(field)
        for field, concepts in (
            ("diagnosis", view.concepts(view.row.diagnosis or "", None)),
            ("icd", {concept for code in view.row.icd for concept in view.concepts("", code)}),
        )
        if "radiculopathy" in concepts
    ]
    return Observation(True, tuple(named)) if named else charted


@boolean(
    "diagnosis.sciatica",
    label="sciatica in the diagnosis list",
    question="Is sciatica in the diagnosis list?",
    answered_by="physician",
)
def sciatica(view: RowView) -> Observation | None:
    return diagnosed(view, "sciatica", view.concerns_nerves)


@boolean(
    "diagnosis.only_excluded_pain",
    label="fibromyalgia or ordinary back or neck pain, without myofascial pain syndrome",
    question="Is the pain diagnosed as more than fibromyalgia or ordinary back or neck pain?",
    answered_by="physician",
)
def only_excluded_pain(view: RowView) -> Observation | None:
    excluded = tuple(
        ("chart", "diagnoses", index)
        for index, entry, concepts, region in view.diagnoses
        if entry.status == "confirmed"
        and ("fibromyalgia" in concepts or (concepts & _ORDINARY and _is_here(view, region)))
    )
    myofascial = myofascial_pain(view)
    if myofascial is not None and myofascial.value:
        return Observation(False, myofascial.evidence)
    return Observation(True, excluded) if excluded else None


def _is_here(view: RowView, region: str | None) -> bool:
    """Whether ordinary pain of ``region`` is pain of the back or neck that the row treats."""
    return region is None or view.is_near(region)


@boolean(
    "diagnosis.fusion_or_laminectomy",
    label="fusion or laminectomy in the region",
    question="Has the level been fused or had a laminectomy?",
    answered_by="physician",
)
def fusion_or_laminectomy(view: RowView) -> Observation | None:
    charted = diagnosed(view, "fusion_or_laminectomy", view.concerns_nerves)
    if charted is not None:
        return charted
    return imaged(view, frozenset({"fusion", "laminectomy"}), at_level=True)


@boolean(
    "diagnosis.spinal_stenosis",
    label="spinal stenosis at the level",
    question="Is there spinal stenosis at the level to be treated?",
    answered_by="physician",
)
def spinal_stenosis(view: RowView) -> Observation | None:
    shown = imaged(view, frozenset({"spinal_stenosis"}), at_level=True)
    if shown is not None:
        return shown
    return diagnosed(view, "spinal_stenosis", view.concerns_nerves)


# Diagnoses of joints and limbs, where the row is for the same part


def _of_part(view: RowView, region: str | None) -> bool:
    return view.is_near_or_general(region) or any(is_of_part(region, of) for of in view.regions)


@boolean(
    "diagnosis.arthritis",
    label="arthritis of the part",
    question="Is arthritis of the part diagnosed or shown on imaging?",
    answered_by="physician",
)
def arthritis(view: RowView) -> Observation | None:
    charted = diagnosed(view, "arthritis", partial(_of_part, view))
    if charted is not None and charted.value:
        return charted
    shown: list[Path] = []
    absent: list[Path] = []
    for index, study in enumerate(view.chart.imaging):
        for place, finding in enumerate(study.findings):
            if finding.finding == "arthritis" and _of_part(view, study.region):
                path: Path = ("chart", "imaging", index, "findings", place)
                (shown if finding.present else absent).append(path)
    if shown:
        return Observation(True, tuple(shown))
    return charted or (Observation(False, tuple(absent)) if absent else None)


_DIAGNOSES = {
    "patellar_tendinosis": "patellar tendinosis",
    "carpal_tunnel": "carpal tunnel syndrome",
    "de_quervain": "De Quervain's disease",
}


def _named(view: RowView, concept: str) -> Observation | None:
    return diagnosed(view, concept, partial(_of_part, view))


for _concept, _label in _DIAGNOSES.items():
    boolean(
        f"diagnosis.{_concept}",
        label=f"{_label} diagnosed",
        question=f"Is {_label} diagnosed?",
        answered_by="physician",
    )(partial(_named, concept=_concept))
