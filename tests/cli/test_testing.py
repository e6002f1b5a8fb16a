"""``imr-check test``: what is printed about a pack and its cases, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from small_packs import case, criterion, write_pack

from imr_check.cli import testing
from imr_check.guideline.pack import installed_packs
from imr_check.rules import reference

VISITS = {"fact": "row.visits", "at_most": "most"}
SIX = case("six visits", {"row.visits": 6}, "met")
SEVEN = case("seven visits", {"row.visits": 7}, "not_met")
WRONG = case("seven visits", {"row.visits": 7}, "met")
SILENT = case("no number", {}, "not_documented")


class Tried:
    """What came of a run: the exit status, and what was printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(
        self,
        pack: str | Path | None,
        floor: float | None = None,
        verbose: bool = False,
        form: Literal["text", "json"] = "text",
    ) -> tuple[int, str]:
        name = str(pack) if pack is not None else None
        status = testing.test(name, floor=floor, verbose=verbose, form=form)
        printed = self._capsys.readouterr()
        return status, printed.out or printed.err


@pytest.fixture
def tried(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tried:
    monkeypatch.setenv("COLUMNS", "100")
    return Tried(capsys)


def with_cases(folder: Path, *cases: dict[str, Any]) -> Path:
    write_pack(folder, criterion(requires=VISITS, cases=list(cases)))
    return folder


@pytest.mark.parametrize("form", ["text", "json"])
def test_our_pack_reaches_the_floor_of_ci(tried: Tried, form: Literal["text", "json"]) -> None:
    assert tried("mtus", floor=100, form=form)[0] == 0


def test_without_a_name_every_installed_pack_is_tried(tried: Tried) -> None:
    status, printed = tried(None)
    assert status == 0
    assert all(f"{pack.name}: {pack.title}" in printed for pack in installed_packs())


def test_a_complete_pack_is_one_line(tried: Tried, tmp_path: Path) -> None:
    status, printed = tried(with_cases(tmp_path, SIX, SEVEN, SILENT), floor=100)
    assert status == 0
    assert printed.split("\n\n") == [
        "small: A small pack",
        "6 cases: as expected. Coverage: 8 of 8, 100 %, floor 100 %.",
        "",
    ]


def test_a_failing_case_says_what_was_expected_and_what_decided(
    tried: Tried, tmp_path: Path
) -> None:
    status, printed = tried(with_cases(tmp_path, SIX, WRONG, SILENT))
    assert status == 1
    assert (
        '  x SML-01 name-of-sml-01: case "seven visits"\n'
        "    expected met, found not met\n"
        "      row.visits: 7 (asked: is at most 6)\n"
        "    acupuncture.yaml\n"
    ) in printed
    assert "6 cases: 1 not as expected. Coverage: 8 of 8, 100 %." in printed


def test_coverage_below_the_floor_fails_and_names_the_cases_to_add(
    tried: Tried, tmp_path: Path
) -> None:
    pack = with_cases(tmp_path, SIX, SILENT)
    assert tried(pack)[0] == 0
    assert tried(pack, floor=75)[0] == 0
    status, printed = tried(pack, floor=75.1)
    assert status == 1
    assert (
        "What the cases show:\n"
        "  acupuncture.yaml\n"
        "      3 of 5  SML-01 name-of-sml-01\n"
        "              lacks a case that comes out as not met\n"
        "                - {name: ..., given: {row.visits: 7}, expect: not_met}\n"
    ) in printed
    assert "ALL-01" not in printed
    assert "Coverage: 6 of 8, 75 %, floor 75.1 %." in printed


def test_verbose_shows_every_criterion_and_what_cannot_be(tried: Tried, tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "applies_when": {"fact": "row.visits", "documented": True},
        "requires": VISITS,
    }
    write_pack(tmp_path, criterion(**asked))
    _, printed = tried(tmp_path, verbose=True)
    assert "      3 of 3  ALL-01 name-of-all-01\n" in printed
    assert "cannot have a case that comes out as not documented" in printed


def test_a_shared_finding_names_the_criterion_that_can_show_it(
    tried: Tried, tmp_path: Path
) -> None:
    logic = {"any": [{"fact": "row.side_named", "is": True}, {"fact": "row.region", "is": "neck"}]}
    placed = {"name": "placed", "statement": "x", "logic": logic, "confidence": "unverified"}
    leaning = criterion(requires={"finding": "placed"})
    write_pack(tmp_path, leaning, shared={"findings": [placed]})
    _, printed = tried(tmp_path)
    assert "      0 of 2  placed shared finding\n" in printed
    assert "- {name: ..., given: {row.region: neck}, expect: met}  # for SML-01\n" in printed


def test_a_failing_case_of_a_shared_file_names_the_section_as_well(
    tried: Tried, tmp_path: Path
) -> None:
    named = {"fact": "row.side_named", "is": True}
    cases = [case("named", {"row.side_named": True}, "not_met")]
    write_pack(tmp_path, shared={"criteria": [criterion(requires=named, cases=cases)]})
    _, printed = tried(tmp_path)
    assert "    shared/both.yaml, in opioid.yaml\n" in printed


def test_evaluators_that_disagree_are_an_error_of_ours(
    tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = with_cases(tmp_path, SIX, SEVEN, SILENT)
    evaluate = reference.evaluate

    def contrary(*arguments: Any) -> Any:
        results = evaluate(*arguments)
        other = results.get("ALL-01")
        return results | ({"ALL-01": other._replace(outcome="not_applicable")} if other else {})

    monkeypatch.setattr("imr_check.casework.running.reference.evaluate", contrary)
    status, printed = tried(pack)
    assert status == 1
    assert "The two evaluators disagree: the reference evaluator found not applicable." in printed


def test_a_case_that_cannot_be_tried_is_2(tried: Tried, tmp_path: Path) -> None:
    unknown = case("eight", {"row.vists": 8}, "not_met")
    status, printed = tried(with_cases(tmp_path, SIX, WRONG, SILENT, unknown))
    assert status == 2
    assert 'x acupuncture.yaml: SML-01: case "eight": there is no fact row.vists' in printed
    assert "6 cases: 1 not as expected, 1 that cannot be tried." in printed


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mtsu", "there is no such pack: did you mean mtus?"),
        ("nothing-like-it", "there is no such pack: name an installed pack, or a folder"),
        (".", "there is no pack.yaml in that folder"),
        ("./nowhere", "there is no such pack: name an installed pack, or a folder"),
    ],
)
def test_a_pack_that_is_not_there_is_2(
    tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, printed = tried(name)
    assert status == 2
    assert message in printed


def test_a_folder_without_a_slash_will_do(
    tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cases(tmp_path / "rules", SIX)
    monkeypatch.chdir(tmp_path)
    assert tried("rules")[0] == 0


def test_json_says_all_of_it(tried: Tried, tmp_path: Path) -> None:
    unknown = case("eight", {"row.vists": 8}, "not_met")
    status, printed = tried(with_cases(tmp_path, SIX, WRONG, unknown), floor=90, form="json")
    data = json.loads(printed)
    assert data["floor"] == 90
    (pack,) = data["packs"]
    assert pack["status"] == status == 2
    assert (pack["pack"], pack["cases"]) == ("small", 5)
    assert [fault["case"] for fault in pack["faults"]] == ["eight"]
    (failed,) = pack["failed"]
    assert (failed["expected"], failed["found"]) == ("met", "not_met")
    decided = [{"fact": "row.visits", "value": 7, "asked": "is at most 6"}]
    assert failed["decided_by"] == decided
    assert pack["coverage"]["percent"] == 87.5
    (_, sml) = pack["coverage"]["subjects"]
    assert (sml["code"], sml["covered"], sml["total"]) == ("SML-01", 4, 5)
    (missing,) = sml["missing"]
    assert missing["kind"] == "outcome"
    assert (missing["example"], missing["expect"]) == ({}, "not_documented")
