"""What drugs do and how they are watched: pain medication in general, opioids above all."""

from __future__ import annotations

import re
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from ..guideline.editions import Dates, rule_on
from .calendar import months_between
from .statements import stated
from .vocabulary import Observation, Path, boolean, number, symbol

if TYPE_CHECKING:
    from ..guideline.mme import MmeTable
    from ..guideline.terms import DrugTerm
    from ..request.chart import Medication
    from ..request.treatment import Drug
    from .view import RowView

_STRONGEST = 100_000
"""More milligrams in one unit than any drug has: such a strength is a slip of the pen."""

_DECIMALS = 6
"""More would turn what binary fractions leave over into one MME more."""

_MICROGRAMS = re.compile(r"mcg|μg|\bug\b|microgram")
_AN_HOUR = re.compile(r"(?:mcg|μg|\bug|micrograms?)\s*(?:/|per|an)\s*h")
"""Units in small letters, which also makes a Greek mu of the micro sign."""

Daily = dict[tuple[str, bool], float]
"""By opioid: mg a day, or, where the second part is true, micrograms an hour of a patch."""

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


def opioids_taken(view: RowView) -> list[tuple[Path, Medication]]:
    """Return the charted entries of the opioid that the row asks for, planned ones left out."""
    wanted = _opioids(view, view.drug(view.row.drug.name)) if view.row.drug else frozenset()
    return [
        (path, drug)
        for path, drug, term in view.medications
        if drug.status != "planned" and wanted & _opioids(view, term)
    ]


def _opioids(view: RowView, term: DrugTerm | None) -> frozenset[str]:
    return frozenset(filter(view.terms.is_opioid, term.ingredients)) if term else frozenset()


@boolean(
    "opioid.pain_relief",
    label="pain relief by the opioid",
    question="What is the pain score with the drug, and what without it?",
    answered_by="physician",
)
def pain_relief(view: RowView) -> Observation | None:
    measured, said = relief_measured(view), stated(view, "meaningful_relief")
    # Words of relief are no score; that there is none is held against the request all the same.
    return said if measured is None and said is not None and not said.value else measured


@boolean(
    "opioid.relief_measured",
    label="less pain with the opioid, by scores or response",
    question="What is the pain score with the drug, and what without it?",
    answered_by="physician",
)
def relief_measured(view: RowView) -> Observation | None:
    judged = [(path, _relieves(drug)) for path, drug in _opioids_so_far(view)]
    known = [(path, better) for path, better in judged if better is not None]
    if not known:
        return None
    relieved = all(better for _, better in known)
    return Observation(relieved, tuple(path for path, better in known if better == relieved))


def _opioids_so_far(view: RowView) -> list[tuple[Path, Medication]]:
    """Return the entries of the row's opioid, or of those before it where it is new."""
    own = opioids_taken(view)
    if own or view.row.course == "continuing":
        return own
    return [
        (path, drug)
        for path, drug, term in view.medications
        if drug.status not in ("planned", "contraindicated") and _opioids(view, term)
    ]


def _relieves(drug: Medication) -> bool | None:
    """Return whether pain is less with a drug: by its scores, else by relief or response."""
    if drug.pain_with is not None and drug.pain_without is not None:
        return drug.pain_with < drug.pain_without
    if drug.relief_percent is not None:
        return drug.relief_percent > 0
    # That pain is better in words is no measure; that it is not better is one.
    return False if drug.response in ("failed", "no_change", "worse") else None


@boolean(
    "opioid.side_effects_addressed",
    label="statement on side effects",
    question="Which side effects does the drug have, if any?",
    answered_by="physician",
)
def side_effects_addressed(view: RowView) -> Observation | None:
    paths = tuple(path for path, drug in opioids_taken(view) if drug.has("side_effects"))
    return Observation(True, paths) if paths else stated(view, "side_effects_addressed")


@symbol(
    "opioid.drug_screen",
    label="result of the urine drug screen",
    question="On what date was the last urine drug screen, and was it consistent?",
    answered_by="physician",
    words=("consistent", "inconsistent"),
)
def drug_screen(view: RowView) -> Observation | None:
    return _newest_result(view, "urine_drug_screen")


