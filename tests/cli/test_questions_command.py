"""``imr-check questions`` from the command line: work lists, exit statuses, bad input."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, SUPPORTED, TEMPLATE, UNCOVERED, suppressing, write, write_lines
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command
from strategies import EXAMPLES

COMMAND = Path(sys.executable).with_name("imr-check")
FORMS = ("text", "markdown", "json")
SILENT = {**SUPPORTED, "chart": {}}
"""Nothing says why acupuncture is indicated: ACU-01 is not documented."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(run: Command, *arguments: str) -> list[dict[str, Any]]:
    """Return the files of the JSON output, which has to follow the schema that is printed."""
    result = run("questions", "--format", "json", *arguments)
    data = json.loads(result.out)
    Draft202012Validator(json.loads(run("schema", "questions").out)).validate(data)
    assert result.err == ""
    assert result.status == max(map(_status, data["files"]))
    files: list[dict[str, Any]] = data["files"]
    return files


def _status(file: dict[str, Any]) -> int:
    return 2 if file["errors"] else int(not file["done"])


def words(text: str) -> str:
    return " ".join(text.split())


def body(text: str) -> str:
    """Return what stands above the last line, which names versions."""
    return re.split(r"^\*?imr-check \d", text, flags=re.MULTILINE)[0]


# What is printed


def test_text(run: Command, folder: Path) -> None:
    write(folder / "draft.json", SILENT)
    result = run("questions", "draft.json")
    assert (result.status, result.err) == (1, "")
    assert body(result.out) == snapshot("""\
draft.json: incomplete
  Answer what is true. Nothing on this list is to be written down unless it was
  found, done or said, and the record that shows it can be enclosed.

  For the physician
    1. Is it an adjunct to a named rehabilitation program or an operation?
       One of several to choose from (row 1: ACU-01).
    2. Which pain medication was reduced or not tolerated, and what happened?
       One of several to choose from (row 1: ACU-01).

  Row 1: Acupuncture: incomplete (line 12)
    Judged by Acupuncture Medical Treatment Guidelines (2007)
    The shortest way to a supported row has 1 step.

    One of these:
      - use beside physical rehabilitation or surgery: yes [ACU-01]
      - pain medication reduced or not tolerated: yes [ACU-01]

    Authority:
      - ACU-01 indication: Acupuncture Medical Treatment Guidelines, 8 CCR
        9792.24.1(a)(1)

""")


def test_markdown(run: Command, folder: Path) -> None:
    write(folder / "draft.json", DENIED)
    result = run("questions", "draft.json", "-f", "markdown")
    assert (result.status, result.err) == (1, "")
    assert body(result.out) == snapshot("""\
## `draft.json`: not supported

> Answer what is true. Nothing on this list is to be written down unless it was found, done or said, and the record that shows it can be enclosed.

### For the physician

- [ ] What is special about this employee, so that the usual rule should not apply?<br>One of several to choose from (row 1: ACU-02).

### Row 1: Acupuncture: not supported (line 12)

Judged by Acupuncture Medical Treatment Guidelines (2007)

The shortest way to a supported row has 1 step.

**One of these:**

- visits asked for: 1 to 6 visits, now 8 visits \\[ACU-02\\]
- extenuating circumstances: yes \\[ACU-02\\]

**Worth adding, though it only warns:**

- GEN-05 exception-if-over-limit: More is asked for than the guideline's number: it stands or falls with documented exceptional factors. Lower the quantity to the guideline's number, or name the factor that is special to this employee. (physician)

**Authority:**

- ACU-02 trial-max-6: Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)


""")


def test_what_is_listed_is_enough(run: Command, folder: Path) -> None:
    draft = copy.deepcopy(DENIED)
    write(folder / "draft.json", draft)
    (file,) = listed(run, "draft.json")
    (row,) = file["rows"]
    (choice,) = row["choices"]
    steps = [step for option in choice["options"] for step in option["steps"]]
    assert [(step["fact"], step["now"], step["wanted"]) for step in steps] == [
        ("row.visits", "8 visits", "1 to 6 visits"),
        ("row.extenuating_circumstances", None, "yes"),
    ]
    assert (row["smallest"], row["exhaustive"], row["fatal"]) == (1, True, [])
    draft["treatments"][0]["quantity"] = 6
    write(folder / "draft.json", draft)
    (file,) = listed(run, "draft.json")
    assert file["done"]
    assert file["rows"][0]["changes"] == []


def test_one_of_several_is_enough(run: Command, folder: Path) -> None:
    write(folder / "draft.json", SILENT)
    (file,) = listed(run, "draft.json")
    (choice,) = file["rows"][0]["choices"]
    assert choice["least"] == 1
    facts = {step["fact"] for option in choice["options"] for step in option["steps"]}
    asked = {fact["fact"] for group in file["questions"] for fact in group["facts"]}
    assert facts == asked
    adjunct = {**SILENT["treatments"][0], "adjunct_to": ["physical_rehabilitation"]}
    write(folder / "draft.json", {**SILENT, "treatments": [adjunct]})
    assert run("questions", "draft.json").status == 0


