"""The work list as text, Markdown and JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from render.reports import ARGUED_TEXT, CONTEXT, HINTED, denied, invalid, report_on, supported

from imr_check import Report
from imr_check.render.lines import written
from imr_check.render.questions import lines
from imr_check.render.questions_json import as_json
from imr_check.render.questions_markdown import markdown
from imr_check.resources import read_schema
from imr_check.worklist import worklist

DRAFT = """\
{
  "submission": {"date": "2015-01-13"},
  "injury": {"date": "2014-04-11", "body_parts": ["low_back"]},
  "treatments": [
    {"kind": "trigger_point_injection", "region": "low_back", "quantity": 4,
     "guidance": ["ultrasound"]},
    {"treatment": "A day at the sea"}
  ],
  "chart": {
    "diagnoses": [{"name": "myofascial pain syndrome", "region": "low_back"}],
    "therapies": [
      {"kind": "home_exercise", "start": "2014-05-01", "status": "ongoing", "response": "failed"},
      {"kind": "physical_therapy", "status": "authorized"}
    ]
  }
}
"""


def shown(*reports: Report, width: int = 80) -> str:
    return written(lines(map(worklist, reports), CONTEXT), width, color=False)


def test_text() -> None:
    assert shown(report_on(DRAFT)) == snapshot("""\
draft.json: not supported
  Answer what is true. Nothing on this list is to be written down unless it was
  found, done or said, and the record that shows it can be enclosed.

  For the physician
    1. Which muscle, on which side, shows a circumscribed trigger point or a
       taut band?
       Needed (row 1: TPI-02).
    2. Did palpation of each requested muscle show a local twitch response?
       Needed (row 1: TPI-02).
    3. Where did palpation of each requested muscle refer the pain?
       Needed (row 1: TPI-02).
    4. What did the sensory examination show?
       One of several to choose from (row 1: TPI-05).
    5. What did the reflexes show?
       One of several to choose from (row 1: TPI-05).
    6. What did the strength examination show?
       One of several to choose from (row 1: TPI-05).
    7. What did the straight leg raise or the Spurling test show?
       One of several to choose from (row 1: TPI-05).
    8. Which NSAID was taken, from when to when, and with what result?
       Of use only if the chart changes (row 1: TPI-04).
    9. Which muscle relaxant was taken, from when to when, and with what result?
       Of use only if the chart changes (row 1: TPI-04).

  For the office
    1. Which muscles, on which side, with how many injections each?
       Needed (row 1: TPI-13).

  Row 1: Trigger point injection: not supported (line 5)
    Judged by Chronic Pain Medical Treatment Guidelines (2009)
    No addition makes this row supported as the chart stands. What else it lacks
      is listed all the same.

    x TPI-04 conservative-failed: against the row, whatever is added
      The chart says: result of physical therapy: not begun.
      List each kind of care with dates, amount and result, or why it is
        contraindicated.
      If the chart changes, it also needs: result of an NSAID: failed or
        contraindicated [TPI-04]; result of a muscle relaxant: failed or
        contraindicated [TPI-04].

    Needed beside that, all of these:
      - circumscribed trigger point or taut band: yes [TPI-02]
      - local twitch response on palpation: yes [TPI-02]
      - referred pain on palpation: yes [TPI-02]
      - every muscle with its side and its number of injections: yes [TPI-13]

    Any 2 of these:
      - sensory loss on examination: no [TPI-05]
      - reflex loss on examination: no [TPI-05]
      - weakness or atrophy on examination: no [TPI-05]
      - positive straight leg raise or Spurling test: no [TPI-05]

    To change in the request:
      - injections per session: at most 3 injections, now 4 injections [TPI-06]

    Rebuttal:
      - If an answer comes to contradict TPI-05, only a complete rebuttal is
        left. It would need: statement that the MTUS presumption is challenged;
        complete citation of the evidence; copy of the cited section or study.

    Worth adding, though it only warns:
      - USG-01 own-justification (unverified): Not documented: reason for image
        guidance. Add one sentence on why guidance is needed (depth, build,
        nearby vessels), or leave it out. (physician)

    Authority:
      - TPI-02 twitch-and-referral: Chronic Pain Medical Treatment Guidelines
        2009, 8 CCR 9792.24.2, p. 122, criterion 1
      - TPI-04 conservative-failed: Chronic Pain Medical Treatment Guidelines
        2009, 8 CCR 9792.24.2, p. 122, criterion 3
      - TPI-05 no-radiculopathy: Chronic Pain Medical Treatment Guidelines 2009,
        8 CCR 9792.24.2, p. 122, criterion 4
      - TPI-06 max-3-per-session: Chronic Pain Medical Treatment Guidelines
        2009, 8 CCR 9792.24.2, p. 122, criterion 5
      - TPI-13 sites-named: CPT, counts muscles where the guideline counts
        injections (unverified)

  Row 2: Treatment not recognized: no criteria (line 7)
    No treatment with criteria is named. Fill in kind, or see `imr-check
      criteria --treatments` for what is covered.
    This row was not judged: have it checked by hand against its guideline.

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.
""")


def test_text_of_a_rebuttal_that_is_not_complete() -> None:
    assert shown(report_on(ARGUED_TEXT)) == snapshot("""\
