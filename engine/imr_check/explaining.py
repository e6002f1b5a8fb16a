"""The words for what a criterion asks, what its failure means and how sure it is.

``imr-check explain`` and the page of a criterion say the same, so they say it from here. Nothing
here knows of a screen or of a page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from .errors import GuidelineError
from .facts import VOCABULARY
from .guideline.model import Combination, Criterion, Negation, Reference, Test
from .rules.program import REBUTTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .facts import Fact
    from .guideline.model import (
        Confidence,
        Edition,
        Expression,
        Limit,
        Section,
        Severity,
        SharedFinding,
        Value,
    )
    from .guideline.pack import Pack

CONFIDENCE_WORDS: dict[Confidence, str] = {
    "verified": "verified in a public source",
    "determination": "as a reviewer stated it in a determination",
    "letter": "as a reviewer stated it in a determination letter",
    "unverified": "UNVERIFIED: general knowledge of the guideline, not checked against its text",
}
SEVERITY_WORDS: dict[Severity, str] = {
    "fatal": "the row is not supported; adding documentation alone does not cure it",
    "curable": "the row is not supported, or incomplete, until it is documented",
    "advisory": "a warning only",
    "context": "nothing: it is a note",
}
_OPERATORS = {
    "is": ("is", "is not"),
    "is_one_of": ("is one of", "is none of"),
    "is_none_of": ("is none of", "is one of"),
    "at_least": ("is at least", "is less than"),
    "at_most": ("is at most", "is more than"),
}
"""By operator, the words for it and for its negation."""


class Standing(NamedTuple):
    """A criterion where it stands: in one section of one pack."""

    pack: Pack
    section: Section
    criterion: Criterion

    @property
    def edition(self) -> Edition:
        """The edition of the section."""
        return self.pack.editions[self.section.edition]


class Step(NamedTuple):
    """One line of logic: how deep it stands, its words, and what an author would look for.

    ``name`` is the name of a fact or of a shared finding, or the code of a criterion; it is empty
    for the head of a group such as *all of*.
    """

    depth: int
    words: str
    kind: Literal["fact", "finding", "criterion", "group"]
    name: str = ""


def standings(packs: Iterable[Pack]) -> dict[str, list[Standing]]:
    """Return where each code stands, in the order of the packs and their indexes."""
    found: dict[str, list[Standing]] = {}
    for pack in packs:
        for section in pack.sections():
            for criterion in section.criteria:
                standing = Standing(pack, section, criterion)
                found.setdefault(criterion.code, []).append(standing)
    return found


def versions(found: Iterable[Standing]) -> list[list[Standing]]:
    """Return the standings of one code, those together that read the same word for word."""
    groups: list[tuple[object, list[Standing]]] = []
    for standing in found:
        content = _content(standing)
        group = next((listed for known, listed in groups if known == content), None)
        if group is None:
            groups.append((content, [standing]))
        else:
            group.append(standing)
    return [listed for _, listed in groups]


def _content(standing: Standing) -> object:
    section, criterion = standing.section, standing.criterion
    steps = [(title, list(logic(section, part))) for title, part in parts(section, criterion)]
    return criterion, steps, limits_of(section, criterion), findings_of(section, criterion)


def in_force(edition: Edition) -> str:
    """Return the days in force, as *for requests from 2009-07-18 until 2016-07-28*."""
    first, last = edition.starts, edition.ends
    start = f"for {first.keyed_to}s from {first.day}{first.doubt}" if first else ""
    if last is None:
        return start or "without a first or a last day"
    if first is None:
        return f"for {last.keyed_to}s until {last.day}{last.doubt}"
    other = f" and {last.keyed_to}s" if last.keyed_to != first.keyed_to else ""
    return f"{start}{other} until {last.day}{last.doubt}"


def replaced(edition: Edition) -> str:
    """Return since when the edition is replaced, and by what; empty if it has no last day."""
    if edition.ends is None:
        return ""
    by = f" by {edition.replaced_by}" if edition.replaced_by else ""
    since = edition.ends.day + timedelta(days=1)
    return f"for {edition.ends.keyed_to}s from {since}{edition.ends.doubt}{by}"


def effect(criterion: Criterion) -> str:
    """Return what it means that the criterion fails."""
    rebuttable = "; a complete rebuttal may stand against it" if criterion.rebuttable else ""
    silent = (
        "; where the chart says nothing, a warning only" if criterion.silence == "warns" else ""
    )
    return SEVERITY_WORDS[criterion.severity] + silent + rebuttable


def parts(section: Section, criterion: Criterion) -> list[tuple[str, Expression]]:
    """Return the parts of the logic with their titles, in the order in which they decide."""
    titled = (
        ("Applies only when", criterion.applies_when),
        ("Does not apply when", criterion.applies_unless),
        ("Fails when", criterion.excluded_when),
        ("Needs", criterion.requires),
    )
    found = [(title, expression) for title, expression in titled if expression is not None]
    if criterion.rebuttable and any(finding.name == REBUTTAL for finding in section.findings):
        found.append(("A failure is argued against when", Reference(REBUTTAL)))
    return found


def logic(
    section: Section, expression: Expression, depth: int = 0, negated: bool = False
) -> Iterator[Step]:
    """Yield the lines of an expression, each part one deeper than the group that it is in."""
    if isinstance(expression, Negation):
        yield from logic(section, expression.part, depth, not negated)
    elif isinstance(expression, Test):
        yield Step(depth, _test(section, expression, negated), "fact", expression.fact)
    elif isinstance(expression, Reference):
        yield from _reference(section, expression, depth, negated)
    else:
        yield Step(depth, f"{_how_many(expression, negated)}:", "group")
        for part in expression.parts:
            yield from logic(section, part, depth + 1)


def _reference(section: Section, reference: Reference, depth: int, negated: bool) -> Iterator[Step]:
    start = "not: " if negated else ""
    target = _target(section, reference)
    if isinstance(target, Criterion):
        yield Step(depth, f"{start}{target.statement}", "criterion", target.code)
        return
    mark = " (unverified)" if target.confidence == "unverified" else ""
    yield Step(depth, f"{start}{target.statement}{mark}", "finding", target.name)
    yield from logic(section, target.logic, depth + 1)
    if target.excluded_when:
        yield from logic(section, target.excluded_when, depth + 1, negated=True)


def _target(section: Section, reference: Reference) -> SharedFinding | Criterion:
    wanted = reference.finding
    finding = next((each for each in section.findings if each.name == wanted), None)
    found = finding or next((each for each in section.criteria if each.code == wanted), None)
    if found is None:
        raise GuidelineError(f"{section.file}: there is no finding {wanted}")
    return found


def _how_many(expression: Combination, negated: bool) -> str:
    if expression.least == len(expression.parts):
        return "not all of" if negated else "all of"
    if expression.least == 1:
        return "none of" if negated else "any of"
    return f"{'fewer than' if negated else 'at least'} {expression.least} of"


def _test(section: Section, test: Test, negated: bool) -> str:
    fact = fact_of(section, test.fact)
    if test.operator == "documented":
        return f"{fact.label}: {'not ' if negated else ''}documented"
    if test.operator == "is" and isinstance(test.value, bool):
        return said(fact, test.value is not negated)
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    words = ", ".join(_word(value) for value in values)
    limit = section.limits[test.limit] if test.limit else None
    unit = limit.unit if limit else fact.unit
    mark = ", unverified" if limit and limit.confidence == "unverified" else ""
    return f"{fact.label} {_OPERATORS[test.operator][negated]} {words} {unit}".rstrip() + mark


def fact_of(section: Section, name: str) -> Fact:
    """Return the fact with this name; GuidelineError if there is none."""
    if name not in VOCABULARY:
        raise GuidelineError(f"{section.file}: there is no fact {name}")
    return VOCABULARY[name]


def said(fact: Fact, value: Value) -> str:
    """Return a fact and its value in words, as *months of symptoms: 3 months*."""
    if isinstance(value, bool):
        return f"{fact.label}: {'yes' if value else 'no'}"
    return f"{fact.label}: {_word(value)} {fact.unit}".rstrip()


def answers(fact: Fact) -> str:
    """Return what may be answered: yes or no, a number in its unit, or one of the words."""
    return fact.unit or ", ".join(_word(word) for word in fact.words) or "yes, no"


def _word(value: Value) -> str:
    return str(value).replace("_", " ")


def facts_of(section: Section, criterion: Criterion) -> list[Fact]:
    """Return the facts that the criterion asks for, each once, in the order of its logic."""
    names = dict.fromkeys(test.fact for test in _tests(section, criterion))
    return [fact_of(section, name) for name in names]


def limits_of(section: Section, criterion: Criterion) -> list[Limit]:
    """Return the limits that the criterion is held to, in the order of its logic."""
    named = (
        name for _, expression in parts(section, criterion) for name in _named(section, expression)
    )
    return [section.limits[name] for name in dict.fromkeys(named)]


def findings_of(section: Section, criterion: Criterion) -> list[SharedFinding]:
    """Return the shared findings that the criterion leans on, each once, in order."""
    found = {
        step.name: None
        for _, expression in parts(section, criterion)
        for step in logic(section, expression)
        if step.kind == "finding"
    }
    return [finding for finding in section.findings if finding.name in found]


def doubts_of(section: Section, criterion: Criterion) -> list[Limit | SharedFinding]:
    """Return the unverified limits and shared findings that the criterion is decided by."""
    leant_on: list[Limit | SharedFinding] = [
        *limits_of(section, criterion),
        *findings_of(section, criterion),
    ]
    # A rebuttal argues against an outcome; it does not decide it.
    return [each for each in leant_on if each.confidence == "unverified" and each.name != REBUTTAL]


def _named(section: Section, expression: Expression) -> Iterator[str]:
    """Yield the names of the limits in an expression, and in the findings that it refers to."""
    if isinstance(expression, Test | Combination) and expression.limit:
        yield expression.limit
    if isinstance(expression, Negation):
        yield from _named(section, expression.part)
    elif isinstance(expression, Combination):
        for part in expression.parts:
            yield from _named(section, part)
    elif isinstance(expression, Reference):
        target = _target(section, expression)
        if not isinstance(target, Criterion):
            yield from _named(section, target.logic)


def _tests(section: Section, criterion: Criterion) -> Iterator[Test]:
    for _, expression in parts(section, criterion):
        yield from _tests_in(section, expression)


def _tests_in(section: Section, expression: Expression) -> Iterator[Test]:
    if isinstance(expression, Test):
        yield expression
    elif isinstance(expression, Negation):
        yield from _tests_in(section, expression.part)
    elif isinstance(expression, Combination):
        for part in expression.parts:
            yield from _tests_in(section, part)
    elif not isinstance(target := _target(section, expression), Criterion):
        yield from _tests_in(section, target.logic)
