"""What each format writes: snapshots, width, schema, advice on every surface."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator

from imr_check import Report, check
from imr_check.errors import Problem
from imr_check.render.context import Context
from imr_check.render.output import rendered
from imr_check.request.load import read_draft
from imr_check.resources import read_schema
from imr_check.source import Source

CONTEXT = Context("0.0.0", "durable-rules", "")

TEXT = """\
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


def draft_report(**options: Any) -> Report:
    return check(read_draft(Source("draft.json", TEXT)), **options)


BROKEN = Report("broken.json", (), (Problem("injury is missing: add it", "", 1, 1),))


def shown(report: Report, width: int = 80) -> str:
    return rendered([report], "text", CONTEXT._replace(width=width)).removesuffix("\n")


def test_text() -> None:
    assert shown(draft_report()) == snapshot("""\
draft.json: not supported

  Row 1: Acupuncture: NOT SUPPORTED (line 5)
    Judged by Acupuncture Medical Treatment Guidelines (2007)

    x ACU-02 trial-max-6: not met
      Visits asked for: 8 visits, at most 6 allowed
      at line 5, column 41
      Cure (office): Ask for six visits and plan a re-evaluation after them.
      Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)

    ! GEN-05 exception-if-over-limit: not met, warning only
      More is asked for than the guideline's number: it stands or falls with
        documented exceptional factors.
      at line 5, column 54
      at line 5, column 41
      Cure (physician): Lower the quantity to the guideline's number, or name
        the factor that is special to this employee.
      Official Disability Guidelines, preface

    Met: ROW-01 one-treatment-named (unverified), GEN-01 row-complete, ACU-01
      indication, ACU-05 total-24

    Does not apply: GEN-09, GEN-12, GEN-06, FI-01, FI-02, ACU-03, ACU-04, ACU-07

    - ACU-06 note: ODG, where it is argued, has a trial of 3 to 4 visits in two
      weeks, then 8 to 12 in all over 4 to 6 weeks, and does not recommend
      acupuncture for neck pain.
      Official Disability Guidelines, Pain and Neck and Upper Back chapters,
        acupuncture

  Row 2: Treatment not recognized: NO CRITERIA (line 6)
    No treatment with criteria is named. Fill in kind, or see `imr-check
      criteria --treatments` for what is covered.

    x ROW-02 no-criteria: no criteria
      No criteria: nothing that is encoded covers this row. It was not judged.
      Cure (office): Have the row checked by hand against the guideline that
        governs.

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.\
""")


def test_text_of_advice() -> None:
    advice = shown(draft_report(as_of=date(2026, 11, 22)))
    assert advice.splitlines()[:8] == snapshot(
        [
            "draft.json: not supported",
            "  ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced",
            "  for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by",
            "  reference. What replaced it is not encoded here. Findings show what reviewers",
            "  looked for under it; check the guideline of today before you send.",
            "",
            "  Row 1: Acupuncture: NOT SUPPORTED (line 5)",
            "    Judged by Acupuncture Medical Treatment Guidelines (2007) (advice, replaced",
        ]
    )
    assert "ACU-02 trial-max-6: not met, advice, replaced 2017-12-01" in advice


def test_text_of_a_file_that_cannot_be_checked() -> None:
    assert shown(BROKEN) == snapshot("""\
broken.json: cannot be checked
  line 1, column 1: injury is missing: add it

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.\
""")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_keeps_to_the_width(width: int) -> None:
    for line in shown(draft_report(as_of=date(2026, 11, 22)), width).splitlines():
        assert len(line) <= width


def test_text_names_the_reference_evaluator() -> None:
    context = Context("0.0.0", "reference evaluator", "see README")
    first = rendered([draft_report()], "text", context).splitlines()[0]
    assert "reference evaluator" in first


