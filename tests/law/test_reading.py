"""The files of the law: what a mistake in them is answered with, and that each number is there once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from imr_check import GuidelineError
from imr_check.guideline.pack import installed_packs
from imr_check.law import has_law, read_law
from imr_check.render.clock import mark_of

PACK = Path(installed_packs()[0].folder)
ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "imr_check"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACK / "law", tmp_path / "law")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("clocks", "count: 72", "count: 0", "expedited: count must be a whole number"),
        ("clocks", "count: 72", "count: three", "expedited: count must be a whole number"),
        ("clocks", "unit: months", "unit: years", "years is not one of business_days"),
        ("clocks", "kinds: [expedited]", "kinds: [urgent]", "urgent is not one of prospective"),
        ("clocks", "runs_from: served", "runs_from: mailed", "mailed is not one of received"),
        (
            "clocks",
            "    note: Unverified",
            "    nota: Unverified",
            "imr_formulary: unknown key nota",
        ),
        ("clocks", 'closes: "17:30"', "closes: late", "ValueError"),
        ("clocks", "    confidence: verified", "    confidence: sure", "sure is not one of"),
        ("clocks", "    count: 72\n", "", "KeyError"),
        ("holidays", "2026-01-01: new_year", "2025-01-01: new_year", "a day of 2026"),
        ("holidays", "2026-01-01: new_year", "'2026-01-01': new_year", "a day of 2026"),
        ("holidays", "2026-01-01: new_year", "2026-01-01: new_yaer", "KeyError"),
        ("holidays", "2026-01-01: new_year", "2026-01-01: new_year moved", "new_year moved"),
        ("holidays", "2026-01-01: new_year", "2026-01-01: [", ":"),
    ],
)
def test_a_mistake_is_named_with_its_file(
    copy: Path, file: str, old: str, new: str, message: str
) -> None:
    path = copy / "law" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuidelineError, match=re.escape(message)) as caught:
        read_law(str(copy))
    assert f"{file}.yaml" in str(caught.value)


def test_a_pack_without_clocks(tmp_path: Path) -> None:
    assert not has_law(str(tmp_path))
    assert has_law(str(PACK))


def test_every_clock_says_where_it_is_written_and_how_sure_it_is() -> None:
    law = read_law(str(PACK))
    assert len({clock.id for clock in law.clocks}) == len(law.clocks)
    for clock in law.clocks:
        assert re.match(r"(Labor Code|8 CCR) \d", clock.citation)
        assert clock.confidence in ("verified", "unverified")
        assert bool(clock.starts) is bool(clock.before)
    assert [clock.id for clock in law.clocks if clock.confidence == "unverified"] == [
        "imr_formulary"
    ]


def test_no_number_of_the_law_stands_in_the_code() -> None:
    """Hours of a day and months of a year are arithmetic; every other number is law."""
    files = [*(ENGINE / "law").glob("*.py"), *(ENGINE / "render").glob("clock*.py")]
    for file in files:
        code = re.sub(r'"""(?s:.)*?"""|#.*', "", file.read_text(encoding="utf-8"))
        assert not re.findall(r"\b(?:3|10|14|30|72|17:30)\b", code), file.name


def test_the_page_on_the_clocks_says_what_the_file_says() -> None:
    page = (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8")
    rows = page.partition("## The clocks")[2].partition("## How days")[0].splitlines()
    table = [[cell.strip() for cell in row.split("|")] for row in rows if row.startswith("| ")][1:]
    assert [(row[3], row[4], row[5]) for row in table] == [
        (f"{clock.number} {clock.unit.replace('_', ' ')}", clock.citation, mark_of(clock))
        for clock in read_law(str(PACK)).clocks
    ]
