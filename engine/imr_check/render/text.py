"""The report for people: verdict per row, what fails and why, what would cure it, what is met.

The same lines serve a terminal, a narrow window and a pipe: with colour through rich where the
output is a terminal, else plain and wrapped.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from .context import NOTICE, OUTCOME_WORDS, VERDICT_WORDS, advice_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..report import Evidence, Finding, Report, RowReport
    from .context import Context

_STYLES = {
    "supported": "bold green",
    "not_supported": "bold red",
    "incomplete": "bold yellow",
    "no_criteria": "bold magenta",
    None: "bold red",
}
_MARKS = {"error": "x", "warning": "!", "info": "-"}
_MARK_STYLES = {"error": "red", "warning": "yellow", "info": ""}


class Line(NamedTuple):
    """One paragraph: how far it is indented, what it says, and its style on a terminal.

    A ``whole`` line is never wrapped: it holds a path, which people copy.
    """

    text: str
    indent: int = 0
    style: str = ""
    hang: int = 0
    whole: bool = False


def render(reports: Iterable[Report], context: Context) -> Iterator[Line]:
    """Yield the lines of the output."""
    if context.engine_hint:
        yield Line(f"Engine: {context.engine}. {context.engine_hint}", style="yellow")
        yield Line("")
    for report in reports:
        yield from _report(report)
        yield Line("")
    yield Line(f"imr-check {context.version}, decided by {context.engine}. {NOTICE}", style="dim")


def plain(line: Line, width: int) -> str:
    """Return a line wrapped to ``width`` columns, without colour."""
    if not line.text:
        return ""
    start = " " * line.indent
    if line.whole:
        return start + line.text
    return textwrap.fill(
        line.text,
        width,
        initial_indent=start,
        subsequent_indent=start + " " * line.hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _report(report: Report) -> Iterator[Line]:
    if report.errors:
        yield Line(f"{report.path}: cannot be checked", style=_STYLES[None], whole=True)
        for problem in report.errors:
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            yield Line(place + problem.message, 2, hang=2)
        return
    words = VERDICT_WORDS[report.verdict]
    title = f"{report.path or 'request'}: {words}"
    yield Line(title, style=_STYLES[report.verdict], whole=True)
    for sentence in advice_on(report):
        yield Line(sentence, 2, "bold yellow")
    for row in report.treatments:
        yield Line("")
        yield from _row(row)


def _row(row: RowReport) -> Iterator[Line]:
    verdict = VERDICT_WORDS[row.verdict].upper()
    verdict += " if the rebuttal is accepted" if row.argued else ""
    place = f" (line {row.line})" if row.line else ""
    yield Line(f"Row {row.row}: {row.treatment}: {verdict}{place}", 2, _STYLES[row.verdict], 2)
    if row.edition:
        mark = f" ({row.edition.mark})" if row.edition.mark else ""
        yield Line(f"Judged by {row.edition.title}{mark}", 4, "dim", 2)
    if row.note:
        yield Line(row.note, 4, hang=2)
    for finding in sorted(row.failing, key=lambda f: f.severity != "error"):
        yield Line("")
        yield from _failing(finding)
    yield from _quiet(row)
    for fired in row.trace:
        facts = ", ".join(f"{name} = {value}" for name, value in fired.matched) or "always"
        yield Line(f"rule {fired.rule}: {fired.node} is {fired.outcome} by {facts}", 4, "dim", 4)


def _failing(finding: Finding) -> Iterator[Line]:
    criterion = finding.criterion
    mark, style = _MARKS[finding.severity], _MARK_STYLES[finding.severity]
    marks = [OUTCOME_WORDS[finding.outcome]]
    marks += ["warning only"] if criterion.severity == "advisory" else []
    marks += [finding.edition.mark] if finding.edition and finding.edition.mark else []
    marks += ["argued"] if finding.argued else []
    yield Line(f"{mark} {criterion.code} {criterion.name}: {', '.join(marks)}", 4, style, 2)
    yield Line(finding.message, 6, hang=2)
    if finding.outcome == "not_met":
        yield from (Line(f"at {place}", 6, hang=2) for place in _places(finding.evidence))
    yield Line(f"Cure ({criterion.answered_by}): {criterion.remedy}", 6, hang=2)
    if finding.rebuttal_lacks:
        yield Line(f"The rebuttal still lacks: {'; '.join(finding.rebuttal_lacks)}", 6, hang=2)
    if finding.citation:
        unverified = " (unverified)" if criterion.confidence == "unverified" else ""
        yield Line(f"{finding.citation}{unverified}", 6, "dim", 2)


def _places(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    for entry in evidence:
        place = f"line {entry.line}, column {entry.column}" if entry.line else entry.pointer
        page = f", page {entry.page}" if entry.page else ""
        dated = f" of {entry.date}" if entry.date else ""
        record = f" ({entry.document}{dated}{page})" if entry.document else ""
        yield place + record


def _quiet(row: RowReport) -> Iterator[Line]:
    for outcome, title in (("met", "Met"), ("not_applicable", "Does not apply")):
        names = [
            f"{finding.code} {finding.name}"
            for finding in row.findings
            if finding.outcome == outcome and finding.criterion.severity != "context"
        ]
        if names:
            yield Line("")
            yield Line(f"{title}: {', '.join(names)}", 4, "green" if outcome == "met" else "dim", 2)
    for finding in row.findings:
        if finding.criterion.severity == "context" and finding.outcome == "met":
            yield Line("")
            yield Line(f"- {finding.code} note: {finding.criterion.statement}", 4, "dim", 2)
