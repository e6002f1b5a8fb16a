"""Workflow commands, read back as the runner of GitHub reads them.

There is no such reader to install. ``parsed`` does what the runner's own does: it splits at the first
``::``, then at commas and the first equals sign, and undoes the escapes, the percent sign last.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from render.reports import (
    CONTEXT,
    HINTED,
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
from imr_check.render.context import Context
from imr_check.render.github import command
from imr_check.report import Level


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def parsed(line: str) -> Command | None:
    if not line.lstrip().startswith("::"):
        return None
    head, _, message = line.lstrip()[2:].partition("::")
    name, _, rest = head.partition(" ")
    pairs = (part.split("=", 1) for part in rest.strip().split(",") if part)
    properties = {key: unescaped(value, ":,") for key, value in pairs}
    return Command(name, properties, unescaped(message, ""))


def unescaped(text: str, more: str) -> str:
    for character in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def commands(*reports: Report, context: Context = CONTEXT) -> list[Command]:
    lines = written("github", *reports, context=context).splitlines()
    return [found for found in map(parsed, lines) if found]


def test_snapshot() -> None:
    text = written("github", *every())
    assert text == snapshot("""\
::error file=denied.json,line=5,col=41,title=ACU-02 trial-max-6::Row 1, Acupuncture: Visits asked for: 8 visits, at most 6 allowed%0ACure (office): Ask for six visits and plan a re-evaluation after them.%0AAcupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)
::error file=denied.json,line=6,col=5,title=ROW-02 no-criteria::Row 2, Treatment not recognized: No criteria: nothing that is encoded covers this row. It was not judged.%0ACure (office): Have the row checked by hand against the guideline that governs.
::notice file=advised.json,line=5,col=5,title=ADVICE::ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by reference. What replaced it is not encoded here. Findings show what reviewers looked for under it; check the guideline of today before you send.
::notice file=denied_on_advice.json,line=5,col=5,title=ADVICE::ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by reference. What replaced it is not encoded here. Findings show what reviewers looked for under it; check the guideline of today before you send.
::error file=denied_on_advice.json,line=5,col=41,title=ACU-02 trial-max-6::Row 1, Acupuncture: Visits asked for: 8 visits, at most 6 allowed (advice, replaced 2017-12-01 (unverified))%0ACure (office): Ask for six visits and plan a re-evaluation after them.%0AAcupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)
::error file=denied_on_advice.json,line=6,col=5,title=ROW-02 no-criteria::Row 2, Treatment not recognized: No criteria: nothing that is encoded covers this row. It was not judged.%0ACure (office): Have the row checked by hand against the guideline that governs.
::warning file=argued.json,line=5,col=5,title=GEN-13 rebuttal-if-hard-fail::Row 1, Facet joint injection or medial branch block: Not documented: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study%0ACure (physician): State on the request that the presumption is challenged, cite the evidence in full, and enclose a copy. Where the law asks for it, show the search that led to the evidence.%0AMTUS Medical Evidence Search Sequence, 8 CCR 9792.21.1(b)
::error file=argued.json,line=5,col=88,title=FAC-01 not-recommended::Row 1, Facet joint injection or medial branch block: Facet joint injection for the neck or back is not recommended by this edition (argued)%0ACure (physician): Enclose a complete rebuttal, or choose another treatment. The rebuttal still lacks: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study%0AACOEM Practice Guidelines 2nd ed. (2004), chapter 12, p. 300, 309
::error file=argued.json,line=5,col=5,title=FAC-02 non-radicular::Row 1, Facet joint injection or medial branch block: Not documented: sensory examination; reflexes; strength examination; straight leg raise or Spurling test (unverified)%0ACure (physician): Chart the nerve examination as it is: sensation, reflexes, strength, straight leg raise or Spurling test. With a radiculopathy choose another treatment.%0AOfficial Disability Guidelines (unverified)
::error file=argued.json,line=5,col=5,title=FAC-03 exclusions::Row 1, Facet joint injection or medial branch block: Not documented: imaging report of the region (unverified)%0ACure (physician): Enclose the imaging report, or choose a level without stenosis, fusion or laminectomy.%0AOfficial Disability Guidelines (unverified)
::error file=argued.json,line=5,col=5,title=FAC-05 one-modality::Row 1, Facet joint injection or medial branch block: Not documented: imaging modalities named for guidance%0ACure (office): Name one imaging modality.%0ACPT, separate code families for each modality
::error file=invalid.json,line=1,col=1,title=INVALID::injury is missing: add it
::error file=invalid.json,line=5,col=41,title=INVALID::quantity has to be a whole number
::warning file=suppressed.json,line=15,col=5,title=SUP-01 unused-suppression::Suppression of TPI-02: This suppression sets nothing aside: no such finding fails here.%0ACure (office): Remove the entry, or correct its code or row.
::notice file=template.json,line=5,col=5,title=HOLES::Row 1, Acupuncture: depends on what is filled in: ACU-02 trial-max-6 ({{ visits }}, ${COURSE})
imr-check 0.0.0, decided by durable-rules. 1 suppressed. Decision support, not legal or medical advice.
""")


def test_finding_is_an_annotation_at_its_line() -> None:
    (first, _) = commands(denied())
    assert first == snapshot(
        Command(
            name="error",
            properties={
                "file": "denied.json",
                "line": "5",
                "col": "41",
                "title": "ACU-02 trial-max-6",
            },
            message="""\
