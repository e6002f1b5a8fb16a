"""JUnit: read back by junitparser, valid by the schema of the Jenkins plugin, well-formed always."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from junitparser import JUnitXml, TestCase, TestSuite
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

from imr_check import Report
from imr_check.errors import Problem
from imr_check.render.context import Context

JENKINS = xmlschema.XMLSchema(str(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def suites(*reports: Report, context: Context = CONTEXT) -> list[TestSuite]:
    text = written("junit", *reports, context=context)
    JENKINS.validate(text)
    return list(JUnitXml.fromstring(text.encode()))


def cases(report: Report) -> dict[str, TestCase]:
    (suite,) = suites(report)
    found = {case.name: case for case in suite}
    assert len(found) == suite.tests
    return found


def result(case: TestCase) -> tuple[str, str, str]:
    """Return how a test went: element, type and message."""
    (found,) = case.result
    return type(found).__name__, found.type, found.message


def test_snapshot() -> None:
    assert written("junit", denied_on_advice()) == snapshot("""\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="imr-check">
 <testsuite name="denied_on_advice.json" tests="14" failures="2" errors="0" skipped="8">
  <properties>
   <property name="imr-check" value="0.0.0"/>
   <property name="engine" value="durable-rules"/>
   <property name="notice" value="Decision support, not legal or medical advice."/>
  </properties>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ROW-01 one-treatment-named"/>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="GEN-09 records-attached">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="GEN-12 no-contradiction">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="GEN-01 row-complete"/>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="GEN-06 depends-on-primary">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="FI-01 less-dependency">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="FI-02 more-than-motion">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-01 indication"/>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-02 trial-max-6">
   <failure type="not_met" message="Visits asked for: 8 visits, at most 6 allowed (advice, replaced 2017-12-01 (unverified))">Visits asked for: 8 visits, at most 6 allowed (advice, replaced 2017-12-01 (unverified))
at line 5, column 41
Cure (office): Ask for six visits and plan a re-evaluation after them.
Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)</failure>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-03 extend-on-functional-improvement">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-04 frequency">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-05 total-24"/>
  <testcase classname="denied_on_advice.json: row 1, Acupuncture" name="ACU-07 shoulder-scope">
   <skipped type="not_applicable" message="Does not apply"></skipped>
  </testcase>
  <testcase classname="denied_on_advice.json: row 2, Treatment not recognized" name="ROW-02 no-criteria">
   <failure type="no_criteria" message="No criteria: nothing that is encoded covers this row. It was not judged.">No criteria: nothing that is encoded covers this row. It was not judged.
Cure (office): Have the row checked by hand against the guideline that governs.</failure>
  </testcase>
  <system-out>ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by reference. What replaced it is not encoded here. Findings show what reviewers looked for under it; check the guideline of today before you send.</system-out>
 </testsuite>
</testsuites>
""")


@pytest.mark.parametrize("context", [CONTEXT, HINTED])
def test_every_kind_of_report_is_valid(context: Context) -> None:
    reports = every()
    found = suites(*reports, context=context)
    assert [suite.name for suite in found] == [report.path for report in reports]


def test_nothing_checked_is_valid() -> None:
    assert suites() == []


def test_counts_are_those_of_the_tests() -> None:
    for suite in suites(*every()):
        kinds = Counter(type(each).__name__ for case in suite for each in case.result)
        counts = (kinds["Failure"], kinds["Error"], kinds["Skipped"])
        assert (suite.failures, suite.errors, suite.skipped) == counts
        assert suite.tests == len(list(suite))


def test_no_two_tests_share_a_name() -> None:
    names = [(case.classname, case.name) for suite in suites(*every()) for case in suite]
    assert len(names) == len(set(names))


def test_supported_file_has_passed_tests() -> None:
    found = cases(supported())
    assert found["ACU-02 trial-max-6"].is_passed
    assert {case.name for case in found.values() if case.is_failure} == set()
    assert result(found["ACU-04 frequency"]) == ("Skipped", "not_applicable", "Does not apply")


def test_failing_criterion_is_a_failure() -> None:
    (case,) = [case for case in suites(denied())[0] if case.name == "ACU-02 trial-max-6"]
    assert case.classname == "denied.json: row 1, Acupuncture"
    assert result(case) == snapshot(
        ("Failure", "not_met", "Visits asked for: 8 visits, at most 6 allowed")
    )
    assert case.result[0].text == snapshot("""\
