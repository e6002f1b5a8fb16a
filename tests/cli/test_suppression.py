"""Findings that are set aside: by a block in the request, with a reason, and always visible."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from drafts import (
    DENIED,
    SUPPORTED,
    TEMPLATE,
    TWO_ROWS,
    suppressing,
    write,
    write_lines,
)
from hypothesis import given
from hypothesis import strategies as st
from running import Command, Run
from strategies import EXAMPLES

from imr_check import Report, check
from imr_check.policy import Policy, applied
from imr_check.render.output import FORMATS
from imr_check.report import Finding

DAY = date(2026, 11, 22)
REASON = "agreed with the adjuster by telephone"
ENTRY = {"code": "ACU-02", "reason": REASON}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(draft: dict[str, Any], *entries: dict[str, Any], **policy: Any) -> Report:
    return applied(check(suppressing(draft, *entries)), Policy(DAY, **policy))


def counting(report: Report) -> list[Finding]:
    """Return what still counts, but for the warning that goes with ACU-02."""
    return [each for each in report.findings if each.open and each.code != "GEN-05"]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in counting(report)]


# Which entries set aside what


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ([], ["ACU-02", "ROW-02"]),
        ([{"code": "ACU-02"}], ["ROW-02"]),
        ([{"code": "ACU-02", "row": 1}], ["ROW-02"]),
        ([{"code": "ACU-02", "row": 2}], ["ACU-02", "ROW-02", "SUP-01"]),
        ([{"code": "ACU-02", "row": 9}], ["ACU-02", "ROW-02", "SUP-01"]),
        ([{"code": "ROW-02"}], ["ACU-02"]),
        ([{"code": "ROW-02", "row": 2}, {"code": "ACU-02"}], []),
        ([{"code": "ACU-01"}], ["ACU-02", "ROW-02", "SUP-01"]),
        ([{"code": "ZZZ-99"}], ["ACU-02", "ROW-02", "SUP-01"]),
        ([{"code": "ACU-02"}, {"code": "ACU-02", "row": 1}], ["ROW-02"]),
        ([{"code": "ACU-02"}, {"code": "ACU-02", "row": 2}], ["ROW-02", "SUP-01"]),
        ([{"code": "SUP-01"}, {"code": "ACU-01"}], ["ACU-02", "ROW-02", "SUP-01", "SUP-01"]),
        ([{"code": "ACU-02", "until": "2026-11-22"}], ["ROW-02"]),
        ([{"code": "ACU-02", "until": "2026-11-23"}], ["ROW-02"]),
        ([{"code": "ACU-02", "until": "2026-11-21"}], ["ACU-02", "ROW-02", "SUP-02"]),
        ([{"code": "ACU-01", "until": "2026-11-21"}], ["ACU-02", "ROW-02", "SUP-01"]),
        ([{"code": "ACU-02", "until": "2020-01-01"}, {"code": "ACU-02"}], ["ROW-02", "SUP-02"]),
    ],
)
def test_an_entry_sets_aside_what_it_names(entries: list[dict[str, Any]], left: list[str]) -> None:
    report = judged(TWO_ROWS, *({**entry, "reason": REASON} for entry in entries))
    assert codes(report) == left
    assert report.verdict == "not_supported"


@pytest.mark.parametrize("prefix", ["A", "ACU", "ACU-02"])
def test_what_may_not_be_suppressed_is_not(prefix: str) -> None:
    report = judged(DENIED, ENTRY, unsuppressable=("TPI", prefix))
    assert codes(report) == ["ACU-02", "SUP-03"]
    assert {finding.severity for finding in counting(report)} == {"error"}
    late = judged(DENIED, {**ENTRY, "until": "2020-01-01"}, unsuppressable=(prefix,))
    assert codes(late) == ["ACU-02", "SUP-03"]


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Let the command run on another day."""

    class Fixed(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return date.fromisoformat(day)

    monkeypatch.setattr("imr_check.cli.checking.date", Fixed)


@pytest.mark.parametrize("as_of", [(), ("--as-of", "2015-06-30"), ("--as-of", "2016-01-01")])
def test_an_entry_ends_on_the_day_of_the_office_whatever_day_is_judged(
    run: Command, monkeypatch: pytest.MonkeyPatch, as_of: tuple[str, ...]
) -> None:
    write(Path("draft.json"), suppressing(DENIED, {**ENTRY, "until": "2026-06-30"}))
    at(monkeypatch, "2026-06-30")
    assert run("draft.json", *as_of).status == 0
    at(monkeypatch, "2026-07-01")
    late = run("draft.json", *as_of, "--format", "concise")
    assert late.status == 1
    assert "This suppression has expired: it sets nothing aside any more." in late.out


def test_faults_about_what_is_not_selected_are_not_told() -> None:
    expired = {**ENTRY, "until": "2020-01-01"}
    assert codes(judged(DENIED, expired)) == ["ACU-02", "SUP-02"]
    assert codes(judged(DENIED, expired, ignore=("ACU-02",))) == []
    assert codes(judged(DENIED, expired, select=("SUP", "TPI"))) == []
    assert codes(judged(DENIED, ENTRY, unsuppressable=("ACU",), ignore=("ACU-02",))) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("OPI-99", "unknown code: did you mean OPI-"),
        ("TPX-02", "unknown code: did you mean TPI-02?"),
        ("ZZZ-99", "unknown code: see `imr-check criteria`"),
        ("ACU-01", "This suppression sets nothing aside: no such finding fails here."),
        ("SUP-02", "This suppression sets nothing aside: no such finding fails here."),
    ],
)
def test_an_entry_about_a_code_that_is_not_known_says_so(code: str, words: str) -> None:
    (finding,) = judged(SUPPORTED, {**ENTRY, "code": code}).file_findings
    assert finding.message.startswith(f"Suppression of {code}: {words}")


