"""Selecting criteria changes what counts; what was judged stays as it is, and stays visible."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, TWO_ROWS, UNCOVERED, write
from hypothesis import given
from hypothesis import strategies as st
from running import Command
from strategies import EXAMPLES

from imr_check import check, load
from imr_check.policy import Policy, applied

TODAY = date(2026, 11, 22)
DENIED_EXAMPLE = EXAMPLES / "determinations" / "000_trigger_point.json"
FAILS = ("TPI-01", "TPI-02", "TPI-04", "TPI-05", "TPI-11", "TPI-13")


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draft.json").write_bytes(DENIED_EXAMPLE.read_bytes())
    return Path("draft.json")


def judged(run: Command, draft: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = run(draft, "--format", "json", *arguments)
    (row,) = json.loads(result.out)["files"][0]["treatments"]
    return result.status, row


def failing(row: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in row["findings"] if finding["fingerprint"]]


@pytest.mark.parametrize(
    ("arguments", "selected"),
    [
        (("--select", "TPI"), FAILS),
        (("--select", "tpi-0"), FAILS[:4]),
        (("--select", "TPI-02,TPI-13"), ("TPI-02", "TPI-13")),
        (("--select", "TPI-02", "--select", "TPI-13"), ("TPI-02", "TPI-13")),
        (("--select", "ACU"), ()),
        (("--ignore", "TPI"), ()),
        (("--ignore", "T"), ()),
        (("--ignore", "TPI-1"), FAILS[:4]),
        (("--select", "TPI-1", "--ignore", "TPI"), ("TPI-11", "TPI-13")),
        (("--select", "TPI", "--ignore", "TPI-1"), FAILS[:4]),
        (("--select", "TPI,TPI-11", "--ignore", "TPI-1"), (*FAILS[:4], "TPI-11")),
        (("--select", "TPI", "--ignore", "TPI"), ()),
        (("--per-file-ignores", "draft.json:TPI-1"), FAILS[:4]),
        (("--per-file-ignores", "other.json:TPI-1"), FAILS),
        (("--per-file-ignores", "*.json:TPI-01,TPI-1"), FAILS[1:4]),
        (("--per-file-ignores", "*:TPI", "--select", "TPI-02"), ("TPI-02",)),
        (
            ("--per-file-ignores", "d*:TPI-01", "--per-file-ignores", "*t.json:TPI-02"),
            FAILS[2:],
        ),
    ],
)
def test_the_longest_prefix_decides_and_the_rest_stays_visible(
    run: Command, draft: Path, arguments: tuple[str, ...], selected: tuple[str, ...]
) -> None:
    plain = judged(run, draft)[1]
    assert tuple(failing(plain)) == FAILS
    status, row = judged(run, draft, *arguments)
    assert tuple(failing(row)) == selected
    assert tuple(row["not_selected"]) == tuple(code for code in FAILS if code not in selected)
    assert (row["verdict"], row["facts"]) == (plain["verdict"], plain["facts"])
    assert status == (1 if selected else 0)


def test_what_was_not_selected_is_named_in_the_report_for_people(run: Command, draft: Path) -> None:
    shown = " ".join(run(draft, "--select", "TPI-02").out.split())
    assert "Fails, but was not selected: TPI-01, TPI-04, TPI-05, TPI-11, TPI-13" in shown
    assert "draft.json: not supported" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("--select", "TPI"),
        ("--select", "ROW-01"),
        ("--ignore", "ROW"),
        ("--ignore", "R,ROW-0"),
        ("--per-file-ignores", "*:ROW"),
    ],
)
def test_no_choice_of_others_hides_a_row_that_nothing_covers(
    run: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    uncovered = write(tmp_path / "x.json", UNCOVERED)
    result = run(uncovered, "--format", "concise", *arguments)
    assert result.status == 1
    assert "ROW-02" in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--ignore", "ROW-02"),
        ("--ignore", "ROW-02", "--select", "ROW-02"),
        ("--per-file-ignores", "*:ROW-02"),
    ],
)
def test_a_row_that_nothing_covers_is_left_out_by_its_code_and_still_told(
    run: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    uncovered = write(tmp_path / "x.json", UNCOVERED)
    two = write(tmp_path / "y.json", UNCOVERED)
    shown = run(uncovered, *arguments)
    assert shown.status == 0
    assert "NO CRITERIA" in shown.out
    assert "not selected: ROW-02" in " ".join(shown.out.split())
    concise = run(uncovered, *arguments, "--format", "concise").out
    assert concise.startswith("note: 1 row was not judged: nothing that is encoded covers it\n")
    both = " ".join(run(uncovered, two, *arguments).out.split())
    assert "2 rows were not judged: nothing that is encoded covers them." in both
    told = run(uncovered, *arguments, "--format", "github").out
    assert "::notice " in told
    assert "ROW-02 no-criteria" in told
    (entry,) = json.loads(run(uncovered, *arguments, "--format", "gitlab").out)
    assert (entry["check_name"], entry["severity"]) == ("ROW-02", "info")
    assert "not judged" in entry["description"]


def test_a_row_that_nothing_covers_is_told_once_where_it_counts(
    run: Command, tmp_path: Path
) -> None:
    uncovered = write(tmp_path / "x.json", UNCOVERED)
    assert run(uncovered, "--format", "github").out.count("ROW-02") == 1
    assert len(json.loads(run(uncovered, "--format", "gitlab").out)) == 1


@pytest.mark.parametrize(
    ("severity", "levels"),
    [
        ("TPI=info", {"info"}),
        ("TPI=info,TPI=warning", {"warning"}),
        ("TPI=error,TPI=info", {"info"}),
        ("TPI=info,TPI-0=info,TPI-1=warning", {"info", "warning"}),
        ("TPI-1=warning,TPI=info", {"info", "warning"}),
        ("ACU=info", {"error"}),
    ],
)
def test_severity_by_the_longest_prefix_and_of_equal_ones_the_last(
    run: Command, draft: Path, severity: str, levels: set[str]
) -> None:
    status, row = judged(run, draft, "--severity", severity)
    assert {f["severity"] for f in row["findings"] if f["fingerprint"]} == levels
    assert status == (1 if "error" in levels else 0)
    others = {f["severity"] for f in row["findings"] if not f["fingerprint"]}
    assert others == {"info"}, "what does not fail is no warning"


def test_severity_decides_the_exit_status_with_fail_on(run: Command, draft: Path) -> None:
    lowered = ("--severity", "TPI=info,TPI-02=warning")
    assert judged(run, draft, *lowered)[0] == 0
    assert judged(run, draft, *lowered, "--fail-on", "warning")[0] == 1
    assert judged(run, draft, *lowered, "--ignore", "TPI-02", "--fail-on", "warning")[0] == 0
    assert judged(run, draft, *lowered, "--ignore", "TPI-02", "--fail-on", "info")[0] == 1


CODES = st.sampled_from(["", "T", "TPI", "TPI-0", "TPI-02", "TPI-13", "ACU", "ROW-02"])
PREFIXES = st.lists(CODES.filter(bool), max_size=3).map(tuple)
LEVELS = st.lists(
    st.tuples(CODES.filter(bool), st.sampled_from(["error", "warning", "info"])), max_size=3
).map(tuple)
REPORTS = [check(load(DENIED_EXAMPLE)), check(DENIED), check(TWO_ROWS)]


@given(st.sampled_from(REPORTS), PREFIXES, PREFIXES, LEVELS)
def test_no_policy_changes_what_was_judged(
    report: Any, select: tuple[str, ...], ignore: tuple[str, ...], severity: Any
) -> None:
    decided = applied(report, Policy(TODAY, select, ignore, severity))
    assert decided.verdict == report.verdict
    for before, after in zip(report.treatments, decided.treatments, strict=True):
        assert (after.verdict, after.facts) == (before.verdict, before.facts)
        shown = [*after.findings, *after.not_selected]
        failing = sorted(finding.code for finding in shown if finding.failing)
        assert failing == sorted(finding.code for finding in before.failing)
        by_code = {finding.code: finding for finding in before.findings}
        for finding in shown:
            same = finding._replace(severity=by_code[finding.code].severity)
            assert same == by_code[finding.code]


def test_a_policy_that_asks_for_nothing_returns_the_report_itself() -> None:
    assert applied(REPORTS[0], Policy(TODAY, unsuppressable=("TPI",))) is REPORTS[0]
