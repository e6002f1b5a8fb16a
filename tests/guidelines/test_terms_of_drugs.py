"""Brands, generic names, forms and codes of drugs to ingredients, classes and kinds."""

from __future__ import annotations

import pytest

from imr_check.errors import GuidelineError
from imr_check.guideline.drug_terms import PRIORITY, Drugs
from imr_check.guideline.pack import installed_packs

TERMS = installed_packs()[0].terms


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("diclofenac", "nsaid"),
        ("Diclofenac gel", "topical_analgesic"),
        ("Diclofenac 1.5 % solution", "topical_analgesic"),
        ("Flector", "topical_analgesic"),
        ("Lidocaine", None),
        ("Lidocaine 1 % injection", None),
        ("Lidocaine patch", "topical_analgesic"),
        ("Gabapentin 10%, cyclobenzaprine 6%, bupivacaine 5% in cream base", "topical_analgesic"),
        ("Fentanyl patch", "opioid"),
        ("Buprenorphine patches", "opioid"),
        ("Tramadol cream", "topical_analgesic"),
        ("Hydrocodone/ibuprofen", "opioid"),
        ("Fiorinal", "barbiturate"),
        ("Arthrotec", "nsaid"),
        ("Duexis", "nsaid"),
        ("Tabradol", "oral_compound_kit"),
        ("sildenafil", "other_drug"),
        ("Sildenafil cream", "other_drug"),
        ("acetaminophen", None),
        ("Unheardofol", None),
        ("diclofenak", None),
    ],
)
def test_kind_of_a_drug_by_class_and_form(name: str, kind: str | None) -> None:
    assert TERMS.kind_of_drug(name) == kind


def test_the_form_keeps_the_classes_of_the_ingredients() -> None:
    term = TERMS.drug("Baclofen 2 % cream")
    assert term is not None
    assert term.ingredients == ("baclofen",)
    assert term.classes == {"muscle_relaxant", "topical_analgesic"}


@pytest.mark.parametrize(
    ("code", "ingredients"),
    [
        ("5489", ("hydrocodone",)),
        ("856999", ("hydrocodone", "acetaminophen")),
        ("857001", ("hydrocodone", "acetaminophen")),
    ],
)
def test_a_drug_is_known_by_its_rxnorm_code(code: str, ingredients: tuple[str, ...]) -> None:
    term = TERMS.drug(code)
    assert term is not None
    assert term.ingredients == ingredients
    assert TERMS.kind_of_drug(code) == "opioid"


def test_a_number_among_words_is_no_code() -> None:
    assert TERMS.drug("5489 tablets") is None


@pytest.mark.parametrize(
    ("kit", "inside"),
    [("Synapryn", "opioid"), ("Tabradol", "muscle_relaxant"), ("Deprizine", "acid_suppressant")],
)
def test_a_kit_is_of_the_class_of_its_drug_as_well(kit: str, inside: str) -> None:
    term = TERMS.drug(kit)
    assert term is not None
    assert {"oral_compound_kit", inside} <= term.classes


@pytest.mark.parametrize(
    ("injectate", "classes"),
    [
        ("1% lidocaine", [{"local_anesthetic"}]),
        ("0.25% Marcaine and 40 mg Kenalog", [{"local_anesthetic"}, {"corticosteroid"}]),
        ("Unheardofol", [None]),
    ],
)
def test_a_percentage_in_an_injectate_is_no_cream(
    injectate: str, classes: list[set[str] | None]
) -> None:
    assert [t.classes if t else None for t in TERMS.injected(injectate)] == classes


def test_a_longer_name_is_not_taken_for_a_shorter_one_in_it() -> None:
    term = TERMS.drug("one Depo-Medrol")
    assert term is not None
    assert term.ingredients == ("methylprednisolone",)


def test_every_class_with_a_kind_has_its_place_in_the_order() -> None:
    classes = {t.drug_class for t in TERMS.treatments.values() if t.drug_class}
    assert classes == set(PRIORITY)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"classes": {}, "products": {"Brand": ["nothing"]}}, "no class for nothing"),
        ({"classes": {}, "products": {}, "rxnorm": {"a": "1"}}, "rxnorm names a"),
    ],
)
def test_a_table_that_names_what_it_lacks_is_refused(raw: dict[str, object], words: str) -> None:
    with pytest.raises(GuidelineError, match=words):
        Drugs(raw)


def test_a_misspelt_key_of_a_product_is_refused() -> None:
    product = {"ingredients": [], "clases": ["nsaid"]}
    with pytest.raises(ValueError, match="clases"):
        Drugs({"classes": {}, "products": {"Brand": product}})
