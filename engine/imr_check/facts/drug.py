"""The drug that a row asks for: ingredients, amount, length, and what it is given with.

Days are counted, never guessed: from the days' supply, or from the quantity and the units that the
directions allow in a day, with the refills. What the chart says of the same drug comes before them.
"""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING, Literal

from . import medication as medication  # its facts of the requested drug belong to this family
from .calendar import months_between
from .diagnosis import diagnosed
from .statements import stated
from .vocabulary import Observation, boolean, number, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..guideline.terms import DrugTerm
    from ..request.chart import Medication
    from .view import RowView
    from .vocabulary import Path

_NOT_TAKEN = frozenset({"planned", "contraindicated"})
_OVER = frozenset({"stopped", "not_tolerated"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONG_ACTING = re.compile(r"\b(?:er|xr|xl|sr|cr|la|extended|sustained|contin)\b|contin\b", re.I)
_PAIN_RELIEF_BESIDE = frozenset({"nsaid", "acetaminophen"})
_AGENTS = ("baclofen", "carisoprodol", "chlorzoxazone", "cyclobenzaprine", "diclofenac")
_SKIN = "topical_analgesic"
_EXTENTS = ("minor", "major")


def term_of_row(view: RowView) -> DrugTerm | None:
    """Return what is known of the drug of the row, by its name or by the words of the row."""
    drug, words = view.row.drug, view.row.treatment
    named = view.drug(drug.name) if drug else None
    return named or (view.drug(words) if words else None)


def place_of_drug(view: RowView) -> Path:
    """Return where the row names its drug."""
    return view.at("drug") if view.row.drug else view.at("treatment")


def ingredients(view: RowView) -> tuple[tuple[str, ...], bool]:
    """Return the ingredients of the row's drug, and whether every one of them is known here."""
    listed = view.row.drug.ingredients if view.row.drug else []
    if not listed:
        term = term_of_row(view)
        return (term.ingredients, True) if term else ((), False)
    terms = [view.drug(name) for name in listed]
    found = dict.fromkeys(each for term in terms if term for each in term.ingredients)
    return tuple(found), all(terms)


def same_drug(view: RowView) -> list[tuple[Path, Medication]]:
    """Return the charted entries of the row's own drug that were taken."""
    wanted = _active(view, term_of_row(view))
    return [
        (path, entry)
        for path, entry, charted in view.medications
        if entry.status not in _NOT_TAKEN
        and wanted & _active(view, charted)
        and _is_on_skin(charted) == (view.kind == _SKIN)
    ]


def _active(view: RowView, term: DrugTerm | None) -> frozenset[str]:
    """Return what a drug is judged by: of an opioid combination its opioid, else all it holds."""
    if term is None:
        return frozenset()
    opioids = frozenset(filter(view.terms.is_opioid, term.ingredients))
    return opioids or frozenset(term.ingredients)


def _is_on_skin(term: DrugTerm | None) -> bool:
    return term is not None and _SKIN in term.classes


def _other_rows(view: RowView) -> Iterator[tuple[Path, DrugTerm]]:
    """Yield the drugs of the other rows."""
    for index, row in enumerate(view.request.treatments):
        name = row.drug.name if row.drug else row.treatment
        term = view.drug(name) if name and index != view.index else None
        if term is not None:
            on_skin = view.terms.naming(row).kind == _SKIN
            classes = term.classes | {_SKIN} if on_skin else term.classes
            yield ("treatments", index), term._replace(classes=classes)


# What it is


@symbol(
    "drug.agent",
    label="agent that has a rule of its own",
    missing="drug by name",
    question="Which drug is asked for?",
    answered_by="office",
    words=(*_AGENTS, "other"),
)
def agent(view: RowView) -> Observation | None:
    found, _ = ingredients(view)
    if not found:
        return None
    word = next((each for each in found if each in _AGENTS), "other")
    return Observation(word, (place_of_drug(view),))


@boolean(
    "drug.contains_opioid",
    label="opioid in the drug",
    question="Does the drug hold an opioid?",
    answered_by="office",
)
def contains_opioid(view: RowView) -> Observation:
    return _contains(view, "opioid")


@boolean(
    "drug.contains_relaxant",
    label="muscle relaxant in the drug",
    question="Does the drug hold a muscle relaxant?",
    answered_by="office",
)
def contains_relaxant(view: RowView) -> Observation:
    return _contains(view, "muscle_relaxant")


def _contains(view: RowView, drug_class: str) -> Observation:
    """Return whether the drug is of a class. A row of that kind is, even without a drug.

    A product whose contents are not known here is not taken for one of that class.
    """
    if view.kind == drug_class:
        return Observation(True, (view.at(),))
    found, _ = ingredients(view)
    classes = (term.classes for term in map(view.drug, found) if term)
    return Observation(any(drug_class in each for each in classes), (place_of_drug(view),))


@boolean(
    "drug.hydrocodone",
    label="hydrocodone in the drug",
    question="Does the drug hold hydrocodone?",
    answered_by="office",
)
def hydrocodone(view: RowView) -> Observation | None:
    found, _ = ingredients(view)
    return Observation("hydrocodone" in found, (place_of_drug(view),)) if found else None


@symbol(
    "drug.release",
    label="short-acting or extended release",
    question="Is it a short-acting drug or one with extended release?",
    answered_by="office",
    words=("immediate", "extended"),
)
def release(view: RowView) -> Observation | None:
    drug = view.row.drug
    if drug is not None and drug.release is not None:
        return Observation(drug.release, (view.at("drug", "release"),))
    if drug is not None and drug.form == "patch":
        return Observation("extended", (view.at("drug", "form"),))
    words = drug.name if drug else view.row.treatment or ""
    return Observation("extended", (place_of_drug(view),)) if _LONG_ACTING.search(words) else None


# Whether it is new


@symbol(
    "drug.course",
    label="first or continued prescription",
    missing="whether this is the first prescription of the drug or a continued one",
    question="Is this the first prescription of the drug, or a refill?",
    answered_by="office",
    words=("first", "continuing"),
)
def course(view: RowView) -> Observation | None:
    if view.row.course is not None:
        return Observation(view.row.course, (view.at("course"),))
    taken = tuple(path for path, _ in same_drug(view))
    return Observation("continuing", taken) if taken else None


@boolean(
    "drug.opioid_before",
    label="opioid taken before this one",
    question="Which opioid has been taken so far?",
    answered_by="physician",
)
def opioid_before(view: RowView) -> Observation | None:
    taken = tuple(
        path
        for path, entry, term in view.medications
        if term is not None and "opioid" in term.classes and entry.status not in _NOT_TAKEN
    )
    if taken:
        return Observation(True, taken)
    if view.row.course is None:
        return None
    return Observation(view.row.course == "continuing", (view.at("course"),))


@boolean(
    "drug.start_known",
    label="start of the drug",
    missing="date on which the drug was started",
    question="When was the drug started?",
    answered_by="physician",
)
def start_known(view: RowView) -> Observation | None:
    dated = tuple((*path, "start") for path, entry in same_drug(view) if entry.start)
    return Observation(True, dated) if dated else None


@number(
    "drug.months_taken",
    label="months on the drug",
    question="Since when is the drug taken?",
    answered_by="physician",
    unit="months",
)
def months_taken(view: RowView) -> Observation | None:
    dated = [(entry.start, path) for path, entry in same_drug(view) if entry.start]
    if not dated:
        return None
    first, path = min(dated, key=lambda item: (item[0], str(item[1])))
    return Observation(months_between(first, view.as_of), ((*path, "start"),))


@boolean(
    "drug.regimen_listed",
    label="current drugs with their doses",
    missing="list of the current drugs with their doses",
    question="Which drugs are taken now, at which doses?",
    answered_by="office",
)
def regimen_listed(view: RowView) -> Observation | None:
    said = stated(view, "current_drugs_listed")
    if said is not None:
        return said
    listed = tuple(
        path for path, entry, _ in view.medications if entry.status == "current" and entry.strength
    )
    return Observation(True, listed) if listed else None


# How much, for how long


def _days_of_row(view: RowView) -> tuple[int, tuple[Path, ...]] | None:
    """Return the days that the row's supply lasts with its refills, where it can be counted."""
    drug = view.row.drug
    if drug is None:
        return None
    quantity = drug.quantity or view.row.quantity
    if drug.days_supply:
        days, fields = drug.days_supply, ["days_supply"]
    elif quantity and drug.units_per_day:
        days, fields = ceil(quantity / drug.units_per_day), ["units_per_day"]
    else:
        return None
    refills = drug.refills or 0
    fields += ["refills"] if refills else []
    return days * (1 + refills), tuple(view.at("drug", field) for field in fields)


@number(
    "drug.days_asked",
    label="days that the supply lasts, refills included",
    question="For how many days is the quantity, or how many units are taken in a day?",
    answered_by="office",
    unit="days",
)
def days_asked(view: RowView) -> Observation | None:
    counted = _days_of_row(view)
    return Observation(*counted) if counted else None


@number(
    "drug.days_before",
    label="days on the drug so far",
    question="From when to when has the drug been taken so far?",
    answered_by="physician",
    unit="days",
)
def days_before(view: RowView) -> Observation | None:
    taken = same_drug(view)
    if not taken:
        if view.row.course != "first":
            return None
        return Observation(0, (view.at("course"),))
    counted = [_days_of_entry(entry, view.as_of) for _, entry in taken]
    known = [days for days in counted if days is not None]
    if len(known) < len(counted):
        return None
    return Observation(sum(known), tuple(path for path, _ in taken))


def _days_of_entry(entry: Medication, as_of: date) -> int | None:
    """Return the days of a charted supply: from first to last day, or by its days' supply."""
    end = entry.end or (None if entry.status in _OVER else as_of)
    if entry.start and end:
        return max((min(end, as_of) - entry.start).days, 0)
    return entry.days_supply if entry.status in _OVER else None


@number(
    "drug.days_in_all",
    label="days on the drug in all, earlier supplies included",
    question="For how many days is the drug taken in all, with what was taken before?",
    answered_by="office",
    unit="days",
)
def days_in_all(view: RowView) -> Observation | None:
    asked, before = days_asked(view), days_before(view)
    if asked is None or before is None:
        return None
    return Observation(int(asked.value) + int(before.value), asked.evidence + before.evidence)


@number(
    "drug.weeks_in_all",
    label="weeks on the drug in all",
    question="For how many weeks is the drug taken in all?",
    answered_by="office",
    unit="weeks",
)
def weeks_in_all(view: RowView) -> Observation | None:
    days = days_in_all(view)
    return days and Observation(ceil(int(days.value) / 7), days.evidence)


@number(
    "drug.hydrocodone_mg",
    label="hydrocodone a day",
    question="What are strength and units a day?",
    answered_by="office",
    unit="mg a day",
)
def hydrocodone_mg(view: RowView) -> Observation | None:
    return _milligrams(view, "hydrocodone")


@number(
    "drug.acetaminophen_mg",
    label="acetaminophen a day",
    question="What are strength and units a day?",
    answered_by="office",
    unit="mg a day",
)
def acetaminophen_mg(view: RowView) -> Observation | None:
    return _milligrams(view, "acetaminophen")


def _milligrams(view: RowView, ingredient: str) -> Observation | None:
    """Return the most of an ingredient that the row's directions allow in a day, rounded up."""
    drug, term = view.row.drug, term_of_row(view)
    if drug is None or term is None or drug.strength is None or ingredient not in term.ingredients:
        return None
    strengths = [float(figure) for figure in _NUMBER.findall(drug.strength)]
    quantity = drug.quantity or view.row.quantity
    by_days = quantity / drug.days_supply if quantity and drug.days_supply else None
    units = drug.units_per_day or by_days
    if units is None or len(strengths) != len(term.ingredients):
        return None
    amount = strengths[term.ingredients.index(ingredient)] * units
    return Observation(ceil(round(amount, 6)), (view.at("drug"),))


# What it did


@number(
    "drug.relief_percent",
    label="relief by the drug",
    question="By how many percent does the drug relieve the pain?",
    answered_by="physician",
    unit="percent",
)
def relief_percent(view: RowView) -> Observation | None:
    measured = [
        (entry.relief_percent, (*path, "relief_percent"))
        for path, entry in same_drug(view)
        if entry.relief_percent is not None
    ]
    if not measured:
        return None
    least, path = min(measured, key=lambda item: (item[0], str(item[1])))
    return Observation(least, (path,))


_GOOD, _BAD = frozenset({"improved"}), frozenset({"failed", "no_change", "worse"})


@boolean(
    "drug.benefit",
    label="benefit of the drug so far",
    missing="pain, spasm and function before the drug and with it",
    question="What do pain, spasm and function show with the drug?",
    answered_by="physician",
)
def benefit(view: RowView) -> Observation | None:
    said = stated(view, "benefit_from_drug")
    if said is not None:
        return said
    taken = same_drug(view)
    bad = tuple(path for path, entry in taken if entry.response in _BAD)
    good = tuple(path for path, entry in taken if entry.response in _GOOD)
    if bad:
        return Observation(False, bad)
    return Observation(True, good) if good else None


# What it is for, and what goes with it


@boolean(
    "drug.neuropathic_pain",
    label="neuropathic pain",
    missing="finding of neuropathic pain",
    question="Which findings show neuropathic pain?",
    answered_by="physician",
)
def neuropathic_pain(view: RowView) -> Observation | None:
    said = stated(view, "neuropathic_pain")
    if said is not None:
        return said
    return _any_diagnosed(view, ("neuropathic_pain", "radiculopathy", "crps"))


@boolean(
    "drug.depression",
    label="depression",
    missing="depression, with the score of a scale",
    question="Is there a depression, and by which scale?",
    answered_by="physician",
)
def depression(view: RowView) -> Observation | None:
    return stated(view, "depression") or _any_diagnosed(view, ("depression",))


@boolean(
    "drug.spasticity",
    label="multiple sclerosis, a spinal cord injury or lancinating nerve pain",
    question="Is there multiple sclerosis, a cord injury or lancinating nerve pain?",
    answered_by="physician",
)
def spasticity(view: RowView) -> Observation | None:
    return _any_diagnosed(view, ("multiple_sclerosis_or_cord_injury",))


def _any_diagnosed(view: RowView, concepts: tuple[str, ...]) -> Observation | None:
    """Return whether one of the concepts is diagnosed, wherever; ruled out if all that is named."""
    seen = [diagnosed(view, concept, lambda _: True) for concept in concepts]
    named = [each for each in seen if each is not None]
    return next((each for each in named if each.value), named[0] if named else None)


@boolean(
    "drug.postoperative",
    label="supply for the days after an operation",
    question="Is it for the days after an operation?",
    answered_by="office",
)
def postoperative(view: RowView) -> Observation | None:
    phase = view.row.phase
    return phase and Observation(phase == "postoperative", (view.at("phase"),))


@boolean(
    "drug.operation_named",
    label="operation by name",
    question="After which operation is it to be taken?",
    answered_by="physician",
)
def operation_named(view: RowView) -> Observation | None:
    places: list[Path] = [("chart", "operations", i) for i, _ in enumerate(view.chart.operations)]
    places += [
        ("treatments", index, "procedures")
        for index, row in enumerate(view.request.treatments)
        if row.procedures
    ]
    return Observation(True, tuple(places)) if places else None


@symbol(
    "drug.operation_extent",
    label="extent of the operation",
    question="Is it a smaller operation or a larger one?",
    answered_by="physician",
    words=_EXTENTS,
)
def operation_extent(view: RowView) -> Observation | None:
    extents = [
        (_EXTENTS.index(entry.extent), ("chart", "operations", index, "extent"))
        for index, entry in enumerate(view.chart.operations)
        if entry.extent
    ]
    if not extents:
        return None
    largest, path = max(extents)
    return Observation(_EXTENTS[largest], (path,))


@boolean(
    "drug.nonopioid_beside",
    label="NSAID or acetaminophen given with it",
    question="Which non-opioid is given with it?",
    answered_by="physician",
)
def nonopioid_beside(view: RowView) -> Observation | None:
    said = stated(view, "nonopioid_with_it")
    if said is not None:
        return said
    term = term_of_row(view)
    places = [place_of_drug(view)] if term and term.classes & _PAIN_RELIEF_BESIDE else []
    places += [path for path, other in _other_rows(view) if other.classes & _PAIN_RELIEF_BESIDE]
    places += [
        path
        for path, entry, charted in view.medications
        if entry.status == "current" and charted and charted.classes & _PAIN_RELIEF_BESIDE
    ]
    return Observation(True, tuple(places)) if places else None


@boolean(
    "drug.opioid_beside",
    label="opioid taken or asked for",
    question="Which opioid is taken, or asked for on the same request?",
    answered_by="physician",
)
def opioid_beside(view: RowView) -> Observation | None:
    places = [path for path, term in _other_rows(view) if "opioid" in term.classes]
    places += [
        path
        for path, entry, term in view.medications
        if entry.status in ("current", "planned") and term and "opioid" in term.classes
    ]
    return Observation(True, tuple(places)) if places else None


@symbol(
    "drug.other_of_class",
    label="another drug of the same class",
    question="Is another drug of the same class taken or asked for, and did it fail?",
    answered_by="physician",
    words=("running", "over"),
)
def other_of_class(view: RowView) -> Observation | None:
    """Of two drugs of one class the other one runs unless it is charted as over or failed."""
    running = [path for path, term in _other_rows(view) if _is_rival(view, term)]
    over: list[Path] = []
    for path, entry, term in view.medications:
        if term is None or not _is_rival(view, term) or entry.status in _NOT_TAKEN:
            continue
        ended = entry.status in _OVER or entry.end is not None or entry.response == "failed"
        (over if ended else running).append(path)
    word: Literal["running", "over"] = "running" if running else "over"
    return Observation(word, tuple(running or over)) if running or over else None


def _is_rival(view: RowView, other: DrugTerm) -> bool:
    """Whether another drug is of the row's class, and not the row's own drug."""
    own = term_of_row(view)
    if own is None or view.kind not in other.classes or _is_on_skin(other):
        return False
    return not frozenset(own.ingredients) & frozenset(other.ingredients)


@boolean(
    "drug.gi_burden",
    label="steroid or aspirin taken as well",
    question="Is a steroid or aspirin taken as well?",
    answered_by="physician",
)
def gi_burden(view: RowView) -> Observation | None:
    places = tuple(
        path
        for path, entry, term in view.medications
        if entry.status == "current"
        and term is not None
        and ("corticosteroid" in term.classes or "aspirin" in term.ingredients)
    )
    return Observation(True, places) if places else None


@number(
    "drug.employee_age",
    label="age of the employee",
    question="How old is the employee?",
    answered_by="office",
    unit="years",
)
def employee_age(view: RowView) -> Observation | None:
    employee = view.request.employee
    if employee.age is not None:
        return Observation(employee.age, (("employee", "age"),))
    if employee.birth_date is None:
        return None
    years = months_between(employee.birth_date, view.as_of) // 12
    return Observation(years, (("employee", "birth_date"),))


# How an opioid is prepared for


@boolean(
    "drug.risk_screened",
    label="screening for the risk of misuse",
    missing="scored screening for the risk of misuse",
    question="Which risk tool was used, with which score?",
    answered_by="physician",
)
def risk_screened(view: RowView) -> Observation | None:
    return _monitored(view, "risk_screening", "risk_screened")


@boolean(
    "drug.agreement",
    label="written treatment agreement",
    question="Is a signed treatment agreement enclosed?",
    answered_by="office",
)
def agreement(view: RowView) -> Observation | None:
    return _monitored(view, "treatment_agreement", "agreement_signed")


def _monitored(view: RowView, kind: str, word: str) -> Observation | None:
    said = stated(view, word)
    if said is not None:
        return said
    done = tuple(
        ("chart", "monitoring", index)
        for index, entry in enumerate(view.chart.monitoring)
        if entry.kind == kind
    )
    return Observation(True, done) if done else None


_ACTIVE = frozenset({"physical_therapy", "occupational_therapy", "home_exercise", "stretching"}) | {
    "acupuncture",
    "cognitive_behavioral_therapy",
}


@boolean(
    "drug.active_care",
    label="exercise, therapy or behavioral care beside the opioid",
    missing="exercise, therapy or behavioral care that runs beside the opioid",
    question="Which exercise, therapy or behavioral care runs beside the opioid?",
    answered_by="physician",
)
def active_care(view: RowView) -> Observation | None:
    said = stated(view, "multidisciplinary_care")
    if said is not None:
        return said
    running = tuple(
        ("chart", "therapies", index)
        for index, entry in enumerate(view.chart.therapies)
        if entry.kind in _ACTIVE and entry.status == "ongoing"
    )
    return Observation(True, running) if running else None
