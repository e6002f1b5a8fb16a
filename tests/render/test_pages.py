"""The documentation pages: what each must say, for our pack and for one that nobody expected."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from imr_check.cli.documenting import docs
from imr_check.errors import GuidelineError
from imr_check.explaining import Standing, doubts_of, facts_of, standings, versions
from imr_check.guideline.pack import Pack, installed_packs
from imr_check.judging import FORM
from imr_check.own_criteria import OWN_CRITERIA
from imr_check.render.guideline_pages import navigation, pages
from imr_check.render.page_parts import escaped, section_address

MTUS = installed_packs()[0]
PAGES = pages([MTUS])
FOUND = standings([MTUS])

_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def page(code: str) -> str:
    return PAGES[f"criteria/{code}.md"]


@pytest.mark.parametrize("code", sorted(FOUND))
def test_a_criterion_page_says_everything(code: str) -> None:
    text = page(code)
    for standing in FOUND[code]:
        criterion = standing.criterion
        assert text.startswith(f"# {code} {criterion.name}\n")
        for words in (criterion.statement, criterion.remedy, criterion.citation, criterion.note):
            assert escaped(words) in text
        assert f"**Cure ({criterion.answered_by}):**" in text
        assert f"({criterion.severity})" in text
        assert all(f"`{name}`" in text for name in criterion.derived_from)
        assert all(f"| {escaped(case['name'])} |" in text for case in criterion.cases)
        assert escaped(standing.edition.title) in text
        assert escaped(standing.section.title) in text


@pytest.mark.parametrize("code", sorted(FOUND))
def test_facts_stand_with_their_names_and_questions(code: str) -> None:
    text = page(code)
    for standing in FOUND[code]:
        facts = facts_of(standing.section, standing.criterion)
        assert facts or standing.criterion.severity == "context"
        for fact in facts:
            assert f"`{fact.name}`" in text
            assert escaped(fact.question) in text


@pytest.mark.parametrize("code", sorted(FOUND))
def test_what_is_unverified_is_in_a_box(code: str) -> None:
    text = page(code)
    if any(each.criterion.confidence == "unverified" for each in FOUND[code]):
        assert '!!! danger "Unverified"' in text
        assert "**UNVERIFIED:" in text
    else:
        doubts = [
            doubt for each in FOUND[code] for doubt in doubts_of(each.section, each.criterion)
        ]
        assert ('!!! danger "Unverified in part"' in text) is bool(doubts)


def test_an_unverified_limit_is_in_a_box_too() -> None:
    text = page("TPI-05")
    assert '!!! danger "Unverified in part"' in text
    assert "the limit of 2 normal tests (`normal_nerve_tests`)" in text
    assert "determination, **in part unverified**" in PAGES["criteria/index.md"]


def test_logic_is_a_nested_list_in_plain_words() -> None:
    logic = page("TPI-05").partition("**Needs:**")[2]
    assert "\n    - at least 2 of:\n        - sensory loss on examination: no (`nerve." in logic
    assert "is at least 3 months (`symptoms.months`)" in page("TPI-03")


def test_a_limit_stands_with_its_source_and_note() -> None:
    line = "**3 months** `symptom_months`: as a reviewer stated it in a determination"
    assert f"- {line} (`imr-seed-001`). The seed says at least three;" in page("TPI-03")


def test_a_replaced_edition_is_told_with_the_day() -> None:
    assert '!!! warning "Superseded"' in page("TPI-02")
    assert "replaced for requests from 2016-07-29" in page("TPI-02")
    edition = PAGES["editions/mtus-acupuncture_2007.md"]
    assert "In force for requests from 2007-06-15 and services until 2017-11-30" in edition
    assert "Replaced for services from 2017-12-01" in edition


def test_a_shared_criterion_has_one_page_that_names_every_section() -> None:
    text = page("ROW-01")
    assert text.count("## Where it stands") == 1
    for section in MTUS.sections():
        has_it = any(each.code == "ROW-01" for each in section.criteria)
        assert has_it is (section.name != FORM), "the form has no row"
        assert (f"]({join('..', section_address(MTUS, section))})" in text) is has_it


def test_every_code_section_and_edition_has_a_page_and_stands_in_the_index() -> None:
    index = PAGES["criteria/index.md"]
    for code in (*FOUND, *OWN_CRITERIA):
        assert page(code)
        assert f"[{code}](../criteria/{code}.md)" in index
    for edition in MTUS.editions.values():
        assert f"[{escaped(edition.title)}](../editions/mtus-{edition.id}.md)" in index
    for section in MTUS.sections():
        listed = PAGES[section_address(MTUS, section)]
        assert all(f"[{each.code}](" in listed for each in section.criteria)


def test_links_lead_to_pages() -> None:
    for path, text in PAGES.items():
        for target in _LINK.findall(text):
            assert normpath(join(dirname(path), target)) in PAGES, f"{path}: {target}"


def test_every_page_stands_once_in_the_navigation() -> None:
    listed = list(_addresses(navigation([MTUS])))
    assert sorted(listed) == sorted(PAGES)


def _addresses(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    below = entry.values() if isinstance(entry, dict) else entry
    assert not isinstance(below, str)
    return [address for each in below for address in _addresses(each)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a | b", "a \\| b"),
        ("*no* `code` [x](y)", "\\*no\\* \\`code\\` \\[x\\](y)"),
        ("<script>", "&lt;script&gt;"),
        ("2. more", "2\\. more"),
        ("2.5 mg", "2.5 mg"),
        ("- a dash", "&#45; a dash"),
        ("!!! note", "&#33;!! note"),
        ("two\n  lines", "two lines"),
    ],
)
def test_words_of_a_pack_are_no_markdown(words: str, shown: str) -> None:
    assert escaped(words) == shown


PACK = """\
name: house
title: House | rules
version: 1
editions:
  - id: house_2026
    title: House rules <2026>
    cites: {document: House rules}
    confidence: verified
