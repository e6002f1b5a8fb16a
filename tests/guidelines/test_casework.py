"""What an author is told about the cases of a pack: failing ones, bad ones, and those that lack."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from small_packs import case, criterion, write_pack

from imr_check.casework import Missing, Subject, coverage, run_cases
from imr_check.casework.possibilities import Goal, find
from imr_check.errors import GuidelineError
from imr_check.facts import VOCABULARY
from imr_check.guideline import sections
from imr_check.guideline.pack import Pack, installed_packs
from imr_check.guideline.yaml_file import read_yaml
from imr_check.rules import engine, reference
from imr_check.rules.program import Result, build_program

VISITS = {"fact": "row.visits", "at_most": "most"}
AT_THE_LIMIT = case("six", {"row.visits": 6}, "met", limit="most")
BEYOND = case("seven", {"row.visits": 7}, "not_met", limit="most")
SILENT = case("silent", {}, "not_documented")
EITHER = {
    "any": [{"fact": "row.side_named", "is": True}, {"fact": "row.region", "is": "neck"}],
}


def subject(pack: Pack, code: str = "SML-01") -> Subject:
    (found,) = (each for each in coverage(pack).subjects if each.code == code)
    return found


def lacks(pack: Pack, code: str = "SML-01") -> list[str]:
    return [missing.text for missing in subject(pack, code).missing]


def faults(pack: Pack) -> list[str]:
    return [str(fault) for fault in run_cases(pack).faults]


# Running


def test_a_case_says_what_decided_it(tmp_path: Path) -> None:
    wrong = case("seven", {"row.visits": 7}, "met")
    run = run_cases(write_pack(tmp_path, criterion(requires=VISITS, cases=[wrong])))
    (failed,) = run.failed
    assert (failed.section, failed.code, failed.case) == ("acupuncture.yaml", "SML-01", "seven")
    assert (failed.expected, failed.found, failed.agree) == ("met", "not_met", True)
    assert [(each.test.fact, each.value) for each in failed.decided_by] == [("row.visits", 7)]


def test_a_complete_pack_passes(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, criterion(requires=VISITS, cases=[AT_THE_LIMIT, BEYOND, SILENT]))
    run = run_cases(pack)
    assert len(run.results) == 6
    assert (run.failed, run.faults) == ((), ())
    covered = coverage(pack)
    assert (covered.covered, covered.total, covered.percent) == (8, 8, 100.0)


def test_evaluators_that_disagree_fail_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = write_pack(tmp_path)
    monkeypatch.setattr(reference, "evaluate", lambda *_: {"ALL-01": Result("met", ())})
    run = run_cases(pack)
    assert not any(result.agree for result in run.results)
    assert len(run.failed) == 3


def test_the_reference_evaluator_alone_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "durable_available", lambda: False)
    monkeypatch.setattr(engine, "_rulesets", {})
    run = run_cases(write_pack(tmp_path))
    assert [result.passed for result in run.results] == [True, True, True]


def test_a_shared_criterion_runs_in_every_section_and_counts_once(tmp_path: Path) -> None:
    shared = {"criteria": [criterion(requires={"fact": "row.side_named", "is": True})]}
    shared["criteria"][0]["cases"] = [case("named", {"row.side_named": True}, "met")]
    pack = write_pack(tmp_path, shared=shared)
    tried = [result for result in run_cases(pack).results if result.code == "SML-01"]
    assert [result.section for result in tried] == ["acupuncture.yaml", "opioid.yaml"]
    assert {result.file for result in tried} == {"shared/both.yaml"}
    assert (subject(pack).file, subject(pack).covered, subject(pack).total) == (
        "shared/both.yaml",
        1,
        3,
    )


# Faults


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("six visits", 'number 1": a case is written {name: ..., given: {...}, expect: ...}'),
        (case("six", {}, "met", givn={}), "unknown key givn"),
        ({"given": {}, "expect": "met"}, "name is missing or not text"),
        ({"name": 6, "given": {}, "expect": "met"}, "name is missing or not text"),
        ({"name": "six", "given": {}}, "expect must be one of met, not_met, not_documented"),
        (case("six", {}, "fine"), "expect must be one of met, not_met, not_documented"),
        (case("six", {}, ["met"]), "expect must be one of"),  # type: ignore[arg-type]
        ({"name": "six", "expect": "met"}, "given is missing: write {} where nothing"),
        ({"name": "six", "given": None, "expect": "met"}, "given is missing"),
        (case("six", {"row.visit": 6}, "met"), "there is no fact row.visit: did you mean row.vis"),
        (case("six", {"zzz": 6}, "met"), "there is no fact zzz: see `imr-check facts`"),
        (case("six", {"care.months": 6}, "met"), "nothing in acupuncture.yaml asks for care.mo"),
        (case("six", {"row.visits": "6"}, "met"), "row.visits is a whole number, not 6"),
        (case("six", {"row.visits": True}, "met"), "row.visits is a whole number, not true"),
        (case("six", {"row.visits": 10**7}, "met"), "row.visits is a whole number, not 10000000"),
        (case("six", {"row.visits": None}, "met"), "not empty (leave out what is not documented)"),
        (case("six", {"row.codes_agree": 1}, "met"), "row.codes_agree is true or false, not 1"),
        (case("six", {"row.region": "spine"}, "met"), "row.region is one of head, neck,"),
        (case("six", {"row.region": ["neck"]}, "met"), "row.region is one of head, neck,"),
        (case("six", {}, "met", limit="least"), "there is no limit called least"),
        (case("six", {}, "met", limit=["most"]), "there is no limit called"),
    ],
)
def test_a_bad_case_is_a_fault_and_not_tried(tmp_path: Path, raw: Any, problem: str) -> None:
    region = criterion("SML-02", requires={"fact": "row.region", "is": "neck"})
    pack = write_pack(tmp_path, criterion(requires=VISITS, cases=[raw, SILENT]), region)
    (fault,) = faults(pack)
    assert fault.startswith("acupuncture.yaml: SML-01: case ")
    assert problem in fault
    assert [r.case for r in run_cases(pack).results if r.code == "SML-01"] == ["silent"]


def test_every_fault_is_listed(tmp_path: Path) -> None:
    cases = [case("a", {"zzz": 1}, "fine"), SILENT, SILENT, case("a", {}, "met", more=1)]
    listed = faults(write_pack(tmp_path, criterion(requires=VISITS, cases=cases)))
    assert len(listed) == 5
    assert sum("another case of this criterion has the same name" in each for each in listed) == 2


def test_a_fault_in_a_shared_file_is_listed_once(tmp_path: Path) -> None:
    raw = case("bad", {"zzz": 1}, "met")
    shared = {"criteria": [criterion(requires={"fact": "row.side_named", "is": True}, cases=[raw])]}
    (fault,) = faults(write_pack(tmp_path, shared=shared))
    assert fault.startswith("shared/both.yaml: SML-01: ")


def test_a_section_that_cannot_be_read_is_a_fault_beside_the_others(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, shared={})
    (tmp_path / "opioid.yaml").write_text("section: opioid\nsections: 1\n", encoding="utf-8")
    assert faults(pack) == ["opioid.yaml: unknown key sections"]
    assert len(run_cases(pack).results) == 3
    assert coverage(pack).percent == 100.0


def test_a_section_of_the_wrong_shape_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(write_pack(tmp_path, limits=["six"]))
    assert fault.startswith("acupuncture.yaml: it is not as a section should be: ")


@pytest.mark.parametrize("given", [{"row.visits": 5}, {}, {"row.side_named": True}])
def test_a_label_has_to_stand_on_the_edge_of_its_limit(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    requires = {"any": [VISITS, {"fact": "row.side_named", "is": True}]}
    labelled = case("labelled", given, "met" if given else "not_documented", limit="most")
    (fault,) = faults(write_pack(tmp_path, criterion(requires=requires, cases=[labelled])))
    assert "it says limit: most, but its outcome does not turn on that limit" in fault


# Coverage


def test_every_outcome_that_the_logic_allows_is_asked_for(tmp_path: Path) -> None:
    logic: dict[str, Any] = {
        "applies_when": {"fact": "row.region", "is": "neck"},
        "requires": {"fact": "row.side_named", "is": True},
    }
    assert lacks(write_pack(tmp_path, criterion(**logic))) == [
        "a case that comes out as met",
        "a case that comes out as not met",
        "a case that comes out as not documented",
        "a case that comes out as not applicable",
        "a case that turns on this: applies_when: row.region is neck",
    ]


def test_what_the_logic_rules_out_is_not_asked_for(tmp_path: Path) -> None:
    logic: dict[str, Any] = {
        "applies_when": {"fact": "row.visits", "documented": True},
        "requires": VISITS,
    }
    found = subject(write_pack(tmp_path, criterion(**logic)))
    assert found.impossible == ("a case that comes out as not documented",)
    assert found.total == 6


def test_a_note_needs_only_what_a_note_can_come_to(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, criterion(severity="context"))
    assert lacks(pack) == ["a case that comes out as met"]


def test_a_limit_needs_a_case_on_each_side_of_its_edge(tmp_path: Path) -> None:
    far = case("far beyond", {"row.visits": 12}, "not_met")
    five = case("five", {"row.visits": 5}, "met")
    found = subject(write_pack(tmp_path, criterion(requires=VISITS, cases=[far, five, SILENT])))
    assert [each.text for each in found.missing] == [
        "a case with most just met: row.visits is 6, and at 7 it would come out otherwise",
        "a case with most just missed: row.visits is 7, and at 6 it would come out otherwise",
    ]
    assert [each.suggestion for each in found.missing] == [
        "{name: ..., given: {row.visits: 6}, expect: met}",
        "{name: ..., given: {row.visits: 7}, expect: not_met}",
    ]


def test_a_limit_that_something_else_decides_is_not_shown(tmp_path: Path) -> None:
    side = {"fact": "row.side_named", "is": True}
    given = {"row.side_named": False}
    cases = [
        case("six", {**given, "row.visits": 6}, "not_met"),
        case("seven", {**given, "row.visits": 7}, "not_met"),
    ]
    pack = write_pack(tmp_path, criterion(requires={"all": [VISITS, side]}, cases=cases))
    assert sum(text.startswith("a case with most just") for text in lacks(pack)) == 2


def test_a_branch_that_never_decides_is_named(tmp_path: Path) -> None:
    cases = [
        case("side", {"row.side_named": True}, "met"),
        case("both", {"row.side_named": True, "row.region": "neck"}, "met"),
        case("neither", {"row.side_named": False, "row.region": "knee"}, "not_met"),
        SILENT,
    ]
    pack = write_pack(tmp_path, criterion(requires=EITHER, cases=cases))
    assert lacks(pack) == ["a case that turns on this: row.region is neck"]
    (missing,) = subject(pack).missing
    assert missing.suggestion == "{name: ..., given: {row.region: neck}, expect: met}"


@pytest.mark.parametrize("part", ["applies_when", "applies_unless", "excluded_when"])
def test_the_branches_of_every_part_count(tmp_path: Path, part: str) -> None:
    logic: dict[str, Any] = {"requires": {"fact": "row.visits", "at_least": 1}, part: EITHER}
    found = lacks(write_pack(tmp_path, criterion(**logic)))
    assert f"a case that turns on this: {part}: row.side_named is true" in found
    assert f"a case that turns on this: {part}: row.region is neck" in found


def test_a_gate_of_several_parts_is_one_branch(tmp_path: Path) -> None:
    gate = {"all": EITHER["any"]}
    logic: dict[str, Any] = {
        "requires": {"fact": "row.visits", "at_least": 1},
        "excluded_when": gate,
    }
    assert lacks(write_pack(tmp_path, criterion(**logic)))[3:] == [
        "a case that turns on this: excluded_when: "
        "all of (row.side_named is true; row.region is neck)",
    ]


def test_nested_branches_count(tmp_path: Path) -> None:
    nested = {"not": {"all": [{"not": {"fact": "row.visits", "at_most": 1}}, EITHER]}}
    texts = lacks(write_pack(tmp_path, criterion(requires=nested)))
    assert "a case that turns on this: row.visits is at most 1" in texts
    assert "a case that turns on this: row.region is neck" in texts


TWO_OF_THREE = {
    "at_least": 2,
    "of": [
        {"fact": f"nerve.{sign}_deficit", "is": False} for sign in ("sensory", "reflex", "motor")
    ],
}


def test_a_count_needs_each_part_and_one_too_few(tmp_path: Path) -> None:
    given = {"nerve.sensory_deficit": False, "nerve.reflex_deficit": False}
    cases = [case("two", given, "met"), case("none", {}, "not_documented")]
    pack = write_pack(tmp_path, criterion(requires=TWO_OF_THREE, cases=cases))
    assert lacks(pack) == [
        "a case that comes out as not met",
        "a case that turns on this: nerve.motor_deficit is false",
        "a case that is one short of this and would come out otherwise with one more: at least 2 "
        "of (nerve.sensory_deficit is false; nerve.reflex_deficit is false; "
        "nerve.motor_deficit is false)",
    ]


def test_a_count_is_a_limit_that_a_label_may_name(tmp_path: Path) -> None:
    limits = {"normal": {"value": 2, "unit": "tests", "confidence": "unverified"}}
    one = {"nerve.sensory_deficit": False}
    two = {**one, "nerve.motor_deficit": False}
    cases = [
        case("two", two, "met", limit="normal"),
        case("one", one, "not_documented", limit="normal"),
    ]
    named = criterion(requires=TWO_OF_THREE | {"at_least": "normal"}, cases=cases)
    assert faults(write_pack(tmp_path, named, limits=limits)) == []


def test_wide_logic_is_shown_part_by_part(tmp_path: Path) -> None:
    """More than sixteen parts are split up for durable-rules; an author sees the parts."""
    facts = [fact for fact in VOCABULARY.values() if fact.kind == "boolean"][:20]
    wide = {"any": [{"fact": fact.name, "is": True} for fact in facts]}
    cases = [case(fact.name, {fact.name: True}, "met") for fact in facts[:-1]]
    pack = write_pack(tmp_path, criterion(requires=wide, cases=cases))
    assert lacks(pack) == [
        "a case that comes out as not met",
        "a case that comes out as not documented",
        f"a case that turns on this: {facts[-1].name} is true",
    ]


SHARED = {
    "findings": [
        {"name": "placed", "statement": "x", "logic": EITHER, "confidence": "unverified"},
    ]
}
PLACED: dict[str, Any] = {"requires": {"finding": "placed"}}


def test_a_shared_finding_is_shown_once_by_whichever_criterion(tmp_path: Path) -> None:
    first = [case("side", {"row.side_named": True}, "met")]
    second = [case("neck", {"row.region": "neck"}, "met")]
    criteria = [criterion(**PLACED, cases=first), criterion("SML-02", **PLACED, cases=second)]
    pack = write_pack(tmp_path, *criteria, shared=SHARED)
    placed = subject(pack, "placed")
    assert (placed.file, placed.covered, placed.missing) == ("shared/both.yaml", 2, ())
    # The finding's own branches are not asked of each criterion again.
    assert all("comes out as" in text for text in lacks(pack))


def test_what_a_shared_finding_lacks_is_suggested_for_a_criterion(tmp_path: Path) -> None:
    first = [case("side", {"row.side_named": True}, "met")]
    pack = write_pack(tmp_path, criterion(**PLACED, cases=first), shared=SHARED)
    (missing,) = subject(pack, "placed").missing
    assert (missing.code, missing.text) == (
        "SML-01",
        "a case that turns on this: row.region is neck",
    )
    assert missing.example == {"row.region": "neck"}


def _suggested(missing: Missing, number: int) -> dict[str, Any]:
    assert missing.example is not None
    assert missing.expect is not None
    return case(f"suggested {number}", missing.example, missing.expect)


def test_the_suggested_cases_are_enough(tmp_path: Path) -> None:
    logic: dict[str, Any] = {
        "applies_when": EITHER,
        "applies_unless": {"fact": "course.continuing", "is": True},
        "excluded_when": {"not": VISITS},
        "requires": {"all": [TWO_OF_THREE, {"fact": "row.visits", "documented": True}]},
    }
    found = subject(write_pack(tmp_path / "bare", criterion(**logic))).missing
    assert len(found) == 14
    cases = [_suggested(missing, number) for number, missing in enumerate(found)]
    pack = write_pack(tmp_path / "full", criterion(**logic, cases=cases))
    assert run_cases(pack).failed == ()
    assert lacks(pack) == []


def test_a_bad_case_shows_nothing(tmp_path: Path) -> None:
    bad = case("six", {"row.visits": 6}, "met", nmae="six")
    pack = write_pack(tmp_path, criterion(requires=VISITS, cases=[bad]))
    assert (subject(pack).covered, subject(pack).total) == (0, 5)


def test_a_search_without_an_end_is_not_taken_for_a_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_check.casework.possibilities.MOST_STEPS", 1)
    found = subject(write_pack(tmp_path, criterion(requires=VISITS)))
    assert [missing.suggestion for missing in found.missing[:3]] == [""] * 3
    assert found.impossible == ()


def test_percent_is_never_rounded_up(tmp_path: Path) -> None:
    covered = coverage(write_pack(tmp_path, criterion(requires=VISITS, cases=[AT_THE_LIMIT])))
    assert (covered.covered, covered.total, covered.percent) == (5, 8, 62.5)
    assert covered.reaches(62.5)
    assert not covered.reaches(62.6)


def test_find_keeps_to_the_facts_that_a_goal_starts_from(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, criterion(requires=VISITS))
    program = engine.ruleset_of(pack.section("acupuncture.yaml", "only")).program
    start = {"row.visits": 9}
    assert find(Goal("SML-01", program, start, wanted="not_met"), program.facts).given == start
    assert not find(Goal("SML-01", program, start, wanted="met"), program.facts).possible


# What the coverage of our own pack is worth

# Every number and every branch is changed in turn. The files are read once, and the cases are
# decided by the reference evaluator alone: that both evaluators agree is shown elsewhere.

Place = tuple[str | int, ...]
PACK = installed_packs()[0]
FILES = {
    str(file.relative_to(PACK.folder)): read_yaml(str(file))[1]
    for file in Path(PACK.folder).rglob("*.yaml")
}


def _uses(file: str, edition: str) -> list[str]:
    """Return the shared files that a section uses in an edition."""
    uses = FILES[file].get("uses", [])
    names = uses.get(edition, []) if isinstance(uses, dict) else uses
    return [f"shared/{name}.yaml" for name in (*names, *PACK.shared_by(file))]


SECTIONS_OF: dict[str, list[tuple[str, str]]] = {}
for section_file, in_edition in PACK.files():
    for part in (section_file, *_uses(section_file, in_edition)):
        SECTIONS_OF.setdefault(part, []).append((section_file, in_edition))


def _noticed(file: str, data: object, edition: str | None = None) -> bool:
    """Whether the cases of a section notice that a file has changed; of several one is enough."""
    changed = {**FILES, file: data}

    def read(path: str, *, without_cases: bool) -> tuple[str, Any]:
        assert not without_cases
        return "", changed[os.path.relpath(path, PACK.folder)]

    with mock.patch.object(sections, "read_yaml", read):
        return any(
            _section_notices(*each)
            for each in SECTIONS_OF[file]
            if edition is None or edition == each[1]
        )


def _section_notices(file: str, edition: str) -> bool:
    try:
        also = PACK.shared_by(file)
        section = sections.read_section(PACK.folder, file, edition, PACK.editions, also=also)
        program = build_program(section, VOCABULARY)
    except GuidelineError:
        return True
    known = {fact.name for fact in program.facts}
    for each in section.criteria:
        nodes = program.needs(each.code).nodes
        for tried in each.cases:
            if not known.issuperset(tried["given"]):
                return True  # nothing asks for a fact of the case any more
            if reference.decide(nodes, tried["given"])[each.code].outcome != tried["expect"]:
                return True
    return False


def _numbers() -> Iterator[tuple[str, str, str | None]]:
    """Yield file, name and edition of every limit; the edition is None where all have it alike."""
    for file in sorted(set(SECTIONS_OF) & set(FILES)):
        for name, limit in FILES[file].get("limits", {}).items():
            by_edition = limit["value"] if isinstance(limit["value"], dict) else {None: 0}
            yield from ((file, name, edition) for edition in by_edition)


def _id(value: object) -> str:
    return "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("file", "name", "edition"), list(_numbers()), ids=_id)
@pytest.mark.parametrize("step", [-1, 1])
def test_a_limit_moved_by_one_is_noticed(
    file: str, name: str, edition: str | None, step: int
) -> None:
    data = copy.deepcopy(FILES[file])
    limit = data["limits"][name]
    if edition is None:
        limit["value"] += step
    else:
        limit["value"][edition] += step
    assert _noticed(file, data, edition)


def test_every_file_with_limits_belongs_to_a_section() -> None:
    assert {file for file, data in FILES.items() if "limits" in data} <= set(SECTIONS_OF)


def _parts(data: object, path: Place = ()) -> Iterator[Place]:
    """Yield the place of every part of an any or an at_least."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("any", "of") and isinstance(value, list):
                yield from ((*path, key, number) for number in range(len(value)))
            yield from _parts(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _parts(value, (*path, number))


BRANCHES = [(file, path) for file in sorted(SECTIONS_OF) for path in _parts(FILES[file])]


@pytest.mark.parametrize(("file", "path"), BRANCHES, ids=_id)
def test_a_branch_taken_away_is_noticed(file: str, path: Place) -> None:
    data = copy.deepcopy(FILES[file])
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    assert _noticed(file, data)
