"""How packs are found, and what a guideline author is told about a mistake."""

from __future__ import annotations

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from imr_check import GuidelineError
from imr_check.facts import VOCABULARY
from imr_check.guideline.pack import GROUP, Pack, _entry_points, installed_packs
from imr_check.rules.program import build_program

SECTION = "injections/trigger_point_injection.yaml"
EDITION = "chronic_pain_2009"


def test_packs_are_those_that_importlib_finds() -> None:
    assert _entry_points() == {point.name: point.value for point in entry_points(group=GROUP)}


def test_checking_one_treatment_reads_one_section() -> None:
    pack = Pack(installed_packs()[0].folder)
    pack.section(SECTION, EDITION)
    assert list(pack._sections) == [(SECTION, EDITION, False, True)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "pack"
    shutil.copytree(installed_packs()[0].folder, root)
    return root


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("severity: curable", "severity: deadly", "TPI-01: severity must be one of"),
        ("    answered_by: physician", "    answered_by: nobody", "answered_by must be one of"),
        ("requires: {fact: diagnosis.myofascial_pain", "reqires: {fact: x", "unknown key reqires"),
        ("at_least: symptom_months", "at_least: sympton_months", "no limit called sympton_months"),
        ("fact: symptoms.months,", "fact: symptoms.moths,", "there is no fact symptoms.moths"),
        ("at_least: symptom_months}", "is: true}", "symptoms.months is a number"),
        ("finding: functional_gain", "finding: functional_pain", "functional_pain"),
        ("    code: TPI-02", "    code: TPI-01", "used twice: TPI-01"),
        ("    value: 3\n", "    value: three\n", "value must be a whole number"),
        ("  - code: TPI-02", "  - code: [", ":"),
        ("    name: mps-diagnosis\n", "    name: a\n    name: b\n", "same key stands twice"),
    ],
)
def test_a_mistake_in_a_section_is_named_with_its_place(
    copy: Path, old: str, new: str, message: str
) -> None:
    file = copy / SECTION
    text = file.read_text(encoding="utf-8")
    if old.startswith("    code"):
        old, new = old.replace("    code", "  - code"), new.replace("    code", "  - code")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuidelineError, match=r"trigger_point_injection\.yaml") as caught:
        build_program(Pack(str(copy)).section(SECTION, EDITION), VOCABULARY)
    assert message in str(caught.value)


def test_a_missing_file_is_a_guideline_error(copy: Path) -> None:
    (copy / SECTION).unlink()
    with pytest.raises(GuidelineError, match="cannot be read"):
        Pack(str(copy)).section(SECTION, EDITION)