def test_faults_of_entries_can_be_selected_and_weighed_like_others() -> None:
    wrong = {"code": "ACU-01", "reason": REASON}
    assert codes(judged(SUPPORTED, wrong, ignore=("SUP",))) == []
    assert codes(judged(SUPPORTED, wrong, select=("ACU",))) == []
    (finding,) = judged(SUPPORTED, wrong, severity=(("SUP", "info"),)).file_findings
    assert finding.severity == "info"


def test_two_faults_of_one_kind_have_different_fingerprints() -> None:
    wrong = ({"code": code, "reason": REASON} for code in ("ACU-01", "ACU-05"))
    found = judged(SUPPORTED, *wrong).file_findings
    assert len({finding.fingerprint for finding in found}) == 2


def test_an_entry_about_what_depends_on_a_hole_is_not_called_unused() -> None:
    report = judged(TEMPLATE, ENTRY)
    assert codes(report) == []
    assert [finding.code for finding in report.treatments[0].depends] == [
        *("GEN-05", "ACU-02", "ACU-05"),
    ]
    assert codes(judged(TEMPLATE, {**ENTRY, "code": "ACU-01"})) == ["SUP-01"]


# Where it is seen


def outputs(run: Command) -> dict[str, Run]:
    wrong = {"code": "ACU-05", "reason": "unneeded"}
    author = {"author": "J. Doe", "until": "2099-06-30"}
    write(Path("draft.json"), suppressing(DENIED, {**ENTRY, **author}, wrong))
    write(Path("other.json"), SUPPORTED)
    asked = ("draft.json", "other.json", "--as-of", "2015-01-13")
    return {form: run(*asked, "--format", form) for form in FORMATS}


def test_what_is_set_aside_stays_visible_where_everything_is_told(run: Command) -> None:
    found = outputs(run)
    assert {result.status for result in found.values()} == {0}
    text = " ".join(found["text"].out.split())
    assert f"Suppressed: ACU-02 trial-max-6 ({REASON}, J. Doe, until 2099-06-30)" in text
    assert "Suppressed, and not counted: ACU-02 1." in text
    assert "Findings: 2 warnings." in text
    assert "! SUP-01 unused-suppression: about a suppression" in text
    assert "Suppression of ACU-05: This suppression sets nothing aside" in text
    assert "at line 34, column 4" in text
    assert "draft.json: not supported" in text
    for form in ("json", "jsonl", "sarif", "markdown", "html"):
        assert REASON in found[form].out, form
    (row,) = json.loads(found["json"].out)["files"][0]["treatments"]
    (aside,) = [f for f in row["findings"] if f["suppression"]]
    assert aside["suppression"] == {
        "reason": REASON,
        "author": "J. Doe",
        "until": "2099-06-30",
        "origin": "request",
    }
    assert aside["severity"] == "error"
    results = json.loads(found["sarif"].out)["runs"][0]["results"]
    suppressions = {result["ruleId"]: result["suppressions"] for result in results}
    assert len(suppressions["ACU-02"]) == 1
    assert suppressions["ACU-02"][0]["kind"] == "inSource"
    assert REASON in suppressions["ACU-02"][0]["justification"]
    assert suppressions["SUP-01"] == []


