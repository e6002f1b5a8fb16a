"""``imr-check questions`` and ``imr-check diff``: files in, text out, exit status."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from strategies import EXAMPLES, SENTINEL

from imr_check.cli.asking import questions
from imr_check.cli.comparing import diff
from imr_check.facts import VOCABULARY
from imr_check.report import Report
from imr_check.resources import read_schema
from imr_check.worklist import Worklist, worklist

DETERMINATIONS = EXAMPLES / "determinations"
LATER = date(2026, 11, 22)
DENIED = str(DETERMINATIONS / "000_trigger_point.json")
CURED = str(DETERMINATIONS / "000_trigger_point_cured.json")
Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    path = tmp_path / "broken.json"
    path.write_text('{\n "injury": {"date": "13.1.2015"},\n "treatments": []\n}', encoding="utf-8")
    return str(path)


def test_something_missing_exits_1_and_nothing_0(capsys: Printed) -> None:
    assert questions([DENIED]) == 1
    assert "For the physician" in capsys.readouterr().out
    assert questions([CURED]) == 0
    assert questions([CURED, DENIED]) == 1


def test_a_bad_file_is_told_with_its_place_and_the_others_are_done(
    broken: str, capsys: Printed
) -> None:
    assert questions([broken, DENIED]) == 2
    out = capsys.readouterr().out
    assert f"{broken}: cannot be checked" in out
    assert "line 2, column" in out
    assert "13.1.2015" not in out
    assert "Row 1: Trigger point injection: not supported" in out


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_every_form_names_every_file(form: str, broken: str, capsys: Printed) -> None:
    assert questions([DENIED, broken, CURED], form) == 2  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert [name in out for name in (DENIED, broken, CURED)] == [True] * 3
    if form == "json":
        Draft202012Validator(read_schema("questions")).validate(json.loads(out))


def test_a_folder_and_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    (tmp_path / "one.json").write_text(Path(DENIED).read_text("utf-8"), encoding="utf-8")
    assert questions([str(tmp_path)]) == 1
    assert "one.json: not supported" in capsys.readouterr().out
    text = Path(DENIED).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))
    assert questions(["-"]) == 1
    assert "<stdin>: not supported" in capsys.readouterr().out


def test_questions_as_of_a_day(capsys: Printed) -> None:
    assert questions([CURED], given={"as_of": LATER}) == 0
    assert "ADVICE" in capsys.readouterr().out
    assert questions([CURED], given={"as_of": LATER, "in_force_only": True}) == 1
    assert "not judged" in capsys.readouterr().out


def test_a_cured_request_exits_0_and_others_1(capsys: Printed) -> None:
    assert diff(DENIED, CURED) == 0
    assert "TPI-01 mps-diagnosis: not documented -> met" in " ".join(
        capsys.readouterr().out.split()
    )
    assert diff(CURED, DENIED) == 1
    assert diff(DENIED, DENIED) == 1
    assert diff(CURED, CURED) == 0


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_files_that_cannot_be_compared_exit_2(form: str, broken: str, capsys: Printed) -> None:
    assert diff(broken, "missing.json", form) == 2  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert broken in out
    assert "missing.json" in out
    assert "13.1.2015" not in out
    if form == "json":
        data = json.loads(out)
        Draft202012Validator(read_schema("comparison")).validate(data)
        assert {error["path"] for error in data["errors"]} == {broken, "missing.json"}


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_diff_in_every_form(form: str, capsys: Printed) -> None:
    assert diff(DENIED, CURED, form) == 0  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert "4610(k)" in out
    if form == "json":
        Draft202012Validator(read_schema("comparison")).validate(json.loads(out))


def test_a_template_is_not_compared(tmp_path: Path, capsys: Printed) -> None:
    template = tmp_path / "template.json"
    text = Path(DENIED).read_text("utf-8").replace('"quantity": 3', '"quantity": "{{ count }}"')
    assert "{{ count }}" in text
    template.write_text(text, encoding="utf-8")
    assert diff(str(template), CURED) == 2
    assert "this is a template: fill in its holes" in " ".join(capsys.readouterr().out.split())
    assert questions([str(template)]) == 1
    assert "counts as missing here" in " ".join(capsys.readouterr().out.split())


def test_diff_as_of_a_day(capsys: Printed) -> None:
    assert diff(DENIED, CURED, given={"as_of": LATER}) == 0
    assert "New request: ADVICE" in " ".join(capsys.readouterr().out.split())
    assert diff(DENIED, CURED, given={"as_of": LATER, "in_force_only": True}) == 1


def test_an_error_of_ours_says_nothing_of_the_chart(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    def broken(_: object) -> None:
        raise ValueError(SENTINEL)

    fact = VOCABULARY["row.sites_named"]
    # The programs of sections hold the facts that were there when they were built.
    monkeypatch.setattr("imr_check.rules.engine._rulesets", {})
    monkeypatch.setitem(VOCABULARY, fact.name, fact._replace(derive=broken))
    assert questions([DENIED]) == 3
    assert diff(DENIED, CURED) == 3
    printed = capsys.readouterr()
    assert SENTINEL not in printed.out + printed.err
    assert "an error of ours" in printed.err


@pytest.mark.parametrize("name", ["asking.worklist", "comparing.compare"])
def test_an_error_of_ours_on_the_way_to_the_text(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    def broken(report: Report, *_: object) -> Worklist:
        # The refusal that follows goes the same way, and must not fail again.
        if name == "asking.worklist" and report.errors:
            return worklist(report)
        raise ValueError(SENTINEL)

    monkeypatch.setattr(f"imr_check.cli.{name}", broken)
    assert (questions([DENIED]) if "worklist" in name else diff(DENIED, CURED)) == 3
    printed = capsys.readouterr()
    assert SENTINEL not in printed.out + printed.err
    assert "an error of ours: ValueError" in printed.err


def test_unknown_settings_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    (tmp_path / "imr-check.toml").write_text("no-such = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert questions([DENIED]) == 2
    assert diff(DENIED, CURED) == 2
    assert "no-such" in capsys.readouterr().err
