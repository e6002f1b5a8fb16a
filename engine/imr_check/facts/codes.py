"""The ICD codes of the row: against the date, the words, the place, and each other.

A code that no table here has is not documented: it is never called wrong. Where a row has several
codes, one of them that fits is enough, because a row may well treat one of several diagnoses.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from .anatomy import is_of_part, region_of_level, spine_of
from .vocabulary import Observation, boolean, symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from ..guideline.icd import Answer, Place
    from .view import RowView
    from .vocabulary import Path

_BOTH = frozenset({"left", "right"})

_NEAR = (
    frozenset({"neck", "head"}),
    frozenset({"neck", "upper_back"}),
    frozenset({"neck", "shoulder"}),
    frozenset({"upper_back", "shoulder"}),
    frozenset({"upper_back", "chest"}),
    frozenset({"upper_back", "low_back"}),
    frozenset({"low_back", "buttock"}),
    frozenset({"low_back", "pelvis"}),
    frozenset({"low_back", "hip"}),
    frozenset({"low_back", "abdomen"}),
    frozenset({"buttock", "pelvis"}),
    frozenset({"buttock", "hip"}),
    frozenset({"pelvis", "hip"}),
    frozenset({"hip", "thigh"}),
    frozenset({"thigh", "knee"}),
    frozenset({"knee", "lower_leg"}),
    frozenset({"lower_leg", "ankle"}),
    frozenset({"shoulder", "upper_arm"}),
    frozenset({"upper_arm", "elbow"}),
    frozenset({"elbow", "forearm"}),
    frozenset({"forearm", "wrist"}),
)
"""Regions that border on each other: what is charted for one is often treated in the other."""


# Date


@boolean(
    "code.existed",
    label="ICD codes in use on the date of the request",
    question="Which ICD codes were in use on the date of the request?",
    answered_by="office",
)
def existed(view: RowView) -> Observation | None:
    return _each(view, view.terms.icd.existed) if view.row.icd else None


@boolean(
    "code.billable",
    label="ICD codes that are billed themselves",
    question="Which of its parts is meant by an ICD code that is divided further?",
    answered_by="office",
)
def billable(view: RowView) -> Observation | None:
    return _each(view, view.terms.icd.billable) if view.row.icd else None


def _each(view: RowView, ask: Callable[[str, date], Answer]) -> Observation | None:
    """Return whether something is so of every code; None where one is unknown and none is not."""
    answers = [ask(code, view.as_of) for code in view.row.icd]
    wrong = [answer.says is False for answer in answers]
    if any(wrong):
        basis = any(answer.by_full for answer in answers if answer.says is False)
        places = tuple(view.at("icd", index) for index, is_wrong in enumerate(wrong) if is_wrong)
        return Observation(False, places, _basis(view, basis))
    if any(answer.says is None for answer in answers):
        return None
    basis = any(answer.by_full for answer in answers)
    return Observation(True, (view.at("icd"),), _basis(view, basis))


def _basis(view: RowView, by_full: bool) -> str:
    full = view.terms.icd.full
    return full.basis if full and by_full else ""


# Words


@boolean(
    "code.agrees_with_words",
    label="ICD codes for what the diagnosis says in words",
    question="Which is right, the diagnosis in words or its ICD code?",
    answered_by="office",
)
def agrees_with_words(view: RowView) -> Observation | None:
    row = view.row
    if not row.icd or not row.diagnosis:
        return None
    words = view.concepts(row.diagnosis, None)
    if not words:
        return None
    agreeing = [view.terms.icd.agrees(words, code) for code in row.icd]
    if any(agreeing):
        places = tuple(view.at("icd", index) for index, agrees in enumerate(agreeing) if agrees)
        return Observation(True, (view.at("diagnosis"), *places))
    # A code that is not known may be the one for these words.
    if None in agreeing:
        return None
    return Observation(False, (view.at("diagnosis"), view.at("icd")))


# Region and side


@symbol(
    "code.place",
    label="place by codes, levels and sites of the row",
    question="Which region and side is to be treated, and which code says so?",
    answered_by="office",
    words=("as_the_row_says", "another_region", "another_side"),
)
def place(view: RowView) -> Observation | None:
    found = [_levels(view), _sites(view)]
    if view.row.icd:
        coded = [view.terms.icd.place(code) for code in view.row.icd]
        # Regions before sides: the side of another region says little.
        found[1:1] = [_regions(view, coded)]
        found.append(_sides(view, coded))
    seen = [each for each in found if each is not None]
    first = next((each for each in seen if each.value != "as_the_row_says"), None)
    return first or next(iter(seen), None)


def _told(agrees: bool, otherwise: str, *places: Path, basis: str = "") -> Observation:
    return Observation("as_the_row_says" if agrees else otherwise, places, basis)


def _levels(view: RowView) -> Observation | None:
    """Hold the region of the row against its spinal levels."""
    region, levels = view.row.region, view.row.levels
    if region in (None, "other") or not levels:
        return None
    # The first and the last: T12-L1 lies in two regions.
    ends = [[end for end in level.split("-") if end[0].isalpha()] for level in levels]
    wrong = [
        view.at("levels", index)
        for index, vertebrae in enumerate(ends)
        if all(region_of_level(vertebra) != spine_of(region) for vertebra in vertebrae)
    ]
    return _told(not wrong, "another_region", view.at("region"), *(wrong or [view.at("levels")]))


def _regions(view: RowView, coded: list[Place]) -> Observation | None:
    """Hold the regions that the row names against those of its codes."""
    regions = view.regions - {"other"}
    if not regions:
        return None
    fits = [_fits(code, regions) for code in coded]
    if not any(fits) and not all(code.regions for code in coded):
        return None  # a code without a region may be the one for this row
    basis = _basis(view, any(code.by_full for code in coded))
    return _told(any(fits), "another_region", _region_at(view), view.at("icd"), basis=basis)


def _region_at(view: RowView) -> Path:
    row = view.row
    return view.at("region" if row.region else "levels" if row.levels else "sites")


def _fits(code: Place, regions: Iterable[str]) -> bool:
    return any(_is_about(of, region, code) for of in code.regions for region in regions)


def _is_about(of: str, region: str, code: Place) -> bool:
    if of == region or is_of_part(of, region) or frozenset({of, region}) in _NEAR:
        return True
    return code.of_nerve_root and spine_of(region) == of


def _sites(view: RowView) -> Observation | None:
    """Hold the side of the row against the sides of its sites."""
    row = view.row
    wanted = _single(row.side)
    named = [_single(site.side) for site in row.sites] if wanted else []
    if not any(named):
        return None
    wrong = [view.at("sites", index, "side") for index, of in enumerate(named) if not of <= wanted]
    # A site without a side may be on the side that the others leave out.
    if not wrong and all(named) and frozenset().union(*named) != wanted:
        wrong = [view.at("sites")]
    return _told(not wrong, "another_side", view.at("side"), *(wrong or [view.at("sites")]))


def _sides(view: RowView, coded: list[Place]) -> Observation | None:
    """Hold the side that the row treats against the sides of the codes for its region."""
    row = view.row
    field = "side" if row.side else "sites"
    named = {row.side} if row.side else {site.side for site in row.sites}
    wanted = frozenset[str]().union(*map(_single, named))
    regions = view.regions - {"other"}
    meant = [c for c in coded if not regions or not c.regions or _fits(c, regions)]
    if not wanted or not meant or not all(code.side for code in meant):
        return None
    sides = frozenset[str]().union(*(_single(code.side) for code in meant))
    basis = _basis(view, any(code.by_full for code in meant))
    return _told(wanted <= sides, "another_side", view.at(field), view.at("icd"), basis=basis)


def _single(side: str | None) -> frozenset[str]:
    """Return the sides that a word stands for; none for the midline."""
    return _BOTH if side == "both" else frozenset({side or ""}) & _BOTH


# Codes that exclude each other


@boolean(
    "code.may_stand_together",
    label="ICD codes that may stand together",
    question="Which of the two codes that exclude each other is meant?",
    answered_by="office",
)
def may_stand_together(view: RowView) -> Observation | None:
    codes = [(code, view.at("icd", index)) for index, code in enumerate(view.row.icd)]
    for index, entry in enumerate(view.chart.diagnoses):
        if entry.icd and entry.status == "confirmed":
            codes.append((entry.icd, ("chart", "diagnoses", index, "icd")))
    if len(codes) < 2:
        return None
    ask = view.terms.icd.may_stand_together
    pairs = [(ask(a, b), (at_a, at_b)) for (a, at_a), (b, at_b) in combinations(codes, 2)]
    apart = [pair for pair in pairs if pair[0].says is False]
    if not apart and any(answer.says is None for answer, _ in pairs):
        return None
    places = dict.fromkeys(at for _, both in apart or pairs for at in both)
    basis = any(answer.by_full for answer, _ in apart or pairs)
    return Observation(not apart, tuple(places), _basis(view, basis))
