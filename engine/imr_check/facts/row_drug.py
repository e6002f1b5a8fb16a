"""The drug that a row asks for, as facts see it: its name, its contents, its charted entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.terms import DrugTerm
    from ..request.chart import Medication
    from .view import RowView
    from .vocabulary import Path

NOT_TAKEN = frozenset({"planned", "contraindicated"})
OVER = frozenset({"stopped", "not_tolerated"})
_SKIN = "topical_analgesic"
_COMPANIONS = frozenset({"acetaminophen", "other_drug"})


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
        if entry.status not in NOT_TAKEN
        and wanted & _active(view, charted)
        and is_on_skin(charted) == (view.kind == _SKIN)
    ]


def _active(view: RowView, term: DrugTerm | None) -> frozenset[str]:
    """Return what makes a drug the same: of a combination not what only accompanies the rest."""
    if term is None:
        return frozenset()
    opioids = frozenset(filter(view.terms.is_opioid, term.ingredients))
    main = frozenset(name for name in term.ingredients if not _accompanies(view, name))
    return opioids or main or frozenset(term.ingredients)


def _accompanies(view: RowView, name: str) -> bool:
    term = view.drug(name)
    return term is not None and term.classes <= _COMPANIONS


def is_on_skin(term: DrugTerm | None) -> bool:
    return term is not None and _SKIN in term.classes


def other_rows(view: RowView) -> Iterator[tuple[Path, DrugTerm]]:
    """Yield the drugs of the other rows."""
    for index, row in enumerate(view.request.treatments):
        name = row.drug.name if row.drug else row.treatment
        term = view.drug(name) if name and index != view.index else None
        if term is not None:
            on_skin = view.terms.naming(row).kind == _SKIN
            classes = term.classes | {_SKIN} if on_skin else term.classes
            yield ("treatments", index), term._replace(classes=classes)
