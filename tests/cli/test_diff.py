"""``imr-check diff`` from the command line: what changed, exit statuses, bad input."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, ROW, SUPPORTED, TEMPLATE, TWO_ROWS, write, write_lines
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command
from strategies import EXAMPLES

FORMS = ("text", "markdown", "json")
SILENT = {**SUPPORTED, "chart": {}}
"""Nothing says why acupuncture is indicated: ACU-01 is not documented."""

LATE = {**SUPPORTED, "submission": {"date": "2026-11-20"}}
"""Judged by the same edition, but as advice."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, draft in (("denied", DENIED), ("silent", SILENT), ("good", SUPPORTED)):
        write(tmp_path / f"{name}.json", draft)
    return tmp_path


def compared(run: Command, *arguments: str) -> dict[str, Any]:
    """Return the JSON output, which has to follow the schema that is printed."""
    result = run("diff", "--format", "json", *arguments)
    data: dict[str, Any] = json.loads(result.out)
    Draft202012Validator(json.loads(run("schema", "comparison").out)).validate(data)
    assert result.err == ""
    assert result.status == (2 if data["errors"] else int(not data["cured"]))
    return data


def body(text: str) -> str:
    """Return what stands between the words on the law and the last line, which names versions."""
    return re.split(r"^\*?imr-check \d", text, flags=re.MULTILINE)[0].partition("the law.")[2]


# What is printed


def test_text(run: Command) -> None:
    result = run("diff", "silent.json", "good.json")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("silent.json (incomplete) -> good.json (supported)\n")
    assert body(result.out) == snapshot("""\


  Row 1: Acupuncture: incomplete -> supported
    Judged by Acupuncture Medical Treatment Guidelines (2007)
    Material by the measure of this tool: 1 fact of the chart, newly or
      otherwise documented, deciding what failed before and passes now.

    Criteria:
      better  ACU-01 indication: not documented -> met

    Facts of the chart that decide what failed before and passes now:
      - pain medication reduced or not tolerated: not documented -> yes [ACU-01]

""")


def test_markdown(run: Command) -> None:
    result = run("diff", "good.json", "denied.json", "-f", "markdown")
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith("## `good.json`: supported -> `denied.json`: not supported\n")
    assert body(result.out) == snapshot("""\


### Row 1: Acupuncture: supported -\\> not supported

Judged by Acupuncture Medical Treatment Guidelines (2007)

**Criteria**

- WORSE: GEN-05 exception-if-over-limit (warning only): not applicable -\\> not met
- WORSE: ACU-02 trial-max-6: met -\\> not met

**Changed in the request, and no change in the facts of the case:**

- visits attended and asked for together: 6 visits -\\> 8 visits
- visits asked for: 6 visits -\\> 8 visits

""")


def test_the_bar_is_named_with_its_law(run: Command) -> None:
    for form in FORMS:
        out = run("diff", "denied.json", "good.json", "-f", form).out
        assert "twelve months" in " ".join(out.split())
        assert "Labor Code 4610(k), verified" in " ".join(out.split())


def test_what_the_chart_newly_says_is_material(run: Command) -> None:
    (row,) = compared(run, "silent.json", "good.json")["rows"]
    (fact,) = (fact for fact in row["facts"] if fact["material"])
    assert (fact["side"], fact["decides"]) == ("chart", ["ACU-01"])
    assert (fact["before"], fact["after"]) == (None, True)
    assert row["material"]


def test_what_the_request_asks_for_otherwise_is_not(run: Command) -> None:
    (row,) = compared(run, "denied.json", "good.json")["rows"]
    assert row["cured"]
    assert not row["material"]
    (fact,) = (fact for fact in row["facts"] if fact["decides"])
    assert (fact["side"], fact["decides"], fact["material"]) == ("request", ["ACU-02"], False)
    out = " ".join(run("diff", "denied.json", "good.json").out.split())
    assert "Material by the measure of this tool: nothing." in out


def test_the_same_chart_read_for_another_region_is_not(run: Command, folder: Path) -> None:
    chart = {"diagnoses": [{"name": "myofascial pain syndrome", "region": "low_back"}]}
    row = {"kind": "trigger_point_injection", "quantity": 1}
    for region in ("neck", "low_back"):
        draft = {**DENIED, "treatments": [{**row, "region": region}], "chart": chart}
        write(folder / f"{region}.json", draft)
    (row,) = compared(run, "neck.json", "low_back.json")["rows"]
    decided = {fact["side"] for fact in row["facts"] if fact["decides"]}
    assert (decided, row["material"]) == ({"request"}, False)


def test_what_is_left_out_is_not(run: Command) -> None:
    (row,) = compared(run, "good.json", "silent.json")["rows"]
    (dropped,) = (fact for fact in row["facts"] if fact["dropped"])
    assert not dropped["material"]
    assert "No longer in the chart" in run("diff", "good.json", "silent.json").out


