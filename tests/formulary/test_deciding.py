"""Is review needed: each status, each way around on both sides of its days, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from formulary.lists import EXCERPT, FOLDER, RULES, answer, listed

from imr_check.errors import GuidelineError
from imr_check.formulary import Answer, Entry, read_excerpt, read_rules
from imr_check.formulary.names import find, is_compounded, like, words
from imr_check.formulary.versions import between, in_force, standing

DAY = timedelta(days=1)
ON = date(2025, 9, 1)
"""A day on which version 13, the last that is known here, is in force."""

EXEMPT = Entry("Madeupine", "exempt", ("Fictol",))
NON_EXEMPT = Entry("Inventone", "non_exempt", special_fill_days=4, perioperative_days=7)
PLAIN = Entry("Nonesuch", "non_exempt")
LIST = listed(EXEMPT, NON_EXEMPT, PLAIN)


def ask(name: str, on: date = ON, **case: Any) -> Answer:
    return answer(name, on, LIST, **case)


def outcomes(found: Answer) -> dict[str, str]:
    return {fill.kind: fill.outcome for fill in found.fills}


# The numbers of the regulation


def test_numbers_and_marks() -> None:
    assert RULES.first_day == RULES.older_injury == date(2018, 1, 1)
    assert RULES.physician_dispensed.numbers == {"visit_within_days": 7, "supply_days": 7}
    assert RULES.special_fill.numbers == {"visit_within_days": 7}
    assert RULES.perioperative_fill.numbers == {"days_before": 4, "days_after": 4}
    rules = (RULES.applies, RULES.physician_dispensed, RULES.special_fill, *RULES.statuses.values())
    assert {rule.confidence for rule in rules} == {"verified"}
    assert RULES.special_fill.citation == "8 CCR 9792.27.12"
    assert RULES.perioperative_fill.citation == "8 CCR 9792.27.13"
    assert RULES.statuses["compounded"].citation == "8 CCR 9792.27.9(a)"


# Status


def test_exempt() -> None:
    found = ask("madeupine")
    assert (found.status, found.review, found.confidence) == ("exempt", "not_needed", "verified")
    assert found.conditions


def test_exempt_by_brand_warns_of_the_generic() -> None:
    assert any("is a brand" in note for note in ask("Fictol").notes)
    assert not any("is a brand" in note for note in ask("Madeupine").notes)


def test_non_exempt_without_fills() -> None:
    found = ask("Nonesuch", injury=ON, surgery=ON, days_supply=1)
    assert (found.status, found.review, found.fills) == ("non_exempt", "needed", ())


def test_unlisted() -> None:
    found = ask("Otherine")
    assert (found.status, found.review, found.confidence) == ("unlisted", "needed", "verified")


@pytest.mark.parametrize("name", ["compounded cream", "Madeupine compound", "Compounding kit"])
def test_compounded_drugs_are_reviewed_first(name: str) -> None:
    found = ask(name)
    assert (found.status, found.review) == ("compounded", "needed")


def test_before_the_formulary_none_applies() -> None:
    for name in ("Madeupine", "Nonesuch", "Otherine", "compounded cream"):
        before, then = answer(name, date(2017, 12, 31), LIST), answer(name, date(2018, 1, 1), LIST)
        assert (before.status, before.review) == (None, "not_applicable")
        assert then.review == "needed"


def test_older_injury_gets_a_word_on_the_transition() -> None:
    def noted(injury: date) -> bool:
        return any("wean" in note for note in ask("Nonesuch", injury=injury).notes)

    assert noted(date(2017, 12, 31))
    assert not noted(date(2018, 1, 1))
    assert not any("wean" in note for note in ask("Madeupine", injury=date(2017, 1, 1)).notes)


# Ways around, on both sides


@pytest.mark.parametrize(
    ("days_after_injury", "supply", "outcome"),
    [
        *((0, 4, "met"), (7, 4, "met"), (8, 4, "not_met"), (7, 5, "not_met"), (7, 1, "met")),
        *((7, None, "not_documented"), (8, None, "not_met"), (None, 4, "not_documented")),
    ],
)
def test_special_fill(days_after_injury: int | None, supply: int | None, outcome: str) -> None:
    injury = None if days_after_injury is None else ON - days_after_injury * DAY
    found = ask("Inventone", injury=injury, days_supply=supply)
    assert outcomes(found)["special_fill"] == outcome
    assert found.review == ("not_needed" if outcome == "met" else "needed")
    if outcome == "met":
        assert found.citation == "8 CCR 9792.27.12"
        assert any("first visit" in each for each in found.conditions)


@pytest.mark.parametrize(
    ("from_surgery", "supply", "outcome"),
    [
        *((-5, 7, "not_met"), (-4, 7, "met"), (0, 7, "met"), (4, 7, "met"), (5, 7, "not_met")),
        *((0, 8, "not_met"), (0, None, "not_documented"), (None, 7, "not_documented")),
    ],
)
def test_perioperative_fill(from_surgery: int | None, supply: int | None, outcome: str) -> None:
    surgery = None if from_surgery is None else ON - from_surgery * DAY
    found = ask("Inventone", surgery=surgery, days_supply=supply)
    assert outcomes(found)["perioperative_fill"] == outcome
    assert found.review == ("not_needed" if outcome == "met" else "needed")
    assert not any("first visit" in each for each in found.conditions)


@pytest.mark.parametrize(
    ("days_after_injury", "supply", "outcome"),
    [(7, 7, "met"), (8, 7, "not_met"), (7, 8, "not_met"), (None, 7, "not_documented")],
)
def test_exempt_from_the_physician(
    days_after_injury: int | None, supply: int, outcome: str
) -> None:
    injury = None if days_after_injury is None else ON - days_after_injury * DAY
    found = ask("Madeupine", injury=injury, days_supply=supply)
    assert outcomes(found) == {"physician_dispensed": outcome}
    assert found.review == "not_needed"
    assert any("own stock" in note for note in found.notes) == (outcome != "met")


# Several entries


def test_entries_that_differ_ask_for_the_form() -> None:
    tablet, gel = EXEMPT._replace(form="tablet"), EXEMPT._replace(form="gel", status="non_exempt")
    both = listed(tablet, gel)
    found = answer("Madeupine", ON, both)
    assert (found.status, found.review) == ("unknown", "needed")
    assert "tablet; gel" in found.why
    assert answer("Madeupine gel", ON, both).status == "non_exempt"
    assert answer("Madeupine tablet", ON, both).status == "exempt"
    assert answer("Madeupine cream", ON, both).status == "unlisted"


def test_fills_that_differ_count_with_the_fewest_days() -> None:
    few = NON_EXEMPT._replace(form="a", special_fill_days=2)
    found = answer("Inventone", ON, listed(few, NON_EXEMPT), injury=ON, days_supply=3)
    assert outcomes(found)["special_fill"] == "not_met"
    found = answer("Inventone", ON, listed(few, NON_EXEMPT), injury=ON, days_supply=2)
    assert outcomes(found)["special_fill"] == "met"
    none = NON_EXEMPT._replace(form="a", special_fill_days=None)
    found = answer("Inventone", ON, listed(none, NON_EXEMPT), injury=ON, days_supply=1)
    assert "special_fill" not in outcomes(found)


# Versions


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2017, 12, 31), None),
        (date(2018, 1, 1), "1"),
        (date(2018, 5, 14), "1"),
        (date(2018, 5, 15), "2"),
        (date(2018, 9, 30), "2"),
        (date(2018, 10, 1), "3"),
        (date(2020, 1, 14), "3"),
        (date(2020, 1, 15), "6"),
        (date(2020, 10, 31), "6"),
        (date(2020, 11, 1), "7"),
        (date(2021, 1, 31), "7"),
        (date(2021, 2, 1), "8"),
        (date(2021, 7, 31), "8"),
        (date(2021, 8, 1), "9"),
        (date(2022, 10, 31), "9"),
        (date(2022, 11, 1), "10"),
        (date(2024, 2, 14), "10"),
        (date(2024, 2, 15), "11.1"),
        (date(2024, 10, 31), "11.1"),
        (date(2024, 11, 1), "12"),
        (date(2025, 8, 5), "12"),
        (date(2025, 8, 6), "13"),
    ],
)
def test_the_version_in_force(day: date, version: str | None) -> None:
    found = in_force(RULES.versions, day)
    assert (found.name if found else None) == version


@pytest.mark.parametrize(
    ("day", "open_ones"),
    [
        (date(2018, 9, 30), []),
        (date(2018, 10, 1), ["4", "5"]),
        (date(2020, 1, 14), ["4", "5"]),
        (date(2020, 1, 15), []),
        (date(2023, 1, 1), ["11"]),
        (ON, []),
    ],
)
def test_versions_whose_day_was_not_found(day: date, open_ones: list[str]) -> None:
    assert [each.name for each in between(RULES.versions, day)] == open_ones


@pytest.mark.parametrize(
    ("number", "effective", "day", "outcome"),
    [
        ("6", date(2020, 1, 15), date(2020, 1, 14), "not_yet"),
        ("6", date(2020, 1, 15), date(2020, 1, 15), "in_force"),
        ("6", date(2020, 1, 15), date(2020, 10, 31), "in_force"),
        ("6", date(2020, 1, 15), date(2020, 11, 1), "replaced"),
        ("3", date(2018, 10, 1), date(2019, 6, 1), "doubtful"),
        ("4", date(2019, 3, 1), date(2019, 6, 1), "doubtful"),
        ("5", date(2019, 9, 1), date(2019, 10, 1), "in_force"),
        (None, date(2019, 9, 1), date(2019, 10, 1), "doubtful"),
        (None, date(2020, 1, 15), date(2020, 2, 1), "in_force"),
        ("13", date(2025, 8, 6), date(2026, 11, 22), "in_force"),
        ("14", date(2026, 3, 1), date(2026, 11, 22), "in_force"),
        ("13", date(2025, 8, 5), date(2026, 11, 22), "doubtful"),
        ("13", date(1, 1, 1), date(2026, 11, 22), "doubtful"),
    ],
)
def test_whether_a_list_holds(number: str | None, effective: date, day: date, outcome: str) -> None:
    assert standing(RULES.versions, number, effective, day).outcome == outcome


def test_a_list_that_was_replaced_says_what_it_had_and_no_more() -> None:
    old = listed(EXEMPT, version="12", effective=date(2024, 11, 1))
    before, then = (answer("Madeupine", day, old) for day in (date(2025, 8, 5), date(2025, 8, 6)))
    assert (before.status, before.review) == ("exempt", "not_needed")
    assert (then.status, then.review) == ("unknown", "needed")
    assert "has it as exempt" in then.why
    assert "Version 13" in then.notes[0]
    assert answer("Otherine", date(2025, 8, 6), old).status == "unknown"
    assert answer("Madeupine", date(2024, 10, 31), old).status == "unknown"


def test_a_list_that_may_have_been_replaced_is_unverified() -> None:
    old = listed(EXEMPT, NON_EXEMPT, version="3", effective=date(2018, 10, 1))
    found = answer("Madeupine", date(2019, 6, 1), old)
    assert (found.status, found.confidence) == ("exempt", "unverified")
    assert "look it up first" in found.conditions[0]
    assert "4 and 5" in found.notes[0]
    assert answer("Otherine", date(2019, 6, 1), old).confidence == "unverified"


def test_the_last_known_version_asks_for_a_later_one() -> None:
    assert any("later version" in note for note in ask("Nonesuch").notes)


# The excerpt


def test_every_entry_of_the_excerpt_names_its_source() -> None:
    assert len(EXCERPT.entries) <= 25
    assert all(entry.source for entry in EXCERPT.entries)
    dated = {version.name for version in RULES.versions if version.starts}
    for entry in EXCERPT.entries:
        assert (entry.version is None) == (entry.confidence == "unverified")
        assert entry.version is None or entry.version in dated


@pytest.mark.parametrize("name", ["Norco", "hydrocodone/acetaminophen 10/325 mg", "VICODIN 5-300"])
def test_hydrocodone_is_unverified(name: str) -> None:
    found = answer(name, ON)
    assert (found.status, found.review, found.confidence) == ("non_exempt", "needed", "unverified")
    four = answer(name, ON, injury=ON, days_supply=4)
    assert (four.review, four.confidence) == ("not_needed", "unverified")
    assert "look it up first" in four.conditions[0]
    assert answer(name, ON, injury=ON, days_supply=5).review == "needed"


def test_an_entry_of_the_excerpt_holds_for_its_version_only() -> None:
    for day, status in (
        (date(2020, 10, 31), "unknown"),
        (date(2020, 11, 1), "exempt"),
        (date(2021, 1, 31), "exempt"),
        (date(2021, 2, 1), "unknown"),
    ):
        assert answer("Cymbalta", day).status == status
    assert "Version 7 has it as exempt" in answer("duloxetine", ON).why


def test_betamethasone_of_version_2() -> None:
    day = date(2018, 5, 15)
    found = answer("Celestone", day, injury=day, days_supply=4)
    assert (found.review, found.confidence) == ("not_needed", "verified")
    assert answer("Celestone", day, injury=day, days_supply=5).review == "needed"
    assert answer("Celestone", day - DAY).status == "unknown"


def test_what_is_not_in_the_excerpt_is_unknown_and_not_unlisted() -> None:
    found = answer("ibuprofen", ON)
    assert (found.status, found.review) == ("unknown", "needed")
    assert "load the list" in found.why


# Names


@pytest.mark.parametrize(
    "name",
    [
        *("Alpha/Beta", "beta-alpha", "Alpha and Beta", "alpha with beta", "Alpha/Beta 10/325 mg"),
        *("Alpha 10mg / Beta 325 mg", "ALPHA BETA", "alpha-beta 5-300", "Brando", "Brando® 10/325"),
        "Alpha/Beta tablet",
    ],
)
def test_names_of_one_entry(name: str) -> None:
    entry = Entry("Alpha/Beta", "exempt", ("Brando",), form="Tablet, oral")
    assert find([entry], name).entries == (entry,)


@pytest.mark.parametrize(
    "name",
    [
        *("Alpha", "Beta", "Alpha/Beta/Gamma", "Brando #3", "Brando 3", "Brando No. 3", "Brandon"),
        *("Brando Plus", "Alpha/Beta cream", "alphabeta"),
    ],
)
def test_names_of_another_drug(name: str) -> None:
    entry = Entry("Alpha/Beta", "exempt", ("Brando",), form="Tablet")
    assert find([entry], name).entries == ()


def test_words_of_a_name() -> None:
    assert words("Fentanyl 25 mcg/h patch") == {"fentanyl", "patch"}
    assert words("lidocaine 5% 1.5 mL") == {"lidocaine"}
    assert words("Vitamin B12 1,000 mcg") == {"vitamin", "b12"}
    assert words("10/325") == frozenset()
    assert is_compounded("compounded")
    assert not is_compounded("compoundine")


def test_names_nearby() -> None:
    entries = (EXEMPT, NON_EXEMPT, Entry("Inventone/Madeupine", "exempt"))
    assert like(entries, "madeupin") == ("Madeupine",)
    assert like(entries, "inventone forte") == ("Inventone", "Inventone/Madeupine")
    assert like(entries, "zzz") == ()
    assert "Near it on the list: Madeupine" in answer("Madeupin", ON, LIST).notes[0]


# Files of a pack that are not as they should be


def faulty(folder: Any, name: str, old: str, new: str) -> str:
    (folder / "formulary").mkdir(exist_ok=True)
    for each in ("rules.yaml", "excerpt.yaml"):
        text = Path(FOLDER, "formulary", each).read_text(encoding="utf-8")
        if each == name:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "formulary" / each).write_text(text, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("visit_within_days: 7", "visit_within_days: seven"),
        ("visit_within_days: 7", "visit_within_days: 0"),
        ("visit_within_days: 7", "visit_within_days: 91"),
        ("supply_days: 7", "supply: 7"),
        ("dispensed_from: 2018-01-01", "dispensed_from: January"),
        ("confidence: verified", "confidence: sure"),
        ("versions:", "variants:"),
    ],
)
def test_faulty_rules(tmp_path: Any, old: str, new: str) -> None:
    with pytest.raises(GuidelineError, match=r"rules\.yaml"):
        read_rules(faulty(tmp_path, "rules.yaml", old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: non_exempt", "status: maybe"),
        ("status: non_exempt", "state: non_exempt"),
        ("source: general knowledge of the list, not checked against any version", "note: none"),
        ('version: "2"', "version: 2"),
        ("special_fill_days: 4", "special_fill_days: 0"),
    ],
)
def test_faulty_excerpt(tmp_path: Any, old: str, new: str) -> None:
    with pytest.raises(GuidelineError, match=r"excerpt\.yaml"):
        read_excerpt(faulty(tmp_path, "excerpt.yaml", old, new))
