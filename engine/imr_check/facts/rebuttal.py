"""The rebuttal packet: statement, citation and copy, each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vocabulary import Observation, boolean

if TYPE_CHECKING:
    from ..request.treatment import Citation
    from .view import RowView


@boolean(
    "rebuttal.challenges_presumption",
    label="statement that the MTUS presumption is challenged",
    question="Does the request say clearly that it challenges the MTUS presumption?",
    answered_by="physician",
)
def challenges_presumption(view: RowView) -> Observation | None:
    return _stated(view, "challenges_presumption")


@boolean(
    "rebuttal.citation",
    label="complete citation of the evidence",
    question="Which guideline or study is cited, by whom, from what year, on which page?",
    answered_by="physician",
)
def citation(view: RowView) -> Observation | None:
    rebuttal = view.row.rebuttal
    if rebuttal is None or rebuttal.citation is None:
        return None
    return Observation(_complete(rebuttal.citation), (view.at("rebuttal", "citation"),))


def _complete(citation: Citation) -> bool:
    needed = _NEEDED.get(citation.kind, ("title", "section", "year"))
    return all(citation.has(field) for field in needed)


_NEEDED = {
    "study": ("author", "title", "journal", "year"),
    "guideline": ("organization", "title", "section", "year"),
}


@boolean(
    "rebuttal.copy_attached",
    label="copy of the cited section or study",
    question="Is a copy of the cited section or study enclosed?",
    answered_by="office",
)
def copy_attached(view: RowView) -> Observation | None:
    return _stated(view, "copy_attached")


def _stated(view: RowView, field: str) -> Observation | None:
    rebuttal = view.row.rebuttal
    value = None if rebuttal is None else getattr(rebuttal, field)
    return None if value is None else Observation(value, (view.at("rebuttal", field),))
