"""One line per finding, ``file:line:col: CODE message``, for editors, grep and CI logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .context import NOTICE, advice_on, not_judged
from .doubt import doubt_of
from .renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Finding, Report
    from ..tally import Tally


class Concise(Renderer):
    """One line for every finding that is not met, not documented or hangs on a hole."""

    def begin(self) -> str:
        """Return a word on the evaluator, if it is not the usual one."""
        hint = self.context.engine_hint
        return f"note: {self.context.engine}: {hint}\n" if hint else ""

    def piece(self, report: Report) -> str:
        """Return the lines on one file: advice first, then findings in file order."""
        return "".join(f"{_on_one_line(line)}\n" for line in _lines(report))

    def end(self, tally: Tally) -> str:
        """Return how many findings were set aside, and the notice."""
        count = tally.suppressed.total()
        suppressed = f"note: {count} suppressed\n" if count else ""
        unjudged = f"note: {not_judged(tally)}\n" if tally.unjudged else ""
        return f"{suppressed}{unjudged}note: {NOTICE}\n"


def _on_one_line(text: str) -> str:
    """Return a line without what could steer a terminal or begin another: names may hold it."""
    if text.isprintable():
        return text
    from .markup import visible  # which most runs need not load

    return visible(text)


def _lines(report: Report) -> Iterator[str]:
    for problem in report.errors:
        fixable = " [--fix]" if problem.fix is not None else ""
        yield f"{report.path}:{problem.line}:{problem.column}: INVALID {problem.message}{fixable}"
    for sentence in advice_on(report):
        yield f"{report.path}: {sentence}"
    for row in report.rows:
        if row.formulary:
            place = f"{report.path}:{row.line}:{row.column}"
            yield f"{place}: FORMULARY {row.formulary.words.removeprefix('Formulary: ')} [info]"
    found = [f for f in report.findings if f.open or f.outcome == "depends"]
    found.sort(key=lambda finding: (finding.line, finding.column, finding.code))
    for finding in found:
        yield f"{report.path}:{finding.line}:{finding.column}: {_words(finding)}"


def _words(finding: Finding) -> str:
    marks: list[str] = [finding.severity] if finding.severity != "error" else []
    marks += [finding.edition.mark] if finding.edition and finding.edition.mark else []
    marks += ["argued"] if finding.argued else []
    marks += filter(None, [doubt_of(finding)])
    shown = f" [{', '.join(marks)}]" if marks else ""
    return f"{finding.code} {finding.message}{shown}"
