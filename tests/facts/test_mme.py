"""Morphine equivalents: which table counts on which day, steps, patches, and what the report says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from imr_check import check
from imr_check.errors import GuidelineError
from imr_check.facts import VOCABULARY, RowView
from imr_check.guideline.mme import MmeTable, read_mme
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

PACK = installed_packs()[0]
FILE = Path(PACK.folder, "terms", "mme.yaml")
OLD, NEW = read_mme(str(FILE)).tables
DAY = timedelta(days=1)
CURRENT = {"status": "current"}


def drug(name: str, strength: str, quantity: int | None = 30, days: int | None = 30) -> Any:
    given = {"name": name, "strength": strength, "quantity": quantity, "days_supply": days}
    return {key: value for key, value in given.items() if value is not None}


def observe(asked: Any, *others: Any, on: date = NEW.starts) -> Any:
    request = request_of(
        {
            "injury": {"date": "2010-04-11"},
            "submission": {"date": on.isoformat()},
            "treatments": [{"kind": "opioid", "drug": asked}],
            "chart": {"medications": [each | CURRENT for each in others]},
        }
    )
    return VOCABULARY["opioid.mme_per_day"].derive(RowView(request, 0, "opioid", on, PACK))


def mme(asked: Any, *others: Any, on: date = NEW.starts) -> int | None:
    seen = observe(asked, *others, on=on)
    return None if seen is None else seen.value


# The tables


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2015, 1, 13), "CDC 2016"),
        (date(2016, 3, 14), "CDC 2016"),
        (date(2016, 3, 15), "CDC 2016"),
        (date(2022, 11, 3), "CDC 2016"),
        (date(2022, 11, 4), "CDC 2022"),
        (date(2026, 11, 22), "CDC 2022"),
    ],
)
def test_the_table_goes_by_the_day_of_the_request(day: date, title: str) -> None:
    assert PACK.terms.mme_on(day).title == title


def test_days_and_marks() -> None:
    assert (OLD.starts, NEW.starts) == (date(2016, 3, 15), date(2022, 11, 4))
    assert {OLD.confidence, NEW.confidence} == {"verified"}
    assert OLD.source
    assert NEW.source


SAME = {
    "codeine": 0.15,
    "hydrocodone": 1.0,
    "morphine": 1.0,
    "oxycodone": 1.5,
    "oxymorphone": 3.0,
    "tapentadol": 0.4,
}


@pytest.mark.parametrize(
    ("table", "factors"),
    [
        (OLD, SAME | {"hydromorphone": 4.0, "tramadol": 0.1}),
        (NEW, SAME | {"hydromorphone": 5.0, "tramadol": 0.2, "methadone": 4.7}),
    ],
    ids=lambda each: each.id if isinstance(each, MmeTable) else "",
)
def test_factors(table: MmeTable, factors: dict[str, float]) -> None:
    found = {name: steps[0].factor for name, steps in table.factors.items() if len(steps) == 1}
    assert found == factors
    assert table.patches == {"fentanyl": 2.4}


@pytest.mark.parametrize(
    ("a_day", "total"),
    [
        (1, 4),
        (20, 80),
        (21, 168),
        (40, 320),
        (41, 410),
        (60, 600),
        (61, 732),
        (80, 960),
        (20.5, 164),
    ],
)
def test_methadone_of_2016_rises_in_steps(a_day: float, total: float) -> None:
    assert OLD.of_milligrams("methadone", a_day) == total


def test_what_a_table_does_not_have() -> None:
    assert NEW.of_milligrams("meperidine", 10) is None
    assert NEW.of_milligrams("fentanyl", 10) is None
    assert NEW.of_patch("buprenorphine", 10) is None


# Doses


@pytest.mark.parametrize(
    ("name", "before", "from_then"),
    [
        ("hydromorphone", 8, 10),
        ("tramadol", 1, 1),
        ("hydrocodone", 2, 2),
        ("methadone", 8, 10),
    ],
)
def test_a_dose_on_both_sides_of_the_day(name: str, before: int, from_then: int) -> None:
    asked = drug(name, "2 mg")
    assert mme(asked, on=NEW.starts - DAY) == before
    assert mme(asked, on=NEW.starts) == from_then


def test_tramadol_on_both_sides() -> None:
    asked = drug("tramadol", "50 mg", 120)
    assert (mme(asked, on=NEW.starts - DAY), mme(asked, on=NEW.starts)) == (20, 40)


def test_the_step_goes_by_the_methadone_of_the_whole_day() -> None:
    asked, other = drug("methadone", "10 mg", 60), drug("Dolophine", "5 mg", 30)
    assert mme(asked, on=OLD.starts) == 80
    assert mme(asked, other, on=OLD.starts) == 25 * 8
    assert mme(asked, drug("morphine", "15 mg", 60), on=OLD.starts) == 80 + 30


def test_no_fraction_of_the_machine_makes_a_dose_larger() -> None:
    assert mme(drug("tramadol", "0.7 mg", 30), on=OLD.starts) == 1
    for quantity in range(1, 400):
        exact = -(-quantity * 2 * 50 // 300)  # 0.2 for each of 50 mg, rounded up
        assert mme(drug("tramadol", "50 mg", quantity)) == exact


# Patches


@pytest.mark.parametrize(
    "strength",
    ["25 mcg/h", "25 mcg/hr", "25mcg/hour", "25 µg/h", "25 μg/h", "25 ug/h", "25 MCG per hour"],
)
def test_a_patch_is_its_strength_times_the_factor(strength: str) -> None:
    assert mme(drug("fentanyl", strength, 10)) == 60
    assert mme(drug("Duragesic", strength, 10), on=OLD.starts) == 60


@pytest.mark.parametrize(
    ("strength", "dose"), [("12 mcg/h", 29), ("50 mcg/h", 120), ("0 mcg/h", 0)]
)
def test_patches(strength: str, dose: int) -> None:
    assert mme(drug("fentanyl", strength, 10)) == dose


def test_patches_do_not_multiply() -> None:
    assert {mme(drug("fentanyl", "25 mcg/h", count)) for count in (1, 5, 10, 15)} == {60}


def test_patches_are_added_to_other_opioids() -> None:
    norco = drug("Norco", "10/325 mg", 120)
    assert mme(drug("fentanyl", "25 mcg/h", 10), norco) == 100
    assert mme(norco, drug("fentanyl", "25 mcg/h", 10)) == 100
    two = drug("fentanyl", "25 mcg/h", 10), drug("Duragesic", "50 mcg/h", 10)
    assert mme(*two) == 180


@pytest.mark.parametrize(
    "asked",
    [
        drug("fentanyl", "25 mcg"),
        drug("fentanyl", "25 mg"),
        drug("fentanyl", "25"),
        drug("fentanyl", "25 mcg/h q72h"),
        drug("fentanyl", "25 mcg/h", None),
        drug("fentanyl", "25 mcg/h", 10, None),
        drug("Butrans", "10 mcg/h", 4, 28),
        drug("morphine", "500 mcg"),
        drug("hydrocodone", "10 mcg/h"),
    ],
    ids=lambda each: f"{each['name']} {each['strength']}",
)
def test_what_cannot_be_reckoned_is_not_documented(asked: Any) -> None:
    assert mme(asked) is None


# What the report says


def basis(on: date) -> str:
    found: str = observe(drug("Norco", "10/325 mg", 120), on=on).basis
    return found


def test_the_table_is_named() -> None:
    assert basis(NEW.starts - DAY).startswith("MME factors: CDC 2016.")
    assert basis(NEW.starts).startswith("MME factors: CDC 2022.")


def test_a_table_that_is_younger_than_the_request() -> None:
    words = "No table of that time is encoded: this one is of 2016-03-15."
    assert words in basis(OLD.starts - DAY)
    assert words not in basis(OLD.starts)


def test_a_table_that_is_younger_than_the_edition() -> None:
    """The guideline of 2009 judged until 2016-07-28; the table came out four months before."""
    title = PACK.editions["chronic_pain_2009"].title
    words = f"That table, of 2016-03-15, is younger than {title}."
    assert words not in basis(OLD.starts - DAY)
    assert words in basis(OLD.starts)
    assert words in basis(date(2016, 7, 28))


# A file that is not as it should be


def written(folder: Path, text: str) -> str:
    file = folder / "mme.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


GOOD = "tables: {a: {title: A, from: 2016-03-15, confidence: unverified, factors: {morphine: 1}}}"


def test_the_least_that_a_table_has(tmp_path: Path) -> None:
    (table,) = read_mme(written(tmp_path, GOOD)).tables
    assert (table.of_milligrams("morphine", 3), table.patches, table.confidence) == (
        *(3.0, {}),
        "unverified",
    )


@pytest.mark.parametrize(
    "text",
    [
        "in_use: a",
        "tables: {}",
        "tables: []",
        GOOD.replace("2016-03-15", "March"),
        GOOD.replace("from: 2016-03-15, ", ""),
        GOOD.replace("unverified", "sure"),
        GOOD.replace("morphine: 1", "morphine: one"),
        GOOD.replace("morphine: 1", "morphine: true"),
        GOOD.replace("morphine: 1", "morphine: 0"),
        GOOD.replace("morphine: 1", "morphine: 1000"),
        GOOD.replace("morphine: 1", "morphine: []"),
        GOOD.replace("morphine: 1", "morphine: [{up_to: 5, factor: 1}]"),
        GOOD.replace("morphine: 1", "morphine: [{factor: 1}, {factor: 2}]"),
        GOOD.replace(
            "morphine: 1", "m: [{up_to: 5, factor: 1}, {up_to: 4, factor: 2}, {factor: 3}]"
        ),
        GOOD[:-1] + ", b: {title: B, from: 2016-03-15, confidence: verified, factors: {}}}",
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(GuidelineError, match=r"mme\.yaml"):
        read_mme(written(tmp_path, text))


# Templates


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        (drug("fentanyl", "{{ strength }}", 10), "depends"),
        (drug("fentanyl", "50 mcg/h", 10), "met"),
        (drug("fentanyl", "51 mcg/h", 10), "not_met"),
        (drug("{{ drug }}", "25 mcg/h", 10), "depends"),
        (drug("{{ drug }}", "10 mg", 120), "depends"),
        (drug("methadone", "10 mg") | {"quantity": "{{ count }}"}, "depends"),
    ],
    ids=str,
)
def test_holes_are_filled_with_patches_and_with_the_strongest(asked: Any, outcome: str) -> None:
    """The limit of the guideline of 2009 is 120 MME a day."""
    report = check(
        {
            "injury": {"date": "2014-04-11"},
            "submission": {"date": "2015-01-13"},
            "treatments": [{"kind": "opioid", "drug": asked}],
        }
    )
    (row,) = report.treatments
    (found,) = (each for each in row.findings if each.criterion.code == "OPI-15")
    assert found.outcome == outcome
