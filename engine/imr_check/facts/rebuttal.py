"""The rebuttal packet: the search before the evidence, then statement, citation and copy.

The search is asked of requests from the day on that the guideline pack names. Before it, and as
long as nothing is cited, there is no fact about the search, and nothing is lacking.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .vocabulary import VOCABULARY, Observation, boolean, number, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..guideline.pack import SearchSequence
    from ..request.treatment import Citation, Rebuttal
    from .view import RowView

GUIDELINE_YEARS = "rebuttal_guideline_years"
"""The limit on the age of a guideline that is cited, by its name in a section."""

_SEARCH = "rebuttal.search"
_AGE = "rebuttal.guideline_age"
_PACKET = ("rebuttal.challenges_presumption", "rebuttal.citation", "rebuttal.copy_attached")

_IN_ORDER = "in_order"
_LEFT_OUT: dict[str, tuple[str, ...]] = {
    "acoem_odg_left_out": ("the current ACOEM or ODG",),
    "other_guidelines_left_out": ("other national evidence-based guidelines",),
}
_LEFT_OUT["both_left_out"] = tuple(words for each in _LEFT_OUT.values() for words in each)

_FIRST_SOURCES = re.compile(
    r"\b(?:acoem|american college of occupational|odg|official disability|work loss data)\b",
    re.IGNORECASE,
)


@symbol(
    "rebuttal.search",
    label="search for evidence in the order of the law, up to the evidence cited",
    question="Which guidelines were searched before the evidence cited, and what came of each?",
    answered_by="physician",
    words=(_IN_ORDER, *_LEFT_OUT),
)
def search(view: RowView) -> Observation | None:
    rebuttal, sequence = view.row.rebuttal, _sequence_for(view)
    if rebuttal is None or rebuttal.citation is None or sequence is None:
        return None
    before = _before(rebuttal.citation)
    if before is None:
        return None
    left_out = [source for source in before if not _is_ruled_out(rebuttal, source)]
    word = "both" if len(left_out) > 1 else "".join(left_out)
    paths = [view.at("rebuttal", "citation")]
    paths += [view.at("rebuttal", "searched", place) for place in range(len(rebuttal.searched))]
    value = f"{word}_left_out" if word else _IN_ORDER
    return Observation(value, tuple(paths), _basis(sequence))


def _sequence_for(view: RowView) -> SearchSequence | None:
    """Return the order of the search, if it is asked of a request of that day."""
    sequence = view.pack.search_sequence
    return sequence if sequence and view.as_of >= sequence.starts else None


def _basis(sequence: SearchSequence) -> str:
    doubt = " (unverified)" if sequence.confidence == "unverified" else ""
    return (
        f"A rebuttal has to show the order of the search in requests from {sequence.starts}{doubt}."
    )


def _before(citation: Citation) -> tuple[str, ...] | None:
    """Return what is searched before such evidence, or None where the citation does not tell.

    The MTUS comes first of all; that it is challenged is said by the request itself.
    """
    if citation.kind == "mtus":
        return ()
    if citation.kind == "study":
        return ("acoem_odg", "other_guidelines")
    named = f"{citation.organization or ''} {citation.title or ''}"
    if not named.strip():
        return None
    return () if _FIRST_SOURCES.search(named) else ("acoem_odg",)


def _is_ruled_out(rebuttal: Rebuttal, source: str) -> bool:
    """Whether a step of the search is written down with what came of it. ACOEM or ODG will do."""
    names = ("acoem", "odg") if source == "acoem_odg" else (source,)
    return any(step.source in names and step.has("result") for step in rebuttal.searched)


@number(
    "rebuttal.guideline_age",
    label="years since the cited guideline was published or reviewed",
    question="In which year was the cited guideline last reviewed?",
    answered_by="physician",
    unit="years",
)
def guideline_age(view: RowView) -> Observation | None:
    rebuttal = view.row.rebuttal
    if rebuttal is None or rebuttal.citation is None or _sequence_for(view) is None:
        return None
    citation = rebuttal.citation
    if citation.kind != "guideline" or citation.year is None:
        return None
    newest = max(citation.year, citation.reviewed or citation.year)
    return Observation(max(0, view.as_of.year - newest), (view.at("rebuttal", "citation"),))


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


def lacking(observed: Mapping[str, Observation], years: int | None) -> Iterator[str]:
    """Yield what a rebuttal lacks, in the order of the law.

    A guideline is too old after so many ``years``; None where nothing limits its age.
    """
    search, age = observed.get(_SEARCH), observed.get(_AGE)
    for source in _LEFT_OUT.get(str(search.value), ()) if search else ():
        yield f"search of {source} before the evidence cited, and what came of it"
    if age and years is not None and int(age.value) > years:
        yield f"a guideline that was published or reviewed in the last {years} years"
    for name in _PACKET:
        if name not in observed or observed[name].value is not True:
            yield VOCABULARY[name].label


def packet() -> tuple[str, ...]:
    """Return what every rebuttal carries, in the order of the law."""
    return tuple(VOCABULARY[name].label for name in _PACKET)
