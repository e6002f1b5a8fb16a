"""What the drug formulary says of the drug rows of a request, as a note that decides nothing.

A drug that needs no review before it is dispensed is not thereby supported, and one that needs it
may be. Only the published list answers, and the office gives it; the excerpt that ships with a
guideline pack is not asked. Nothing of the formulary is imported before a list is given.
"""

from __future__ import annotations

from functools import cache
from os import fspath
from typing import TYPE_CHECKING

from .report import Dispensing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from os import PathLike

    from .formulary import Answer, Circumstances, DrugList, Rules
    from .guideline.editions import Dates
    from .guideline.pack import Pack
    from .report import RowReport
    from .request.model import Request
    from .request.treatment import Drug

LIST_NEEDED = (
    "Formulary: give the published drug list (--formulary FILE) to see whether this drug needs "
    "review before it is dispensed."
)
_REVIEWS = {
    "needed": "Review is needed before it is dispensed.",
    "not_needed": "No review is needed before it is dispensed, if all this holds:",
}
_NO_VERDICT = "It does not decide whether the row is supported."


def read_drug_list(path: str | PathLike[str]) -> DrugList:
    """Return the published drug list in a .csv or .xlsx file.

    Raises :class:`~.formulary.DrugListError`, an :class:`ImrCheckError`, with file, row and column.
    """
    from .formulary import read_list

    return read_list(fspath(path))


def with_formulary(
    rows: tuple[RowReport, ...],
    request: Request,
    dates: Dates,
    packs: tuple[Pack, ...],
    listed: DrugList | None,
) -> tuple[RowReport, ...]:
    """Return the rows, those of a drug with a note on the formulary."""
    drugs = [treatment.drug for treatment in request.treatments]
    return tuple(
        _noted(row, _said(drug, request, dates.service, packs, listed)) if drug else row
        for row, drug in zip(rows, drugs, strict=True)
    )


def _noted(row: RowReport, said: Dispensing) -> RowReport:
    note = f"{row.note} {said.words}" if row.note else said.words
    return row._replace(note=note, formulary=said)


def _said(
    drug: Drug, request: Request, on: date, packs: tuple[Pack, ...], listed: DrugList | None
) -> Dispensing:
    if listed is None:
        return Dispensing(LIST_NEEDED, on)
    rules = _rules_of(tuple(pack.folder for pack in packs))
    if rules is None:
        return Dispensing("Formulary: no installed guideline pack brings its rules.", on)
    answer = _answer(drug, _case(drug, request, on), listed, rules)
    words = " ".join(filter(None, _sentences(answer, listed)))
    return Dispensing(words, on, answer, listed.title)


@cache
def _rules_of(folders: tuple[str, ...]) -> Rules | None:
    from .formulary import has_formulary, read_rules

    folder = next(filter(has_formulary, folders), None)
    return None if folder is None else read_rules(folder)


def _case(drug: Drug, request: Request, on: date) -> Circumstances:
    from .formulary import Circumstances

    injury = request.injury.date
    days = [each.date for each in request.chart.operations if each.date is not None]
    nearest = min(days, key=lambda day: (abs(day - on), day), default=None)
    known = injury if injury is not None and injury <= on else None
    return Circumstances(on, known, nearest, drug.days_supply)


def _answer(drug: Drug, case: Circumstances, listed: DrugList, rules: Rules) -> Answer:
    """Return the answer by the fullest name of the drug that the list has, else by its name."""
    from .formulary import decide
    from .formulary.names import find

    if drug.ingredients:
        return decide(f"{drug.name} compounded", case, listed, rules)
    names = list(_names(drug))
    known = [(name, find(listed.entries, name).entries) for name in names]
    name, entries = next((each for each in known if each[1]), (drug.name, ()))
    answer = decide(name, case, listed, rules)
    if not entries or name != drug.name or len(names) == 1:
        return answer
    if forms := dict.fromkeys(each.form for each in entries if each.form):
        return _in_another_form(answer, "; ".join(forms))
    check = "It was looked up by its name alone: see whether the list has this form otherwise."
    return answer._replace(notes=(*answer.notes, check))


def _names(drug: Drug) -> Iterator[str]:
    """Yield the name with what narrows it, the fullest first, and the name alone last."""
    form = drug.form if drug.form and drug.form != "other" else ""
    if drug.release == "extended":
        if form:
            yield f"{drug.name} extended release {form}"
        yield f"{drug.name} extended release"
    elif form:
        yield f"{drug.name} {form}"
    yield drug.name


def _in_another_form(answer: Answer, forms: str) -> Answer:
    """Return that nothing is known: what the list says of a tablet says nothing of a gel."""
    return answer._replace(
        status="unknown",
        review="needed",
        why=f"The list has it as {forms}, and the row in another form: look it up there.",
        confidence="unverified",
        conditions=(),
        fills=(),
        notes=(),
    )


def _sentences(answer: Answer, listed: DrugList) -> Iterator[str]:
    from .formulary.wording import STATUS_WORDS, fill_in_words

    status = STATUS_WORDS[answer.status or "unknown"]
    is_doubtful = answer.confidence == "unverified" and answer.status != "unknown"
    doubt = " (unverified)" if is_doubtful else ""
    yield f"Formulary: {status}{doubt}."
    yield answer.why.removeprefix(f"The list has it as {status}.").strip()
    yield _REVIEWS.get(answer.review, "")
    yield from answer.conditions
    for fill in answer.fills:
        mark = " (unverified)" if fill.confidence == "unverified" else ""
        yield f"{fill_in_words(fill)}{mark}."
    yield from answer.notes
    yield f"{_NO_VERDICT} ({answer.citation}; {listed.title})"
