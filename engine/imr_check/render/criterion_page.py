"""The page of a criterion: everything the guideline file says of it, in plain words.

A criterion that stands in several sections has one page. Where a code reads differently in another
edition or in another pack, the page has one part for each reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import GuidelineError
from ..explaining import (
    Step,
    answers,
    doubts_of,
    effect,
    fact_of,
    facts_of,
    findings_of,
    limits_of,
    logic,
    parts,
    replaced,
    said,
    versions,
)
from ..guideline.model import SharedFinding
from .context import OUTCOME_WORDS
from .page_parts import (
    INDEX,
    box,
    code,
    codes,
    criterion_address,
    days,
    edition_address,
    escaped,
    limit_line,
    link,
    mark,
    section_address,
    sure,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..explaining import Standing
    from ..facts import Fact
    from ..guideline.model import Criterion, Limit, Section


def criterion_page(standings: list[Standing]) -> Iterator[str]:
    """Yield the lines of the page of one code, given everywhere it stands."""
    first = standings[0].criterion
    readings = versions(standings)
    yield from _head(first)
    if len(readings) > 1:
        yield f"This code reads differently in {len(readings)} places. Each is told below."
        yield ""
    for reading in readings:
        if len(readings) > 1:
            yield f"## {escaped(reading[0].section.title)}, {escaped(reading[0].edition.title)}"
            yield ""
        yield from _reading(reading, "###" if len(readings) > 1 else "##")
    yield link("All criteria", INDEX)


def own_page(criterion: Criterion) -> Iterator[str]:
    """Yield the lines of the page of a code that no guideline has."""
    yield from _head(criterion)
    yield escaped(criterion.statement)
    yield ""
    yield f"- **Cure ({criterion.answered_by}):** {escaped(criterion.remedy)}"
    yield "- **Authority:** none. It is a check of the file, not a criterion of a guideline."
    yield ""
    yield link("All criteria", INDEX)


def _head(criterion: Criterion) -> Iterator[str]:
    yield f"# {escaped(criterion.code)} {escaped(criterion.name)}"
    yield ""


def _reading(standings: list[Standing], heading: str) -> Iterator[str]:
    """Yield the lines about standings that read the same, below headings of this level."""
    _, section, criterion = standings[0]
    yield escaped(criterion.statement)
    yield ""
    yield from _doubts(section, criterion)
    yield from _superseded(standings)
    yield from _facts_about(criterion)
    yield f"{heading} Where it stands"
    yield ""
    yield from _places(standings)
    yield f"{heading} What is asked"
    yield ""
    yield from _logic(section, criterion)
    yield from _limits(section, criterion, heading)
    yield from _findings(section, criterion, heading)
    yield from _questions(section, criterion, heading)
    yield from _cases(section, criterion, heading)


def _doubts(section: Section, criterion: Criterion) -> Iterator[str]:
    """Yield a box where the criterion, or a part that it is decided by, is unverified."""
    lines = [f"- {_doubt(each)}" for each in doubts_of(section, criterion)]
    if criterion.confidence == "unverified":
        also = ["", "Unverified as well:", "", *lines] if lines else []
        yield from box("danger", "Unverified", [_UNVERIFIED, *also])
    elif lines:
        yield from box("danger", "Unverified in part", [_IN_PART, "", *lines])


def _doubt(part: Limit | SharedFinding) -> str:
    if isinstance(part, SharedFinding):
        return f"the shared finding {code(part.name)}"
    return f"the limit of {part.value} {escaped(part.unit)} ({code(part.name)})"


_UNVERIFIED = (
    "Nobody has checked this criterion against the text of the guideline. It is general knowledge "
    "of the guideline, or a reading of our own. It judges a row like any other: read the note and "
    "the text before you rely on it."
)
_IN_PART = (
    "Nobody has checked this against the text of the guideline, and the outcome may hang on it:"
)


def _superseded(standings: list[Standing]) -> Iterator[str]:
    over = {each.edition: replaced(each.edition) for each in standings}
    lines = [
        f"- {escaped(edition.title)}: replaced {escaped(text)}."
        for edition, text in over.items()
        if text
    ]
    if lines:
        title = "Superseded" if len(lines) == len(over) else "Superseded in part"
        yield from box("warning", title, [*lines, "", _ADVICE])


_ADVICE = "For a later date it judges as advice only. Check the guideline of today before you send."


def _facts_about(criterion: Criterion) -> Iterator[str]:
    yield f"- **If it fails** ({criterion.severity}): {escaped(effect(criterion))}."
    yield f"- **Cure ({criterion.answered_by}):** {escaped(criterion.remedy)}"
    yield f"- **Authority:** {escaped(criterion.citation)}"
    yield f"- **Confidence:** {sure(criterion.confidence)}"
    if criterion.derived_from:
        yield f"- **Determinations:** {codes(criterion.derived_from)}"
    if criterion.note:
        yield f"- **Note:** {escaped(criterion.note)}"
    yield ""


def _places(standings: list[Standing]) -> Iterator[str]:
    yield from table(
        ("Treatment", "Edition", "In force"),
        (
            (
                link(escaped(each.section.title), section_address(each.pack, each.section)),
                link(escaped(each.edition.title), edition_address(each.pack, each.edition)),
                days(each.edition),
            )
            for each in standings
        ),
    )


def _logic(section: Section, criterion: Criterion) -> Iterator[str]:
    asked = parts(section, criterion)
    if not asked:
        yield "Nothing: it is a note for every row."
        yield ""
    for title, expression in asked:
        yield f"**{title}:**"
        yield ""
        for step in logic(section, expression):
            yield f"{'    ' * step.depth}- {_step(step)}"
        yield ""


def _step(step: Step) -> str:
    if step.kind == "group":
        return escaped(step.words)
    if step.kind == "criterion":
        return f"{link(code(step.name), criterion_address(step.name))}: {escaped(step.words)}"
    return f"{escaped(step.words)} ({code(step.name)})"


def _limits(section: Section, criterion: Criterion, heading: str) -> Iterator[str]:
    limits = limits_of(section, criterion)
    if not limits:
        return
    yield f"{heading} Limits"
    yield ""
    yield from map(limit_line, limits)
    yield ""


def _findings(section: Section, criterion: Criterion, heading: str) -> Iterator[str]:
    findings = findings_of(section, criterion)
    if not findings:
        return
    yield f"{heading} Shared findings"
    yield ""
    yield "Conclusions that several criteria lean on, each with an authority of its own."
    yield ""
    yield from table(
        ("Finding", "How sure", "Authority"),
        (
            (code(finding.name), mark(finding.confidence), escaped(finding.citation))
            for finding in findings
        ),
    )


def _questions(section: Section, criterion: Criterion, heading: str) -> Iterator[str]:
    facts = facts_of(section, criterion)
    if not facts:
        return
    yield f"{heading} Questions to ask"
    yield ""
    yield from table(
        ("Question", "Who can answer", "Fact"),
        ((escaped(fact.question), fact.answered_by, _fact(fact)) for fact in facts),
    )


def _fact(fact: Fact) -> str:
    return f"{code(fact.name)}<br>{escaped(fact.label)}: {escaped(answers(fact))}"


def _cases(section: Section, criterion: Criterion, heading: str) -> Iterator[str]:
    if not criterion.cases:
        return
    yield f"{heading} Worked cases"
    yield ""
    yield from table(
        ("Case", "What the request says", "Outcome"),
        (_case(section, criterion, case) for case in criterion.cases),
    )


def _case(section: Section, criterion: Criterion, case: Any) -> tuple[str, str, str]:
    try:
        given = [said(fact_of(section, name), value) for name, value in case["given"].items()]
        name, outcome = case["name"], OUTCOME_WORDS[case["expect"]]
    except (AttributeError, KeyError, TypeError):
        raise GuidelineError(
            f"{section.file}: {criterion.code}: a case is not as it should be: try `imr-check test`"
        ) from None
    return escaped(name), "<br>".join(map(escaped, given)) or "nothing", outcome
