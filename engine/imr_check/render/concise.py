"""One line per finding, ``file:line:col: CODE message``, for editors, grep and CI logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .context import NOTICE, advice_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..report import Finding, Report
    from .context import Context


def render(reports: Iterable[Report], context: Context) -> Iterator[str]:
    """Yield the lines of the output. Advice comes first, then findings in file order."""
    if context.engine_hint:
        yield f"note: {context.engine}: {context.engine_hint}"
    for report in reports:
        for problem in report.errors:
            yield f"{report.path}:{problem.line}:{problem.column}: INVALID {problem.message}"
        for sentence in advice_on(report):
            yield f"{report.path}: {sentence}"
        found = [finding for row in report.treatments for finding in row.failing]
        found.sort(key=lambda finding: (finding.line, finding.column, finding.code))
        for finding in found:
            yield f"{report.path}:{finding.line}:{finding.column}: {_words(finding)}"
    yield f"note: {NOTICE}"


def _words(finding: Finding) -> str:
    marks: list[str] = [finding.severity] if finding.severity != "error" else []
    marks += [finding.edition.mark] if finding.edition and finding.edition.mark else []
    marks += ["argued"] if finding.argued else []
    marks += ["unverified"] if finding.criterion.confidence == "unverified" else []
    shown = f" [{', '.join(marks)}]" if marks else ""
    return f"{finding.code} {finding.message}{shown}"
