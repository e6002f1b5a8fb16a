"""How packs are found, and what a guideline author is told about a mistake."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from small_packs import ALWAYS, criterion, write_pack

from imr_check import GuidelineError
from imr_check.facts import VOCABULARY
from imr_check.guideline.pack import GROUP, Pack, _entry_points, installed_packs
from imr_check.guideline.yaml_file import read_yaml
from imr_check.rules.program import build_program

CODES = ("COD-01", "COD-02", "COD-03", "COD-04", "COD-05")
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


# Shared files of the whole pack


def test_every_treatment_is_asked_about_codes_and_the_form_is_not() -> None:
    pack = installed_packs()[0]
    form = {item.file for item in pack.form}
    for section in pack.sections():
        of_codes = tuple(each.code for each in section.criteria if each.code.startswith("COD"))
        assert of_codes == (() if section.file in form else CODES), section.file


@pytest.mark.parametrize("coded", [True, False])
def test_a_row_without_codes_reads_no_criteria_about_them(
    monkeypatch: pytest.MonkeyPatch, coded: bool
) -> None:
    pack = Pack(installed_packs()[0].folder)
    read: list[str] = []

    def counted(path: str, *, without_cases: bool) -> object:
        read.append(path.removeprefix(f"{pack.folder}/"))
        return read_yaml(path, without_cases=without_cases)

    monkeypatch.setattr("imr_check.guideline.sections.read_yaml", counted)
    for _ in range(2):
        assert ("COD-01" in str(pack.section(SECTION, EDITION, coded=coded).criteria)) is coded
    assert (read.count(SECTION), read.count("shared/codes.yaml")) == (1, int(coded))


def test_another_pack_says_itself_what_all_of_its_treatments_use(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / "shared").mkdir()
    both = {"shared": "both", "cites": {"document": "made up"}}
    shared = both | {"criteria": [criterion(requires=ALWAYS["requires"])]}
    (tmp_path / "shared/both.yaml").write_text(json.dumps(shared), encoding="utf-8")
    index = tmp_path / "pack.yaml"
    written = json.loads(index.read_text(encoding="utf-8"))
    for uses, coded, codes in (
        ([], True, ["ALL-01"]),
        (["both"], False, ["ALL-01"]),
        (["both"], True, ["SML-01", "ALL-01"]),
    ):
        index.write_text(json.dumps(written | {"uses_if_coded": uses}), encoding="utf-8")
        section = Pack(str(tmp_path)).section("acupuncture.yaml", "only", coded=coded)
        assert [each.code for each in section.criteria] == codes
