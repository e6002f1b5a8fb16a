"""The report for people: verdict per row, what fails and why, what would cure it, what is met.

The same lines serve a terminal, a narrow window and a pipe: with colour through rich where the
output is a terminal, else plain and wrapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tally import INVALID
from .context import NOTICE, OUTCOME_WORDS, VERDICT_WORDS, advice_on, not_judged
from .lines import Line, written
from .renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..report import Evidence, Finding, Report, RowReport
    from ..tally import Tally

_STYLES = {
    "supported": "bold green",
    "not_supported": "bold red",
    "incomplete": "bold yellow",
    "no_criteria": "bold magenta",
    "depends": "bold cyan",
    None: "bold red",
}
_MARKS = {"error": "x", "warning": "!", "info": "-"}
_MARK_STYLES = {"error": "red", "warning": "yellow", "info": ""}


class Text(Renderer):
    """The report for people, on a terminal or in a pipe."""

    def begin(self) -> str:
        """Return a word on the evaluator, if it is not the usual one."""
        if not self.context.engine_hint:
            return ""
        hint = f"Engine: {self.context.engine}. {self.context.engine_hint}"
        return self._written([Line(hint, style="yellow"), Line("")])

    def piece(self, report: Report) -> str:
        """Return the paragraphs on one file."""
        return self._written([*_report(report), Line("")])

    def end(self, tally: Tally) -> str:
        """Return the summary and the notice."""
        return self._written([*_summary(tally), self._notice()])

    def _notice(self) -> Line:
        context = self.context
        decided = f"imr-check {context.version}, decided by {context.engine}."
        return Line(f"{decided} {NOTICE}", style="dim")

    def _written(self, lines: Iterable[Line]) -> str:
        return written(lines, self.context.width, color=self.context.color)


def _summary(tally: Tally) -> Iterator[Line]:
    """Yield what came of many files together; a single one speaks for itself."""
    if tally.files > 1:
        counts = [
            f"{count} {'cannot be checked' if verdict == INVALID else VERDICT_WORDS[verdict]}"
            for verdict, count in tally.verdicts.most_common()
        ]
        yield Line(f"{tally.files} requests: {', '.join(counts)}.", style="bold")
        levels = ", ".join(
            f"{count} {level}{'s' if count > 1 else ''}" for level, count in tally.levels.items()
        )
        yield Line(f"Findings: {levels or 'none'}.")
    if tally.suppressed:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(tally.suppressed.items()))
        yield Line(f"Suppressed, and not counted: {codes}.", hang=2)
    if tally.unjudged and (tally.files > 1 or tally.suppressed):
        yield Line(f"{not_judged(tally).capitalize()}.", hang=2)
    if tally.files > 1 or tally.suppressed:
        yield Line("")


def _report(report: Report) -> Iterator[Line]:
    if report.errors:
        yield Line(f"{report.path}: cannot be checked", style=_STYLES[None], whole=True)
        for problem in report.errors:
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            yield Line(place + problem.message, 2, hang=2)
        fixable = sum(problem.fix is not None for problem in report.errors)
        if fixable:
            yield Line(f"{fixable} of {len(report.errors)} can be mended with --fix.", 2)
        return
    words = VERDICT_WORDS[report.verdict]
    what = " (template)" if report.template else ""
    title = f"{report.path or 'request'}{what}: {words}"
    yield Line(title, style=_STYLES[report.verdict], whole=True)
    for sentence in advice_on(report):
        yield Line(sentence, 2, "bold yellow")
    for finding in report.file_findings:
        yield Line("")
        yield from _failing(finding, 2)
    for row in report.treatments:
        yield Line("")
        yield from _row(row, report.template)


def _row(row: RowReport, template: bool) -> Iterator[Line]:
    verdict = VERDICT_WORDS[row.verdict].upper()
    verdict += " if the rebuttal is accepted" if row.argued else ""
    place = f" (line {row.line})" if row.line else ""
    yield Line(f"Row {row.row}: {row.treatment}: {verdict}{place}", 2, _STYLES[row.verdict], 2)
    if row.edition:
        mark = f" ({row.edition.mark})" if row.edition.mark else ""
        yield Line(f"Judged by {row.edition.title}{mark}", 4, "dim", 2)
    if row.note:
        yield Line(row.note, 4, hang=2)
    if template and row.open and row.edition:
        yield Line("")
        yield Line("Can never be met, whatever is filled in:", 4, "bold")
    for finding in sorted(row.open, key=lambda f: f.severity != "error"):
        yield Line("")
        yield from _failing(finding, 4)
    yield from _holes(row)
    yield from _quiet(row, template)
    yield from _set_aside(row)
    for fired in row.trace:
        facts = ", ".join(f"{name} = {value}" for name, value in fired.matched) or "always"
        yield Line(f"rule {fired.rule}: {fired.node} is {fired.outcome} by {facts}", 4, "dim", 4)


def _failing(finding: Finding, indent: int) -> Iterator[Line]:
    criterion = finding.criterion
    mark, style = _MARKS[finding.severity], _MARK_STYLES[finding.severity]
    marks = [OUTCOME_WORDS[finding.outcome]]
    marks += ["warning only"] if criterion.severity == "advisory" else []
    marks += [finding.edition.mark] if finding.edition and finding.edition.mark else []
    marks += ["argued"] if finding.argued else []
    yield Line(f"{mark} {criterion.code} {criterion.name}: {', '.join(marks)}", indent, style, 2)
    indent += 2
    yield Line(finding.message, indent, hang=2)
    if finding.outcome == "not_met":
        yield from (Line(f"at {place}", indent, hang=2) for place in _places(finding.evidence))
    if finding.outcome == "suppression" and finding.line:
        yield Line(f"at line {finding.line}, column {finding.column}", indent, hang=2)
    yield Line(f"Cure ({criterion.answered_by}): {criterion.remedy}", indent, hang=2)
    if finding.rebuttal_lacks:
        yield Line(f"The rebuttal still lacks: {'; '.join(finding.rebuttal_lacks)}", indent, hang=2)
    if finding.citation:
        unverified = " (unverified)" if criterion.confidence == "unverified" else ""
        yield Line(f"{finding.citation}{unverified}", indent, "dim", 2)


def _holes(row: RowReport) -> Iterator[Line]:
    if row.depends:
        yield Line("")
        yield Line("Depends on what is filled in:", 4, "cyan")
    for finding in row.depends:
        holes = ", ".join(finding.holes)
        yield Line(f"? {finding.code} {finding.name}: {holes}", 6, hang=2)


def _set_aside(row: RowReport) -> Iterator[Line]:
    for finding in row.suppressed:
        entry = finding.suppression
        if entry is None:
            continue
        who = f", {entry.author}" if entry.author else ""
        until = f", until {entry.until}" if entry.until else ""
        yield Line("")
        words = f"Suppressed: {finding.code} {finding.name} ({entry.reason}{who}{until})"
        yield Line(words, 4, "dim", 2)
    if row.not_selected:
        codes = ", ".join(finding.code for finding in row.not_selected)
        yield Line("")
        yield Line(f"Fails, but was not selected: {codes}", 4, "dim", 2)


def _places(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    for entry in evidence:
        place = f"line {entry.line}, column {entry.column}" if entry.line else entry.pointer
        page = f", page {entry.page}" if entry.page else ""
        dated = f" of {entry.date}" if entry.date else ""
        record = f" ({entry.document}{dated}{page})" if entry.document else ""
        yield place + record


def _quiet(row: RowReport, template: bool) -> Iterator[Line]:
    always = " always" if template else ""
    for outcome, title in (("met", f"Met{always}"), ("not_applicable", "Does not apply")):
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