def _newest_result(view: RowView, kind: str) -> Observation | None:
    """Return the newest result of a test, consistent or not; ties go to the worse."""
    results = [
        (entry.date or date.min, entry.result == "inconsistent", index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == kind and entry.result in ("consistent", "inconsistent")
    ]
    if not results:
        return None
    _, inconsistent, index = max(results)
    word = "inconsistent" if inconsistent else "consistent"
    return Observation(word, (("chart", "monitoring", index),))


@symbol(
    "opioid.cures_report",
    label="result of the CURES report",
    question="On what date was CURES last looked up, and was it consistent?",
    answered_by="physician",
    words=("consistent", "inconsistent"),
)
def cures_report(view: RowView) -> Observation | None:
    return _newest_result(view, "cures_report")


@symbol(
    "opioid.behavior_review",
    label="result of the review of drug behavior",
    question="What did the review of drug-related behavior find?",
    answered_by="physician",
    words=("consistent", "inconsistent"),
)
def behavior_review(view: RowView) -> Observation | None:
    return _newest_result(view, "behavior_review")


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


@boolean(
    "monitoring.earlier_screen",
    label="urine drug test done before",
    question="When was the last urine drug test?",
    answered_by="office",
)
def earlier_screen(view: RowView) -> Observation | None:
    paths = tuple(path for path, _ in _screens(view))
    return Observation(True, paths) if paths else None


@number(
    "monitoring.months_since_screen",
    label="time since the last urine drug test",
    question="On what date was the last urine drug test?",
    answered_by="office",
    unit="months",
)
def months_since_screen(view: RowView) -> Observation | None:
    dated = [(day, path) for path, day in _screens(view) if day is not None]
    if not dated:
        return None
    last, path = max(dated, key=lambda item: (item[0], str(item[1])))
    return Observation(months_between(last, view.as_of), ((*path, "date"),))


def _screens(view: RowView) -> list[tuple[Path, date | None]]:
    return [
        (("chart", "monitoring", index), entry.date)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == "urine_drug_screen"
    ]


_RISKS = ("low", "moderate", "high")


@symbol(
    "monitoring.risk",
    label="risk of misuse by the last screening",
    question="Which risk did the screening find?",
    answered_by="physician",
    words=_RISKS,
)
def risk(view: RowView) -> Observation | None:
    """Of several screenings the newest counts; of those of one day the one with less risk."""
    found = [
        (entry.date or date.min, -_RISKS.index(entry.risk), index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == "risk_screening" and entry.risk
    ]
    if not found:
        return None
    _, place, index = max(found)
    return Observation(_RISKS[-place], (("chart", "monitoring", index, "risk"),))


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
    doses: list[tuple[Path, Daily | None]] = [
        (("treatments", index, "drug"), _daily(view, row.drug, view.drug(row.drug.name)))
        for index, row in enumerate(view.request.treatments)
        if row.drug and _opioids(view, view.drug(row.drug.name))
    ]
    doses += [
        (path, _daily(view, drug, term) if drug.status == "current" else None)
        for path, drug, term in view.medications
        if _opioids(view, term)
        and drug.status in ("current", None)
        and not _is_renewed(view, drug, term)
    ]
    known = [dose for _, dose in doses if dose is not None]
    if not doses or len(known) < len(doses):
        return None
    table = view.terms.mme_on(view.as_of)
    total = _mme(table, known)
    if total is None:
        return None
    return Observation(total, tuple(path for path, _ in doses), _basis(view, table))


def _mme(table: MmeTable, doses: list[Daily]) -> int | None:
    """Return the MME of all doses, rounded up. A step goes by the dose of the day in all."""
    summed: Daily = {}
    for dose in doses:
        for key, amount in dose.items():
            summed[key] = summed.get(key, 0.0) + amount
    total = 0.0
    for (ingredient, is_patch), amount in summed.items():
        mme = (table.of_patch if is_patch else table.of_milligrams)(ingredient, amount)
        if mme is None:
            return None
        total += mme
    return ceil(round(total, _DECIMALS))


def _basis(view: RowView, table: MmeTable) -> str:
    """Name the table, and say so where it is younger than what it is used for."""
    words = [f"MME factors: {table.title}."]
    ruling = rule_on(view.pack, view.kind, Dates(view.as_of, view.as_of))
    edition = ruling.edition if ruling else None
    if table.starts > view.as_of:
        words.append(f"No table of that time is encoded: this one is of {table.starts}.")
    elif edition and edition.starts and table.starts > edition.starts.day:
        words.append(f"That table, of {table.starts}, is younger than {edition.title}.")
    unknown = sum(term is None and drug.status == "current" for _, drug, term in view.medications)
    if unknown:
        words.append(f"Current drugs not in our table, counted as no opioid: {unknown}.")
    return " ".join(words)


def _is_renewed(view: RowView, drug: Medication, term: DrugTerm | None) -> bool:
    """Whether a row asks for this very drug again: the row's dose then stands for it."""
    for row in view.request.treatments:
        if row.drug is None:
            continue
        same_drug = _opioids(view, view.drug(row.drug.name)) == _opioids(view, term)
        if same_drug and _figures(drug.strength) in ([], _figures(row.drug.strength)):
            return True
    return False


def _figures(strength: str | None) -> list[float]:
    return [float(figure) for figure in _NUMBER.findall(strength or "")]


def _daily(view: RowView, drug: Drug | Medication, term: DrugTerm | None) -> Daily | None:
    """Return what an entry comes to on one day, or None where it does not say enough."""
    if term is None or not (drug.strength and drug.quantity and drug.days_supply):
        return None
    strengths = _figures(drug.strength)
    if len(strengths) != len(term.ingredients) or max(strengths) > _STRONGEST:
        return None
    unit = drug.strength.casefold()
    is_patch = _AN_HOUR.search(unit) is not None
    if not is_patch and _MICROGRAMS.search(unit):
        return None
    # However many patches are dispensed, the strength is what one of them gives in an hour.
    units = 1.0 if is_patch else drug.quantity / drug.days_supply
    return {
        (ingredient, is_patch): strength * units
        for ingredient, strength in zip(term.ingredients, strengths, strict=True)
        if view.terms.is_opioid(ingredient)
    }
