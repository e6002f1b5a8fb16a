"""How much of a drug a row asks for, and for how long.

Days are counted, never guessed: from the days' supply, or from the quantity and the units that the
directions allow in a day, with the refills. What the chart says of the same drug comes before them.
"""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from .drug_use import days_before
from .row_drug import term_of_row
from .vocabulary import Observation, Standing, number

if TYPE_CHECKING:
    from .view import RowView
    from .vocabulary import Path

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


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
    "drug.days_in_all",
    label="days on the drug in all, earlier supplies included",
    question="For how many days is the drug taken in all, with what was taken before?",
    answered_by="office",
    unit="days",
    standing=Standing(asked="drug.days_asked"),
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
    standing=Standing("given"),
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
    standing=Standing(drugs=("hydrocodone/acetaminophen",)),
)
def hydrocodone_mg(view: RowView) -> Observation | None:
    return _milligrams(view, "hydrocodone")


@number(
    "drug.acetaminophen_mg",
    label="acetaminophen a day",
    question="What are strength and units a day?",
    answered_by="office",
    unit="mg a day",
    standing=Standing(drugs=("hydrocodone/acetaminophen",)),
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
