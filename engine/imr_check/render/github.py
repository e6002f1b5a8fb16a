"""Workflow commands: annotations that GitHub shows beside the lines of a pull request.

A command is one line, and nothing from a file may break out of it: percent signs and line breaks
are escaped everywhere, colons and commas in the properties as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..own_criteria import NO_CRITERIA
from .context import NOTICE, advice_on
from .markup import visible
from .paths import from_root, root
from .renderer import Renderer
from .sentences import (
    ADVICE,
    FORMULARY,
    HOLES,
    INVALID,
    cure,
    formulary_of,
    holes,
    message,
    source,
    title,
    unjudged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Finding, Report, RowReport
    from ..tally import Tally
    from .context import Context

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


class GitHub(Renderer):
    """One command for each open finding and each row with holes. What is suppressed is left out."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._root = root()

    def begin(self) -> str:
        """Return a word on the evaluator, if it is not the usual one."""
        if not self.context.engine_hint:
            return ""
        words = f"{self.context.engine}: {self.context.engine_hint}"
        return command("notice", words, title="imr-check")

    def piece(self, report: Report) -> str:
        """Return the commands on one file."""
        return "".join(_commands(report, _printable(from_root(report.path, self._root))))

    def end(self, tally: Tally) -> str:
        """Return a line for the log: who decided, what was set aside, the notice."""
        context = self.context
        count = tally.suppressed.total()
        suppressed = f" {count} suppressed." if count else ""
        decided = f"imr-check {context.version}, decided by {context.engine}."
        return f"{decided}{suppressed} {NOTICE}\n"


def _commands(report: Report, path: str) -> Iterator[str]:
    for found in report.errors:
        place = _place(path, found.line, found.column)
        yield command("error", visible(found.message), **place, title=INVALID)
    for words in advice_on(report):
        place = _place(path, report.advice[0].line, report.advice[0].column)
        yield command("notice", words, **place, title=ADVICE)
    for row in report.rows:
        for finding in row.open:
            yield _about(finding, row, path)
        if words := unjudged(row):
            place = _place(path, row.line, row.column)
            yield command("notice", words, **place, title=f"{NO_CRITERIA.code} {NO_CRITERIA.name}")
        if row.depends:
            place = _place(path, row.line, row.column)
            yield command("notice", holes(row), **place, title=HOLES)
        if words := formulary_of(row):
            yield command("notice", words, **_place(path, row.line, row.column), title=FORMULARY)
    for finding in report.file_findings:
        if finding.open:
            yield _about(finding, None, path)


def _about(finding: Finding, row: RowReport | None, path: str) -> str:
    place = _place(path, finding.line, finding.column)
    lines = filter(None, [message(finding, row), cure(finding), source(finding)])
    kind = _COMMANDS[finding.severity]
    return command(kind, "\n".join(lines), **place, title=title(finding))


def _printable(path: str) -> str:
    """Return a path without what could steer a terminal; line breaks are escaped later on."""
    return "".join(each if each in "\r\n" else visible(each) for each in path)


def _place(path: str, line: int, column: int) -> dict[str, str]:
    place = {"file": path}
    return place | {"line": str(line), "col": str(max(column, 1))} if line else place


def command(name: str, words: str, **properties: str) -> str:
    """Return a workflow command with its line break."""
    shown = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {shown}::{words.translate(_DATA)}\n"
