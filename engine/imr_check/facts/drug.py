"""The drug that a row asks for: its agent, its release, and how much of it.

What the chart says of it stands in ``drug_use``, what is taken beside it in ``drug_beside``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import drug_amount as drug_amount  # facts of the same family, as the next one
from . import medication as medication
from .row_drug import ingredients, place_of_drug
from .vocabulary import Observation, boolean, symbol

if TYPE_CHECKING:
    from .view import RowView

_LONG_ACTING = re.compile(r"\b(?:er|xr|xl|sr|cr|la|extended|sustained|contin)\b|contin\b", re.I)
_AGENTS = ("baclofen", "carisoprodol", "chlorzoxazone", "cyclobenzaprine", "diclofenac")


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
