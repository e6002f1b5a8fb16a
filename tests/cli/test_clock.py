"""``imr-check clock`` from the command line: what it prints, request files, bad input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, TEMPLATE, write
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command

from imr_check.law import ZoneMissingError, moments
from imr_check.resources import read_schema

RECEIVED = ("--received", "2026-03-05 16:50")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def data_of(run: Command, *arguments: str, status: int = 0) -> dict[str, Any]:
    """Return the JSON output, which has to follow the schema."""
    result = run("clock", "--format", "json", *arguments)
    assert (result.status, result.err) == (status, "")
    data: dict[str, Any] = json.loads(result.out)
    Draft202012Validator(read_schema("clock")).validate(data)
    return data


def by_id(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {clock["id"]: clock for clock in data["clocks"]}


def words(text: str) -> str:
    return " ".join(text.split())


def test_text(run: Command) -> None:
    result = run("clock", *RECEIVED)
    assert (result.status, result.err) == (0, "")
    assert result.out.rpartition("imr-check ")[0] == snapshot("""\
Clocks of utilization review (UR) and independent medical review (IMR)
  Prospective review. All times are Pacific time.
  Decision due by Thu 2026-03-12, or sooner if 14 days from the physician's
    recommendation are over before that (give --recommended).

  Received: Thu 2026-03-05 16:50

  Decision of utilization review: by Thu 2026-03-12
    5 business days from receipt of the request. Labor Code 4610(i)(1),
      verified.
    Business days: Labor Code 4600.4(b), verified from 2020-01-01.
    It runs once the information needed to decide has arrived as well.
      day 0   Thu 2026-03-05  received
      day 1   Fri 2026-03-06
      -       Sat 2026-03-07  Saturday
      -       Sun 2026-03-08  Sunday
      day 2   Mon 2026-03-09
      day 3   Tue 2026-03-10
      day 4   Wed 2026-03-11
      day 5   Thu 2026-03-12  last day

  Not running yet:
    - Last day for that decision, whatever is still missing: 14 days from the
      physician's recommendation (Labor Code 4610(i)(1), verified). Give
      --recommended.
    - First notice of the decision to the physician: 24 hours from the decision
      (8 CCR 9792.9.1(e)(3), verified in a secondary source only). Give
      --decision.
    - Written notice of the decision: 2 business days from the decision (8 CCR
      9792.9.1(e)(3), verified in a secondary source only). Give --decision.
    - Application for independent medical review, by the employee: 30 days from
      service of the written decision (Labor Code 4610.5(h)(1); 8 CCR
      9792.10.1(b)(1), verified). Give --decision or --served.
    - Bar after a denial or modification: 12 months from the decision (Labor
      Code 4610(k), verified). Give --decision.

  Holidays of 2026: unverified. Worked out from Government Code 19853. No
    published list of that year was compared, and a day that the Governor
    appoints for once is not in it.