Row 1, Acupuncture: Visits asked for: 8 visits, at most 6 allowed
Cure (office): Ask for six visits and plan a re-evaluation after them.
Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)\
""",
        )
    )


def test_supported_file_has_none() -> None:
    assert commands(supported()) == []


def test_severity_decides_the_command() -> None:
    report = denied()
    row = report.treatments[0]
    levels: dict[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}
    for severity, name in levels.items():
        findings = tuple(finding._replace(severity=severity) for finding in row.findings)
        (found,) = commands(report._replace(treatments=(row._replace(findings=findings),)))
        assert found.name == name


def test_suppressed_and_not_selected_are_left_out_and_counted() -> None:
    assert [found.properties["title"] for found in commands(suppressed())] == [
        "SUP-01 unused-suppression"
    ]
    assert commands(unselected()) == []
    assert " 1 suppressed. " in written("github", suppressed()).splitlines()[-1]


def test_row_with_holes_has_one_notice() -> None:
    (found,) = commands(template())
    assert (found.name, found.properties["title"]) == ("notice", "HOLES")
    assert found.message == snapshot(
        "Row 1, Acupuncture: depends on what is filled in: ACU-02 trial-max-6 ({{ visits }}, ${COURSE})"
    )


def test_advice_rebuttal_and_doubt_are_told() -> None:
    (only,) = commands(advised())
    assert only.message.startswith("ADVICE on row 1: Acupuncture Medical Treatment Guidelines")
    (_, marked, _) = commands(denied_on_advice())
    assert "(advice, replaced 2017-12-01 (unverified))" in marked.message
    messages = {found.properties["title"]: found.message for found in commands(argued())}
    assert "(argued)\n" in messages["FAC-01 not-recommended"]
    assert "The rebuttal still lacks: " in messages["FAC-01 not-recommended"]
    assert "(unverified)\n" in messages["FAC-02 non-radicular"]


def test_file_that_cannot_be_checked() -> None:
    found = commands(invalid())
    assert [(each.name, each.properties["title"]) for each in found] == [("error", "INVALID")] * 2
    assert found[1].properties["line"] == "5"


def test_engine_and_notice_are_told() -> None:
    (first, *_) = commands(supported(), context=HINTED)
    assert first.message == "reference evaluator: durable-rules is not installed."
    assert written("github", supported()) == snapshot(
        "imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.\n"
    )


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(name: str) -> None:
    text = written("github", denied(name), invalid(name))
    text.encode()
    assert len(text.splitlines()) == len(text.split("\n")) - 1 == 5
    seen = {found.properties["file"] for found in commands(denied(name), invalid(name))}
    assert len(seen) == 1
    if name.isprintable():
        assert seen == {name}


@given(st.text(), st.text(min_size=1))
def test_what_is_escaped_comes_back(message: str, value: str) -> None:
    line = command("error", message, file=value, title="T")
    assert line.endswith("\n")
    assert "\n" not in line[:-1]
    assert "\r" not in line
    assert parsed(line[:-1]) == Command("error", {"file": value, "title": "T"}, message)
