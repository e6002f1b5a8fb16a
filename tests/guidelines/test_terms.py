"""Words and codes of a chart to coded terms."""

from __future__ import annotations

import pytest

from imr_check import check
from imr_check.guideline.pack import installed_packs

TERMS = installed_packs()[0].terms


@pytest.mark.parametrize(
    ("name", "icd", "concept", "expected"),
    [
        ("Lumbar radiculopathy/radiculitis", None, "radiculopathy", True),
        ("Spondylosis without myelopathy or radiculopathy", None, "radiculopathy", False),
        ("Low back pain, no radiculopathy", None, "radiculopathy", False),
        ("Low back pain, no radiculopathy", None, "low_back_pain", True),
        ("No fracture; cervical radiculopathy", None, "radiculopathy", True),
        ("Rule out radiculopathy", None, "radiculopathy", False),
        ("R/O lumbar radiculopathy", None, "radiculopathy", False),
        ("Lumbar spondylosis w/o radiculopathy", None, "radiculopathy", False),
        ("Radiculopathy, ruled out", None, "radiculopathy", False),
        ("Lumbar radiculopathy ruled out", None, "radiculopathy", False),
        ("Lumbar radiculopathy resolved", None, "radiculopathy", False),
        ("Possible lumbar radiculopathy", None, "radiculopathy", False),
        ("Spondylosis without myelopathy with radiculopathy", None, "radiculopathy", True),
        ("Myalgia", "M79.18", "myofascial_pain", False),
        ("Lumbago", "729.1", "myofascial_pain", True),
        ("Pain", "M54.16", "radiculopathy", True),
        ("Pain", "M54.2", "radiculopathy", False),
        ("Pain", "M79.18", "myofascial_pain", True),
        ("Myalgia", None, "myofascial_pain", False),
        ("MYOFASCIAL  PAIN Syndrome", None, "myofascial_pain", True),
        ("Post-laminectomy syndrome", None, "fusion_or_laminectomy", True),
        ("Fibromyalgia", None, "fibromyalgia", True),
    ],
)
def test_diagnosis(name: str, icd: str | None, concept: str, expected: bool) -> None:
    assert (concept in TERMS.diagnoses(name, icd)) is expected


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("Norco", ("hydrocodone", "acetaminophen")),
        ("norco 10/325", ("hydrocodone", "acetaminophen")),
        ("Hydrocodone/acetaminophen", ("hydrocodone", "acetaminophen")),
        ("acetaminophen / hydrocodone", ("acetaminophen", "hydrocodone")),
        ("Soma", ("carisoprodol",)),
    ],
)
def test_drug_ingredients_stand_in_the_order_of_the_strength(
    name: str, ingredients: tuple[str, ...]
) -> None:
    term = TERMS.drug(name)
    assert term is not None
    assert term.ingredients == ingredients


def test_an_unknown_drug_is_unknown() -> None:
    assert TERMS.drug("Unheardofol") is None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"treatment": "Trigger point injections Qty: 3.00"}, "trigger_point_injection"),
        ({"procedure_codes": ["20553"]}, "trigger_point_injection"),
        ({"drug": {"name": "Norco"}}, "opioid"),
        ({"treatment": "Norco 10/325mg #120"}, "opioid"),
        ({"treatment": "Radiofrequency neurotomy"}, "facet_neurotomy"),
        ({"treatment": "Electro-acupuncture, low back"}, "acupuncture"),
        ({"treatment": "something else"}, None),
    ],
)
def test_a_row_is_known_by_words_code_or_drug(row: dict[str, object], kind: str | None) -> None:
    request = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11"},
        "treatments": [row],
    }
    (judged,) = check(request).treatments
    assert judged.kind == kind


@pytest.mark.parametrize(
    ("words", "agrees"), [("OxyContin 80 mg #240", False), ("Norco 10/325 mg #120", True)]
)
def test_words_and_drug_have_to_name_the_same_drug(words: str, agrees: bool) -> None:
    request = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11"},
        "treatments": [{"treatment": words, "drug": {"name": "Norco"}}],
    }
    (row,) = check(request).treatments
    (finding,) = [f for f in row.findings if f.code == "ROW-01"]
    assert (finding.outcome == "met") is agrees


def test_kind_and_code_that_disagree_are_a_finding_on_both_fields() -> None:
    request = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11"},
        "treatments": [{"kind": "acupuncture", "procedure_codes": ["20552"], "quantity": 6}],
    }
    (row,) = check(request).treatments
    (finding,) = [f for f in row.findings if f.code == "ROW-01"]
    assert finding.outcome == "not_met"
    assert row.verdict == "not_supported"
    assert {entry.pointer for entry in finding.evidence} == {
        "/treatments/0/kind",
        "/treatments/0/procedure_codes/0",
    }