def test_what_is_fatal_and_what_a_rebuttal_can_do(run: Command) -> None:
    example = str(EXAMPLES / "determinations" / "001_facet_and_trigger_point.json")
    (file,) = listed(run, example)
    facet, trigger = file["rows"]
    assert [stop["codes"] for stop in facet["fatal"]] == [["FAC-02"], ["FAC-03"]]
    assert trigger["fatal"] == []
    rebuttals = [rebuttal for row in (facet, trigger) for rebuttal in row["rebuttals"]]
    assert [(each["codes"], len(each["lacks"])) for each in rebuttals] == [
        (["FAC-01"], 3),
        (["TPI-05"], 3),
    ]
    out = words(run("questions", example).out)
    assert "No addition makes this row supported as the chart stands." in out
    assert "TPI-05 is contradicted: a complete rebuttal may stand against that." in out


def test_a_row_without_criteria_is_said_to_be_unjudged(run: Command, folder: Path) -> None:
    write(folder / "draft.json", UNCOVERED)
    result = run("questions", "draft.json")
    assert result.status == 1
    assert "have it checked by hand" in words(result.out)


def test_a_suppression_answers_no_question(run: Command, folder: Path) -> None:
    entry = {"code": "ACU-02", "reason": "Known."}
    write(folder / "draft.json", suppressing(DENIED, entry))
    assert run("draft.json").status == 0
    assert listed(run, "draft.json")[0]["rows"][0]["choices"]


def test_a_template_says_that_its_holes_count_as_missing(run: Command, folder: Path) -> None:
    write(folder / "template.json", TEMPLATE)
    (file,) = listed(run, "template.json")
    assert file["template"]
    assert "what its holes stand for counts as missing" in run("questions", "template.json").out


# Files


def test_every_form_of_a_file_and_a_folder(run: Command, folder: Path) -> None:
    write(folder / "d" / "a.json", DENIED)
    write_lines(folder / "d" / "b.jsonl", SUPPORTED, DENIED)
    (folder / "d" / "c.yaml").write_text(
        "injury: {date: 2014-04-11}\nsubmission: {date: 2015-01-13}\n"
        "treatments:\n- {kind: acupuncture}\n",
        encoding="utf-8",
    )
    found = listed(run, "d")
    paths = ["d/a.json", "d/b.jsonl", "d/b.jsonl", "d/c.yaml"]
    assert [file["path"] for file in found] == paths
    assert [file["rows"][0]["line"] for file in found] == [12, 1, 2, 4]
    assert [file["path"] for file in listed(run, "d/*.json*")] == paths[:3]


def test_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(DENIED).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert [file["path"] for file in listed(run, "-")] == ["<stdin>"]


@pytest.mark.parametrize("form", FORMS)
def test_one_bad_file_is_said_with_its_place_and_the_others_are_listed(
    run: Command, folder: Path, form: str
) -> None:
    write(folder / "bad.json", INVALID)
    write(folder / "good.json", SUPPORTED)
    for paths in (["bad.json", "good.json"], ["good.json", "bad.json"]):
        result = run("questions", *paths, "--format", form)
        assert result.status == 2
        if form == "json":
            errors = [error for file in json.loads(result.out)["files"] for error in file["errors"]]
            assert [(e["pointer"], e["line"], e["column"]) for e in errors] == [
                ("/treatments", 11, 16)
            ]
        else:
            assert "line 11, column 16" in result.out
            assert "good.json" in result.out


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing.json", "The file was not found"),
        ("empty", "No request is in this folder"),
        ("*.yml", "No file matches this pattern"),
        ("broken.json", "line 1, column 2"),
        ("broken.yaml", "line 2, column 9"),
    ],
)
def test_what_cannot_be_read_exits_2(run: Command, folder: Path, path: str, said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "broken.yaml").write_text("injury:\n  date: &day 2014-04-11\n", encoding="utf-8")
    result = run("questions", path)
    assert result.status == 2
    assert f"{path}: cannot be checked" in result.out
    assert said in result.out
    assert listed(run, path)[0]["errors"]


@pytest.mark.parametrize(
    "arguments", [(), ("--format", "xml", "a.json"), ("--as-of", "13.1.2015", "a.json")]
)
def test_bad_usage_exits_2(run: Command, arguments: tuple[str, ...]) -> None:
    result = run("questions", *arguments)
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err


# Dates and settings


def test_another_day_and_only_what_is_in_force(run: Command, folder: Path) -> None:
    write(folder / "draft.json", SUPPORTED)
    later = ("draft.json", "--as-of", "2026-11-22")
    assert run("questions", *later).status == 0
    assert "ADVICE" in run("questions", *later).out
    result = run("questions", *later, "--in-force-only")
    assert result.status == 1
    assert "not judged" in result.out


