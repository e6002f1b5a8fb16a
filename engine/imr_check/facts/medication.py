"""What drugs do and how they are watched: pain medication in general, opioids above all."""

from __future__ import annotations

import re
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from .vocabulary import Observation, Path, boolean, number, symbol

if TYPE_CHECKING:
    from ..guideline.terms import DrugTerm
    from ..request.chart import Medication
    from ..request.treatment import Drug
    from .view import RowView

_STRONGEST = 100_000
"""More milligrams in one unit than any drug has: such a strength is a slip of the pen."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PAIN_CLASSES = frozenset({"opioid", "nsaid", "acetaminophen", "muscle_relaxant", "anticonvulsant"})


@boolean(
    "medication.reduced_or_not_tolerated",
    label="pain medication reduced or not tolerated",
    question="Which pain medication was reduced or not tolerated, and what happened?",
    answered_by="physician",
)
def reduced_or_not_tolerated(view: RowView) -> Observation | None:
    found: list[Path] = []
    for path, drug, term in view.medications:
        for_pain = term is not None and bool(term.classes & _PAIN_CLASSES)
        less = drug.dose_change == "reduced" or drug.status == "not_tolerated"
        if for_pain and (less or drug.side_effects == "intolerable"):
            found.append(path)
    return Observation(True, tuple(found)) if found else None


def _taken(view: RowView) -> list[tuple[Path, Medication]]:
    """Return the charted entries of the drug that the row asks for, or of its class."""
    asked = view.terms.drug(view.row.drug.name) if view.row.drug else None
    wanted = frozenset(asked.ingredients) if asked else frozenset()
    return [
        (path, drug)
        for path, drug, term in view.medications
        if term and drug.status != "planned" and wanted & frozenset(term.ingredients)
    ]


@boolean(
    "opioid.pain_relief",
    label="pain relief by the opioid",
    question="What is the pain score with the drug, and what without it?",
    answered_by="physician",
)
def pain_relief(view: RowView) -> Observation | None:
    scored = [
        (path, drug.pain_with < drug.pain_without)
        for path, drug in _taken(view)
        if drug.pain_with is not None and drug.pain_without is not None
    ]
    if not scored:
        return None
    relieved = all(better for _, better in scored)
    return Observation(relieved, tuple(path for path, better in scored if better == relieved))


@boolean(
    "opioid.side_effects_addressed",
    label="statement on side effects",
    question="Which side effects does the drug have, if any?",
    answered_by="physician",
)
def side_effects_addressed(view: RowView) -> Observation | None:
    paths = tuple(path for path, drug in _taken(view) if drug.side_effects is not None)
    return Observation(True, paths) if paths else None


@symbol(
    "opioid.drug_screen",
    label="result of the urine drug screen",
    question="On what date was the last urine drug screen, and was it consistent?",
    answered_by="physician",
    words=("consistent", "inconsistent"),
)
def drug_screen(view: RowView) -> Observation | None:
    screens = [
        (entry.date or date.min, entry.result == "inconsistent", index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == "urine_drug_screen" and entry.result in ("consistent", "inconsistent")
    ]
    if not screens:
        return None
    _, inconsistent, index = max(screens)
    word = "inconsistent" if inconsistent else "consistent"
    return Observation(word, (("chart", "monitoring", index),))


@boolean(
    "opioid.taper_plan",
    label="plan for weaning",
    question="What is the plan for weaning?",
    answered_by="physician",
)
def taper_plan(view: RowView) -> Observation | None:
    return _monitored(view, "taper_plan")


@boolean(
    "opioid.treatment_goals",
    label="goals of care",
    question="What are the goals of the drug treatment, and by when?",
    answered_by="physician",
)
def treatment_goals(view: RowView) -> Observation | None:
    return _monitored(view, "treatment_goals")


def _monitored(view: RowView, kind: str) -> Observation | None:
    paths = tuple(
        ("chart", "monitoring", index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == kind
    )
    return Observation(True, paths) if paths else None


@number(
    "drug.days_supply",
    label="days' supply",
    question="For how many days is the quantity prescribed?",
    answered_by="office",
    unit="days",
)
def days_supply(view: RowView) -> Observation | None:
    drug = view.row.drug
    if drug is None or drug.days_supply is None:
        return None
    return Observation(drug.days_supply, (view.at("drug", "days_supply"),))


@number(
    "opioid.mme_per_day",
    label="dose of all opioids together",
    question="What are strength, quantity and days' supply of every opioid taken?",
    answered_by="office",
    unit="MME a day",
)
def mme_per_day(view: RowView) -> Observation | None:
    """The dose is known only if strength, quantity and days' supply of every opioid are."""
    asked = view.row.drug
    if asked is None:
        return None
    paths: list[Path] = [view.at("drug")]
    doses = [_mme(view, asked, view.terms.drug(asked.name))]
    same = {path for path, _ in _taken(view)}
    for path, drug, term in view.medications:
        if drug.status != "current" or path in same or not term or "opioid" not in term.classes:
            continue
        doses.append(_mme(view, drug, term))
        paths.append(path)
    known = [dose for dose in doses if dose is not None]
    if len(known) < len(doses):
        return None
    return Observation(ceil(sum(known)), tuple(paths), f"MME factors: {view.terms.mme.title}.")


def _mme(view: RowView, drug: Drug | Medication, term: DrugTerm | None) -> float | None:
    if term is None or not (drug.strength and drug.quantity and drug.days_supply):
        return None
    strengths = [float(figure) for figure in _NUMBER.findall(drug.strength)]
    if len(strengths) != len(term.ingredients) or max(strengths) > _STRONGEST:
        return None
    total = 0.0
    for ingredient, milligrams in zip(term.ingredients, strengths, strict=True):
        if not view.terms.is_opioid(ingredient):
            continue
        factor = view.terms.mme.factors.get(ingredient)
        if factor is None:
            return None
        total += milligrams * factor
    return total * drug.quantity / drug.days_supply
