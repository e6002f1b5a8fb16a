"""What imaging and electrodiagnostic reports show, and what study a row asks for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .anatomy import SPINE, is_of_part, joints, region_of_level
from .vocabulary import Observation, Path, Standing, boolean, symbol

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


# Which part a study is of. A row may name several, and each has a criterion of its own.

_PARTS = {
    "neck": frozenset({"neck"}),
    "upper_back": frozenset({"upper_back"}),
    "low_back": frozenset({"low_back", "buttock"}),
    "shoulder": frozenset({"shoulder"}),
    "hip": frozenset({"hip", "pelvis"}),
    "knee": frozenset({"knee"}),
    "foot": frozenset({"foot"}),
    "head": frozenset({"head"}),
}
"""The parts that criteria for imaging are encoded for."""


def _is_of(view: RowView, part: str) -> Observation | None:
    """Return whether the row asks for a study of ``part``; None if it names no part at all."""
    places = _named_parts(view)
    if not places:
        return None
    of_part = tuple(path for region, path in places if region in _PARTS[part])
    return Observation(bool(of_part), of_part or tuple(path for _, path in places))


def _named_parts(view: RowView) -> list[tuple[str, Path]]:
    """Return the regions that the row names, by region, level or site, each with its place."""
    row = view.row
    named = [(region_of_level(level), view.at("levels", i)) for i, level in enumerate(row.levels)]
    named += [
        (site.region, view.at("sites", i, "region"))
        for i, site in enumerate(row.sites)
        if site.region
    ]
    if row.region:
        named.append((row.region, view.at("region")))
    return named


_PLACE = Standing(seldom=True)
"""Where it hurts is not chosen, so that criteria of other parts are a way out that nobody means."""

for _part in _PARTS:
    boolean(
        f"study.of_{_part}",
        label=f"study of the {_part.replace('_', ' ')}",
        missing="body part of the study",
        question="Of which body part is the study?",
        answered_by="office",
        standing=_PLACE,
    )(partial(_is_of, part=_part))


@boolean(
    "study.of_encoded_part",
    label="a body part that criteria for this study are encoded for",
    question="Of which body part is the study?",
    answered_by="office",
)
def of_encoded_part(view: RowView) -> Observation | None:
    """True or nothing: that nothing is encoded for a part speaks neither for nor against it."""
    encoded = _ENCODED.get(view.kind, frozenset())
    places = _named_parts(view)
    if not places or any(region not in encoded for region, _ in places):
        return None
    return Observation(True, tuple(path for _, path in places))


_SPINAL_PARTS = _PARTS["neck"] | _PARTS["upper_back"] | _PARTS["low_back"]
_ENCODED = {
    "mri": frozenset().union(*_PARTS.values()),
    "computed_tomography": _SPINAL_PARTS,
    "xray": _SPINAL_PARTS | _PARTS["hip"],
}


@symbol(
    "study.care_part",
    label="body part of the study",
    question="Of which body part is the study?",
    answered_by="office",
    words=("low_back", "other", "neck_or_upper_back", "head"),
    standing=_PLACE,
)
def care_part(view: RowView) -> Observation | None:
    """Of several parts the one that asks for care the longest."""
    places = _named_parts(view)
    if not places:
        return None
    of = {_care_part(region): path for region, path in reversed(places)}
    word = next(word for word in _BY_LENGTH_OF_CARE if word in of)
    return Observation(word, (of[word],))


_BY_LENGTH_OF_CARE = ("low_back", "other", "neck_or_upper_back", "head")


def _care_part(region: str) -> str:
    if region in ("neck", "upper_back"):
        return "neck_or_upper_back"
    if region in _PARTS["low_back"]:
        return "low_back"
    return "head" if region == "head" else "other"


_ONE_AREA = (
    frozenset({"neck", "upper_back"}),
    _PARTS["low_back"],
    _PARTS["hip"],
    frozenset({"shoulder", "upper_arm"}),
    frozenset({"forearm", "wrist", "hand"}),
    frozenset({"ankle", "foot"}),
)
"""Regions that one chapter speaks of: a study of both is a study of one area."""


@boolean(
    "study.one_area",
    label="one kind of study and one body region on the row",
    missing="body region of the study",
    question="Which one study, of which one region, is asked for on this row?",
    answered_by="office",
    standing=Standing(tells=("mri or ct scan",)),
)
def one_area(view: RowView) -> Observation | None:
    words = view.row.treatment
    if words and view.terms.kinds_in_words(words) >= _EITHER:
        return Observation(False, (view.at("treatment"),))
    places = _named_parts(view)
    if not places:
        return None
    named = {region for region, _ in places}
    one = len(named) == 1 or any(named <= area for area in _ONE_AREA)
    return Observation(one, tuple(path for _, path in places))


_EITHER = frozenset({"mri", "computed_tomography"})


@boolean(
    "study.special_technique",
    label="special technique asked for",
    question="Is contrast, an arthrogram or a special machine asked for?",
    answered_by="office",
)
def special_technique(view: RowView) -> Observation | None:
    return Observation(True, (view.at("technique"),)) if view.row.technique else None


@boolean(
    "study.technique_reason",
    label="reason for the special technique",
    question="Why does this employee need contrast, an arthrogram or a special machine?",
    answered_by="physician",
)
def technique_reason(view: RowView) -> Observation | None:
    given = view.row.has("technique_reason")
    return Observation(True, (view.at("technique_reason"),)) if given else None


@boolean(
    "study.arthrogram",
    label="arthrogram asked for",
    question="Is an arthrogram asked for?",
    answered_by="office",
    standing=Standing(seldom=True),
)
def arthrogram(view: RowView) -> Observation | None:
    asked = "arthrogram" in view.row.technique
    return Observation(True, (view.at("technique"),)) if asked else None


@boolean(
    "study.after_cuff_repair",
    label="earlier repair of the rotator cuff",
    question="Was the rotator cuff repaired before, and when?",
    answered_by="physician",
    standing=Standing(tells=("rotator cuff repair",)),
)
def after_cuff_repair(view: RowView) -> Observation | None:
    done: tuple[Path, ...] = tuple(
        ("chart", "operations", index)
        for index, entry in enumerate(view.chart.operations)
        if entry.status == "done"
        and "cuff" in entry.name.casefold()
        and view.is_near_or_general(entry.region)
    )
    return Observation(True, done) if done else None


@boolean(
    "study.lesion_diagnosed",
    label="lesion of the joint in the assessment",
    question="Which lesion of the joint does the assessment name?",
    answered_by="physician",
)
def lesion_diagnosed(view: RowView) -> Observation | None:
    named: tuple[Path, ...] = tuple(
        ("chart", "diagnoses", index)
        for index, entry, concepts, region in view.diagnoses
        if concepts & _LESIONS and entry.status != "ruled_out" and view.is_near_or_general(region)
    )
    return Observation(True, named) if named else None


_LESIONS = frozenset({"meniscus_tear", "ligament_tear", "patellar_tendinosis"})


@boolean(
    "study.plain_film",
    label="result of an x-ray of the part",
    question="When was the part x-rayed, and what does the report say?",
    answered_by="physician",
)
def plain_film(view: RowView) -> Observation | None:
    films: tuple[Path, ...] = tuple(
        ("chart", "imaging", index)
        for index, study in enumerate(view.chart.imaging)
        if study.study == "xray"
        and study.findings
        and study.report_enclosed is not False
        and _is_near(view, study.region)
    )
    return Observation(True, films) if films else None


def _is_near(view: RowView, region: str) -> bool:
    return view.is_near(region) or any(is_of_part(region, part) for part in view.regions)


# Electrodiagnostic studies


def _asks_for(view: RowView, study: str) -> Observation | None:
    """Return whether the row asks for a study; None if it names none of them."""
    named = view.row.studies
    return Observation(study in named, (view.at("studies"),)) if named else None


for _study, _name in (("emg", "EMG"), ("ncs", "NCS"), ("ssep", "SSEP")):
    boolean(
        f"study.{_study}",
        label=f"{_name} asked for",
        missing="studies asked for",
        question="Which studies are asked for: EMG, NCS or SSEP?",
        answered_by="office",
    )(partial(_asks_for, study=_study))


@boolean(
    "study.neuropathy_suspected",
    label="suspected peripheral neuropathy, in the assessment",
    question="Which diagnosis or finding points to a neuropathy and not to a nerve root?",
    answered_by="physician",
)
def neuropathy_suspected(view: RowView) -> Observation | None:
    suspected: tuple[Path, ...] = tuple(
        ("chart", "diagnoses", index)
        for index, entry, concepts, region in view.diagnoses
        if "neuropathic_pain" in concepts
        and entry.status != "ruled_out"
        and view.concerns_nerves(region)
    )
    return Observation(True, suspected) if suspected else None