Visits asked for: 8 visits, at most 6 allowed
at line 5, column 41
Cure (office): Ask for six visits and plan a re-evaluation after them.
Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)\
""")


def test_warning_is_skipped_and_says_so() -> None:
    report = denied()
    row = report.treatments[0]
    findings = tuple(finding._replace(severity="warning") for finding in row.findings)
    changed = report._replace(treatments=(row._replace(findings=findings),))
    found = cases(changed)["ACU-02 trial-max-6"]
    assert result(found) == snapshot(
        ("Skipped", "warning", "Warning: Visits asked for: 8 visits, at most 6 allowed")
    )


def test_suppressed_is_skipped_with_its_reason() -> None:
    assert result(cases(suppressed())["ACU-02 trial-max-6"]) == snapshot(
        ("Skipped", "suppressed", "Suppressed: agreed with the adjuster (J. Doe, until 2015-06-30)")
    )
    entry = result(cases(suppressed(entry=IN_BASELINE))["ACU-02 trial-max-6"])
    assert entry == ("Skipped", "suppressed", "Suppressed: known since May")
    assert "SUP-01 unused-suppression" in cases(suppressed())


def test_hole_is_skipped_and_named() -> None:
    assert result(cases(template())["ACU-02 trial-max-6"]) == snapshot(
        ("Skipped", "depends", "Depends on what is filled in: {{ visits }}, ${COURSE}")
    )


def test_what_was_not_selected_is_skipped() -> None:
    assert result(cases(unselected())["ACU-02 trial-max-6"])[:2] == ("Skipped", "not_selected")


def test_file_that_cannot_be_checked_is_an_error() -> None:
    (suite,) = suites(invalid())
    (case,) = suite
    assert (suite.errors, suite.failures) == (1, 0)
    assert result(case) == snapshot(
        ("Error", "INVALID", "line 1, column 1: injury is missing: add it")
    )
    assert case.result[0].text == snapshot("""\
line 1, column 1: injury is missing: add it
line 5, column 41: quantity has to be a whole number\
""")


def test_advice_rebuttal_and_doubt_are_told() -> None:
    (told,) = ElementTree.fromstring(written("junit", advised())).iter("system-out")  # noqa: S314
    assert (told.text or "").startswith("ADVICE on row 1: Acupuncture Medical Treatment")
    assert (
        "(advice, replaced 2017-12-01 (unverified))"
        in result(cases(denied_on_advice())["ACU-02 trial-max-6"])[2]
    )
    assert result(cases(argued())["FAC-01 not-recommended"])[2].endswith("(argued)")
    assert "still lacks" in cases(argued())["FAC-01 not-recommended"].result[0].text
    assert result(cases(argued())["FAC-02 non-radicular"])[2].endswith("(unverified)")


def test_notice_and_engine_are_properties() -> None:
    text = written("junit", supported(), context=HINTED)
    found = ElementTree.fromstring(text).iter("property")  # noqa: S314
    assert {each.get("name"): each.get("value") for each in found} == snapshot(
        {
            "imr-check": "0.0.0",
            "engine": "reference evaluator",
            "notice": "Decision support, not legal or medical advice.",
            "engine hint": "durable-rules is not installed.",
        }
    )


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(name: str) -> None:
    (first, second) = suites(denied(name), suppressed(name))
    assert first.name == second.name
    assert first.tests == second.tests


@given(st.text(st.characters(codec="utf-8")), st.text())
def test_any_text_is_well_formed(path: str, words: str) -> None:
    report = Report(path, (), (Problem(words), Problem("]]>" + words)))
    text = written("junit", report)
    (found,) = ElementTree.fromstring(text).iter("error")  # noqa: S314
    printable = "".join(character for character in words if character.isprintable())
    assert all(character in (found.text or "") for character in printable)
    text.encode()
