"""The pages above the criteria: all codes, each section, each edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..explaining import CONFIDENCE_WORDS, SEVERITY_WORDS, doubts_of, replaced
from ..own_criteria import OWN_CRITERIA
from .page_parts import (
    INDEX,
    box,
    codes,
    criterion_address,
    days,
    edition_address,
    escaped,
    head,
    limit_line,
    link,
    mark,
    section_address,
    sure,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..explaining import Standing
    from ..guideline.model import Criterion, Edition, Section
    from ..guideline.pack import Listing, Pack


def index_page(packs: Sequence[Pack], found: dict[str, list[Standing]]) -> Iterator[str]:
    """Yield the lines of the page with all codes."""
    yield "# All criteria"
    yield ""
    yield (
        f"{len(found)} criteria, written from the guideline files. What the chart does not say is "
        "*not documented*, and never *no*. In a terminal, this tells what the page of a code does:"
    )
    yield ""
    yield from ("```sh", f"imr-check explain {min(found)}", "```", "")
    yield from _editions(packs)
    yield "## Codes"
    yield ""
    yield from table(
        ("Criterion", "Statement", "How sure", "Section"),
        (_code_row(found[each]) for each in sorted(found)),
    )
    yield "## Checks of the file"
    yield ""
    yield "Codes of our own, which no guideline has."
    yield ""
    yield from table(
        ("Check", "Statement"),
        ((_named(each), escaped(each.statement)) for each in OWN_CRITERIA.values()),
    )
    yield from _words()


def _editions(packs: Sequence[Pack]) -> Iterator[str]:
    for pack in packs:
        yield f"## {escaped(pack.title)}"
        yield ""
        yield from table(
            ("Edition", "In force", "Sections"),
            (_edition_row(pack, edition) for edition in pack.editions.values()),
        )


def _edition_row(pack: Pack, edition: Edition) -> tuple[str, ...]:
    sections = [
        link(escaped(section.title), section_address(pack, section))
        for section in pack.sections()
        if section.edition == edition.id
    ]
    title = link(escaped(edition.title), edition_address(pack, edition))
    return title, days(edition), "<br>".join(sections) or "none encoded"


def _code_row(standings: list[Standing]) -> tuple[str, ...]:
    pack, section, criterion = standings[0]
    place = link(escaped(section.title), section_address(pack, section))
    if len(standings) > 1:
        address = f"{criterion_address(criterion.code)}#where-it-stands"
        place = link(f"{len(standings)} sections", address)
    marks = dict.fromkeys(_mark(each.section, each.criterion) for each in standings)
    return _named(criterion), escaped(criterion.statement), "<br>".join(marks), place


def _named(criterion: Criterion) -> str:
    return f"{_linked(criterion)}<br>{escaped(criterion.name)}"


def _mark(section: Section, criterion: Criterion) -> str:
    """Return the mark of a criterion, and that it leans on something less sure where it does."""
    own = mark(criterion.confidence)
    if criterion.confidence == "unverified" or not doubts_of(section, criterion):
        return own
    return f"{own}, **in part unverified**"


def _linked(criterion: Criterion) -> str:
    return link(escaped(criterion.code), criterion_address(criterion.code))


def _words() -> Iterator[str]:
    yield "## What the words mean"
    yield ""
    yield from table(
        ("Severity", "If it fails"),
        ((severity, escaped(words)) for severity, words in SEVERITY_WORDS.items()),
    )
    yield from table(
        ("How sure", "What it means"),
        ((mark(each), escaped(words)) for each, words in CONFIDENCE_WORDS.items()),
    )


def section_page(pack: Pack, section: Section) -> Iterator[str]:
    """Yield the lines of the page of one section: a treatment under an edition."""
    edition = pack.editions[section.edition]
    yield from head(f"{section.title} under {edition.title}")
    yield f"# {escaped(section.title)}"
    yield ""
    title = link(escaped(edition.title), edition_address(pack, edition))
    kinds = [kind for kind, listed in pack.listings.items() if section.file in _files(listed)]
    yield (
        f"What is asked of a row of the kind {codes(kinds)} under {title}, "
        f"in force {days(edition)}."
    )
    yield ""
    yield from superseded(edition)
    yield f"## {len(section.criteria)} criteria"
    yield ""
    yield from _unverified(section)
    yield from table(
        ("Criterion", "Statement", "How sure", "Severity"),
        (
            (_named(each), escaped(each.statement), _mark(section, each), each.severity)
            for each in section.criteria
        ),
    )
    yield from _limits(section)
    yield link("All criteria", INDEX)


def _files(listed: Sequence[Listing]) -> list[str]:
    return [item.file for item in listed]


def _unverified(section: Section) -> Iterator[str]:
    doubted = [each for each in section.criteria if each.confidence == "unverified"]
    if doubted:
        codes = ", ".join(map(_linked, doubted))
        words = "Nobody has checked these against the text of the guideline:"
        yield from box("danger", f"{len(doubted)} unverified", [f"{words} {codes}."])


def _limits(section: Section) -> Iterator[str]:
    if not section.limits:
        return
    yield "## Limits"
    yield ""
    yield from map(limit_line, section.limits.values())
    yield ""


def edition_page(pack: Pack, edition: Edition) -> Iterator[str]:
    """Yield the lines of the page of one edition: its days in force and its sections."""
    yield from head(edition.title)
    yield f"# {escaped(edition.title)}"
    yield ""
    yield f"In force {days(edition)}."
    yield ""
    yield from superseded(edition)
    if edition.confidence == "unverified":
        words = escaped(edition.note) or "Nobody has checked the first and the last day."
        yield from box("danger", "Days in force unverified", [words])
    yield f"- **Authority:** {escaped(edition.citation)}"
    yield f"- **How sure the days are:** {sure(edition.confidence)}"
    if edition.note and edition.confidence != "unverified":
        yield f"- **Note:** {escaped(edition.note)}"
    yield f"- **Pack:** {escaped(pack.title)}, version {escaped(pack.version)}"
    yield ""
    yield "## Sections"
    yield ""
    sections = [each for each in pack.sections() if each.edition == edition.id]
    yield from table(
        ("Section", "Criteria", "Unverified"), (_section_row(pack, each) for each in sections)
    )
    if not sections:
        yield from ("No criteria are encoded under this edition.", "")
    yield link("All criteria", INDEX)


def _section_row(pack: Pack, section: Section) -> tuple[str, ...]:
    doubted = sum(each.confidence == "unverified" for each in section.criteria)
    title = link(escaped(section.title), section_address(pack, section))
    return title, str(len(section.criteria)), str(doubted)


def superseded(edition: Edition) -> Iterator[str]:
    """Yield a box that says since when an edition is replaced; nothing if it is not."""
    text = replaced(edition)
    if text:
        advice = "For a later date it judges as advice only. Check the guideline of today."
        yield from box("warning", "Superseded", [f"Replaced {escaped(text)}.", "", advice])
