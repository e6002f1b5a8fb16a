"""What a check says of the drug rows of a request: a note that decides nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from formulary.lists import FOLDER, RULES, TEXT, listed, write
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator

import imr_check
from imr_check import Report, RowReport, check, dispensing, read_drug_list, to_dict
from imr_check.checker import FORMULARY_STARTS
from imr_check.formulary import DrugList, DrugListError, Entry
from imr_check.guideline.pack import installed_packs
from imr_check.render.context import Context
from imr_check.render.output import FORMATS, rendered
from imr_check.report import Dispensing
from imr_check.resources import read_schema

Json = dict[str, Any]

EXEMPT = Entry("Madeupine", "exempt", brands=("Fictol",))
NON_EXEMPT = Entry("Inventone", "non_exempt", special_fill_days=4, perioperative_days=7)
LIST = listed(EXEMPT, NON_EXEMPT)
ON = "2026-03-09"


def request(*drugs: Json | None, day: str = ON, service: str | None = None, **chart: Any) -> Json:
    rows = [
        {"kind": "nsaid"} | ({"drug": drug} if drug else {"treatment": "Madeupine"})
        for drug in drugs
    ]
    planned = {"planned_service_date": service} if service else {}
    return {
        "submission": {"date": day} | planned,
        "injury": {"date": chart.pop("injury", "2016-01-04")},
        "treatments": rows,
        "chart": chart,
    }


def row_of(made: Json, known: DrugList | None = LIST) -> RowReport:
    return check(made, formulary=known).treatments[0]


def answer_of(drug: Json, known: DrugList = LIST, **more: Any) -> Any:
    said = row_of(request(drug, **more), known).formulary
    assert said is not None
    return said.answer


def words_of(drug: Json, known: DrugList | None = LIST, **more: Any) -> str:
    said = row_of(request(drug, **more), known).formulary
    assert said is not None
    return said.words


# When there is a note


@pytest.mark.parametrize(
    ("day", "service", "noted"),
    [
        ("2017-12-31", None, False),
        ("2018-01-01", None, True),
        ("2017-12-20", "2018-01-01", True),
        ("2017-12-20", "2017-12-31", False),
    ],
)
def test_the_day_of_the_service_counts_and_else_that_of_the_request(
    day: str, service: str | None, noted: bool
) -> None:
    row = row_of(request({"name": "Madeupine"}, day=day, service=service), None)
    assert (row.formulary is not None) is noted
    assert ("Formulary" in row.note) is noted


def test_the_first_day_is_that_of_the_rules() -> None:
    assert RULES.first_day == FORMULARY_STARTS


def test_only_a_row_with_a_drug_has_a_note() -> None:
    report = check(request(None, {"name": "Madeupine"}), formulary=LIST)
    assert [row.formulary is not None for row in report.treatments] == [False, True]


def test_a_template_has_none() -> None:
    made = request({"name": "Madeupine", "strength": "{{ strength }}"})
    assert check(made, formulary=LIST).treatments[0].formulary is None


def test_without_a_list_the_note_says_that_it_is_needed_and_asks_no_excerpt() -> None:
    row = row_of(request({"name": "Norco"}), None)
    assert row.formulary == Dispensing(dispensing.LIST_NEEDED, date(2026, 3, 9))
    assert row.note.endswith(dispensing.LIST_NEEDED)


# What it says


def test_exempt_is_never_supported() -> None:
    words = words_of({"name": "Madeupine 10 mg"})
    assert words.startswith("Formulary: exempt. No review is needed before it is dispensed, if")
    assert "in accordance with the MTUS treatment guidelines" in words
    assert "It does not decide whether the row is supported." in words


def test_it_changes_no_finding_and_no_verdict() -> None:
    for name in ("Madeupine", "Inventone", "Nowhereol"):
        made = request({"name": name})
        without, with_list = check(made), check(made, formulary=LIST)
        came_to = [
            [(each.code, each.outcome, each.severity) for each in report.findings]
            for report in (without, with_list)
        ]
        assert came_to[0] == came_to[1]
        assert without.verdict == with_list.verdict


@pytest.mark.parametrize(
    ("drug", "status", "review"),
    [
        ({"name": "Madeupine"}, "exempt", "not_needed"),
        ({"name": "Inventone"}, "non_exempt", "needed"),
        ({"name": "Nowhereol"}, "unlisted", "needed"),
        ({"name": "Madeupine", "ingredients": ["madeupine", "x"]}, "compounded", "needed"),
        ({"name": "compounded Madeupine"}, "compounded", "needed"),
    ],
)
def test_status(drug: Json, status: str, review: str) -> None:
    found = answer_of(drug)
    assert (found.status, found.review) == (status, review)


def test_a_list_for_another_day_is_no_list() -> None:
    found = answer_of({"name": "Madeupine"}, day="2020-03-09")
    assert (found.status, found.review) == ("unknown", "needed")
    assert words_of({"name": "Madeupine"}, day="2020-03-09").startswith("Formulary: not known. ")


class TestFills:
    DRUG = {"name": "Inventone", "days_supply": 4}

    def outcomes(self, drug: Json | None = None, **more: Any) -> dict[str, str]:
        return {fill.kind: fill.outcome for fill in answer_of(drug or self.DRUG, **more).fills}

    def test_special_fill_counts_from_the_injury(self) -> None:
        assert self.outcomes(injury="2026-03-02")["special_fill"] == "met"
        assert self.outcomes(injury="2026-03-01")["special_fill"] == "not_met"
        found = answer_of(self.DRUG, injury="2026-03-02")
        assert (found.status, found.review) == ("non_exempt", "not_needed")

    def test_the_supply_is_never_guessed(self) -> None:
        drug = {"name": "Inventone"}
        assert self.outcomes(drug, injury="2026-03-02")["special_fill"] == "not_documented"

    def test_the_operation_nearest_in_time_counts(self) -> None:
        def operations(*days: str) -> list[Json]:
            return [{"name": "arthroscopy", "date": day} for day in days]

        near = operations("2020-01-01", "2026-03-12")
        for order in (near, near[::-1]):
            assert self.outcomes(operations=order)["perioperative_fill"] == "met"
        far = operations("2026-03-14")
        assert self.outcomes(operations=far)["perioperative_fill"] == "not_met"
        undated = [{"name": "arthroscopy"}]
        assert self.outcomes(operations=undated)["perioperative_fill"] == "not_documented"

    def test_an_injury_after_the_day_that_is_judged_is_not_counted_from(self) -> None:
        made = request(self.DRUG, injury="2026-03-02")
        report = check(made, as_of=date(2026, 3, 1), formulary=LIST)
        said = report.treatments[0].formulary
        assert said is not None
        assert said.answer is not None
        outcomes = {fill.kind: fill.outcome for fill in said.answer.fills}
        assert outcomes["special_fill"] == "not_documented"


class TestForm:
    TABLET = Entry("Madeupine", "exempt", form="tablet")
    GEL = Entry("Madeupine", "non_exempt", form="gel")
    SLOW = Entry("Madeupine", "non_exempt", form="tablet, extended release")

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"form": "tablet"}, "exempt"),
            ({"form": "gel"}, "non_exempt"),
            ({"form": "cream"}, "unknown"),
            ({"form": "other"}, "unknown"),
            ({}, "unknown"),
        ],
    )
    def test_the_form_narrows(self, more: Json, status: str) -> None:
        known = listed(self.TABLET, self.GEL)
        assert answer_of({"name": "Madeupine"} | more, known).status == status

    def test_extended_release_is_not_the_plain_tablet(self) -> None:
        drug = {"name": "Madeupine", "form": "tablet", "release": "extended"}
        assert answer_of(drug, listed(self.TABLET)).review == "needed"
        assert answer_of(drug, listed(self.TABLET)).status == "unknown"
        assert answer_of(drug, listed(self.SLOW)).status == "non_exempt"

    def test_another_form_says_where_to_look(self) -> None:
        words = words_of({"name": "Madeupine", "form": "gel"}, listed(self.TABLET))
        assert words.startswith("Formulary: not known. The list has it as tablet, and the row in")
        assert "if all this holds" not in words

    def test_a_list_without_forms_is_asked_by_name_and_says_so(self) -> None:
        assert "by its name alone" in words_of({"name": "Madeupine", "form": "gel"})
        assert "by its name alone" not in words_of({"name": "Madeupine"})


# Every output


def every_report() -> list[Report]:
    made = request({"name": "Madeupine"})
    return [check(made, formulary=LIST), check(made)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_carries_it(form: str) -> None:
    for report in every_report():
        (row,) = report.treatments
        assert row.formulary is not None
        text = " ".join(rendered([report], form, Context("0.0.0", "durable-rules", "")).split())
        text = text.replace("&amp;", "&").replace("\\u0027", "'").replace("&#x27;", "'")
        assert row.formulary.words.removeprefix("Formulary: ")[:60] in text


def test_json_follows_its_schema() -> None:
    schema = read_schema("report")
    part = {"$defs": schema["$defs"], "$ref": "#/$defs/formulary"}
    validator = Draft202012Validator(part, format_checker=Draft202012Validator.FORMAT_CHECKER)
    drugs = [{"name": n, "days_supply": 2} for n in ("Madeupine", "Inventone", "Nowhereol")]
    for report in (check(request(*drugs), formulary=LIST), check(request(*drugs))):
        for row in json.loads(json.dumps(to_dict(report)))["treatments"]:
            validator.validate(row["formulary"])
    assert (
        to_dict(check(request({"name": "x"}, day="2017-03-09")))["treatments"][0]["formulary"]
        is None
    )


# The library


def test_a_list_is_read_for_the_library(tmp_path: Path) -> None:
    known = read_drug_list(write(tmp_path))
    assert answer_of({"name": "Fictol"}, known).status == "exempt"
    with pytest.raises(DrugListError, match="row 4, column C: expected Exempt"):
        read_drug_list(write(tmp_path, TEXT.replace("Fictol,Exempt", "Fictol,Perhaps")))


def test_a_pack_without_the_rules_says_so() -> None:
    pack = installed_packs()[0]
    elsewhere = object.__new__(type(pack))
    elsewhere.__dict__.update(pack.__dict__, folder=str(Path(FOLDER) / "shared"))
    made = imr_check.Request.model_validate_json(json.dumps(request({"name": "Madeupine"})))
    (row,) = check(made).treatments
    dates = imr_check.checker.Dates(date(2026, 3, 9), date(2026, 3, 9))  # type: ignore[attr-defined]
    (noted,) = dispensing.with_formulary((row,), made, dates, (elsewhere,), LIST)
    assert noted.formulary is not None
    assert "no installed guideline pack" in noted.formulary.words


_LOADED = """
import sys
from imr_check import check
check({made})
print(*sorted(name for name in sys.modules if "formulary" in name or "dispensing" in name))
"""


@pytest.mark.parametrize(("day", "loaded"), [("2016-03-09", ""), (ON, "imr_check.dispensing")])
def test_what_is_not_needed_is_not_loaded(day: str, loaded: str) -> None:
    program = _LOADED.replace("{made}", repr(request({"name": "Madeupine"}, day=day)))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == loaded


# The command


def command(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as an office does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "imr_check", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def office(tmp_path: Path) -> Path:
    drug = {"name": "Imaginex", "days_supply": 4, "quantity": 8}
    made = request(drug, injury="2026-03-05")
    (tmp_path / "request.json").write_text(json.dumps(made), encoding="utf-8")
    write(tmp_path)
    return tmp_path


def test_a_run_of_the_command(office: Path) -> None:
    done = command(office, "request.json", "--formulary", "list.csv", "--format", "concise")
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = (each for each in done.stdout.splitlines() if "FORMULARY" in each)
    assert line == snapshot(
        "request.json:1:89: FORMULARY non-exempt. This supply can be a special fill. No review is needed before it is dispensed, if all this holds: It is prescribed at the first visit after the injury, and there was no other. It is prescribed in accordance with the MTUS treatment guidelines. A generic is dispensed, or the brand of a drug that has none, or the physician documents why the brand is needed. Special fill without review, at most 4 days: possible. Day 4 after the injury, of 7. 4 days' supply, of at most 4. (8 CCR 9792.27.12). Perioperative fill without review, at most 7 days: not known. Give the date of the operation. (8 CCR 9792.27.13). Look whether a later version of the list has been published. It does not decide whether the row is supported. (8 CCR 9792.27.12; list.csv, version 13, effective 2025-08-06) [info]"
    )


def test_the_configuration_names_the_list_from_its_own_folder(office: Path) -> None:
    (office / "imr-check.toml").write_text('formulary = "list.csv"\n', encoding="utf-8")
    (office / "drafts").mkdir()
    (office / "request.json").rename(office / "drafts" / "request.json")
    done = command(office / "drafts", "request.json")
    assert "Formulary: non-exempt." in done.stdout
    alone = command(office / "drafts", "request.json", "--isolated")
    assert "give the published drug list" in " ".join(alone.stdout.split())


def test_several_processes_have_the_list(office: Path) -> None:
    done = command(office, "request.json", "request.json", "--jobs", "2", "--formulary", "list.csv")
    assert "Formulary: non-exempt." in done.stdout


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            TEXT.replace("Fictol,Exempt", "Fictol,Perhaps"),
            "list.csv, row 4, column C: expected Exempt or Non-Exempt; correct it there, or save "
            "the published list again as CSV (UTF-8)",
        ),
        ("", "list.csv: is empty; save the published list again as CSV (UTF-8)\n"),
        (
            "a\0b",
            "list.csv: holds NUL characters, so it is not saved as CSV (UTF-8)\n",
        ),
        (None, "list.csv: cannot be read (No such file or directory); check the path"),
    ],
)
def test_a_list_that_cannot_be_read_stops_the_command(
    office: Path, text: str | None, complaint: str
) -> None:
    file = office / "list.csv"
    file.unlink() if text is None else file.write_text(text, encoding="utf-8")
    done = command(office, "request.json", "--formulary", "list.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"the drug list (formulary): {complaint}" in done.stderr


def test_no_report_replaces_the_list(office: Path) -> None:
    done = command(office, "request.json", "--formulary", "list.csv", "--output", "json=list.csv")
    assert done.returncode == 2
    assert "would replace what is read" in done.stderr
    assert (office / "list.csv").read_text(encoding="utf-8") == TEXT
