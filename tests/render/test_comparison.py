"""Two requests compared, as text, Markdown and JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from render.reports import CONTEXT, HINTED

from imr_check.comparing import Checked, Comparison, checked, compare
from imr_check.errors import Problem
from imr_check.render import comparison_json, comparison_markdown
from imr_check.render.comparison import lines, refused
from imr_check.render.lines import written
from imr_check.request.load import read_draft
from imr_check.resources import read_schema
from imr_check.source import Source

DENIED = """\
{
  "submission": {"date": "2015-01-13"},
  "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
  "treatments": [
    {"kind": "acupuncture", "quantity": 8, "course": "first"},
    {"kind": "trigger_point_injection", "region": "low_back"},
    {"kind": "facet_joint_injection", "region": "low_back"}
  ],
  "chart": {
    "diagnoses": [{"name": "lumbar fusion", "region": "low_back"}],
    "imaging": [{"study": "mri", "region": "low_back",
                 "findings": [{"finding": "facet_arthropathy"}]}]
  }
}
"""
NEW = (
    DENIED.replace('"quantity": 8', '"quantity": 6')
    .replace(
        '"diagnoses": [{"name": "lumbar fusion", "region": "low_back"}]',
        '"medications": [{"name": "ibuprofen", "status": "not_tolerated"}]',
    )
    .replace(
        '    {"kind": "trigger_point_injection", "region": "low_back"},\n',
        '    {"kind": "opioid", "drug": {"name": "Norco"}},\n',
    )
    .replace("2015-01-13", "2015-06-15")
)


def of(text: str, name: str, **options: Any) -> Checked:
    return checked(read_draft(Source(name, text)), **options)


def compared(**options: Any) -> Comparison:
    return compare(of(DENIED, "denied.json", **options), of(NEW, "new.json", **options))


def shown(found: Comparison, width: int = 80) -> str:
    return written(lines(found, CONTEXT), width, color=False)


def test_text() -> None:
    assert shown(compared()) == snapshot("""\
denied.json (not supported) -> new.json (not supported)
  A decision to modify or deny stands for twelve months against the same
  treatment from the same physician or practice group, unless a material change
  in the facts is documented (Labor Code 4610(k), verified). A resubmission has
  to show that change; to argue with the earlier decision is not one.
  This comparison only shows which coded facts differ. Whether a change is
  material is for the claims administrator and the law.

  Row 1: Acupuncture: not supported -> supported
    Judged by Acupuncture Medical Treatment Guidelines (2007)
    Material by the measure of this tool: 1 fact of the chart, newly or
      otherwise documented, deciding what failed before and passes now.

    Criteria:
      better  GEN-05 exception-if-over-limit (warning only): not met -> not
              applicable
      better  ACU-01 indication: not documented -> met
      better  ACU-02 trial-max-6: not met -> met

    Facts of the chart that decide what failed before and passes now:
      - pain medication reduced or not tolerated: not documented -> yes [ACU-01]

    Changed in the request, and no change in the facts of the case:
      - visits asked for: 8 visits -> 6 visits [ACU-02]
      - visits attended and asked for together: 8 visits -> 6 visits

  Row 2: Opioid: new, incomplete
    Judged by Chronic Pain Medical Treatment Guidelines (2009)

  Row 3: Facet joint injection or medial branch block: not supported -> not
    supported
    Judged by ACOEM Practice Guidelines, 2nd edition (2004)
    Material by the measure of this tool: nothing. No fact of the chart is newly
      or otherwise documented that decides a criterion which failed before and
      passes now.

    Criteria:
      better  FAC-03 exclusions (unverified): not met -> met

    No longer in the chart; to leave a fact out does not change it:
      - fusion or laminectomy in the region: yes -> not documented [FAC-03]

    Other facts that changed:
      - result of an NSAID: not documented -> contraindicated

  Row 2 before: Trigger point injection: no longer asked for
    Judged by Chronic Pain Medical Treatment Guidelines (2009)

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.
""")


def test_text_of_a_request_that_did_not_change() -> None:
    one = of(DENIED, "denied.json")
    text = shown(compare(one, one))
    assert text.count("Nothing changed that a criterion asks for.") == 3
    assert text.count("Material by the measure of this tool: nothing.") == 3


def test_advice_and_editions() -> None:
    old = of(DENIED, "denied.json")
    new = of(NEW, "new.json", as_of=date(2026, 11, 22))
    text = " ".join(shown(compare(old, new)).split())
    assert "New request: ADVICE on row 1" in text
    gone = of(NEW, "new.json", as_of=date(2026, 11, 22), in_force_only=True)
    text = " ".join(shown(compare(old, gone)).split())
    assert "Before: Judged by Acupuncture Medical Treatment Guidelines (2007)" in text
    assert "Now: Judged by no edition" in text
    assert "lead to different editions" in text


def test_the_reference_evaluator_is_named() -> None:
    first, *_ = lines(compared(), HINTED)
    assert "reference evaluator" in first.text
    text = "".join(comparison_markdown.markdown(compared(), HINTED))
    assert "> reference evaluator" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_keeps_to_the_width(width: int) -> None:
    names, *rest = shown(compared(), width).splitlines()
    assert names == "denied.json (not supported) -> new.json (not supported)"
    assert all(len(line) <= width for line in rest)


def test_markdown() -> None:
    text = "".join(comparison_markdown.markdown(compared(), CONTEXT))
    assert text == snapshot("""\
