"""Only the treatments are read with a pack; the rest of the vocabulary when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imr_check.errors import GuidelineError
from imr_check.guideline import yaml_file
from imr_check.guideline.terms import Terms

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "treatments": "visit: {title: Visit, names: [visit]}\npill: {title: Pill, drug_class: pills}\n",
    "diagnoses": "pain: {names: [pain], icd: [R52]}\nache: {icd: [R51]}\n",
    "drugs": "classes: {pills: [placebo]}\nproducts: {}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "terms").mkdir()
    for name, text in FILES.items():
        (tmp_path / "terms" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_file_is_read_when_it_is_asked_for_and_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = yaml_file.read_yaml

    def counted(path: str) -> object:
        read.append(path.rsplit("/", 1)[1])
        return real(path)

    monkeypatch.setattr("imr_check.guideline.terms.read_yaml", counted)
    terms = Terms(str(folder))
    assert terms.kind_of_words("a visit") == "visit"
    assert read == ["treatments.yaml"]
    for _ in range(2):
        assert terms.diagnoses("pain", None) == {"pain"}
        assert terms.diagnoses("", "R51") == {"ache"}
        assert terms.kind_of_words("placebo") == "pill"
        assert terms.guidance("76942") is None
    assert read == ["treatments.yaml", "diagnoses.yaml", "drugs.yaml"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("diagnoses", "pain: [R52]\n"),
        ("diagnoses", "pain: {names: [pain], icd: ['']}\n"),
        ("drugs", "products: {}\n"),
        ("guidance", "ultrasound: 76942\n"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(folder: Path, name: str, text: str) -> None:
    (folder / "terms" / f"{name}.yaml").write_text(text, encoding="utf-8")
    terms = Terms(str(folder))
    with pytest.raises(GuidelineError, match=f"terms/{name}.yaml is not as it should be"):
        [terms.diagnoses("pain", "R52"), terms.drug("placebo"), terms.guidance("76942")]
