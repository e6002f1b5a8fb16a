"""The drug that a row asks for: what it is, whether it is new, what it did, how it is watched.

How much of it is asked for stands in ``drug_amount``, and what it is for and taken with in
``drug_beside``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import drug_amount as drug_amount  # facts of the same family, as the next two
from . import drug_beside as drug_beside
from . import medication as medication
from .calendar import months_between
from .row_drug import NOT_TAKEN, ingredients, place_of_drug, same_drug, term_of_row
from .statements import stated
from .vocabulary import Observation, boolean, number, symbol

if TYPE_CHECKING:
    from .view import RowView

_LONG_ACTING = re.compile(r"\b(?:er|xr|xl|sr|cr|la|extended|sustained|contin)\b|contin\b", re.I)
_AGENTS = ("baclofen", "carisoprodol", "chlorzoxazone", "cyclobenzaprine", "diclofenac")


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
def contains_opioid(view: RowView) -> Observation | None:
    return _contains(view, "opioid")


@boolean(
    "drug.contains_relaxant",
    label="muscle relaxant in the drug",
    question="Does the drug hold a muscle relaxant?",
    answered_by="office",
)
def contains_relaxant(view: RowView) -> Observation | None:
    return _contains(view, "muscle_relaxant")


def _contains(view: RowView, drug_class: str) -> Observation | None:
    """Return whether the drug is of a class. A row of that kind is, even without a drug.

    A product whose contents are not known here is not taken for one of that class.
    """
    if view.kind == drug_class:
        return Observation(True, (view.at(),))
    if view.row.drug is None and term_of_row(view) is None:
        return None
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
        if term is not None and "opioid" in term.classes and entry.status not in NOT_TAKEN
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
