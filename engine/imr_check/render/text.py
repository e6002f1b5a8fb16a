"""The report for people: verdict per row, what fails and why, what would cure it, what is met.

The same lines serve a terminal, a narrow window and a pipe: with colour through rich where the
output is a terminal, else plain and wrapped.

What an edition that only advises means takes some lines, and many files share it: it is said in
full once. A piece holds both forms of it, as which one is due is known where the output is written.
Text for people never holds a control character, so that these can stand between the parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report import place_of_row
from ..tally import INVALID, rests_on_rebuttal
from .context import (
    NEVER,
    NOTICE,
    advice_of,
    counted,
    not_judged,
    outcome_words,
    request_line,
    verdict_look,
    verdict_words,
)
from .doubt import doubt_of
from .lines import Line, written
from .renderer import Renderer
from .shared import own_among, rows_in_words, shared_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..report import Evidence, Finding, Report, RowReport
    from ..tally import Tally
    from .context import Context
    from .shared import Shared

_STYLES = {
    "supported": "bold green",
    "argued": "bold yellow",
    "not_supported": "bold red",
    "incomplete": "bold yellow",
    "no_criteria": "bold magenta",
    "depends": "bold cyan",
    INVALID: "bold red",
}
_ADVICE = "\x01"
_FORM = "\x02"
_MARKS = {"error": "x", "warning": "!", "info": "-"}
_MARK_STYLES = {"error": "red", "warning": "yellow", "info": ""}


class Text(Renderer):
    """The report for people, on a terminal or in a pipe."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._said: set[str] = set()

    def begin(self) -> str:
        """Return a word on the evaluator, if it is not the usual one."""
        if not self.context.engine_hint:
            return ""
        hint = f"Engine: {self.context.engine}. {self.context.engine_hint}"
        return self._written([Line(hint, style="yellow"), Line("")])

    def piece(self, report: Report) -> str:
        """Return the paragraphs on one file, with each advice in full and short."""
        head, *rest = _report(report)
        advice = [] if report.errors else advice_of(report)
        forms = [
            _FORM.join((ascii(each.edition.reason), self._advice(each.sentence),
                        self._advice(each.reminder)))
            for each in advice
        ]  # fmt: skip
        return _ADVICE.join((self._written([head]), *forms, self._written([*rest, Line("")])))

    def add(self, piece: str) -> str:
        """Return the paragraphs, with each advice in full unless it stands above already."""
        head, *forms, rest = piece.split(_ADVICE)
        for form in forms:
            reason, sentence, reminder = form.split(_FORM)
            head += reminder if reason in self._said else sentence
            self._said.add(reason)
        return head + rest

    def _advice(self, words: str) -> str:
        return self._written([Line(words, 2, "bold yellow")])

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
        yield Line(f"{tally.files} requests: {counted(tally)}.", style="bold")
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
        head = f"{report.path}{request_line(report)}: cannot be checked"
        yield Line(head, style=_STYLES[INVALID], whole=True)
        for problem in report.errors:
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            yield Line(place + problem.message, 2, hang=2)
        fixable = sum(problem.fix is not None for problem in report.errors)
        if fixable:
            yield Line(f"{fixable} of {len(report.errors)} can be mended with --fix.", 2)
        return
    verdict, template, argued = report.verdict, report.template, rests_on_rebuttal(report)
    what = " (template)" if template else ""
    words = verdict_words(verdict, template=template, argued=argued)
    title = f"{report.path or 'request'}{request_line(report)}{what}: {words}"
    style = _STYLES[verdict_look(verdict, template=template, argued=argued)]
    yield Line(title, style=style, whole=True)
    for finding in report.file_findings:
        yield Line("")
        yield from _failing(finding, 2)
    # In a template, what fails stands under words of its own.
    rows = () if template else ((row.row, row.open) for row in report.rows)
    shared = shared_among(rows)
    for row in report.rows:
        yield Line("")
        yield from _row(row, report.template, shared)
    if shared:
        yield Line("")
        yield Line("For several rows:", 2, "bold")
    for each in shared:
        yield Line("")
        yield from _warning(each)


