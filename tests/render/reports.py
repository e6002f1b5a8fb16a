"""Reports that the tests of the formats write out: one for each thing that a format has to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from imr_check import Report, check
from imr_check.errors import Problem
from imr_check.own_criteria import UNUSED_SUPPRESSION
from imr_check.render.context import Context
from imr_check.render.output import rendered
from imr_check.report import Finding, RowReport, Suppression
from imr_check.request.load import read_draft
from imr_check.source import Source

CONTEXT = Context("0.0.0", "durable-rules", "")
HINTED = Context("0.0.0", "reference evaluator", "durable-rules is not installed.")

DENIED_TEXT = """\
{
  "submission": {"date": "2015-01-13"},
  "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
  "treatments": [
    {"kind": "acupuncture", "quantity": 8, "course": "first"},
    {"treatment": "A day at the sea"}
  ],
  "chart": {
    "medications": [
      {"name": "ibuprofen", "status": "not_tolerated",
       "source": {"document": "progress report", "date": "2015-01-13", "page": 2}}
    ]
  }
}
"""
SUPPORTED_TEXT = DENIED_TEXT.replace('"quantity": 8', '"quantity": 6').replace(
    ',\n    {"treatment": "A day at the sea"}', ""
)
ARGUED_TEXT = """\
{
  "submission": {"date": "2015-01-13"},
  "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
  "treatments": [
    {"kind": "facet_joint_injection", "region": "low_back", "side": "left", "levels": ["L4-5"],
     "rebuttal": {"statement": "The joint was never injected before."}}
  ]
}
"""


def report_on(text: str, path: str = "draft.json", **options: Any) -> Report:
    """Return the report without GEN-05, which warns beside ACU-02: one finding shows a format."""
    report = check(read_draft(Source(path, text)), **options)
    return report._replace(treatments=tuple(map(_without_the_warning, report.treatments)))


def _without_the_warning(row: RowReport) -> RowReport:
    return row._replace(findings=tuple(each for each in row.findings if each.code != "GEN-05"))


def denied(path: str = "denied.json", **options: Any) -> Report:
    """Two rows: acupuncture with too many visits, and one that nothing encoded covers."""
    return report_on(DENIED_TEXT, path, **options)


def supported(path: str = "supported.json") -> Report:
    return report_on(SUPPORTED_TEXT, path)


def advised(path: str = "advised.json") -> Report:
    """Supported, by an edition that has been replaced."""
    return report_on(SUPPORTED_TEXT, path, as_of=date(2026, 11, 22))


def denied_on_advice(path: str = "denied_on_advice.json") -> Report:
    return denied(path, as_of=date(2026, 11, 22))


def argued(path: str = "argued.json") -> Report:
    return report_on(ARGUED_TEXT, path)


def invalid(path: str = "invalid.json") -> Report:
    problems = (
        Problem("injury is missing: add it", "", 1, 1),
        Problem("quantity has to be a whole number", "/treatments/0/quantity", 5, 41),
    )
    return Report(path, (), problems)


IN_FILE = Suppression(
    "ACU-02",
    "agreed with the adjuster",
    "J. Doe",
    date(2015, 6, 30),
    "request",
    pointer="/imr_check/suppress/0",
    line=14,
    column=5,
)
IN_BASELINE = Suppression("ACU-02", "known since May", "", None, "baseline", fingerprint="0" * 16)


def suppressed(path: str = "suppressed.json", entry: Suppression = IN_FILE) -> Report:
    """The acupuncture row with its failing finding set aside, and a suppression that is unused."""
    report = denied(path)
    row = _with(report.treatments[0], "ACU-02", lambda f: f._replace(suppression=entry))
    unused = Finding(
        criterion=UNUSED_SUPPRESSION,
        outcome="suppression",
        severity="warning",
        message=f"Suppression of TPI-02: {UNUSED_SUPPRESSION.statement}",
        questions=(),
        edition=None,
        argued=False,
        rebuttal_lacks=(),
        pointer="/imr_check/suppress/1",
        line=15,
        column=5,
        decided_by=(("TPI-02", None),),
    )
    return report._replace(treatments=(row,), file_findings=(unused,))


def template(path: str = "template.json") -> Report:
    """The acupuncture row with a hole for the number of visits."""
    (row,) = supported(path).treatments
    row = _with(
        row, "ACU-02", lambda f: f._replace(outcome="depends", holes=("{{ visits }}", "${COURSE}"))
    )
    return supported(path)._replace(template=True, treatments=(row._replace(verdict="depends"),))


def unselected(path: str = "unselected.json") -> Report:
    """The acupuncture row with its failing finding left out by a selection."""
    report = denied(path)
    row = report.treatments[0]
    left = tuple(finding for finding in row.findings if finding.failing)
    kept = tuple(finding for finding in row.findings if not finding.failing)
    return report._replace(treatments=(row._replace(findings=kept, not_selected=left),))


def _with(row: RowReport, code: str, change: Callable[[Finding], Finding]) -> RowReport:
    findings = (change(f) if f.code == code else f for f in row.findings)
    return row._replace(findings=tuple(findings))


def every() -> list[Report]:
    """One report of each kind."""
    return [
        *(denied(), supported(), advised(), denied_on_advice(), argued(), invalid()),
        *(suppressed(), template(), unselected()),
    ]


def written(form: str, *reports: Report, context: Context = CONTEXT) -> str:
    return rendered(reports, form, context)


ODD_NAMES = (
    "with space.json",
    "100% {done}.json",
    "quote\"'`.json",
    "#1 @someone.json",
    "comma,colon:semi;.json",
    "a/ünïcode/診断.json",
    "pipe|<b>&amp;*_[x](y)~~.json",
    "line\nbreak.json",
    "back\\slash\ttab.json",
    "bell\x07escape\x1b[31m.json",
    "surrogate\udcff.json",
    "]]>::set-output name=x::y.json",
)
"""Names that mean something in one of the formats."""
