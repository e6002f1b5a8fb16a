"""Concepts of diagnoses, their ICD codes, and the days on which a code could be used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imr_check.guideline.diagnosis_terms import Diagnoses
from imr_check.guideline.pack import installed_packs

TERMS = installed_packs()[0].terms

LAST_OF_ICD_9 = date(2015, 9, 30)
FIRST_OF_ICD_10 = date(2015, 10, 1)


@pytest.mark.parametrize(
    ("name", "icd", "concepts"),
    [
        ("Pain", "G90.511", {"crps"}),
        ("Causalgia", "G56.41", {"crps"}),
        ("Numb hand", "G56.01", {"carpal_tunnel"}),
        ("Elbow", "G56.22", {"cubital_tunnel"}),
        ("Carpal v. cubital tunnel", None, {"cubital_tunnel"}),
        ("Elbow", "M77.11", {"epicondylitis"}),
        ("De Quervain's disease", None, {"de_quervain"}),
        ("Medial meniscal tear, right knee", None, {"meniscus_tear"}),
        ("Knee", "S83.241A", {"meniscus_tear"}),
        ("Impingement syndrome", "M75.41", {"rotator_cuff_or_impingement"}),
        ("SLAP lesion", "S43.431A", {"slap_lesion"}),
        ("Cervical strain", "S16.1XXA", {"neck_sprain", "sprain_or_strain"}),
        ("Back", "S39.012A", {"low_back_sprain"}),
        ("Knee sprain", "S83.91XA", {"knee_sprain", "sprain_or_strain"}),
        ("Shoulder strain", None, {"shoulder_sprain", "sprain_or_strain"}),
        ("Osteoarthritis of the knee", None, {"arthritis"}),
        ("Post-traumatic headache", "G44.329", {"headache"}),
        ("Occipital neuralgia", "M54.81", {"neuropathic_pain"}),
        ("Depressive disorder", None, {"depression"}),
        ("Chronic pain syndrome", "G89.4", {"chronic_pain"}),
        ("Spasm", "M62.830", {"muscle_spasm"}),
        ("Myalgia", "M79.18", {"myalgia"}),
        ("Disc protrusion L4-5", "M51.26", {"disc_herniation"}),
        ("Discs", "M51.362", {"disc_degeneration"}),
        ("Spondylosis", "M47.816", {"spondylosis"}),
        ("Neck", "M47.22", {"spondylosis", "radiculopathy"}),
        ("Multiple sclerosis", None, {"multiple_sclerosis_or_cord_injury"}),
        ("Finger fracture, not metacarpal fracture", None, {"finger_fracture"}),
        ("Fracture of femur", None, {"femur_fracture"}),
        ("Plantar fasciitis", None, {"plantar_fasciitis"}),
        ("Patellar tendinosis", None, {"patellar_tendinosis"}),
        ("Partial ACL tear", None, {"ligament_tear"}),
        ("Contusion", None, {"contusion"}),
        ("Unheard-of disease", "Z00.0", set()),
    ],
)
def test_concepts(name: str, icd: str | None, concepts: set[str]) -> None:
    assert TERMS.diagnoses(name, icd) == concepts


@pytest.mark.parametrize(
    ("icd", "window"),
    [
        ("M54.5", (FIRST_OF_ICD_10, date(2021, 9, 30))),
        ("M54.50", (date(2021, 10, 1), None)),
        ("M5450", (date(2021, 10, 1), None)),
        ("M79.1", (FIRST_OF_ICD_10, date(2018, 9, 30))),
        ("M79.18", (date(2018, 10, 1), None)),
        ("M51.36", (FIRST_OF_ICD_10, date(2024, 9, 30))),
        ("M51.369", (date(2024, 10, 1), None)),
        ("M54.16", (FIRST_OF_ICD_10, None)),
        ("729.1", (None, LAST_OF_ICD_9)),
        ("724.02", (None, LAST_OF_ICD_9)),
        ("Z00.0", None),
    ],
)
def test_the_days_of_a_code(icd: str, window: tuple[date | None, date | None] | None) -> None:
    assert TERMS.code_window(icd) == window


@pytest.mark.parametrize("concept", ["low_back_pain", "myofascial_pain", "disc_degeneration"])
def test_where_a_parent_was_split_its_parts_begin_the_day_after(concept: str) -> None:
    windows = {code: TERMS.code_window(code) for code in TERMS.codes_of(concept)}
    ended = {code: w[1] for code, w in windows.items() if w and w[1] and code[0] == "M"}
    assert ended
    for parent, last in ended.items():
        assert last is not None
        parts = {
            w[0] for code, w in windows.items() if code.startswith(parent) and code != parent and w
        }
        assert parts == {last + timedelta(days=1)}


def test_an_outdated_code_still_names_its_concept() -> None:
    assert TERMS.diagnoses("Pain", "M54.5") == {"low_back_pain"}
    assert TERMS.diagnoses("Pain", "724.2") == {"low_back_pain"}


def test_codes_of_a_concept_are_as_the_table_writes_them() -> None:
    assert TERMS.codes_of("epicondylitis") == ("M77.0-", "M77.1-")
    assert TERMS.codes_of("contusion") == ()
    assert TERMS.codes_of("no_such_concept") == ()


def test_every_concept_has_an_example() -> None:
    concepts = {c for name in TERMS.diagnosis_examples for c in TERMS.diagnoses(name, None)}
    assert len(concepts) == len(TERMS.diagnosis_examples)


def test_a_misspelt_key_of_a_code_is_refused() -> None:
    with pytest.raises(ValueError, match="untill"):
        Diagnoses({"pain": {"names": ["pain"], "icd": [{"code": "R52", "untill": "2020-01-01"}]}})