sections:
  physical_therapy: {house_2026: house.yaml}
"""
SECTION = """\
section: physical_therapy
title: Physical therapy
edition: house_2026
cites: {document: House rules, section: "1"}
limits:
  visits: {value: 12, unit: visits, confidence: unverified, note: "a | b"}
findings:
  - name: counted
    statement: The visits are counted.
    logic: {not: {fact: row.visits, is_one_of: [0, 1]}}
    confidence: verified
criteria:
  - code: HOU-01
    name: visits-counted
    statement: "At most *twelve* visits are asked for."
    requires:
      all:
        - {fact: row.visits, at_most: visits}
        - {finding: counted}
        - {not: {any: [{fact: row.visits, at_least: 100}, {fact: row.visits, at_least: 200}]}}
    severity: curable
    remedy: Ask for fewer.
    answered_by: office
    confidence: verified
    cases:
      - {name: "twelve | visits", given: {row.visits: 12}, expect: met, limit: visits}
  - code: FI-01
    name: less-dependency
    statement: Our own reading of it.
    applies_when: {finding: HOU-01}
    requires: {fact: function.treatment_dependency, is: reduced}
    severity: advisory
    remedy: Say so.
    answered_by: therapist
    confidence: letter
"""


def house(folder: Path, section: str = SECTION) -> Pack:
    (folder / "terms").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "house.yaml").write_text(section, encoding="utf-8")
    for name in ("treatments", "diagnoses"):
        (folder / "terms" / f"{name}.yaml").write_text("{}\n", encoding="utf-8")
    (folder / "terms" / "drugs.yaml").write_text("{classes: {}, products: {}}\n", encoding="utf-8")
    return Pack(str(folder))


def test_a_third_party_gets_pages_of_its_own(tmp_path: Path) -> None:
    text = pages([house(tmp_path)])["criteria/HOU-01.md"]
    assert "At most \\*twelve\\* visits" in text
    assert "visits asked for is at most 12 visits, unverified" in text
    assert "| twelve \\| visits | visits asked for: 12 visits | met |" in text
    assert "visits asked for is none of 0, 1" in text
    assert "- none of:\n        - visits asked for is at least 100 visits" in text
    assert "- **12 visits** `visits`: **UNVERIFIED: " in text
    assert "text**. a \\| b\n" in text
    assert "House rules &lt;2026&gt;" in text
    assert "without a first or a last day" in text
    assert "Superseded" not in text


def test_one_code_with_two_readings_has_one_page_with_both(tmp_path: Path) -> None:
    packs = [MTUS, house(tmp_path)]
    assert len(versions(standings(packs)["FI-01"])) == 2
    text = pages(packs)["criteria/FI-01.md"]
    assert text.count("### Where it stands") == 2
    assert "Our own reading of it." in text
    assert "[`HOU-01`](../criteria/HOU-01.md): At most" in text
    assert escaped(FOUND["FI-01"][0].criterion.statement) in text


def test_standings_that_read_alike_are_one_version() -> None:
    assert [len(each) for each in versions(FOUND["ROW-01"])] == [len(FOUND["ROW-01"])]
    other = FOUND["ROW-01"][0].criterion._replace(note="Read otherwise.")
    pack, section, _ = FOUND["ROW-01"][0]
    assert len(versions([*FOUND["ROW-01"], Standing(pack, section, other)])) == 2


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("fact: row.visits, at_most", "fact: row.vists, at_most", "no fact row.vists"),
        ("{finding: counted}", "{finding: countd}", "no finding countd"),
        ("given: {row.visits: 12}", "given: [12]", "HOU-01: a case is not as it should be"),
        ("code: FI-01", "code: hou-01", "a code is capitals, a hyphen and digits"),
        ("code: FI-01", "code: INDEX", "a code is capitals, a hyphen and digits"),
        ("code: FI-01", 'code: "../../x/y"', "a code is capitals, a hyphen and digits"),
        ("code: FI-01", "code: HOU-01", "HOU-01"),
    ],
)
def test_a_faulty_pack_is_refused_in_its_own_words(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    assert old in SECTION
    with pytest.raises(GuidelineError, match=re.escape(problem)):
        pages([house(tmp_path, SECTION.replace(old, new, 1))])


def test_no_page_leads_out_of_the_folder(tmp_path: Path) -> None:
    written = pages([MTUS, house(tmp_path)])
    assert all(re.fullmatch(r"([a-z]+/)?[\w-]+\.md", path) for path in written)


def test_docs_writes_whole_files_and_leaves_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "criteria").mkdir()
    (tmp_path / "criteria" / "TPI-02.md").write_text("old", encoding="utf-8")
    (tmp_path / "index.md").write_text("mine", encoding="utf-8")
    assert docs(tmp_path, "mtus") == 0
    assert f"Wrote {len(PAGES)} pages" in capsys.readouterr().out
    written = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.*")}
    assert written.keys() - {"index.md"} == PAGES.keys()
    assert all(written[name].read_text(encoding="utf-8") == text for name, text in PAGES.items())
    assert (tmp_path / "index.md").read_text(encoding="utf-8") == "mine"


def test_docs_names_the_pack_that_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert docs(tmp_path, "mtu") == 2
    assert "did you mean mtus?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_docs_says_when_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert docs(tmp_path / "file", None) == 2
    assert "cannot be written to" in capsys.readouterr().err