def test_rows_come_and_go(run: Command, folder: Path) -> None:
    write(folder / "two.json", TWO_ROWS)
    came = compared(run, "denied.json", "two.json")["rows"]
    assert [(row["before"] is None, row["after"] is None) for row in came] == [
        (False, False),
        (True, False),
    ]
    gone = compared(run, "two.json", "good.json")
    assert [row["after"] for row in gone["rows"]][1] is None
    assert gone["cured"], "no row of the new request fails"
    assert "no longer asked for" in run("diff", "two.json", "good.json").out


def test_nothing_changed(run: Command) -> None:
    result = run("diff", "denied.json", "denied.json")
    assert result.status == 1
    assert "Nothing changed that a criterion asks for." in result.out
    assert run("diff", "good.json", "good.json").status == 0


@pytest.mark.parametrize("name", ["000_trigger_point", "003_trigger_point_buttock"])
def test_the_examples_and_their_twins(run: Command, name: str) -> None:
    files = (str(EXAMPLES / "determinations" / f"{name}{end}.json") for end in ("", "_cured"))
    assert compared(run, *files)["cured"]


# Files


def test_yaml_against_json(run: Command, folder: Path) -> None:
    (folder / "new.yaml").write_text(
        "submission: {date: 2015-01-13}\n"
        "injury: {date: 2014-04-11, body_parts: [neck]}\n"
        "treatments:\n- {kind: acupuncture, quantity: 6, course: first}\n"
        "chart: {medications: [{name: ibuprofen, status: not_tolerated}]}\n",
        encoding="utf-8",
    )
    assert run("diff", "denied.json", "new.yaml").status == 0
    assert compared(run, "good.json", "new.yaml")["rows"][0]["facts"] == []


def test_one_of_the_two_may_be_standard_input(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (("-", "good.json"), ("denied.json", "-")):
        draft = DENIED if arguments[0] == "-" else SUPPORTED
        text = json.dumps(draft).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        result = run("diff", *arguments)
        assert result.status == 0
        assert "<stdin>" in result.out.splitlines()[0]


def test_but_not_both(run: Command) -> None:
    result = run("diff", "-", "-")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "imr-check: standard input holds one request: give the name of a file for the other\n"
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "said", "line"),
    [
        ("missing.json", "The file was not found", 0),
        ("d", "This is a folder, not a file", 0),
        ("bad.json", "", 11),
        ("lines.jsonl", "use one file for each", 2),
        ("template.json", "fill in its holes", 0),
    ],
)
def test_what_cannot_be_compared_exits_2(
    run: Command, folder: Path, path: str, said: str, line: int, form: str
) -> None:
    write(folder / "d" / "bad.json", INVALID)
    write(folder / "bad.json", INVALID)
    write(folder / "template.json", TEMPLATE)
    write_lines(folder / "lines.jsonl", DENIED, SUPPORTED)
    for arguments in ((path, "good.json"), ("good.json", path)):
        result = run("diff", *arguments, "--format", form)
        assert (result.status, result.err) == (2, "")
        if form == "json":
            (error,) = compared(run, *arguments)["errors"]
            assert (error["path"], error["line"]) == (path, line)
            assert said in error["message"]
        else:
            shown = " ".join(result.out.split())
            assert path in shown
            assert said in shown
            assert not line or f"line {line}, column" in shown or f":{line}:" in shown


@pytest.mark.parametrize(
    "arguments",
    [(), ("good.json",), ("good.json", "good.json", "good.json"), ("-f", "xml", "a", "b")],
)
def test_bad_usage_exits_2(run: Command, arguments: tuple[str, ...]) -> None:
    result = run("diff", *arguments)
    assert (result.status, result.out) == (2, "")
    assert "Traceback" not in result.err


# Dates and settings


def test_other_editions_are_said(run: Command, folder: Path) -> None:
    write(folder / "late.json", LATE)
    out = " ".join(run("diff", "good.json", "late.json").out.split())
    assert "New request: ADVICE" in out


def test_a_configuration_file_holds(run: Command, folder: Path) -> None:
    config = folder / "imr-check.toml"
    config.write_text('in-force-only = true\nas-of = "2026-11-22"\n', encoding="utf-8")
    assert compared(run, "good.json", "good.json")["before"]["verdict"] == "no_criteria"
    config.write_text("holes = ['@[A-Z]+@']\n", encoding="utf-8")
    row = {**ROW, "quantity": "@VISITS@"}
    write(folder / "template.json", {**DENIED, "treatments": [row]})
    assert (
        "fill in its holes" in compared(run, "good.json", "template.json")["errors"][0]["message"]
    )
    config.write_text("no-such = 1\n", encoding="utf-8")
    result = run("diff", "good.json", "good.json")
    assert (result.status, result.out) == (2, "")
    assert "no-such" in result.err
