"""JUnit XML, which CI servers show as tests: a suite for each file, a test for each criterion.

A build turns red on a failed test, so only what stands at *error* fails. What is not met but only
warns, what was set aside or left out, and what hangs on a hole did not pass either: it is skipped,
with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from ..report import place_of_row
from .context import NOTICE, advice_on
from .markup import visible
from .paths import from_root, root
from .renderer import Renderer
from .sentences import (
    INVALID,
    because,
    cure,
    formulary_of,
    message,
    places,
    problem,
    source,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..report import Finding, Report
    from ..tally import Tally
    from .context import Context


class Case(NamedTuple):
    """One test. ``what`` is empty if it passed; else ``kind`` and ``message`` say why not."""

    group: str
    name: str
    what: str = ""
    kind: str = ""
    message: str = ""
    details: str = ""


class JUnit(Renderer):
    """One ``testsuites`` with a suite for each file."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._root = root()

    def begin(self) -> str:
        """Return the declaration and the opening tag."""
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="imr-check">\n'

    def piece(self, report: Report) -> str:
        """Return the suite of one file."""
        path = visible(from_root(report.path, self._root))
        cases = list(_cases(report, path))
        counts = {
            "tests": len(cases),
            "failures": sum(case.what == "failure" for case in cases),
            "errors": sum(case.what == "error" for case in cases),
            "skipped": sum(case.what == "skipped" for case in cases),
        }
        shown = {"name": path, **{name: str(count) for name, count in counts.items()}}
        said = [*advice_on(report), *filter(None, map(formulary_of, report.rows))]
        return "".join(f"{line}\n" for line in self._suite(shown, cases, said))

    def end(self, tally: Tally) -> str:
        """Return the closing tag."""
        return "</testsuites>\n"

    def _suite(
        self, shown: dict[str, str], cases: Iterable[Case], advice: list[str]
    ) -> Iterator[str]:
        context = self.context
        about = {"imr-check": context.version, "engine": context.engine, "notice": NOTICE}
        about |= {"engine hint": context.engine_hint} if context.engine_hint else {}
        yield f" {_tag('testsuite', shown)}"
        yield "  <properties>"
        for name, value in about.items():
            yield f"   {_tag('property', {'name': name, 'value': value}, closed=True)}"
        yield "  </properties>"
        for case in cases:
            yield from _case(case)
        if advice:
            yield f"  <system-out>{_text(*advice)}</system-out>"
        yield " </testsuite>"


def _cases(report: Report, path: str) -> Iterator[Case]:
    if report.errors:
        problems = [problem(found) for found in report.errors]
        yield Case(path, "can be checked", "error", INVALID, problems[0], "\n".join(problems))
    for row in report.rows:
        group = f"{path}: {place_of_row(row.row)}, {row.treatment}"
        for finding in row.findings:
            if finding.criterion.severity != "context" or finding.failing:
                yield _of(finding, group)
        for finding in row.not_selected:
            yield Case(group, title(finding), "skipped", "not_selected", "Fails, not selected")
    for number, finding in enumerate(report.file_findings, 1):
        yield _of(finding, f"{path}: suppression {number}")


def _of(finding: Finding, group: str) -> Case:
    name = title(finding)
    if finding.suppression is not None:
        reason = f"Suppressed: {because(finding.suppression)}"
        return Case(group, name, "skipped", "suppressed", reason)
    if finding.outcome == "depends":
        return Case(group, name, "skipped", "depends", message(finding, None))
    if finding.outcome == "not_applicable":
        return Case(group, name, "skipped", "not_applicable", "Does not apply")
    if not finding.failing:
        return Case(group, name)
    words = message(finding, None)
    if finding.severity != "error":
        reason = f"{finding.severity.capitalize()}: {words}"
        return Case(group, name, "skipped", finding.severity, reason, _details(finding))
    return Case(group, name, "failure", finding.outcome, words, _details(finding))


def _details(finding: Finding) -> str:
    found = [f"at {place}" for place in places(finding)] if finding.outcome == "not_met" else []
    lines = [message(finding, None), *found, cure(finding), source(finding)]
    return "\n".join(filter(None, lines))


def _case(case: Case) -> Iterator[str]:
    shown = {"classname": case.group, "name": case.name}
    if not case.what:
        yield f"  {_tag('testcase', shown, closed=True)}"
        return
    why = _tag(case.what, {"type": case.kind, "message": case.message})
    yield f"  {_tag('testcase', shown)}"
    yield f"   {why}{_text(case.details)}</{case.what}>"
    yield "  </testcase>"


def _tag(name: str, attributes: Mapping[str, str], *, closed: bool = False) -> str:
    words = (f" {key}={quoteattr(visible(value))}" for key, value in attributes.items())
    return f"<{name}{''.join(words)}{'/' if closed else ''}>"


def _text(*lines: str) -> str:
    """Return lines as XML text. XML forbids most of what cannot be seen, even escaped."""
    return escape("\n".join(visible(line) for text in lines for line in text.split("\n")))
