"""``imr-check explain``, ``criteria`` and ``facts``: what the check looks at."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..explaining import (
    CONFIDENCE_WORDS,
    Standing,
    answers,
    effect,
    in_force,
    limits_of,
    logic,
    parts,
    replaced,
    versions,
)
from ..facts import VOCABULARY
from ..guideline.pack import installed_packs
from ..own_criteria import NO_CRITERIA, OWN_CRITERIA
from ..render.lines import Line
from ..render.output import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..guideline.model import Criterion, Section


def explain(code: str) -> int:
    """Print everything about one criterion, in every section that has it."""
    found = [
        Standing(pack, section, criterion)
        for pack in installed_packs()
        for section in pack.sections()
        if (criterion := section.criterion(code)) is not None
    ]
    own = _own(code)
    if found:
        show(_explained(found))
    elif own is not None:
        show(_own_explained(own))
    else:
        print(f"imr-check: there is no such criterion: {_hint(code)}", file=sys.stderr)
        return 2
    return 0


def _own(code: str) -> Criterion | None:
    wanted = code.casefold()
    return next(
        (c for c in OWN_CRITERIA.values() if wanted in (c.code.casefold(), c.name.casefold())), None
    )


def _hint(code: str) -> str:
    listed = {c.code for pack in installed_packs() for s in pack.sections() for c in s.criteria}
    close = get_close_matches(code.upper(), sorted(listed | set(OWN_CRITERIA)), 1, 0.5)
    return f"did you mean {close[0]}?" if close else "see `imr-check criteria`"


def _own_explained(criterion: Criterion) -> Iterator[Line]:
    yield Line(f"{criterion.code} {criterion.name}", style="bold")
    yield Line(criterion.statement)
    yield Line(f"Cure ({criterion.answered_by}): {criterion.remedy}", hang=2)
    if criterion is NO_CRITERIA:
        yield Line("See `imr-check criteria --treatments` for the treatments that have criteria.")


def _explained(found: list[Standing]) -> Iterator[Line]:
    for number, standings in enumerate(versions(found)):
        if number:
            yield Line("")
        yield from _version(standings)


def _version(standings: list[Standing]) -> Iterator[Line]:
    """Yield everything about standings that read the same."""
    _, section, criterion = standings[0]
    yield Line(f"{criterion.code} {criterion.name}", style="bold")
    yield Line(criterion.statement)
    yield Line("")
    yield from _places(standings)
    yield Line(f"Authority: {criterion.citation}", hang=2)
    yield Line(f"Confidence: {CONFIDENCE_WORDS[criterion.confidence]}", hang=2)
    if criterion.derived_from:
        yield Line(f"Determinations: {', '.join(criterion.derived_from)}", hang=2)
    yield Line(f"If it fails: {effect(criterion)}", hang=2)
    yield Line(f"Cure ({criterion.answered_by}): {criterion.remedy}", hang=2)
    if criterion.note:
        yield Line(f"Note: {criterion.note}", hang=2)
    yield Line("")
    yield from _logic(section, criterion)
    yield Line("")
    yield Line("Worked cases:", style="bold")
    for case in criterion.cases:
        yield Line(f"- {case['name']}: {case['expect'].replace('_', ' ')}", 2, hang=2)


def _places(standings: list[Standing]) -> Iterator[Line]:
    """Yield, for each edition, the treatments whose criterion it is there."""
    titles: dict[tuple[str, str], list[str]] = {}
    for pack, section, _ in standings:
        titles.setdefault((pack.name, section.edition), []).append(section.title)
    first = {(each.pack.name, each.section.edition): each for each in reversed(standings)}
    for key in titles:
        pack, edition = first[key].pack, first[key].edition
        over = replaced(edition)
        end = f"; replaced {over}" if over else ""
        listed = [file for file, of in pack.files() if of == edition.id]
        every = len(listed) > 1 and len(titles[key]) == len(listed)
        named = "every one of this edition" if every else "; ".join(titles[key])
        yield Line(f"Treatment: {named}", hang=2)
        yield Line(f"Edition: {edition.title}, in force {in_force(edition)}{end}", hang=2)


def _logic(section: Section, criterion: Criterion) -> Iterator[Line]:
    for title, expression in parts(section, criterion):
        yield Line(f"{title}:", style="bold")
        for step in logic(section, expression):
            yield Line(f"- {step.words}", 2 + 2 * step.depth, hang=2)
    limits = limits_of(section, criterion)
    if limits:
        yield Line("Limits:", style="bold")
    for limit in limits:
        mark = CONFIDENCE_WORDS[limit.confidence]
        note = f". {limit.note}" if limit.note else ""
        yield Line(f"- {limit.value} {limit.unit} ({limit.name}): {mark}{note}", 2, hang=2)


def criteria() -> int:
    """Print every criterion, section by section."""
    show(_criteria())
    return 0


def _criteria() -> Iterator[Line]:
    for pack in installed_packs():
        of_codes: dict[str, Criterion] = {}
        for key in pack.files():
            section, whole = pack.section(*key, coded=False), pack.section(*key)
            of_codes |= {each.code: each for each in whole.criteria if each not in section.criteria}
            edition = pack.editions[section.edition]
            yield from _listed(f"{section.title}: {edition.title}", section.criteria)
        if of_codes:
            title = f"Every treatment, where a row has codes, levels or sites: {pack.title}"
            yield from _listed(title, of_codes.values())


def _listed(title: str, criteria: Iterable[Criterion]) -> Iterator[Line]:
    yield Line(title, style="bold")
    for criterion in criteria:
        mark = " [unverified]" if criterion.confidence == "unverified" else ""
        name = f"{criterion.code:7} {criterion.name} ({criterion.severity}){mark}"
        yield Line(f"{name}: {criterion.statement}", 2, hang=8)
    yield Line("")


def treatments() -> int:
    """Print every kind of treatment and whether criteria for it are encoded."""
    show(_treatments())
    return 0


def _treatments() -> Iterator[Line]:
    for pack in installed_packs():
        for kind, term in pack.terms.treatments.items():
            listed = pack.listings.get(kind, ())
            titles = "; ".join(pack.editions[item.edition].title for item in listed)
            codes = ", ".join(sorted(term.procedure_codes))
            shown = f"; CPT/HCPCS {codes}" if codes else ""
            yield Line(f"{kind}: {term.title}{shown}. {titles or 'No criteria encoded.'}", hang=4)


def facts() -> int:
    """Print the vocabulary of facts."""
    show(_facts())
    return 0


def _facts() -> Iterator[Line]:
    for fact in sorted(VOCABULARY.values(), key=lambda fact: fact.name):
        yield Line(f"{fact.name}: {fact.label} ({answers(fact)})", style="bold", hang=4)
        yield Line(f"{fact.question} Answered by: {fact.answered_by}.", 4, hang=2)
