"""Words that people read in several formats: templates, rebuttals, doubt, requests on lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from render.reports import (
    CONTEXT,
    advised,
    denied,
    invalid,
    report_on,
    supported,
    template,
    written,
)
from strategies import EXAMPLES

from imr_check import Report, check_many
from imr_check.render.context import verdict_look, verdict_words
from imr_check.render.html_row import Work
from imr_check.render.text import Text

PEOPLE = ("text", "markdown", "html")


def examples(name: str) -> list[Report]:
    found = check_many([EXAMPLES / name], today=date(2026, 11, 22))
    return [report._replace(path=Path(name).name) for report in found]


def accepted() -> Report:
    (report,) = examples("determinations/001_facet_and_trigger_point_cured.json")
    return report


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "always supported"),
        ("not_supported", "can never be supported"),
        ("incomplete", "can never be supported"),
        ("depends", "depends on what is filled in"),
        ("no_criteria", "no criteria"),
    ],
)
def test_verdicts_on_a_template(verdict: str, words: str) -> None:
    assert verdict_words(verdict, template=True) == words
    looks = verdict_look(verdict, template=True)
    assert looks == ("not_supported" if "never" in words else verdict)


@pytest.mark.parametrize("form", PEOPLE)
def test_what_a_template_has_no_place_for(form: str) -> None:
    (report,) = examples("templates/trigger_point_no_twitch.yaml")
    text = one_line(written(form, report))
    assert "an never be supported" in text
    assert "Can never be met, whatever is filled in" in text
    assert "No place for:" in text
    assert "local twitch response on palpation" in text
    assert "?" not in text.partition("No place for:")[2].partition("Depends on")[0]
    assert "Not documented:" not in text
    assert "not documented" not in text
    assert "For the physician</h4>" not in text


@pytest.mark.parametrize("form", PEOPLE)
def test_several_that_depend(form: str) -> None:
    text = written(form, *(template() for _ in range(5)))
    assert "5 depend on what is filled in" in text


@pytest.mark.parametrize("form", PEOPLE)
def test_what_hangs_on_a_rebuttal_is_not_counted_as_supported(form: str) -> None:
    text = written(form, accepted(), supported(), supported())
    assert "2 supported, 1 supported if the rebuttal is accepted" in one_line(text)


def test_what_hangs_on_a_rebuttal_is_not_green() -> None:
    text = written("text", accepted(), context=CONTEXT._replace(color=True, width=200))
    title, row = (line for line in text.splitlines() if "if the rebuttal is accepted" in line)
    assert "\x1b[1;33m" in title
    assert "\x1b[1;33m" in row
    assert "\x1b[1;32m" not in title + row
    assert 'class="card argued"' in written("html", accepted())
    assert "**supported if the rebuttal is accepted**" in written("markdown", accepted())


@pytest.mark.parametrize("form", PEOPLE)
def test_requests_of_one_file_are_told_apart(form: str) -> None:
    reports = examples("templates/acupuncture_favorites.jsonl")
    text = written(form, *reports, invalid("broken.jsonl"), supported("one.json"))
    for number in (1, 2, 3):
        assert f"favorites.jsonl, line {number}" in text.replace("`", "").replace("</code>", "")
    assert "broken.jsonl, line 1" in text.replace("`", "").replace("</code>", "")
    assert "one.json, line" not in text


def test_advice_is_said_in_full_once() -> None:
    text = one_line(written("text", advised(), advised(), denied()))
    assert text.count("check the guideline of today before you send.") == 1
    reminder = "ADVICE on row 1: replaced 2017-12-01 (unverified), as said above."
    assert text.count(reminder) == 1
    assert text.index("check the guideline") < text.index(reminder)


def test_a_piece_of_text_does_not_know_what_stands_above() -> None:
    writer = Text(CONTEXT)
    assert writer.piece(advised()) == writer.piece(advised())
    assert writer.add(writer.piece(advised())) != writer.add(writer.piece(advised()))


def test_what_nobody_has_checked_is_marked_where_it_is_met() -> None:
    assert "Met: ROW-01 one-treatment-named (unverified)," in written("text", supported())
    page = written("html", supported())
    assert '</strong> one-treatment-named <strong class="unverified">(unverified)</strong>' in page


def test_a_note_says_where_it_stands() -> None:
    source = "Official Disability Guidelines, Pain and Neck and Upper Back chapters, acupuncture"
    assert source in one_line(written("text", supported()))
    assert f"{source} (letter)" in written("html", supported())


def test_the_page_says_for_which_date_an_edition_was_in_force() -> None:
    (report,) = examples("determinations/000_trigger_point.json")
    assert "which was in force for a request of 2015-01-13." in written("html", report)
    assert "which was in force for a service of 2015-01-13." in written("html", supported())
    assert "in force" not in written("html", advised())


SILENT_TEXT = """\
{
  "submission": {"date": "2016-12-01"},
  "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
  "treatments": [{"kind": "mri", "region": "neck"}]
}
"""


def test_silence_that_only_warns_stands_in_nobodys_way() -> None:
    report = report_on(SILENT_TEXT)
    silent = [f for f in report.treatments[0].failing if f.criterion.silence == "warns"]
    assert {finding.code for finding in silent} >= {"GEN-02", "GEN-07"}
    assert {finding.severity for finding in silent} == {"warning"}
    text = written("text", report)
    assert "GEN-02 purpose-stated: not documented, warning only" in text
    work = Work.of(report.treatments[0])
    assert all(finding in work.warnings for finding in silent)
    assert work.blocking == sum(f.severity == "error" for f in report.treatments[0].failing)
