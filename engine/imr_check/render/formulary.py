"""Drugs and the formulary, for people: is review needed before the drug is dispensed, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..explaining import CONFIDENCE_WORDS
from ..formulary.wording import STATUS_WORDS, fill_in_words
from .context import NOTICE
from .lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..formulary import Answer, Circumstances, DrugList, Entry, Version

_HEADS = {
    "needed": "review is needed before it is dispensed",
    "not_needed": "no review is needed before it is dispensed, if all this holds:",
    "not_applicable": "no formulary applies",
}
_UNKNOWN = "UNVERIFIED: without a list that says, it is treated like a drug that is not listed"


class Looked(NamedTuple):
    """What was looked up: the answers, the case, the list, and the newest version known here."""

    answers: tuple[Answer, ...]
    case: Circumstances
    listed: DrugList
    newest: Version | None


def lines(looked: Looked, version: str) -> Iterator[Line]:
    """Yield the answers, drug by drug, then what they rest on."""
    for answer in looked.answers:
        yield from _answer(answer, looked)
        yield Line("")
    if any(answer.status for answer in looked.answers):
        yield Line(f"List: {looked.listed.title}.{_newest(looked)}", hang=2)
    yield Line(f"imr-check {version}. {NOTICE}", style="dim")


def _newest(looked: Looked) -> str:
    newest = looked.newest
    if newest is None:
        return ""
    return f" Known here to be in force on that day: version {newest.name}, from {newest.starts}."


def _answer(answer: Answer, looked: Looked) -> Iterator[Line]:
    style = "bold" if answer.review == "needed" else ""
    yield Line(f"{answer.drug} on {looked.case.on}: {_HEADS[answer.review]}", 0, style, 2)
    for condition in answer.conditions:
        yield Line(f"- {condition}", 2, hang=2)
    if answer.status is not None:
        yield Line(f"Status: {STATUS_WORDS[answer.status]}. {answer.why}", 2, hang=2)
    else:
        yield Line(answer.why, 2, hang=2)
    for fill in answer.fills:
        yield Line(fill_in_words(fill), 2, hang=2)
    for note in answer.notes:
        yield Line(f"Note: {note}", 2, hang=2)
    for entry in answer.entries:
        if details := _details(entry):
            yield Line(f"Entry: {details}", 2, hang=2)
    yield Line(f"Authority: {answer.citation}", 2, hang=2)
    yield Line(f"Confidence: {_mark(answer, looked.listed)}", 2, hang=2)
    if answer.source:
        yield Line(f"Source: {answer.source}", 2, hang=2)


def _mark(answer: Answer, listed: DrugList) -> str:
    """Say how sure an answer is. Of a file that somebody brought, only the rules are known."""
    if answer.status == "unknown":
        return _UNKNOWN
    words = CONFIDENCE_WORDS[answer.confidence]
    by_file = answer.status in ("exempt", "non_exempt", "unlisted") and not listed.is_excerpt
    return f"the rules {words}, the drug as the file has it" if by_file else words


def _details(entry: Entry) -> str:
    """Return what the list says of a drug beside its status."""
    row = f"row {entry.row}: " if entry.row else ""
    parts = (entry.drug, *entry.brands, entry.form, entry.strength, entry.drug_class, entry.note)
    return row + "; ".join(filter(None, parts))
