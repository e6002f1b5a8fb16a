"""The card of one row on the HTML page: its verdict, what has to be done, then all the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..report import place_of_row
from ..tally import INVALID
from .context import NEVER, verdict_look, verdict_words
from .html_items import GROUPS, Items, doubt, listed, places
from .markup import NOTHING, Markup, element, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import EditionUsed, Finding, RowReport, Verdict

_SYMBOLS = {
    "supported": "\N{CHECK MARK}",
    "argued": "\N{CIRCLE WITH LEFT HALF BLACK}",
    "not_supported": "\N{MULTIPLICATION X}",
    "incomplete": "\N{WHITE CIRCLE}",
    "no_criteria": "\N{EMPTY SET}",
    "depends": "?",
    INVALID: "!",
}


def chip(verdict: Verdict | None, *, template: bool = False, argued: bool = False) -> Markup:
    """Return a verdict as symbol and word."""
    words = "cannot be checked"
    if verdict is not None:
        words = verdict_words(verdict, template=template, argued=argued)
    look = verdict_look(verdict, template=template, argued=argued)
    symbol = element("span", _SYMBOLS[look], aria_hidden="true")
    return element("span", symbol, " ", words.capitalize(), class_=f"chip {look}")


def card(row: RowReport, anchor: str, *, template: bool) -> Markup:
    """Return the card of a row."""
    work, items = Work.of(row), Items(row.edition, template=template)
    place = f", line {row.line}" if row.line else ""
    eyebrow = element("span", f"{place_of_row(row.row).capitalize()}{place}", class_="eyebrow")
    title = element("h3", eyebrow, " ", row.treatment, id=anchor)
    verdict = chip(row.verdict, template=template, argued=row.argued)
    chips = element("p", _advice(row.edition), verdict)
    look = verdict_look(row.verdict, template=template, argued=row.argued)
    head = element("div", title, chips, class_="title")
    lead = element("p", _lead(row, work, template), class_="lead")
    return element(
        "section",
        element("header", head, lead, _edition(row.edition), _note(row)),
        *_work(work, items, never=template and row.edition is not None),
        *_rest(row, items),
        class_=f"card {look}",
        aria_labelledby=anchor,
    )


class Work(NamedTuple):
    """The open findings of a row by what has to come of them."""

    stops: tuple[Finding, ...]
    argued: tuple[Finding, ...]
    asked: dict[str, list[Finding]]
    warnings: tuple[Finding, ...]

    @classmethod
    def of(cls, row: RowReport) -> Work:
        """Sort the open findings of a row; each keeps its place in the guideline."""
        stops: list[Finding] = []
        argued: list[Finding] = []
        warnings: list[Finding] = []
        asked: dict[str, list[Finding]] = {who: [] for who in GROUPS}
        for finding in row.open:
            criterion = finding.criterion
            if finding.argued and not finding.rebuttal_lacks:
                argued.append(finding)
            elif finding.only_warns:
                warnings.append(finding)
            elif criterion.severity == "fatal" and finding.outcome == "not_met":
                stops.append(finding)
            else:
                asked[criterion.answered_by].append(finding)
        asked = {who: findings for who, findings in asked.items() if findings}
        return cls(tuple(stops), tuple(argued), asked, tuple(warnings))

    @property
    def never(self) -> list[Finding]:
        """What stands in the way, of a template: nothing that is filled in would change it."""
        return [*self.stops, *(each for group in self.asked.values() for each in group)]

    @property
    def blocking(self) -> int:
        """How many findings stand in the way of the row."""
        return len(self.stops) + sum(map(len, self.asked.values()))

    @property
    def shares(self) -> list[tuple[int, str]]:
        """How much stands in the way, by who can answer; first what nobody can."""
        stops = [(len(self.stops), "that documentation alone does not cure")] if self.stops else []
        return stops + [(len(each), f"for the {who}") for who, each in self.asked.items()]


def _lead(row: RowReport, work: Work, template: bool) -> str:
    words = []
    always = ", whatever is filled in" if template else ""
    if row.verdict == "no_criteria":
        words.append("This row was not judged.")
    elif work.blocking:
        words.append(_in_the_way(work, always))
    elif row.verdict == "supported":
        other = " other" if work.argued else ""
        words.append(f"No{other} encoded criterion that blocks this row fails{always}.")
    if work.argued:
        words.append(f"{_count(len(work.argued), 'point')} left to the rebuttal.")
    if work.warnings:
        words.append(f"{_count(len(work.warnings), 'warning')}.")
    if row.depends:
        words.append(f"{_count(len(row.depends), 'point')} left open by the template.")
    hidden = [f"{len(row.suppressed)} set aside"] if row.suppressed else []
    hidden += [f"{len(row.not_selected)} left out by the selection"] if row.not_selected else []
    if hidden:
        words.append(f"{listed(hidden)}, which leaves the verdict as it is.")
    return " ".join(words)


def _in_the_way(work: Work, always: str) -> str:
    points = _count(work.blocking, "point")
    verb = "stands" if work.blocking == 1 else "stand"
    if len(work.shares) == 1:
        return f"{points} {work.shares[0][1]} {verb} in the way{always}."
    shares = listed([f"{number} {whose}" for number, whose in work.shares])
    return f"{points} {verb} in the way{always}: {shares}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _edition(edition: EditionUsed | None) -> Markup:
    if edition is None:
        return NOTHING
    where = edition.edition.citation.section
    cited = f" ({where})" if where else ""
    title = element("strong", edition.title)
    # The advice at the head of the file says the reason of an edition that is not in force.
    when = edition.reason.removeprefix(f"{edition.title} ") if not edition.mark else ""
    standing = f", which {when}" if when else "."
    words = f"{cited}{standing} Pages without a title are from it."
    return element("p", "Judged by ", title, words, class_="by")


def _advice(edition: EditionUsed | None) -> Markup:
    if edition is None or not edition.mark:
        return NOTHING
    return joined(element("span", edition.mark.capitalize(), class_="tag advice"), " ")


def _note(row: RowReport) -> Markup:
    return element("p", row.note, class_="note") if row.note else NOTHING


# What has to be done


def _work(work: Work, items: Items, *, never: bool) -> Iterator[Markup]:
    if never and work.never:
        yield items.block(NEVER, work.never, "stop", who=True)
    elif not never:
        if work.stops:
            yield items.block("Documentation alone does not cure this", work.stops, "stop")
        for who, findings in work.asked.items():
            yield items.block(GROUPS[who], findings, "ask")
    if work.argued:
        yield items.block("Left to the rebuttal", work.argued, "quiet")
    if work.warnings:
        yield items.block("Warnings, which do not decide the row", work.warnings, "warn", who=True)


# The rest


def _rest(row: RowReport, items: Items) -> Iterator[Markup]:
    if row.depends:
        yield items.block("Depends on what is filled in", row.depends, "quiet")
    if row.suppressed:
        yield items.block("Set aside", row.suppressed, "quiet")
    if row.not_selected:
        codes = ", ".join(finding.code for finding in row.not_selected)
        words = f"Fails as well, and was left out by the selection of codes: {codes}."
        yield element("p", words, class_="note")
    for finding in row.findings:
        if finding.criterion.severity == "context" and finding.outcome == "met":
            name = element("strong", f"{finding.code} {finding.name}. ")
            statement = f"{finding.criterion.statement} "
            yield element("p", name, statement, items.source(finding), class_="note")
    yield from _quiet(row)
    yield from _trace(row)


def _quiet(row: RowReport) -> Iterator[Markup]:
    settled = [finding for finding in row.findings if finding.criterion.severity != "context"]
    met = [finding for finding in settled if finding.outcome == "met"]
    beside = [finding for finding in settled if finding.outcome == "not_applicable"]
    if met:
        items = element("ul", *map(_met, met))
        yield element("details", element("summary", f"Met: {len(met)}"), items)
    if beside:
        names = "; ".join(f"{finding.code} {finding.name}" for finding in beside)
        summary = element("summary", f"Does not apply: {len(beside)}")
        yield element("details", summary, element("p", f"{names}."))


def _met(finding: Finding) -> Markup:
    where = "; ".join(places(finding.evidence))
    source = element("span", where, class_="source") if where else NOTHING
    name = joined(element("strong", finding.code), f" {finding.name}")
    if mark := doubt(finding):
        name = joined(name, " ", mark)
    return element("li", name, f": {finding.criterion.statement} ", source)


def _trace(row: RowReport) -> Iterator[Markup]:
    if not row.trace:
        return
    items = []
    for fired in row.trace:
        facts = ", ".join(f"{name} = {value}" for name, value in fired.matched) or "always"
        items.append(element("li", f"{fired.rule}: {fired.node} is {fired.outcome} by {facts}"))
    yield element("details", element("summary", f"Rules that fired: {len(items)}"),
                  element("ol", *items), class_="trace")  # fmt: skip