draft.json: not supported
  Answer what is true. Nothing on this list is to be written down unless it was
  found, done or said, and the record that shows it can be enclosed.

  For the physician
    1. Does the request say clearly that it challenges the MTUS presumption?
       Needed (row 1: FAC-01).
    2. Which guideline or study is cited, by whom, from what year, on which
       page?
       Needed (row 1: FAC-01).
    3. What did stretching or home exercise achieve, from when to when?
       Needed (row 1: FAC-04).
    4. How many physical therapy visits were attended, when, and with what
       result?
       Needed (row 1: FAC-04).
    5. Which NSAID was taken, from when to when, and with what result?
       Needed (row 1: FAC-04).
    6. From when to when was conservative care tried?
       Needed (row 1: FAC-04).
    7. What did the sensory examination show?
       One of several to choose from (row 1: FAC-02).
    8. What did the reflexes show?
       One of several to choose from (row 1: FAC-02).
    9. What did the strength examination show?
       One of several to choose from (row 1: FAC-02).
    10. What did the straight leg raise or the Spurling test show?
        One of several to choose from (row 1: FAC-02).

  For the office
    1. Is a copy of the cited section or study enclosed?
       Needed (row 1: FAC-01).
    2. Which imaging report of the region is enclosed, and what does it say?
       Needed (row 1: FAC-03).
    3. Which one imaging modality guides the needle?
       Needed (row 1: FAC-05).

  Row 1: Facet joint injection or medial branch block: not supported (line 5)
    Judged by ACOEM Practice Guidelines, 2nd edition (2004)
    The shortest way to a supported row has 11 steps.

    Needed, all of these:
      - statement that the MTUS presumption is challenged: yes [FAC-01]
      - complete citation of the evidence: yes [FAC-01]
      - copy of the cited section or study: yes [FAC-01]
      - imaging report of the region: yes [FAC-03]
      - result of stretching or home exercise: failed or contraindicated
        [FAC-04]
      - result of physical therapy: failed or contraindicated [FAC-04]
      - result of an NSAID: failed or contraindicated [FAC-04]
      - duration of conservative care: at least 1 month, limit unverified
        [FAC-04]
      - imaging modalities named for guidance: at most 1 modality [FAC-05]

    Any 2 of these:
      - sensory loss on examination: no [FAC-02]
      - reflex loss on examination: no [FAC-02]
      - weakness or atrophy on examination: no [FAC-02]
      - positive straight leg raise or Spurling test: no [FAC-02]

    Rebuttal:
      - FAC-01 is contradicted: a complete rebuttal may stand against that. It
        still lacks: statement that the MTUS presumption is challenged; complete
        citation of the evidence; copy of the cited section or study. Whether it
        is accepted is for the reviewer.

    Worth adding, though it only warns:
      - GEN-13 rebuttal-if-hard-fail: Not documented: statement that the MTUS
        presumption is challenged; complete citation of the evidence; copy of
        the cited section or study. State on the request that the presumption is
        challenged, cite the evidence in full, and enclose a copy. Where the law
        asks for it, show the search that led to the evidence. (physician)

    Authority:
      - FAC-01 not-recommended: ACOEM Practice Guidelines 2nd ed. (2004),
        chapter 12, p. 300, 309
      - FAC-02 non-radicular: Official Disability Guidelines (unverified)
      - FAC-03 exclusions: Official Disability Guidelines (unverified)
      - FAC-04 conservative-failed: Official Disability Guidelines (unverified)
      - FAC-05 one-modality: CPT, separate code families for each modality

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.
""")


def test_text_of_a_choice() -> None:
    assert shown(denied().__class__("d.json", denied().treatments[:1])) == snapshot("""\
