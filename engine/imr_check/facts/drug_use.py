"""The drug of a row: which it is, whether it is new, since when it is taken, what it did.

None of it is for an office to change: another agent would be another request.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .calendar import months_between
from .row_drug import OVER, ingredients, place_of_drug, same_drug, term_of_row
from .statements import stated
from .vocabulary import Observation, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from ..request.chart import Medication
    from .view import RowView

_AGENTS = ("baclofen", "carisoprodol", "chlorzoxazone", "cyclobenzaprine", "diclofenac")


@symbol(
    "medication.agent",
    label="agent that has a rule of its own",
    missing="drug by name",
    question="Which drug is asked for?",
    answered_by="office",
    words=(*_AGENTS, "other"),
    standing=Standing(drugs=_AGENTS),
)
def agent(view: RowView) -> Observation | None:
    found, _ = ingredients(view)
    if not found:
        return None
    word = next((each for each in found if each in _AGENTS), "other")
    return Observation(word, (place_of_drug(view),))


@boolean(
    "medication.hydrocodone",
    label="hydrocodone in the drug",
    question="Does the drug hold hydrocodone?",
    answered_by="office",
    standing=Standing(drugs=("hydrocodone/acetaminophen",)),
)
def hydrocodone(view: RowView) -> Observation | None:
    found, _ = ingredients(view)
    return Observation("hydrocodone" in found, (place_of_drug(view),)) if found else None


@symbol(
    "medication.course",
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
    "medication.start_known",
    label="start of the drug",
    missing="date on which the drug was started",
    question="When was the drug started?",
    answered_by="physician",
)
def start_known(view: RowView) -> Observation | None:
    dated = tuple((*path, "start") for path, entry in same_drug(view) if entry.start)
    return Observation(True, dated) if dated else None


@number(
    "medication.months_taken",
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
    "medication.regimen_listed",
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


@number(
    "medication.days_before",
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
    spans = [span for _, entry in taken if (span := _span(entry, view.as_of))]
    goes_on = any(last == view.as_of for _, last in spans)
    days = _covered(spans)
    for _, entry in taken:
        if _span(entry, view.as_of):
            continue
        # A second mention of a drug that goes on adds nothing.
        if goes_on and entry.status in ("current", None):
            continue
        if entry.status not in OVER or entry.days_supply is None:
            return None
        days += entry.days_supply
    return Observation(days, tuple(path for path, _ in taken))


def _span(entry: Medication, as_of: date) -> tuple[date, date] | None:
    """Return the first and last day of a charted supply, the day of the request at the latest."""
    end = entry.end or (None if entry.status in OVER else as_of)
    if not entry.start or not end or entry.start > as_of:
        return None
    return entry.start, max(min(end, as_of), entry.start)


def _covered(spans: list[tuple[date, date]]) -> int:
    """Return the days that the spans cover together; days between them do not count."""
    days, until = 0, date.min
    for first, last in sorted(spans):
        days += max((last - max(first, until)).days, 0)
        until = max(until, last)
    return days


@number(
    "medication.relief_percent",
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
    "medication.benefit",
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


@boolean(
    "medication.contains_relaxant",
    label="muscle relaxant in the drug",
    question="Does the drug hold a muscle relaxant?",
    answered_by="office",
)
def contains_relaxant(view: RowView) -> Observation | None:
    return contains(view, "muscle_relaxant")


def contains(view: RowView, drug_class: str) -> Observation | None:
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