def test_concise() -> None:
    assert rendered([draft_report(), BROKEN], "concise", CONTEXT).splitlines() == snapshot(
        [
            "draft.json:5:41: ACU-02 Visits asked for: 8 visits, at most 6 allowed",
            "draft.json:5:54: GEN-05 More is asked for than the guideline's number: it stands or falls with documented exceptional factors. [warning]",
            "draft.json:6:5: ROW-02 No criteria: nothing that is encoded covers this row. It was not judged.",
            "broken.json:1:1: INVALID injury is missing: add it",
            "note: 1 row was not judged: nothing that is encoded covers it",
            "note: Decision support, not legal or medical advice.",
        ]
    )


def test_concise_of_advice() -> None:
    lines = rendered([draft_report(as_of=date(2026, 11, 22))], "concise", CONTEXT).splitlines()
    assert lines[0].startswith("draft.json: ADVICE on row 1: Acupuncture Medical Treatment")
    assert lines[1] == snapshot(
        "draft.json:5:41: ACU-02 Visits asked for: 8 visits, at most 6 allowed [advice, replaced 2017-12-01 (unverified)]"
    )


def as_data(*reports: Report) -> Any:
    return json.loads(rendered(reports, "json", CONTEXT))


@pytest.mark.parametrize("trace", [False, True])
def test_json_is_as_its_schema_says(trace: bool) -> None:
    data = as_data(
        draft_report(trace=trace), draft_report(as_of=date(2026, 11, 22), trace=trace), BROKEN
    )
    schema = read_schema("report")
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(data)
    assert [file["path"] for file in data["files"]] == ["draft.json", "draft.json", "broken.json"]


def test_json_without_files_is_json() -> None:
    assert as_data()["files"] == []


def test_json_tells_what_failed_and_where() -> None:
    (file,) = as_data(draft_report())["files"]
    (finding,) = [f for f in file["treatments"][0]["findings"] if f["code"] == "ACU-02"]
    assert finding == snapshot(
        {
            "code": "ACU-02",
            "name": "trial-max-6",
            "outcome": "not_met",
            "severity": "error",
            "cure": "curable",
            "message": "Visits asked for: 8 visits, at most 6 allowed",
            "statement": "A first course has at most six visits.",
            "remedy": "Ask for six visits and plan a re-evaluation after them.",
            "answered_by": "office",
            "questions": [],
            "citation": "Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)",
            "confidence": "verified",
            "doubts": [],
            "derived_from": ["imr-cm16-0230651", "imr-cm16-0249536", "imr-cm17-0007857"],
            "standing": "in force",
            "replaced_on": None,
            "argued": False,
            "rebuttal_lacks": [],
            "holes": [],
            "suppression": None,
            "fingerprint": "6fb6afc6903e7ffd",
            "pointer": "/treatments/0/quantity",
            "line": 5,
            "column": 41,
            "evidence": [
                {
                    "pointer": "/treatments/0/quantity",
                    "line": 5,
                    "column": 41,
                    "document": "",
                    "date": None,
                    "page": None,
                }
            ],
        }
    )


def test_json_says_advice_at_the_top_and_on_every_finding() -> None:
    (file,) = as_data(draft_report(as_of=date(2026, 11, 22)))["files"]
    assert file["advice"][0].startswith("ADVICE on row 1")
    findings = file["treatments"][0]["findings"]
    assert {(f["standing"], f["replaced_on"]) for f in findings} == {("advice", "2017-12-01")}


def test_the_same_request_gives_the_same_bytes() -> None:
    def once() -> str:
        return rendered([draft_report(trace=True)], "json", CONTEXT)

    assert once() == once()


def test_evidence_points_into_the_file_and_names_the_record() -> None:
    (row, _) = draft_report().treatments
    (finding,) = [f for f in row.findings if f.code == "ACU-01"]
    (entry,) = finding.evidence
    assert (entry.pointer, entry.line, entry.column) == ("/chart/medications/0", 10, 7)
    assert (entry.document, entry.date, entry.page) == ("progress report", date(2015, 1, 13), 2)