def test_a_configuration_file_holds(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text(
        'in-force-only = true\nas-of = "2026-11-22"\nexclude = ["old"]\n'
        'baseline = "d/known.json"\noutput = ["json=d/report.json"]\n',
        encoding="utf-8",
    )
    write(folder / "d" / "draft.json", SUPPORTED)
    write(folder / "d" / "old" / "draft.json", INVALID)
    write(folder / "d" / "known.json", {"version": 1, "entries": []})
    write(folder / "d" / "report.json", {"version": 1, "files": []})
    found = listed(run, "d")
    assert [(file["path"], file["verdict"]) for file in found] == [("d/draft.json", "no_criteria")]


def test_other_holes_of_a_configuration_file(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text("holes = ['@[A-Z]+@']\n", encoding="utf-8")
    row = {**DENIED["treatments"][0], "quantity": "@VISITS@"}
    write(folder / "template.json", {**DENIED, "treatments": [row]})
    assert listed(run, "template.json")[0]["template"]


def test_a_setting_that_is_not_known_exits_2(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text("in-farce-only = true\n", encoding="utf-8")
    write(folder / "draft.json", SUPPORTED)
    result = run("questions", "draft.json")
    assert (result.status, result.out) == (2, "")
    assert "in-farce-only" in result.err


# What is selected


def test_only_what_is_selected_is_asked_for(run: Command, folder: Path) -> None:
    write(folder / "draft.json", SILENT)
    (file,) = listed(run, "draft.json", "--select", "ACU")
    assert file["rows"][0]["choices"]
    assert file["rows"][0]["not_selected"] == []
    for arguments in (("--select", "ACU-02"), ("--ignore", "ACU-01")):
        (file,) = listed(run, "draft.json", *arguments)
        (row,) = file["rows"]
        assert (file["done"], file["verdict"], file["questions"]) == (True, "incomplete", [])
        assert (row["needed"], row["choices"], row["not_selected"]) == ([], [], ["ACU-01"])


def test_what_is_not_selected_is_named_and_counts_for_the_verdict(
    run: Command, folder: Path
) -> None:
    write(folder / "draft.json", SILENT)
    result = run("questions", "draft.json", "--ignore", "ACU-01")
    assert result.status == 0
    assert "Nothing that was selected is missing." in result.out
    assert "Fails, but was not selected:\n      - ACU-01" in result.out
    assert "supported, " not in result.out


def test_a_selection_of_a_configuration_file_holds_unless_it_is_left_alone(
    run: Command, folder: Path
) -> None:
    write(folder / "draft.json", SILENT)
    (folder / "imr-check.toml").write_text('ignore = ["ACU-01"]\n', encoding="utf-8")
    (folder / "other.toml").write_text('per-file-ignores = {"*.json" = ["ACU"]}\n', "utf-8")
    assert run("questions", "draft.json").status == 0
    assert run("questions", "draft.json", "--isolated").status == 1
    assert run("questions", "draft.json", "--config", "other.toml").status == 0
    assert run("diff", "draft.json", "draft.json", "--isolated").status == 1


def test_settings_that_exclude_each_other_or_are_not_there(run: Command, folder: Path) -> None:
    write(folder / "draft.json", SILENT)
    for command in (("questions", "draft.json"), ("diff", "draft.json", "draft.json")):
        both = run(*command, "--config", "a.toml", "--isolated")
        assert (both.status, both.out) == (2, "")
        assert "--isolated" in both.err
        assert run(*command, "--config", "missing.toml").status == 2
    unknown = run("questions", "draft.json", "--select", "ACX")
    assert (unknown.status, unknown.out) == (2, "")
    assert "no criterion has a code that begins with ACX" in unknown.err


def test_files_are_excluded(run: Command, folder: Path) -> None:
    write(folder / "d" / "draft.json", SILENT)
    write(folder / "d" / "old" / "draft.json", INVALID)
    assert [file["path"] for file in listed(run, "d", "--exclude", "old")] == ["d/draft.json"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", [("questions", "a.json"), ("diff", "a.json", "a.json")])
def test_a_full_screen_is_said_as_a_check_says_it(
    command: tuple[str, ...], form: str, folder: Path
) -> None:
    write(folder / "a.json", SILENT)
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [COMMAND, *command, "--format", form],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    words = "imr-check: standard output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, words)


@pytest.mark.parametrize("command", [("questions", "a.json"), ("diff", "a.json", "a.json")])
def test_a_reader_that_goes_away_ends_it_as_it_ends_a_check(
    command: tuple[str, ...], folder: Path
) -> None:
    write(folder / "a.json", SILENT)
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run([COMMAND, *command], stdout=written, stderr=subprocess.PIPE, check=False)
    os.close(written)
    assert (done.returncode, done.stderr) == (141, b"")