## `denied.json`: not supported -> `new.json`: not supported

> A decision to modify or deny stands for twelve months against the same treatment from the same physician or practice group, unless a material change in the facts is documented (Labor Code 4610(k), verified). A resubmission has to show that change; to argue with the earlier decision is not one.

> This comparison only shows which coded facts differ. Whether a change is material is for the claims administrator and the law.

### Row 1: Acupuncture: not supported -\\> supported

Judged by Acupuncture Medical Treatment Guidelines (2007)

**Material by the measure of this tool: 1 fact of the chart, newly or otherwise documented, deciding what failed before and passes now.**

**Criteria**

- better: GEN-05 exception-if-over-limit (warning only): not met -\\> not applicable
- better: ACU-01 indication: not documented -\\> met
- better: ACU-02 trial-max-6: not met -\\> met

**Facts of the chart that decide what failed before and passes now:**

- pain medication reduced or not tolerated: not documented -\\> yes \\[ACU-01\\]

**Changed in the request, and no change in the facts of the case:**

- visits asked for: 8 visits -\\> 6 visits \\[ACU-02\\]
- visits attended and asked for together: 8 visits -\\> 6 visits

### Row 2: Opioid: new, incomplete

Judged by Chronic Pain Medical Treatment Guidelines (2009)

### Row 3: Facet joint injection or medial branch block: not supported -\\> not supported

Judged by ACOEM Practice Guidelines, 2nd edition (2004)

**Material by the measure of this tool: nothing. No fact of the chart is newly or otherwise documented that decides a criterion which failed before and passes now.**

**Criteria**

- better: FAC-03 exclusions (unverified): not met -\\> met

**No longer in the chart; to leave a fact out does not change it:**

- fusion or laminectomy in the region: yes -\\> not documented \\[FAC-03\\]

**Other facts that changed:**

- result of an NSAID: not documented -\\> contraindicated

### Row 2 before: Trigger point injection: no longer asked for

Judged by Chronic Pain Medical Treatment Guidelines (2009)

*imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.*
""")


PROBLEMS = [
    ("a.json", Problem("injury is missing: add it", "", 1, 1)),
    ("a.json", Problem("quantity has to be a whole number", "/treatments/0/quantity", 5, 41)),
    ("b.json", Problem("The file was not found: check its name and its folder")),
]


def test_files_that_cannot_be_compared() -> None:
    assert written(refused(PROBLEMS), 80, color=False) == snapshot("""\
a.json: cannot be compared
  line 1, column 1: injury is missing: add it
  line 5, column 41: quantity has to be a whole number
