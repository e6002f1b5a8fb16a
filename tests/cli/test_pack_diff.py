"""``imr-check pack``: what changed between two editions, for files too; the installed packs."""

from __future__ import annotations

import io
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, ROW, SUPPORTED, TEMPLATE, write, write_lines
from inline_snapshot import snapshot
from jsonschema import Draft202012Validator
from running import Command
from two_editions import NEW, OLD, write_two_editions

from imr_check import load
from imr_check.checker import check_under
from imr_check.cli import completing
from imr_check.edition_comparison import compare_request
from imr_check.guideline.pack import installed_packs
from imr_check.resources import read_schema

SAME = {
    **SUPPORTED,
    "treatments": [{**ROW, "quantity": 6, "duration": {"length": 3, "unit": "weeks"}}],
}
MIXED = {
    **DENIED,
    "treatments": [
        ROW,
        {"kind": "opioid", "drug": {"name": "Norco"}},
        {"treatment": "Made up"},
    ],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_two_editions(tmp_path / "rules")
    for name, draft in (("denied", DENIED), ("same", SAME), ("mixed", MIXED)):
        write(tmp_path / f"{name}.json", draft)
    return tmp_path


def pack_diff(run: Command, *arguments: str) -> Any:
    return run("pack", "diff", "--pack", "rules", *arguments)


def as_json(run: Command, *arguments: str) -> dict[str, Any]:
    """Return the JSON output, which has to follow the schema that is printed."""
    result = pack_diff(run, *arguments, "--format", "json")
    data: dict[str, Any] = json.loads(result.out)
    Draft202012Validator(json.loads(run("schema", "edition_comparison").out)).validate(data)
    return data


def body(text: str) -> str:
    """Return everything but the last lines, which name versions."""
    return text.partition("\nimr-check ")[0]


# The editions


def test_text(run: Command) -> None:
    result = pack_diff(run, OLD, NEW)
    assert (result.status, result.err) == (1, "")
    assert body(result.out) == snapshot("""\
old -> new
  old: Old edition, in force for requests until 2015-12-31
  new: New edition, in force for requests from 2016-01-01

  Only old judges: Opioid (1 criterion).

  Only new judges: Chiropractic (1 criterion).

  Acupuncture; Massage: 1 added, 1 removed, 2 changed, 1 only cited elsewhere, 1
    unchanged
    + SML-04 name-of-sml-04 (curable) [unverified]: Made up.
    - SML-03 name-of-sml-03 (curable) [unverified]: Made up.
    ~ SML-01 name-of-sml-01 [unverified]
        severity: curable -> fatal
        limit most: 6 visits (unverified) -> 8 visits (verified)
        Needs:
          - visits asked for is at most 6 visits, unverified
          + visits asked for is at most 8 visits
    ~ SML-05 name-of-sml-05 [unverified]
        silence: counts as a failure -> only warns
    Only cited elsewhere: SML-02
        old text -> new text, p. 7
""")


def test_an_edition_and_itself(run: Command) -> None:
    result = pack_diff(run, OLD, OLD)
    assert (result.status, result.err) == (0, "")
    assert "The same in both: Acupuncture (5 criteria); Massage (5 criteria)" in result.out


def test_as_json(run: Command) -> None:
    data = as_json(run, OLD, NEW)
    (both,) = data["both"]
    assert [each["code"] for each in both["added"]] == ["SML-04"]
    assert [each["code"] for each in both["removed"]] == ["SML-03"]
    first, second, _ = both["changed"]
    assert first["limits"] == [
        {
            "name": "most",
            "before": {"value": 6, "unit": "visits", "confidence": "unverified"},
            "after": {"value": 8, "unit": "visits", "confidence": "verified"},
        }
    ]
    assert (first["only_cited_elsewhere"], second["only_cited_elsewhere"]) == (False, True)
    assert both["unchanged"] == 1
    assert data["requests"] is None
    assert not as_json(run, NEW, NEW)["differs"]


def test_limits_of_ours_that_differ(run: Command) -> None:
    out = " ".join(run("pack", "diff", "chronic_pain_2009", "chronic_pain_2016").out.split())
    assert "limit crps_visits: 24 visits (letter) -> 26 visits (letter)" in out


def test_editions_of_ours_follow_the_schema(run: Command) -> None:
    ids = list(installed_packs()[0].editions)
    validator = Draft202012Validator(read_schema("edition_comparison"))
    for before, after in pairwise(ids):
        result = run("pack", "diff", before, after, "-f", "json")
        assert result.status == 1
        validator.validate(json.loads(result.out))


def test_an_edition_may_be_named_with_its_pack(run: Command) -> None:
    assert pack_diff(run, f"small/{OLD}", f"small/{NEW}") == pack_diff(run, OLD, NEW)


# Requests


def test_text_on_a_request(run: Command) -> None:
    result = pack_diff(run, OLD, NEW, "mixed.json")
    assert (result.status, result.err) == (1, "")
    assert body(result.out).partition("\n\nThe dates")[2] == snapshot("""\
 of a request decide which edition governs it. Here it is judged under
each of the two, whatever its dates, to show what the editions change.

mixed.json: comes out differently
  Row 1: Acupuncture: not supported -> incomplete
    By its dates acupuncture_2007 judges: Acupuncture Medical Treatment
      Guidelines (2007) was in force for a service of 2015-01-13.
      better  SML-01 name-of-sml-01 (unverified): not met -> met
      new     SML-04 name-of-sml-04 (unverified): not judged -> not documented
      1 criterion stands in only one of them, without failing.
  Row 2: Opioid: supported -> no criteria
    By its dates chronic_pain_2009 judges: Chronic Pain Medical Treatment
      Guidelines (2009) was in force for a request of 2015-01-13.
    new has no criteria for row 2.
  Row 3: Treatment not recognized: no criteria -> no criteria
    By its dates: nothing that is encoded judges it.
    Neither edition has criteria for row 3.
""")


def test_the_status_is_about_the_requests(run: Command) -> None:
    assert pack_diff(run, OLD, NEW, "same.json").status == 0
    assert pack_diff(run, OLD, NEW, "same.json", "denied.json").status == 1
    assert "same.json: comes out the same" in pack_diff(run, OLD, NEW, "same.json").out


def test_a_request_as_json(run: Command) -> None:
    (found,) = as_json(run, OLD, NEW, "mixed.json")["requests"]
    first, second, third = found["rows"]
    assert (first["before"]["verdict"], first["after"]["verdict"]) == (
        "not_supported",
        "incomplete",
    )
    assert {each["code"] for each in first["criteria"]} == {"SML-01", "SML-03", "SML-04"}
    assert first["governs"]["id"] == "acupuncture_2007"
    assert "2015-01-13" in first["governs"]["reason"]
    assert (second["after"]["verdict"], second["after"]["has_criteria"]) == ("no_criteria", False)
    assert second["differs"]
    assert not third["differs"]
    assert (found["differs"], found["errors"]) == (True, [])


def test_what_cannot_be_compared_does_not_stop_the_others(run: Command, folder: Path) -> None:
    write(folder / "invalid.json", INVALID)
    write(folder / "template.json", TEMPLATE)
    (folder / "broken.json").write_text('{"treatments": [}', encoding="utf-8")
    names = ("invalid.json", "template.json", "broken.json", "missing.json", "denied.json")
    found = as_json(run, OLD, NEW, *names)["requests"]
    assert [each["path"] for each in found] == list(names)
    assert [bool(each["errors"]) for each in found] == [True, True, True, True, False]
    assert (found[2]["errors"][0]["line"], found[2]["errors"][0]["column"]) == (1, 17)
    result = pack_diff(run, OLD, NEW, *names)
    assert result.status == 2
    assert "broken.json: cannot be compared\n  line 1, column 17: " in result.out
    assert "denied.json: comes out differently" in result.out


def test_each_line_of_json_lines_is_a_request(run: Command, folder: Path) -> None:
    write_lines(folder / "drafts.jsonl", DENIED, TEMPLATE, SAME)
    result = pack_diff(run, OLD, NEW, "drafts.jsonl")
    assert result.status == 2
    assert "drafts.jsonl, line 1: comes out differently" in result.out
    assert "drafts.jsonl, line 2: cannot be compared" in result.out
    assert "drafts.jsonl, line 3: comes out the same" in result.out


def test_a_folder_a_pattern_and_standard_input(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "drafts" / "one.json", DENIED)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(SAME).encode())))
    found = as_json(run, OLD, NEW, "drafts", "same.*", "-")["requests"]
    assert [each["path"] for each in found] == ["drafts/one.json", "same.json", "<stdin>"]


