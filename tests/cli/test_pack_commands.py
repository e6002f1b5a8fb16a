"""``imr-check test``, ``docs`` and ``schema`` from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, TEMPLATE, UNCOVERED, write
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command
from small_packs import case, criterion, write_pack

from imr_check import resources
from imr_check.guideline.pack import installed_packs
from imr_check.render.guideline_pages import pages
from imr_check.resources import schema_text

CASES = [
    case("six visits", {"row.visits": 6}, "met"),
    case("seven visits", {"row.visits": 7}, "not_met"),
    case("no number", {}, "not_documented"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def visits(folder: Path, *cases: dict[str, Any]) -> None:
    """Write a pack with a limit of six visits and these cases."""
    asked = {"fact": "row.visits", "at_most": "most"}
    write_pack(folder, criterion(requires=asked, cases=list(cases)))


# imr-check test


def test_our_pack_holds(run: Command) -> None:
    result = run("test", "mtus", "--floor", "100")
    assert (result.status, result.err) == (0, "")
    assert re.search(r"\d+ cases: as expected\. Coverage: .*, 100 %, floor 100 %\.", result.out)


def test_a_pack_in_a_folder(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES)
    for named in ("rules", "./rules", folder / "rules"):
        result = run("test", named)
        assert result.status == 0
        assert result.out == snapshot("""\
small: A small pack

6 cases: as expected. Coverage: 8 of 8, 100 %.

""")


def test_a_case_that_comes_out_otherwise(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES[:1], case("seven visits", {"row.visits": 7}, "met"))
    result = run("test", "rules")
    assert (result.status, result.err) == (1, "")
    assert result.out == snapshot("""\
small: A small pack

  x SML-01 name-of-sml-01: case "seven visits"
    expected met, found not met
      row.visits: 7 (asked: is at most 6)
    acupuncture.yaml

What the cases show:
  acupuncture.yaml
      4 of 5  SML-01 name-of-sml-01
              lacks a case that comes out as not documented
                - {name: ..., given: {}, expect: not_documented}

5 cases: 1 not as expected. Coverage: 7 of 8, 87.5 %.

""")


def test_too_few_cases_fail_only_with_a_floor(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES[:2])
    assert run("test", "rules").status == 0
    assert run("test", "rules", "--floor", "80").status == 0
    result = run("test", "rules", "--floor", "90")
    assert result.status == 1
    assert "lacks a case that comes out as not documented" in result.out
    assert "- {name: ..., given: {}, expect: not_documented}" in result.out


def test_verbose_shows_what_is_complete_too(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES)
    assert "SML-01" not in run("test", "rules").out
    assert "5 of 5  SML-01" in run("test", "rules", "--verbose").out


def test_as_json(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES[:1])
    result = run("test", "rules", "--floor", "90", "--format", "json")
    data = json.loads(result.out)
    (pack,) = data["packs"]
    assert (result.status, pack["status"], pack["pack"], pack["failed"]) == (1, 1, "small", [])
    lacking = [each["code"] for each in pack["coverage"]["subjects"] if each["missing"]]
    assert lacking == ["SML-01"]


def test_a_case_that_cannot_be_tried(run: Command, folder: Path) -> None:
    visits(folder / "rules", case("eight", {"row.vists": 8}, "not_met"))
    result = run("test", "rules")
    assert result.status == 2
    assert 'case "eight": there is no fact row.vists' in " ".join(result.out.split())


def test_a_pack_that_cannot_be_read(run: Command, folder: Path) -> None:
    visits(folder / "rules", *CASES)
    (folder / "rules" / "pack.yaml").write_text("name: [\n", encoding="utf-8")
    result = run("test", "rules")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("imr-check: guideline pack: rules/pack.yaml:2:1: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mtsu",), "there is no such pack: did you mean mtus?"),
        (("./nowhere",), "there is no such pack: name an installed pack, or a folder"),
        ((".",), "there is no pack.yaml in that folder: name the folder that has one"),
        (("mtus", "--floor", "101"), "--floor"),
        (("mtus", "--format", "xml"), "--format"),
    ],
)
def test_a_test_of_nothing_exits_2(run: Command, arguments: tuple[str, ...], said: str) -> None:
    result = run("test", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "Traceback" not in result.err


# imr-check docs


def test_docs_writes_the_pages_of_a_pack(run: Command, folder: Path) -> None:
    expected = pages([pack for pack in installed_packs() if pack.name == "mtus"])
    result = run("docs", "site", "--pack", "mtus")
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        f"Wrote {len(expected)} pages to site. Begin with site/criteria/index.md\n"
    )
    root = folder / "site"
    written = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert written == expected.keys()
    page = (root / "criteria" / "TPI-06.md").read_text(encoding="utf-8")
    assert page == expected["criteria/TPI-06.md"]


def test_docs_replaces_its_pages_and_leaves_others(run: Command, folder: Path) -> None:
    assert run("docs", "site").status == 0
    page, other = folder / "site" / "criteria" / "TPI-06.md", folder / "site" / "own.md"
    text = page.read_text(encoding="utf-8")
    page.write_text("changed", encoding="utf-8")
    other.write_text("mine", encoding="utf-8")
    assert run("docs", "site").status == 0
    assert (page.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == (text, "mine")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "folder"),
        (("site", "--pack", "mtu"), "there is no such pack: did you mean mtus?"),
        (("file.md",), "file.md cannot be written to: Not a directory"),
        (("file.md/below",), "file.md/below cannot be written to: Not a directory"),
    ],
)
def test_docs_that_cannot_be_written_exit_2(
    run: Command, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    (folder / "file.md").write_text("mine", encoding="utf-8")
    result = run("docs", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert [path.name for path in folder.iterdir()] == ["file.md"]


# imr-check schema

NAMES = (
    *("request", "report", "questions", "comparison", "edition_comparison"),
    *("clock", "editions", "formulary"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_printed_as_it_ships(run: Command, name: str) -> None:
    result = run("schema", name)
    assert (result.status, result.err) == (0, "")
    assert result.out == schema_text(name)
    Draft202012Validator.check_schema(json.loads(result.out))


def test_every_schema_that_ships_has_a_name() -> None:
    shipped = {path.name for path in (Path(resources.__file__).parent / "schemas").iterdir()}
    assert shipped == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize("draft", [DENIED, TEMPLATE, UNCOVERED, INVALID])
def test_what_is_printed_follows_the_schemas(
    run: Command, folder: Path, draft: dict[str, Any]
) -> None:
    write(folder / "draft.json", draft)
    for name, arguments in (
        ("report", ("check", "draft.json")),
        ("questions", ("questions", "draft.json")),
        ("comparison", ("diff", "draft.json", "draft.json")),
        ("clock", ("clock", "draft.json")),
        ("editions", ("editions", "--on", "2019-01-02")),
    ):
        printed = json.loads(run(*arguments, "--format", "json").out)
        Draft202012Validator(json.loads(run("schema", name).out)).validate(printed)
    request = Draft202012Validator(json.loads(run("schema", "request").out))
    assert request.is_valid(draft) is (draft in (DENIED, UNCOVERED))


def test_without_a_name_it_is_that_of_a_request(run: Command) -> None:
    assert run("schema") == run("schema", "request")


def test_an_unknown_schema_exits_2_and_names_the_known_ones(run: Command) -> None:
    result = run("schema", "reports")
    assert (result.status, result.out) == (2, "")
    assert all(name in result.err for name in NAMES)
