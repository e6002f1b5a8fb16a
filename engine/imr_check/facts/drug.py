"""The drug that a row asks for: its release, and how much of it.

What the chart says of it stands in ``drug_use``, what is taken beside it in ``drug_beside``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .row_drug import place_of_drug
from .vocabulary import Observation, Standing, symbol

if TYPE_CHECKING:
    from .view import RowView

_LONG_ACTING = re.compile(r"\b(?:er|xr|xl|sr|cr|la|extended|sustained|contin)\b|contin\b", re.I)


@symbol(
    "drug.release",
    label="short-acting or extended release",
    question="Is it a short-acting drug or one with extended release?",
    answered_by="office",
    words=("immediate", "extended"),
    standing=Standing(tells=("extended release",)),
)
def release(view: RowView) -> Observation | None:
    drug = view.row.drug
    if drug is not None and drug.release is not None:
        return Observation(drug.release, (view.at("drug", "release"),))
    if drug is not None and drug.form == "patch":
        return Observation("extended", (view.at("drug", "form"),))
    words = drug.name if drug else view.row.treatment or ""
    return Observation("extended", (place_of_drug(view),)) if _LONG_ACTING.search(words) else None