def test_settings_that_concern_reading_hold(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text('as-of = "2016-02-01"\nexclude = ["m*"]\n')
    found = as_json(run, OLD, NEW, "*.json")["requests"]
    assert [each["path"] for each in found] == ["denied.json", "same.json"]
    assert "2016-02-01" in found[0]["rows"][0]["governs"]["reason"]


def test_the_form_is_compared(run: Command, folder: Path) -> None:
    submission = {"date": "2015-01-13", "form": {"type": "narrative"}}
    write(folder / "form.json", {**DENIED, "submission": submission})
    result = run("pack", "diff", "rfa_2014", "rfa_2026", "form.json", "-f", "json")
    *_, form = json.loads(result.out)["requests"][0]["rows"]
    assert (form["row"], form["governs"]["id"]) == (0, "rfa_2014")
    text = run("pack", "diff", "rfa_2014", "rfa_2026", "form.json").out
    assert "Neither edition has criteria for row 1." in text


# What counts is what counts in a check


def counted(run: Command, *arguments: str) -> tuple[set[str], set[str], bool]:
    """Return the codes that count and those that are left out, and whether the row differs."""
    (found,) = as_json(run, OLD, NEW, *arguments)["requests"]
    (row,) = found["rows"]
    codes, left_out = ({each["code"] for each in row[of]} for of in ("criteria", "left_out"))
    return codes, left_out, row["differs"]


@pytest.mark.parametrize(
    ("arguments", "counts", "left_out"),
    [
        ((), {"SML-01", "SML-03", "SML-04"}, set()),
        (("--select", "SML-01"), {"SML-01"}, {"SML-04"}),
        (("--ignore", "SML-01"), {"SML-03", "SML-04"}, {"SML-01"}),
        (("--ignore", "SML-01,SML-04"), {"SML-03"}, {"SML-01", "SML-04"}),
        (("--ignore", "SML", "--select", "SML-04"), {"SML-04"}, {"SML-01"}),
    ],
)
def test_what_is_selected_and_ignored(
    run: Command, arguments: tuple[str, ...], counts: set[str], left_out: set[str]
) -> None:
    differs = bool(counts & {"SML-01", "SML-04"})
    assert counted(run, "denied.json", *arguments) == (counts, left_out, differs)
    assert pack_diff(run, OLD, NEW, "denied.json", *arguments).status == int(differs)


def test_settings_select_as_well(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text('ignore = ["SML"]\n')
    result = pack_diff(run, OLD, NEW, "denied.json")
    assert result.status == 0
    assert "denied.json: comes out the same\n" in result.out
    assert "  Row 1: Acupuncture: not supported -> incomplete\n" in result.out
    assert "      2 criteria differ, not selected or set aside.\n" in result.out
    assert "It comes out the same under both." not in result.out
    (folder / "imr-check.toml").write_text('per-file-ignores = {"same.*" = ["SML"]}\n')
    assert pack_diff(run, OLD, NEW, "denied.json").status == 1


def test_what_the_request_sets_aside(run: Command, folder: Path) -> None:
    entries = [{"code": code, "reason": "Agreed."} for code in ("SML-01", "SML-04")]
    write(folder / "aside.json", {**DENIED, "imr_check": {"suppress": entries}})
    assert counted(run, "aside.json") == ({"SML-03"}, {"SML-01", "SML-04"}, False)
    (folder / "imr-check.toml").write_text('unsuppressable = ["SML-04"]\n')
    assert counted(run, "aside.json") == ({"SML-03", "SML-04"}, {"SML-01"}, True)


def test_what_a_baseline_sets_aside(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text('baseline = "known.json"\n')
    old = check_under(load(folder / "denied.json"), write_two_editions(folder / "rules"), OLD)
    (found,) = [each for each in old.treatments[0].failing if each.code == "SML-01"]
    entry = {"code": "SML-01", "fingerprint": found.fingerprint, "reason": "Agreed."}
    known = {"version": 1, "entries": [{"path": "denied.json", **entry}]}
    (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
    assert counted(run, "denied.json") == ({"SML-03", "SML-04"}, {"SML-01"}, True)


@pytest.mark.parametrize("more", [(), ("--codes",), ("--no-codes",)])
def test_codes_are_looked_up_where_they_are_for_a_check(
    run: Command, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    asked: list[object] = []

    def noted(*arguments: Any, codes: bool, **rest: Any) -> Any:
        asked.append(codes)
        return compare_request(*arguments, codes=codes, **rest)

    monkeypatch.setattr("imr_check.cli.packs.compare_request", noted)
    pack_diff(run, OLD, NEW, "denied.json", *more)
    assert asked == [more == ("--codes",)]


# Bad usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((OLD, "nwe"), "there is no edition nwe: did you mean new?"),
        ((OLD, "of_next_year"), "there is no edition of_next_year: see `imr-check pack list`"),
        ((OLD,), "EDITION"),
        ((OLD, NEW, "--format", "xml"), "--format"),
        ((OLD, NEW, "denied.json", "--select", "SMM"), "begins with SMM: see"),
        ((OLD, NEW, "--select", "SML"), "are about requests: name a file"),
        ((OLD, NEW, "--codes"), "are about requests: name a file"),
        ((OLD, NEW, "--pack", "mtsu"), "there is no such pack: did you mean mtus?"),
    ],
)
def test_bad_usage_exits_2(run: Command, arguments: tuple[str, ...], said: str) -> None:
    result = pack_diff(run, *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_a_name_that_two_packs_have_is_refused(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imr_check.cli import packs

    other = write_two_editions(folder / "other")
    other.name = "other"
    monkeypatch.setattr(packs, "packs_named", lambda _: (write_two_editions(folder / "a"), other))
    result = run("pack", "diff", OLD, NEW)
    assert result.status == 2
    assert f"several packs have {OLD}: write small/{OLD} or other/{OLD}" in result.err
    across = run("pack", "diff", f"small/{OLD}", f"other/{NEW}")
    assert across.out.startswith(f"small/{OLD} -> other/{NEW}\n")


def test_a_faulty_pack_exits_2(run: Command, folder: Path) -> None:
    (folder / "rules" / "acupuncture.yaml").write_text("section: [\n", encoding="utf-8")
    result = pack_diff(run, OLD, NEW)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("imr-check: guideline pack: ")


# imr-check pack list, completion


def test_pack_list(run: Command) -> None:
    result = run("pack", "list")
    assert (result.status, result.err) == (0, "")
    pack = installed_packs()[0]
    assert f"{pack.name} {pack.version}: {pack.title}" in " ".join(result.out.split())
    for edition in pack.editions:
        assert f"\n  {edition}: " in result.out
    assert " criteria for the form" in result.out


def test_pack_alone_shows_its_commands(run: Command) -> None:
    result = run("pack")
    assert result.status == 2
    assert "diff" in result.out + result.err


def test_names_of_editions_are_completed() -> None:
    offered = [name for name, _ in completing.editions("chronic_pain_20")]
    assert offered == ["chronic_pain_2009", "chronic_pain_2016"]
