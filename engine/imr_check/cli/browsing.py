"""``imr-check explain``, ``criteria`` and ``facts``: what the check looks at."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..facts import VOCABULARY
from ..guideline.model import Combination, Negation, Reference, Test
from ..guideline.pack import installed_packs
from ..render.output import show
from ..render.text import Line
from ..report import NO_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.model import Criterion, Expression, Section
    from ..guideline.pack import Pack

_OPERATORS = {
    "is": "is",
    "is_one_of": "is one of",
    "is_none_of": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
}
CONFIDENCE_WORDS = {
    "verified": "verified in a public source",
    "determination": "as a reviewer stated it in a determination",
    "letter": "as a reviewer stated it in a determination letter",
    "unverified": "UNVERIFIED: general knowledge of the guideline, not checked against its text",
}


def explain(code: str) -> int:
    """Print everything about one criterion, in every section that has it."""
    found = [
        (pack, section, criterion)
        for pack in installed_packs()
        for section in pack.sections()
        if (criterion := section.criterion(code)) is not None
    ]
    if not found and code.casefold() in (NO_CRITERIA.code.casefold(), NO_CRITERIA.name):
        show([Line(f"{NO_CRITERIA.code} {NO_CRITERIA.name}", style="bold"), *_no_criteria()])
        return 0
    if not found:
        codes = sorted(
            {c.code for p in installed_packs() for s in p.sections() for c in s.criteria}
        )
        close = get_close_matches(code.upper(), codes, 1, 0.5)
        hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria`"
        print(f"imr-check: there is no such criterion: {hint}", file=sys.stderr)
        return 2
    show(_explained(*found[0], [section.title for _, section, _ in found]))
    return 0


def _no_criteria() -> Iterator[Line]:
    yield Line(NO_CRITERIA.statement)
    yield Line(f"Cure ({NO_CRITERIA.answered_by}): {NO_CRITERIA.remedy}", hang=2)
    yield Line("See `imr-check criteria --treatments` for the treatments that have criteria.")


def _explained(
    pack: Pack, section: Section, criterion: Criterion, titles: list[str]
) -> Iterator[Line]:
    edition = pack.editions[section.edition]
    yield Line(f"{criterion.code} {criterion.name}", style="bold")
    yield Line(criterion.statement)
    yield Line("")
    yield Line(f"Treatment: {'; '.join(titles)}", hang=2)
    yield Line(f"Edition: {edition.title}{_window(edition)}", hang=2)
    yield Line(f"Authority: {criterion.citation}", hang=2)
    yield Line(f"Confidence: {CONFIDENCE_WORDS[criterion.confidence]}", hang=2)
    if criterion.derived_from:
        yield Line(f"Determinations: {', '.join(criterion.derived_from)}", hang=2)
    yield Line(f"If it fails: {_effect(criterion)}", hang=2)
    yield Line(f"Cure ({criterion.answered_by}): {criterion.remedy}", hang=2)
    if criterion.note:
        yield Line(f"Note: {criterion.note}", hang=2)
    yield Line("")
    yield from _logic(section, criterion)
    yield Line("")
    yield Line("Worked cases:", style="bold")
    for case in criterion.cases:
        yield Line(f"- {case['name']}: {case['expect'].replace('_', ' ')}", 2, hang=2)


def _window(edition: Any) -> str:
    start = f"from {edition.starts.day}" if edition.starts else ""
    end = f" until {edition.ends.day} (by date of {edition.ends.keyed_to})" if edition.ends else ""
    return f", in force {start}{end}"


def _effect(criterion: Criterion) -> str:
    effects = {
        "fatal": "the row is not supported; adding documentation alone does not cure it",
        "curable": "the row is not supported, or incomplete, until it is documented",
        "advisory": "a warning only",
        "context": "nothing: it is a note",
    }
    rebuttable = "; a complete rebuttal may stand against it" if criterion.rebuttable else ""
    return effects[criterion.severity] + rebuttable


def _logic(section: Section, criterion: Criterion) -> Iterator[Line]:
    parts = (
        ("Applies only when", criterion.applies_when),
        ("Does not apply when", criterion.applies_unless),
        ("Fails when", criterion.excluded_when),
        ("Needs", criterion.requires),
    )
    for title, expression in parts:
        if expression is not None:
            yield Line(f"{title}:", style="bold")
            yield from _expression(section, expression, 2)


def _expression(
    section: Section, expression: Expression, indent: int, negated: bool = False
) -> Iterator[Line]:
    if isinstance(expression, Negation):
        yield from _expression(section, expression.part, indent, not negated)
    elif isinstance(expression, Test):
        yield Line(f"- {_test(section, expression, negated)}", indent, hang=2)
    elif isinstance(expression, Reference):
        finding = next(f for f in section.findings if f.name == expression.finding)
        yield Line(f"- {'not: ' if negated else ''}{finding.statement}", indent, hang=2)
        yield from _expression(section, finding.logic, indent + 4)
    else:
        yield Line(f"- {_how_many(expression, negated)}:", indent)
        for part in expression.parts:
            yield from _expression(section, part, indent + 2)


def _how_many(expression: Combination, negated: bool) -> str:
    if expression.least == len(expression.parts):
        return "not all of" if negated else "all of"
    if expression.least == 1:
        return "none of" if negated else "any of"
    return f"{'fewer than' if negated else 'at least'} {expression.least} of"


def _test(section: Section, test: Test, negated: bool) -> str:
    fact = VOCABULARY[test.fact]
    if test.operator == "documented":
        return f"{fact.label}: {'not ' if negated else ''}documented"
    if test.operator == "is" and isinstance(test.value, bool):
        return f"{fact.label}: {'yes' if test.value is not negated else 'no'}"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    words = ", ".join(str(value).replace("_", " ") for value in values)
    text = f"{fact.label} {'not ' if negated else ''}{_OPERATORS[test.operator]} {words}"
    if test.limit is None:
        return text
    limit = section.limits[test.limit]
    mark = ", unverified" if limit.confidence == "unverified" else ""
    note = f" ({limit.note})" if limit.note else ""
    return f"{text} {limit.unit}{mark}{note}"


def criteria() -> int:
    """Print every criterion, section by section."""
    show(_criteria())
    return 0


def _criteria() -> Iterator[Line]:
    for pack in installed_packs():
        for section in pack.sections():
            edition = pack.editions[section.edition]
            yield Line(f"{section.title}: {edition.title}", style="bold")
            for criterion in section.criteria:
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
        values = fact.unit or ", ".join(word.replace("_", " ") for word in fact.words) or "yes, no"
        yield Line(f"{fact.name}: {fact.label} ({values})", style="bold", hang=4)
        yield Line(f"{fact.question} Answered by: {fact.answered_by}.", 4, hang=2)