""")


def test_a_late_request_across_thanksgiving(run: Command) -> None:
    out = words(run("clock", "--received", "2026-11-25 18:10").out)
    assert "Decision due by Mon 2026-12-07" in out
    assert "It arrived after 17:30 Pacific time" in out
    assert "- Fri 2026-11-27 Day after Thanksgiving" in out
    assert "- Mon 2026-11-30 counts from here" in out
    assert "Holidays of 2026: unverified." in out


def test_all_that_is_known_of_a_decision(run: Command) -> None:
    more = (
        "--recommended",
        "2026-03-04",
        "--decision",
        "2026-03-13 09:00",
        "--served",
        "2026-03-16",
    )
    out = words(run("clock", *RECEIVED, *more).out)
    assert "Not running yet" not in out
    assert out.count("The decision came after that.") == 1
    assert out.count("The decision came in time.") == 1
    assert "First notice of the decision to the physician: by Sat 2026-03-14 09:00" in out
    assert "by the employee: by Wed 2026-04-15" in out
    assert "Bar after a denial or modification: until Sat 2027-03-13" in out
    assert "unless a change in the material facts is documented" in out


def test_what_is_unverified_says_so(run: Command) -> None:
    out = words(run("clock", "--served", "2026-03-12", "--formulary").out)
    assert "by Sun 2026-03-22 (unverified)" in out
    assert "Labor Code 4610.5, unverified." in out
    assert "names no limit from the recommendation" in out
    old = words(run("clock", "--received", "2019-06-03").out)
    assert "Decision of utilization review: by Mon 2019-06-10 (unverified)" in old
    assert "took effect on 2020-01-01" in old
    retrospective = words(run("clock", *RECEIVED, "--kind", "retrospective").out)
    assert "Labor Code 4610, verified in a secondary source only." in retrospective


def test_a_year_that_is_not_in_the_table(run: Command) -> None:
    result = run("clock", "--received", "2031-03-05")
    assert result.status == 1
    out = words(result.out)
    assert "Decision of utilization review: cannot be counted" in out
    assert "the holidays of 2031 are not in the table, which has 2013 to 2030" in out
    assert "Decision due" not in out
    data = data_of(run, "--received", "2030-12-30", status=1)
    assert by_id(data)["decision"]["state"] == "cannot_be_counted"
    assert data["decision_due"] is None


def test_json(run: Command) -> None:
    data = data_of(run, *RECEIVED, "--recommended", "2026-03-04")
    clock = by_id(data)["decision"]
    assert data["decision_due"] == clock["due"] == "2026-03-12"
    assert data["received"]["counts_from"] == "2026-03-05"
    assert clock["days"][2] == {
        "date": "2026-03-07",
        "weekday": "Saturday",
        "number": None,
        "skipped": "Saturday",
    }
    assert (clock["citation"], clock["confidence"], clock["verified"]) == (
        "Labor Code 4610(i)(1)",
        "verified",
        True,
    )
    assert by_id(data)["imr"]["state"] == "waiting"
    assert data["rules"]["receipt"]["closes"] == "17:30"
    expedited = data_of(run, *RECEIVED, "--kind", "expedited")
    assert expedited["decision_due"] == "2026-03-08T17:50"


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("2026-03-05", "2026-03-05"),
        ("2026-03-05T16:50:30", "2026-03-05T16:50"),
        ("2026-03-05T16:50-08:00", "2026-03-05T16:50"),
        ("2026-03-06 01:10Z", "2026-03-05T17:10"),
        ("2026-07-01T20:00-04:00", "2026-07-01T17:00"),
    ],
)
def test_ways_to_write_a_moment(run: Command, text: str, arrived: str) -> None:
    assert data_of(run, "--received", text)["received"]["arrived"] == arrived


def test_a_holiday_can_be_added(run: Command) -> None:
    data = data_of(run, *RECEIVED, "--holiday", "2026-03-09=Day of mourning")
    assert data["decision_due"] == "2026-03-13"
    assert data["added_holidays"] == [{"date": "2026-03-09", "name": "Day of mourning"}]
    out = words(run("clock", *RECEIVED, "--holiday", "2026-03-09").out)
    assert "Day off that you added: Mon 2026-03-09" in out


# Request files


def drafted(folder: Path, **submission: str) -> None:
    write(folder / "draft.json", {**DENIED, "submission": submission})


def test_kind_and_dates_of_a_file(run: Command, folder: Path) -> None:
    drafted(folder, kind="expedited", date="2026-03-04", imminent_threat="As certified.")
    data = data_of(run, "draft.json")
    assert (data["path"], data["kind"]) == ("draft.json", "expedited")
    assert data["received"]["arrived"] == "2026-03-04"
    assert "submission.date" in data["remarks"][1]


def test_options_go_before_the_file(run: Command, folder: Path) -> None:
    drafted(folder, kind="expedited", date="2026-03-04", imminent_threat="As certified.")
    data = data_of(run, "draft.json", *RECEIVED, "--kind", "prospective")
    assert (data["kind"], data["decision_due"], data["remarks"]) == (
        "prospective",
        "2026-03-12",
        [],
    )


def test_the_day_of_receipt_and_an_earlier_denial_in_a_file(run: Command, folder: Path) -> None:
    drafted(folder, date="2026-03-04", received="2026-03-05", earlier_decision="2025-06-02")
    data = data_of(run, "draft.json")
    assert data["decision_due"] == "2026-03-12"
    bar = by_id(data)["earlier_bar"]
    assert bar["due"] == "2026-06-02"
    assert "documented change" in bar["notes"][0]
    assert len(data["remarks"]) == 2


def test_a_year_in_a_file_for_which_nothing_can_be_counted(run: Command, folder: Path) -> None:
    drafted(folder, earlier_decision="9999-12-31")
    result = run("clock", "draft.json")
    assert (result.status, result.out) == (2, "")
    assert "submission.earlier_decision must be a year from 1990 to 2100" in result.err


def test_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({**DENIED, "submission": {"date": "2026-03-05"}}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert data_of(run, "-")["path"] == "<stdin>"


@pytest.mark.parametrize(
    ("draft", "said"), [(INVALID, "line 11"), (TEMPLATE, "this is a template")]
)
def test_a_file_that_is_no_request(
    run: Command, folder: Path, draft: dict[str, Any], said: str
) -> None:
    write(folder / "draft.json", draft)
    result = run("clock", "draft.json")
    assert (result.status, result.err) == (2, "")
    assert "draft.json: cannot be read" in result.out
    assert said in result.out
    assert data_of(run, "draft.json", status=2)["errors"]


def test_a_file_that_is_not_there(run: Command) -> None:
    result = run("clock", "missing.json")
    assert result.status == 2
    assert "The file was not found" in result.out


def test_nothing_of_the_chart_is_printed(run: Command, folder: Path) -> None:
    draft = {**DENIED, "submission": {"date": "2026-03-05"}}
    draft["employee"] = {"name": "SENTINEL", "claim_number": "SENTINEL"}
    write(folder / "draft.json", draft)
    for form in ("text", "json"):
        assert "SENTINEL" not in run("clock", "draft.json", "--format", form).out


# Bad input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say when the request was received"),
        (("--kind", "expedited"), "say when the request was received"),
        (("--received", "5.3.2026"), "--received must be a date or a date and time"),
        (("--received", "2026-02-30"), "--received must be a date"),
        (("--received", "2026-03-05 24:10"), "--received must be a date"),
        (("--received", "20260305"), "--received must be a date"),
        (("--received", "2026-W10-4"), "--received must be a date"),
        (("--received", ""), "--received must be a date"),
        (("--received", "1989-12-31"), "--received must be a year from 1990 to 2100"),
        (("--received", "9999-12-31"), "--received must be a year from 1990 to 2100"),
        (("--decision", "today"), "--decision must be a date"),
        ((*RECEIVED, "--holiday", "Christmas"), "--holiday must be"),
        ((*RECEIVED, "--holiday", "2026-12-24 09:00"), "--holiday must be DATE"),
        ((*RECEIVED, "--holiday", "2026-12-24=\x1b[31m"), "--holiday must have a name"),
        ((*RECEIVED, "--decision", "2026-03-04"), "comes after --decision"),
        ((*RECEIVED, "--recommended", "2026-03-06"), "--recommended comes after"),
        (("--decision", "2026-03-04", "--served", "2026-03-03"), "--decision comes after"),
    ],
)
def test_bad_input_exits_2(run: Command, arguments: tuple[str, ...], said: str) -> None:
    result = run("clock", *arguments)
    assert (result.status, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith("imr-check: ")
    assert said in line


@pytest.mark.parametrize("arguments", [("--kind", "urgent"), ("--format", "xml")])
def test_bad_usage_exits_2(run: Command, arguments: tuple[str, ...]) -> None:
    result = run("clock", *RECEIVED, *arguments)
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err


def test_a_zone_on_a_machine_without_zones(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise ZoneMissingError

    monkeypatch.setattr(moments, "_zone", missing)
    result = run("clock", "--received", "2026-03-05T16:50-08:00")
    assert (result.status, result.out) == (2, "")
    assert "has no time zone data: write Pacific time without a zone" in result.err
    assert run("clock", *RECEIVED).status == 0


def test_a_misspelt_command_is_guessed(run: Command) -> None:
    assert "did you mean clock?" in run("clok").err