def test_what_is_set_aside_is_not_in_lists_of_what_to_do(run: Command) -> None:
    found = outputs(run)
    for form in ("concise", "github", "gitlab"):
        assert "ACU-02" not in found[form].out, form
        assert "SUP-01" in found[form].out, form
    assert "note: 1 suppressed" in found["concise"].out


def test_words_of_a_file_steer_no_terminal(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a\n::error::b\x1b[31m.json"
    entry = {**ENTRY, "reason": "see \x1b]0;title\x07\nACU-01 is fine", "author": "\x1b[2J"}
    write(Path(name), suppressing(TWO_ROWS, entry))
    for form in ("text", "concise"):
        out = run(name, "--format", form, "--statistics").out
        assert all(line.isprintable() for line in out.splitlines())
        assert "a ::error::b" in out
    monkeypatch.setattr("imr_check.cli.checking.in_color", lambda: True)
    shown = run(name).out
    assert "\x1b[1;31m" in shown, "colours are ours"
    assert not any(sign in shown for sign in ("\x07", "\x1b]", "\x1b[2J"))


# What the block has to be


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"code": "ACU-02"}, "reason is missing: add it"),
        ({"code": "ACU-02", "reason": ""}, "reason is empty: fill it in\n"),
        ({**ENTRY, "author": ""}, "author is empty: fill it in or leave the field out"),
        ({"code": "ACU-02", "reason": " \n\t"}, "the reason is blank: say why"),
        ({"reason": REASON}, "code is missing: add it"),
        ({"code": "ACU", "reason": REASON}, "code must be the code of a criterion"),
        ({"code": "acu-02", "reason": REASON}, "code must be the code of a criterion"),
        ({**ENTRY, "row": 0}, "row is too small"),
        ({**ENTRY, "until": "soon"}, "until must be a date"),
        ({**ENTRY, "untill": "2026-01-01"}, "unknown field untill: did you mean until?"),
        ({"code": "{{ code }}", "reason": REASON}, "code must be the code of a criterion"),
        ({**ENTRY, "until": "{{ date }}"}, "until must be a date"),
    ],
)
def test_a_block_that_is_not_whole_is_refused(
    run: Command, entry: dict[str, Any], words: str
) -> None:
    for draft in (DENIED, TEMPLATE):
        write(Path("draft.json"), suppressing(draft, entry))
        result = run("draft.json", "--format", "concise")
        assert result.status == 2
        assert f"INVALID {words}" in result.out
        assert result.err == ""


def test_reasons_in_many_words_are_read_without_the_model() -> None:
    for reason in ("x", "  José said:\n\tyes ", "-" * 300):
        assert codes(judged(DENIED, {**ENTRY, "reason": reason})) == []


def test_each_request_of_a_file_speaks_for_itself(run: Command) -> None:
    write_lines(Path("drafts.jsonl"), suppressing(DENIED, ENTRY), DENIED)
    result = run("drafts.jsonl", "--format", "concise")
    assert result.status == 1
    assert [line.split(":")[1] for line in result.out.splitlines() if "ACU-02" in line] == ["2"]


# Nothing else changes

EXAMPLE = json.loads((EXAMPLES / "determinations" / "000_trigger_point.json").read_text("utf-8"))
FAILING = ("TPI-01", "TPI-02", "TPI-04", "TPI-05", "TPI-11", "TPI-13")
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"code": st.sampled_from([*FAILING, "TPI-03", "ACU-02"]), "reason": st.just(REASON)},
        optional={"row": st.integers(1, 2), "until": st.sampled_from(["2026-11-22", "2020-01-01"])},
    ),
    max_size=5,
)
PREFIXES = st.lists(st.sampled_from(["TPI", "TPI-0", "TPI-13", "ROW"]), max_size=2).map(tuple)


@given(ENTRIES, PREFIXES)
def test_suppressing_changes_no_verdict_and_no_other_finding(
    entries: list[dict[str, Any]], unsuppressable: tuple[str, ...]
) -> None:
    before = check(EXAMPLE)
    after = judged(EXAMPLE, *entries, unsuppressable=unsuppressable)
    assert after.verdict == before.verdict
    valid = {
        entry["code"]
        for entry in entries
        if entry.get("row") != 2
        and entry.get("until") != "2020-01-01"
        and not entry["code"].startswith(unsuppressable)
    }
    for was, is_now in zip(
        before.treatments[0].findings, after.treatments[0].findings, strict=True
    ):
        assert (is_now.suppression is not None) == (was.failing and was.code in valid)
        same = is_now._replace(suppression=None, places=None, paths=())
        assert same == was._replace(places=None, paths=())
        assert is_now.entries == was.entries
    assert all(finding.code.startswith("SUP") for finding in after.file_findings)