d.json: not supported
  Answer what is true. Nothing on this list is to be written down unless it was
  found, done or said, and the record that shows it can be enclosed.

  For the physician
    1. What is special about this employee, so that the usual rule should not
       apply?
       One of several to choose from (row 1: ACU-02).

  Row 1: Acupuncture: not supported (line 5)
    Judged by Acupuncture Medical Treatment Guidelines (2007)
    The shortest way to a supported row has 1 step.

    One of these:
      - visits asked for: 1 to 6 visits, now 8 visits [ACU-02]
      - extenuating circumstances: yes [ACU-02]

    Authority:
      - ACU-02 trial-max-6: Acupuncture Medical Treatment Guidelines, 8 CCR
        9792.24.1(c)

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.
""")


def test_text_of_files_that_are_done_or_cannot_be_checked() -> None:
    assert shown(supported(), invalid()) == snapshot("""\
supported.json: supported

  Row 1: Acupuncture: supported (line 5)
    Judged by Acupuncture Medical Treatment Guidelines (2007)
    No encoded criterion blocks this row.

invalid.json: cannot be checked
  line 1, column 1: injury is missing: add it
  line 5, column 41: quantity has to be a whole number

imr-check 0.0.0, decided by durable-rules. Decision support, not legal or
medical advice.
""")


def test_advice_is_at_the_top() -> None:
    text = shown(report_on(DRAFT, as_of=date(2026, 11, 22)))
    assert text.splitlines()[1].startswith("  ADVICE on row 1")
    assert "(advice, replaced 2016-07-29)" in " ".join(text.split())


def test_a_template_says_what_its_holes_count_for() -> None:
    draft = DRAFT.replace('"quantity": 4', '"quantity": "{{ injections }}"')
    text = " ".join(shown(report_on(draft)).split())
    assert "what its holes stand for counts as missing here" in text
    assert "How many injections are asked for in one session? Needed (row 1: TPI-06)." in text


def test_the_reference_evaluator_is_named() -> None:
    first, *_ = lines([worklist(supported())], HINTED)
    assert "reference evaluator" in first.text
    assert "reference evaluator" in next(markdown([worklist(supported())], HINTED))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text_keeps_to_the_width(width: int) -> None:
    text = shown(report_on(DRAFT), report_on(ARGUED_TEXT), width=width)
    assert all(len(line) <= width for line in text.splitlines())


def test_markdown() -> None:
    found = map(worklist, (report_on(DRAFT), supported(), invalid()))
    assert "".join(markdown(found, CONTEXT)) == snapshot("""\
## `draft.json`: not supported

> Answer what is true. Nothing on this list is to be written down unless it was found, done or said, and the record that shows it can be enclosed.

### For the physician

- [ ] Which muscle, on which side, shows a circumscribed trigger point or a taut band?<br>Needed (row 1: TPI-02).
- [ ] Did palpation of each requested muscle show a local twitch response?<br>Needed (row 1: TPI-02).
- [ ] Where did palpation of each requested muscle refer the pain?<br>Needed (row 1: TPI-02).
- [ ] What did the sensory examination show?<br>One of several to choose from (row 1: TPI-05).
- [ ] What did the reflexes show?<br>One of several to choose from (row 1: TPI-05).
- [ ] What did the strength examination show?<br>One of several to choose from (row 1: TPI-05).
- [ ] What did the straight leg raise or the Spurling test show?<br>One of several to choose from (row 1: TPI-05).
- [ ] Which NSAID was taken, from when to when, and with what result?<br>Of use only if the chart changes (row 1: TPI-04).
- [ ] Which muscle relaxant was taken, from when to when, and with what result?<br>Of use only if the chart changes (row 1: TPI-04).

### For the office

- [ ] Which muscles, on which side, with how many injections each?<br>Needed (row 1: TPI-13).

### Row 1: Trigger point injection: not supported (line 5)