b.json: cannot be compared
  The file was not found: check its name and its folder
""")
    assert "".join(comparison_markdown.refused(PROBLEMS)) == snapshot("""\
- `a.json`: line 1, column 1: injury is missing: add it
- `a.json`: line 5, column 41: quantity has to be a whole number
- `b.json`: The file was not found: check its name and its folder
""")


def test_json_is_as_its_schema_says() -> None:
    schema = read_schema("comparison")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    one = of(DENIED, "denied.json")
    old_edition = compare(one, of(NEW, "new.json", as_of=date(2026, 11, 22), in_force_only=True))
    for found in (compared(), compared(as_of=date(2026, 11, 22)), compare(one, one), old_edition):
        validator.validate(json.loads(json.dumps(comparison_json.to_dict(found, CONTEXT))))
    validator.validate(comparison_json.refused(("a.json", "b.json"), PROBLEMS, CONTEXT))


def test_json_of_a_row() -> None:
    data = comparison_json.to_dict(compared(), CONTEXT)
    assert [(row["kind"], row["before"] is None, row["after"] is None) for row in data["rows"]] == [
        ("acupuncture", False, False),
        ("opioid", True, False),
        ("facet_joint_injection", False, False),
        ("trigger_point_injection", False, True),
    ]
    assert data["rows"][0] == snapshot(
        {
            "treatment": "Acupuncture",
            "kind": "acupuncture",
            "before": {
                "row": 1,
                "verdict": "not_supported",
                "argued": False,
                "edition": {
                    "id": "acupuncture_2007",
                    "title": "Acupuncture Medical Treatment Guidelines (2007)",
                    "standing": "in force",
                    "replaced_on": None,
                },
                "pointer": "/treatments/0",
                "line": 5,
            },
            "after": {
                "row": 1,
                "verdict": "supported",
                "argued": False,
                "edition": {
                    "id": "acupuncture_2007",
                    "title": "Acupuncture Medical Treatment Guidelines (2007)",
                    "standing": "in force",
                    "replaced_on": None,
                },
                "pointer": "/treatments/0",
                "line": 5,
            },
            "other_edition": False,
            "cured": True,
            "material": True,
            "criteria": [
                {
                    "code": "GEN-05",
                    "name": "exception-if-over-limit",
                    "blocking": False,
                    "before": "not_met",
                    "after": "not_applicable",
                    "argued_before": False,
                    "argued_after": False,
                    "trend": "improved",
                    "citation": "Official Disability Guidelines, preface",
                    "confidence": "letter",
                },
                {
                    "code": "ACU-01",
                    "name": "indication",
                    "blocking": True,
                    "before": "not_documented",
                    "after": "met",
                    "argued_before": False,
                    "argued_after": False,
                    "trend": "improved",
                    "citation": "Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(a)(1)",
                    "confidence": "verified",
                },
                {
                    "code": "ACU-02",
                    "name": "trial-max-6",
                    "blocking": True,
                    "before": "not_met",
                    "after": "met",
                    "argued_before": False,
                    "argued_after": False,
                    "trend": "improved",
                    "citation": "Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)",
                    "confidence": "verified",
                },
            ],
            "facts": [
                {
                    "fact": "medication.reduced_or_not_tolerated",
                    "label": "pain medication reduced or not tolerated",
                    "unit": "",
                    "before": None,
                    "after": True,
                    "side": "chart",
                    "decides": ["ACU-01"],
                    "dropped": False,
                    "material": True,
                },
                {
                    "fact": "row.visits",
                    "label": "visits asked for",
                    "unit": "visits",
                    "before": 8,
                    "after": 6,
                    "side": "request",
                    "decides": ["ACU-02"],
                    "dropped": False,
                    "material": False,
                },
                {
                    "fact": "course.total_visits",
                    "label": "visits attended and asked for together",
                    "unit": "visits",
                    "before": 8,
                    "after": 6,
                    "side": "request",
                    "decides": [],
                    "dropped": False,
                    "material": False,
                },
            ],
        }
    )
