"""``imr-check formulary``: what it prints, its exit status, bad usage, and its JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from formulary.lists import write
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command

from imr_check.cli import main
from imr_check.resources import read_schema


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs the command in this process."""
    from running import Run

    def command(*arguments: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["imr-check", "formulary", *map(str, arguments)])
        monkeypatch.delenv("COLUMNS", raising=False)
        with pytest.raises(SystemExit) as stopped:
            main()
        assert isinstance(stopped.value.code, int)
        return Run(stopped.value.code, *capsys.readouterr())

    return command


def data(run: Command, *arguments: str | Path) -> Any:
    result = run("--format", "json", *arguments)
    found = json.loads(result.out)
    Draft202012Validator(
        read_schema("formulary"), format_checker=Draft202012Validator.FORMAT_CHECKER
    ).validate(found)
    needed = any(each["review"] == "needed" for each in found["drugs"])
    assert (result.status, result.err) == (int(needed), "")
    return found


def test_text(run: Command, tmp_path: Path) -> None:
    case = ("--on", "2025-09-04", "--injury", "2025-09-01", "--days-supply", "4")
    result = run("Fictol", "imaginex", "Otherine", "--list", write(tmp_path), *case)
    assert result.status == 1
    assert result.out == snapshot("""\
Fictol on 2025-09-04: no review is needed before it is dispensed, if all this
  holds:
  - It is prescribed in accordance with the MTUS treatment guidelines.
  - A generic is dispensed: a brand needs review where there is a generic.
  Status: exempt. The list has it as exempt.
  Dispensed by the physician without review, at most 7 days: possible. Day 3
    after the injury, of 7. 4 days' supply, of at most 7. (8 CCR 9792.27.8 and
    the legend of MTUS Drug List v.3)
  Note: This name is a brand: see the last condition (8 CCR 9792.27.7 and the
    legend of MTUS Drug List v.3).
  Note: Look whether a later version of the list has been published.
  Entry: row 4: Madeupine; Fictol
  Authority: 8 CCR 9792.27.10 and 9792.27.15
  Confidence: the rules verified in a public source, the drug as the file has it
  Source: list.csv

imaginex on 2025-09-04: no review is needed before it is dispensed, if all this
  holds:
  - It is prescribed at the first visit after the injury, and there was no
    other.
  - It is prescribed in accordance with the MTUS treatment guidelines.
  - A generic is dispensed, or the brand of a drug that has none, or the
    physician documents why the brand is needed.
  Status: non-exempt. The list has it as non-exempt. This supply can be a
    special fill.
  Special fill without review, at most 4 days: possible. Day 3 after the injury,
    of 7. 4 days' supply, of at most 4. (8 CCR 9792.27.12)
  Perioperative fill without review, at most 7 days: not known. Give the date of
    the operation. (8 CCR 9792.27.13)
  Note: Look whether a later version of the list has been published.
  Entry: row 5: Inventone/Madeupine; Imaginex
  Authority: 8 CCR 9792.27.12
  Confidence: the rules verified in a public source, the drug as the file has it
  Source: list.csv

Otherine on 2025-09-04: review is needed before it is dispensed
  Status: unlisted. It is not on the list.
  Note: Look whether a later version of the list has been published.
  Authority: 8 CCR 9792.27.10 and 9792.27.15
  Confidence: the rules verified in a public source, the drug as the file has it
  Source: list.csv, version 13, effective 2025-08-06

List: list.csv, version 13, effective 2025-08-06. Known here to be in force on
  that day: version 13, from 2025-08-06.
imr-check 0.1.0. Decision support, not legal or medical advice.
""")


def test_nothing_needs_review(run: Command, tmp_path: Path) -> None:
    assert run("Madeupine", "--list", write(tmp_path), "--on", "2025-09-04").status == 0
    before = run("anything at all", "--on", "2017-12-31")
    assert before.status == 0
    assert "No formulary applies to drugs dispensed before 2018-01-01." in " ".join(
        before.out.split()
    )


def test_json(run: Command, tmp_path: Path) -> None:
    found = data(run, "Norco", "Celestone", "--on", "2026-03-09")
    assert found["list"]["excerpt"] is True
    assert found["version_in_force"]["version"] == "13"
    assert [each["status"] for each in found["drugs"]] == ["non_exempt", "unknown"]
    assert data(run, "Norco", "--on", "2017-01-01")["drugs"][0]["status"] is None
    case = ("--on", "2025-09-04", "--injury", "2025-09-01", "--days-supply", "4")
    for name, status in (
        *(("Madeupine", "exempt"), ("imaginex", "non_exempt"), ("Otherine", "unlisted")),
        ("compounded Madeupine", "compounded"),
    ):
        (drug,) = data(run, name, "--list", write(tmp_path), *case)["drugs"]
        assert drug["status"] == status
    assert found["list"] | {"version": None, "effective": None} == found["list"]


def test_the_schema_is_printed(run: Command) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "imr_check", "schema", "formulary"), capture_output=True, check=True
    )
    assert json.loads(done.stdout) == read_schema("formulary")
    del run


def test_the_day_is_today_by_default(run: Command) -> None:
    from datetime import date

    assert data(run, "Norco")["on"] == date.today().isoformat()  # noqa: DTZ011


def test_version_and_day_of_the_list(run: Command, tmp_path: Path) -> None:
    file = write(tmp_path, "Drug,Exempt\nMadeupine,Exempt\n")
    assert "from when does it hold?" in run("Madeupine", "--list", file).err
    given = ("--list-version", "14", "--list-effective", "2026-01-01", "--on", "2026-02-01")
    found = data(run, "Madeupine", "--list", file, *given)
    assert (found["list"]["version"], found["list"]["effective"]) == ("14", "2026-01-01")
    assert found["drugs"][0]["status"] == "exempt"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument"),
        (("Norco", "--on", "tomorrow"), "--on"),
        (("Norco", "--injury", "2026-02-30"), "--injury"),
        (("Norco", "--surgery", "x"), "--surgery"),
        (("Norco", "--on", "2026-01-01", "--injury", "2026-01-02"), "before --injury"),
        (("Norco", "--days-supply", "0"), "--days-supply"),
        (("Norco", "--days-supply", "1001"), "--days-supply"),
        (("Norco", "--list", "none.csv"), "none.csv: cannot be read"),
        (("Norco", "--list-effective", "x", "--list", "none.csv"), "--list-effective"),
        (("10/325",), "a drug is a name in letters"),
        (("",), "a drug is a name in letters"),
        (("x" * 201,), "a drug is a name in letters"),
        (("Norco\x1b[31m",), "a drug is a name in letters"),
        (("Norco",) * 101, "at most 100 drugs"),
    ],
)
def test_bad_usage(run: Command, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert words in result.err


def test_as_much_as_is_allowed(run: Command) -> None:
    assert len(data(run, *("Norco",) * 100)["drugs"]) == 100
    assert data(run, "x" * 200)["drugs"][0]["status"] == "unknown"
    assert data(
        run, "Norco", "--on", "2026-01-01", "--injury", "2026-01-01", "--days-supply", "1000"
    )


def test_a_check_loads_nothing_of_it() -> None:
    code = (
        "import sys\n"
        "from imr_check import check\n"
        "check({'injury': {'date': '2014-04-11'}, 'submission': {'date': '2015-01-13'},"
        " 'treatments': [{'kind': 'acupuncture'}]})\n"
        "names = [n for n in sys.modules if 'formulary' in n or n.endswith('.mme')"
        " or n == 'openpyxl']\n"
        "assert not names, names\n"
    )
    subprocess.run((sys.executable, "-c", code), check=True)