Judged by Chronic Pain Medical Treatment Guidelines (2009)

No addition makes this row supported as the chart stands. What else it lacks is listed all the same.

**TPI-04 conservative-failed: against the row, whatever is added**

The chart says: result of physical therapy: not begun.

List each kind of care with dates, amount and result, or why it is contraindicated.

If the chart changes, it also needs: result of an NSAID: failed or contraindicated \\[TPI-04\\]; result of a muscle relaxant: failed or contraindicated \\[TPI-04\\].

**Needed beside that, all of these:**

- circumscribed trigger point or taut band: yes \\[TPI-02\\]
- local twitch response on palpation: yes \\[TPI-02\\]
- referred pain on palpation: yes \\[TPI-02\\]
- every muscle with its side and its number of injections: yes \\[TPI-13\\]

**Any 2 of these:**

- sensory loss on examination: no \\[TPI-05\\]
- reflex loss on examination: no \\[TPI-05\\]
- weakness or atrophy on examination: no \\[TPI-05\\]
- positive straight leg raise or Spurling test: no \\[TPI-05\\]

**To change in the request:**

- injections per session: at most 3 injections, now 4 injections \\[TPI-06\\]

**Rebuttal:**

- If an answer comes to contradict TPI-05, only a complete rebuttal is left. It would need: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study.

**Worth adding, though it only warns:**

- USG-01 own-justification (unverified): Not documented: reason for image guidance. Add one sentence on why guidance is needed (depth, build, nearby vessels), or leave it out. (physician)

**Authority:**

- TPI-02 twitch-and-referral: Chronic Pain Medical Treatment Guidelines 2009, 8 CCR 9792.24.2, p. 122, criterion 1
- TPI-04 conservative-failed: Chronic Pain Medical Treatment Guidelines 2009, 8 CCR 9792.24.2, p. 122, criterion 3
- TPI-05 no-radiculopathy: Chronic Pain Medical Treatment Guidelines 2009, 8 CCR 9792.24.2, p. 122, criterion 4
- TPI-06 max-3-per-session: Chronic Pain Medical Treatment Guidelines 2009, 8 CCR 9792.24.2, p. 122, criterion 5
- TPI-13 sites-named: CPT, counts muscles where the guideline counts injections (unverified)

### Row 2: Treatment not recognized: no criteria (line 7)

No treatment with criteria is named. Fill in kind, or see \\`imr-check criteria --treatments\\` for what is covered.

This row was not judged: have it checked by hand against its guideline.


## `supported.json`: supported

### Row 1: Acupuncture: supported (line 5)

Judged by Acupuncture Medical Treatment Guidelines (2007)

No encoded criterion blocks this row.


## `invalid.json`: cannot be checked

- line 1, column 1: injury is missing: add it
- line 5, column 41: quantity has to be a whole number

*imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.*
""")


def test_a_name_in_markdown_is_code() -> None:
    text = "".join(markdown([worklist(supported("@everyone <b>.json"))], CONTEXT))
    assert "`@everyone <b>.json`" in text


def data(*reports: Report) -> Any:
    return json.loads("".join(as_json(map(worklist, reports), CONTEXT)))


def test_json_is_as_its_schema_says() -> None:
    schema = read_schema("questions")
    Draft202012Validator.check_schema(schema)
    reports = (
        report_on(DRAFT),
        report_on(DRAFT, as_of=date(2026, 11, 22)),
        report_on(ARGUED_TEXT),
        denied(),
        supported(),
        invalid(),
    )
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.validate(data(*reports))
    validator.validate(data())


def test_json_of_a_row() -> None:
    (file,) = data(report_on(DRAFT))["files"]
    row = file["rows"][0]
    row["criteria"] = [criterion["code"] for criterion in row["criteria"]]
    row["needed"], row["choices"] = row["needed"][:1], []
    assert row == snapshot(
        {
            "row": 1,
            "treatment": "Trigger point injection",
            "verdict": "not_supported",
            "argued": False,
            "edition": {
                "id": "chronic_pain_2009",
                "title": "Chronic Pain Medical Treatment Guidelines (2009)",
                "standing": "in force",
                "replaced_on": None,
            },
            "note": "",
            "pointer": "/treatments/0",
            "line": 5,
            "smallest": 7,
            "exhaustive": True,
            "undecided": [],
            "not_selected": [],
            "needed": [
                {
                    "fact": "trigger_point.circumscribed",
                    "label": "circumscribed trigger point or taut band",
                    "question": "Which muscle, on which side, shows a circumscribed trigger point or a taut band?",
                    "answered_by": "physician",
                    "wanted": "yes",
                    "now": None,
                    "codes": ["TPI-02"],
                    "changes_with": [],
                    "limit_unverified": False,
                }
            ],
            "choices": [],
            "changes": [
                {
                    "fact": "row.injections_per_session",
                    "label": "injections per session",
                    "question": "How many injections are asked for in one session?",
                    "answered_by": "office",
                    "wanted": "at most 3 injections",
                    "now": "4 injections",
                    "codes": ["TPI-06"],
                    "changes_with": [],
                    "limit_unverified": False,
                }
            ],
            "fatal": [
                {
                    "codes": ["TPI-04"],
                    "chart": [
                        {
                            "fact": "care.physical_therapy",
                            "label": "result of physical therapy",
                            "value": "not begun",
                        }
                    ],
                    "remedies": [
                        "List each kind of care with dates, amount and result, or why it is contraindicated."
                    ],
                    "also": [
                        {
                            "fact": "care.nsaid",
                            "label": "result of an NSAID",
                            "question": "Which NSAID was taken, from when to when, and with what result?",
                            "answered_by": "physician",
                            "wanted": "failed or contraindicated",
                            "now": None,
                            "codes": ["TPI-04"],
                            "changes_with": [],
                            "limit_unverified": False,
                        },
                        {
                            "fact": "care.muscle_relaxant",
                            "label": "result of a muscle relaxant",
                            "question": "Which muscle relaxant was taken, from when to when, and with what result?",
                            "answered_by": "physician",
                            "wanted": "failed or contraindicated",
                            "now": None,
                            "codes": ["TPI-04"],
                            "changes_with": [],
                            "limit_unverified": False,
                        },
                    ],
                    "choices": [],
                }
            ],
            "rebuttals": [
                {
                    "codes": ["TPI-05"],
                    "lacks": [
                        {
                            "fact": "rebuttal.challenges_presumption",
                            "label": "statement that the MTUS presumption is challenged",
                            "question": "Does the request say clearly that it challenges the MTUS presumption?",
                            "answered_by": "physician",
                            "wanted": "yes",
                            "now": None,
                            "codes": ["TPI-05"],
                            "changes_with": [],
                            "limit_unverified": False,
                        },
                        {
                            "fact": "rebuttal.citation",
                            "label": "complete citation of the evidence",
                            "question": "Which guideline or study is cited, by whom, from what year, on which page?",
                            "answered_by": "physician",
                            "wanted": "yes",
                            "now": None,
                            "codes": ["TPI-05"],
                            "changes_with": [],
                            "limit_unverified": False,
                        },
                        {
                            "fact": "rebuttal.copy_attached",
                            "label": "copy of the cited section or study",
                            "question": "Is a copy of the cited section or study enclosed?",
                            "answered_by": "office",
                            "wanted": "yes",
                            "now": None,
                            "codes": ["TPI-05"],
                            "changes_with": [],
                            "limit_unverified": False,
                        },
                    ],
                    "only_if_contradicted": True,
                }
            ],
            "worth_adding": [
                {
                    "code": "USG-01",
                    "name": "own-justification",
                    "remedy": "Add one sentence on why guidance is needed (depth, build, nearby vessels), or leave it out.",
                    "answered_by": "physician",
                    "citation": "no source known in the MTUS",
                    "confidence": "unverified",
                    "outcome": "not_documented",
                    "message": "Not documented: reason for image guidance",
                    "questions": ["Why does this employee need image guidance?"],
                }
            ],
            "criteria": ["TPI-02", "TPI-04", "TPI-05", "TPI-06", "TPI-13"],
        }
    )
    assert file["questions"][1] == snapshot(
        {
            "answered_by": "office",
            "facts": [
                {
                    "fact": "row.sites_named",
                    "label": "every muscle with its side and its number of injections",
                    "question": "Which muscles, on which side, with how many injections each?",
                    "for": [{"row": 1, "codes": ["TPI-13"], "how": "needed", "wanted": "yes"}],
                }
            ],
        }
    )
