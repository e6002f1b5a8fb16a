"""What is put on the skin: what it holds, in which form, and where it goes.

A product is judged by its ingredients. One that is not known here leaves open what the product
holds beside the others: nothing is then said to be absent. Facts that would make it another product
belong to the medication, so that no cure proposes it; form and ingredients too many may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .row_drug import ingredients, place_of_drug
from .vocabulary import Observation, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from .view import RowView

_BANNED = frozenset({"gabapentin", "ketoprofen"})
_ALLOWED = frozenset({"diclofenac", "lidocaine", "capsaicin"})
_RUBS = frozenset({"menthol", "camphor", "methyl salicylate"})
_PATCHES = frozenset({"lidoderm"})


@number(
    "topical.ingredients",
    label="ingredients of the product",
    question="What are the ingredients of the product?",
    answered_by="office",
    unit="ingredients",
)
def ingredient_count(view: RowView) -> Observation | None:
    listed = len(view.row.drug.ingredients) if view.row.drug else 0
    count = max(listed, len(ingredients(view)[0]))
    return Observation(count, (place_of_drug(view),)) if count else None


@boolean(
    "topical.banned_ingredient",
    label="muscle relaxant, gabapentin or ketoprofen in the product",
    missing="ingredients of the product, each by a name that is known here",
    question="What are the ingredients of the product?",
    answered_by="office",
    standing=Standing(drugs=tuple(sorted(_BANNED))),
)
def banned_ingredient(view: RowView) -> Observation | None:
    relaxants = {name for name in ingredients(view)[0] if _is_of(view, name, "muscle_relaxant")}
    return _holds(view, _BANNED | relaxants)


@boolean(
    "topical.unlisted_ingredient",
    label="ingredient that has no place on the skin for pain",
    missing="ingredients of the product, each by a name that is known here",
    question="What are the ingredients of the product?",
    answered_by="office",
    standing=Standing(drugs=tuple(sorted(_ALLOWED | _RUBS))),
)
def unlisted_ingredient(view: RowView) -> Observation | None:
    found, _ = ingredients(view)
    nsaids = {name for name in found if _is_of(view, name, "nsaid")}
    return _holds(view, frozenset(found) - _ALLOWED - _RUBS - nsaids)


@boolean(
    "topical.capsaicin",
    label="capsaicin in the product",
    question="Does the product hold capsaicin?",
    answered_by="office",
    standing=Standing(drugs=("capsaicin",)),
)
def capsaicin(view: RowView) -> Observation | None:
    return _holds(view, frozenset({"capsaicin"}))


@symbol(
    "medication.topical_nsaid",
    label="NSAID in the product",
    missing="ingredients of the product, each by a name that is known here",
    question="Which NSAID does the product hold?",
    answered_by="office",
    words=("none", "diclofenac", "other"),
    standing=Standing(drugs=("diclofenac",)),
)
def nsaid(view: RowView) -> Observation | None:
    found, known = ingredients(view)
    nsaids = {name for name in found if _is_of(view, name, "nsaid")}
    if nsaids:
        word = "diclofenac" if nsaids == {"diclofenac"} else "other"
        return Observation(word, (place_of_drug(view),))
    return Observation("none", (place_of_drug(view),)) if found and known else None


@symbol(
    "topical.lidocaine",
    label="lidocaine and its form",
    missing="ingredients and form of the product",
    question="Does the product hold lidocaine, and is it a patch?",
    answered_by="office",
    words=("none", "patch", "another_form"),
    standing=Standing(tells=("patch",), drugs=("lidocaine", *sorted(_PATCHES))),
)
def lidocaine(view: RowView) -> Observation | None:
    found, known = ingredients(view)
    if "lidocaine" in found:
        form = view.row.drug.form if view.row.drug else None
        words = _words(view)
        if form == "patch" or (form is None and ("patch" in words or _PATCHES & set(words))):
            return Observation("patch" if len(found) == 1 else "another_form", _form_at(view))
        return Observation("another_form", _form_at(view))
    return Observation("none", (place_of_drug(view),)) if found and known else None


def _words(view: RowView) -> list[str]:
    drug = view.row.drug
    text = " ".join(filter(None, (drug.name if drug else None, view.row.treatment)))
    return [word.removesuffix("es").strip("(),.") for word in text.casefold().split()]


def _form_at(view: RowView) -> tuple[tuple[str | int, ...], ...]:
    drug = view.row.drug
    return (view.at("drug", "form") if drug and drug.form else place_of_drug(view),)


@boolean(
    "medication.only_nsaid",
    label="no active ingredient but an NSAID",
    question="What are the ingredients of the product?",
    answered_by="office",
)
def only_nsaid(view: RowView) -> Observation | None:
    found, known = ingredients(view)
    if not found or not known:
        return None
    only = all(_is_of(view, name, "nsaid") for name in found)
    return Observation(only, (place_of_drug(view),))


@boolean(
    "medication.only_lidocaine",
    label="no ingredient but lidocaine",
    question="What are the ingredients of the product?",
    answered_by="office",
    standing=Standing(drugs=("lidocaine",)),
)
def only_lidocaine(view: RowView) -> Observation | None:
    found, known = ingredients(view)
    if not found or not known:
        return None
    return Observation(found == ("lidocaine",), (place_of_drug(view),))


@number(
    "topical.grams_per_day",
    label="grams a day",
    question="How many grams are used in a day at most?",
    answered_by="office",
    unit="grams",
)
def grams_per_day(view: RowView) -> Observation | None:
    drug = view.row.drug
    if drug is None or drug.units_per_day is None or drug.form == "patch":
        return None
    return Observation(drug.units_per_day, (view.at("drug", "units_per_day"),))


def _is_of(view: RowView, name: str, drug_class: str) -> bool:
    term = view.drug(name)
    return term is not None and drug_class in term.classes


def _holds(view: RowView, wanted: frozenset[str]) -> Observation | None:
    """Return whether one of these is in the product; false only where all it holds is known."""
    found, known = ingredients(view)
    place = (place_of_drug(view),)
    if wanted & frozenset(found):
        return Observation(True, place)
    return Observation(False, place) if found and known else None