def _row(row: RowReport, template: bool, shared: tuple[Shared, ...]) -> Iterator[Line]:
    verdict = verdict_words(row.verdict, template=template).upper()
    verdict += " if the rebuttal is accepted" if row.argued else ""
    place = f" (line {row.line})" if row.line else ""
    style = _STYLES[verdict_look(row.verdict, template=template, argued=row.argued)]
    yield Line(f"{row.label}: {verdict}{place}", 2, style, 2)
    if row.edition:
        mark = f" ({row.edition.mark})" if row.edition.mark else ""
        yield Line(f"Judged by {row.edition.title}{mark}", 4, "dim", 2)
    if row.note:
        yield Line(row.note, 4, hang=2)
    if template and row.open and row.edition:
        yield Line("")
        yield Line(f"{NEVER}:", 4, "bold")
    for finding in sorted(own_among(row.open, shared), key=lambda f: f.severity != "error"):
        yield Line("")
        yield from _failing(finding, 4, template)
    yield from _holes(row)
    yield from _quiet(row, template)
    yield from _set_aside(row)
    for fired in row.trace:
        facts = ", ".join(f"{name} = {value}" for name, value in fired.matched) or "always"
        yield Line(f"rule {fired.rule}: {fired.node} is {fired.outcome} by {facts}", 4, "dim", 4)


def _warning(shared: Shared) -> Iterator[Line]:
    """Yield a warning that several rows have, with the places of all of them."""
    places = "; ".join(
        f"{place} ({place_of_row(row)})"
        for row, entry in shared.evidence
        for place in _places((entry,))
    )
    title, *rest = _failing(shared.finding._replace(paths=()), 4)
    yield title._replace(text=f"{title.text} ({rows_in_words(shared.rows)})")
    yield rest[0]
    if places and shared.finding.outcome == "not_met":
        yield Line(f"at {places}", 6, hang=2)
    yield from rest[1:]


def _failing(finding: Finding, indent: int, template: bool = False) -> Iterator[Line]:
    criterion = finding.criterion
    mark, style = _MARKS[finding.severity], _MARK_STYLES[finding.severity]
    marks = [outcome_words(finding, template=template)]
    marks += ["warning only"] if finding.only_warns else []
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
        yield Line(f"{finding.citation}{_doubt(finding)}", indent, "dim", 2)


def _doubt(finding: Finding) -> str:
    doubt = doubt_of(finding)
    return f" ({doubt})" if doubt else ""


def _holes(row: RowReport) -> Iterator[Line]:
    if row.depends:
        yield Line("")
        yield Line("Depends on what is filled in:", 4, "cyan")
    for finding in row.depends:
        holes = ", ".join(finding.holes)
        yield Line(f"? {finding.code} {finding.name}{_doubt(finding)}: {holes}", 6, hang=2)


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
    asked = [finding for finding in row.findings if finding.criterion.severity != "context"]
    met = [
        f"{finding.code} {finding.name}{_doubt(finding)}"
        for finding in asked
        if finding.outcome == "met"
    ]
    if met:
        yield Line("")
        yield Line(f"Met{' always' if template else ''}: {', '.join(met)}", 4, "green", 2)
    # What it does not apply to is looked up by its code, and seldom.
    left = [finding.code for finding in asked if finding.outcome == "not_applicable"]
    if left:
        yield Line("")
        yield Line(f"Does not apply: {', '.join(left)}", 4, "dim", 2)
    for finding in row.findings:
        if finding.criterion.severity == "context" and finding.outcome == "met":
            yield Line("")
            yield Line(f"- {finding.code} note: {finding.criterion.statement}", 4, "dim", 2)
            if finding.citation:
                yield Line(f"{finding.citation}{_doubt(finding)}", 6, "dim", 2)
