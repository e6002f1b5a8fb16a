"""ICD codes of a row: days, parents, words, region and side, pairs; with and without the full table."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from imr_check import ImrCheckError, Report, check
from imr_check.cli.checking import Asked, settings_for
from imr_check.cli.settings import UsageError
from imr_check.facts import VOCABULARY, RowView
from imr_check.facts.anatomy import is_of_part
from imr_check.guideline import icd
from imr_check.guideline.icd import IcdCodes, with_full_table
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

release: Any = import_module("simple_icd_10_cm")

PACK = installed_packs()[0]
FULL = with_full_table(installed_packs())[0]
DAY = date(2022, 3, 1)
OWN, ALL = PACK.terms.icd, FULL.terms.icd


def observe(
    name: str, row: dict[str, Any], *, day: date = DAY, full: bool = False, **chart: Any
) -> Any:
    request = request_of(
        {
            "injury": {"date": "2014-04-11"},
            "treatments": [{"kind": "trigger_point_injection"} | row],
            "submission": {"date": day.isoformat()},
            "chart": chart,
        }
    )
    view = RowView(request, 0, "trigger_point_injection", day, FULL if full else PACK)
    return VOCABULARY[name].derive(view)


def fact(name: str, row: dict[str, Any], **more: Any) -> object:
    seen = observe(name, row, **more)
    return None if seen is None else seen.value


def codes(*listed: str, **row: Any) -> dict[str, Any]:
    return {"icd": list(listed)} | row


# Days. Both sides of each.


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("729.1", date(2015, 9, 30)),
        ("724.02", date(2015, 9, 30)),
        ("847.0", date(2015, 9, 30)),  # in no table here, but its form is that of ICD-9
    ],
)
def test_icd_9_ends(code: str, last: date) -> None:
    assert fact("code.existed", codes(code), day=last) is not False
    assert fact("code.existed", codes(code), day=last.replace(month=10, day=1)) is False


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("M54.2", date(2015, 10, 1)),
        ("M542", date(2015, 10, 1)),
        ("M54.50", date(2021, 10, 1)),
        ("M79.18", date(2018, 10, 1)),
        ("M51.360", date(2024, 10, 1)),
        ("M51.379", date(2024, 10, 1)),
    ],
)
def test_a_code_begins(code: str, first: date) -> None:
    before = date.fromordinal(first.toordinal() - 1)
    assert fact("code.existed", codes(code), day=before) is False
    assert fact("code.billable", codes(code), day=before) is None
    assert fact("code.existed", codes(code), day=first) is True
    assert fact("code.billable", codes(code), day=first) is True


def test_a_code_of_a_family_is_wrong_before_it_and_not_known_after() -> None:
    assert fact("code.existed", codes("M50.121"), day=date(2016, 9, 30)) is False
    assert fact("code.existed", codes("M50.121"), day=date(2016, 10, 1)) is None


@pytest.mark.parametrize(
    ("parent", "last"),
    [
        ("M54.5", date(2021, 9, 30)),
        ("M79.1", date(2018, 9, 30)),
        ("M51.36", date(2024, 9, 30)),
        ("M51.37", date(2024, 9, 30)),
        ("M50.12", date(2016, 9, 30)),
    ],
)
def test_a_code_that_was_divided_is_billed_to_its_last_day(parent: str, last: date) -> None:
    after = date.fromordinal(last.toordinal() + 1)
    assert fact("code.billable", codes(parent), day=last) is True
    assert fact("code.billable", codes(parent), day=after) is False
    # It is still there as a parent: one finding says it, and not two.
    assert fact("code.existed", codes(parent), day=last) is True
    assert fact("code.existed", codes(parent), day=after) is True


@pytest.mark.parametrize("parent", ["M54", "M54.1", "G56.0", "S83.2", "M51.3", "M79"])
def test_what_a_family_hangs_on_is_a_parent(parent: str) -> None:
    assert fact("code.billable", codes(parent), day=date(2025, 1, 1)) is False


@pytest.mark.parametrize("code", ["Z00.0", "M99.03", "V54.81", "A", "M5", "20552X"])
def test_an_unknown_code_is_never_wrong(code: str) -> None:
    if len(code) < 2:
        assert OWN.existed(code, DAY).says is None
        return
    for name in ("code.existed", "code.billable"):
        assert fact(name, codes(code)) is None
    assert fact("code.place", codes(code, region="neck", side="left")) is None


def test_one_wrong_code_is_named_among_others() -> None:
    seen = observe("code.existed", codes("M54.2", "Z00.0", "729.1"))
    assert (seen.value, seen.evidence) == (False, (("treatments", 0, "icd", 2),))
    assert fact("code.existed", codes("M54.2", "Z00.0")) is None


# Words


@pytest.mark.parametrize(
    ("words", "code", "agrees"),
    [
        ("Cervicalgia", "M54.2", True),
        ("Cervicalgia", "M54.16", False),
        ("Low back pain", "M54.41", True),  # lumbago with sciatica
        ("Lumbar disc protrusion", "M51.16", True),
        ("Lumbar radiculopathy", "M54.31", False),  # sciatica is judged in another way
        ("Myalgia", "M79.18", True),
        ("Muscle spasm", "M79.18", False),
        ("Chronic pain", "M54.2", True),
        ("Lumbar sprain/strain", "S33.5XXA", True),
        ("Brachial neuritis", "723.4", True),
        ("Facet arthropathy", "M47.816", True),
        ("Carpal tunnel syndrome", "G56.21", False),
        ("Wobble", "M54.2", None),
        ("Cervicalgia", "Z00.0", None),
        ("Rule out radiculopathy", "M54.2", None),
    ],
)
def test_words_and_code(words: str, code: str, agrees: bool | None) -> None:
    assert fact("code.agrees_with_words", codes(code, diagnosis=words)) is agrees


def test_one_code_for_the_words_is_enough() -> None:
    row = codes("M54.16", "M54.2", diagnosis="Cervicalgia")
    assert fact("code.agrees_with_words", row) is True
    row = codes("M54.16", "Z00.0", diagnosis="Cervicalgia")
    assert fact("code.agrees_with_words", row) is None


# Region and side

SAME, REGION, SIDE = "as_the_row_says", "another_region", "another_side"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (codes("M54.2", region="low_back"), REGION),
        (codes("M54.2", region="neck"), SAME),
        (codes("M54.2", region="shoulder"), SAME),  # they border on each other
        (codes("M54.2", region="hand"), REGION),
        (codes("M54.12", region="hand"), SAME),  # the root serves it
        (codes("M54.2", "M54.16", region="low_back"), SAME),
        (codes("M54.2", "M79.18", region="low_back"), None),  # the second says no region
        (codes("M54.2", levels=["L4-5"]), REGION),
        (codes("M54.2", sites=[{"region": "low_back"}]), REGION),
        (codes("G56.01", region="wrist", side="right"), SAME),
        (codes("G56.01", region="arm", side="left"), SIDE),
        (codes("G56.01", side="both"), SIDE),
        (codes("G56.01", "G56.02", side="both"), SAME),
        (codes("G56.03", side="left"), SAME),
        (codes("G56.01", "M54.2", region="wrist", side="left"), SIDE),
        (codes("G56.00", region="wrist", side="left"), SAME),  # the code says no side
        (codes("M75.102", sites=[{"side": "right"}]), SIDE),
        (codes("S83.241A", region="knee", side="left"), SIDE),
        (codes("S83.200A", region="knee", side="left"), SAME),  # counted in another way
        (codes("M54.2", region="other"), None),
        ({"region": "low_back", "levels": ["L4-5", "L5-S1"]}, SAME),
        ({"region": "leg", "levels": ["L4-5"]}, SAME),
        ({"region": "neck", "levels": ["L4-5"]}, REGION),
        ({"region": "neck", "levels": ["C5-6", "L4-5"]}, REGION),
        ({"region": "low_back", "levels": ["T12-L1"]}, SAME),
        ({"side": "left", "sites": [{"side": "left"}]}, SAME),
        ({"side": "left", "sites": [{"side": "left"}, {"side": "right"}]}, SIDE),
        ({"side": "left", "sites": [{"side": "both"}]}, SIDE),
        ({"side": "both", "sites": [{"side": "left"}, {"side": "right"}]}, SAME),
        ({"side": "both", "sites": [{"side": "left"}]}, SIDE),
        ({"side": "both", "sites": [{"side": "left"}, {"muscle": "trapezius"}]}, SAME),
        ({"side": "midline", "sites": [{"side": "left"}]}, None),
        ({"side": "left"}, None),
    ],
)
def test_place(row: dict[str, Any], expected: str | None) -> None:
    assert fact("code.place", row) == expected


def test_what_differs_is_pointed_at() -> None:
    seen = observe("code.place", {"side": "left", "sites": [{"side": "left"}, {"side": "right"}]})
    row = ("treatments", 0)
    assert seen.evidence == ((*row, "side"), (*row, "sites", 1, "side"))


# Pairs


def diagnosis(code: str, status: str = "confirmed") -> dict[str, Any]:
    return {"name": "pain", "icd": code, "status": status}


def test_codes_that_exclude_each_other() -> None:
    name = "code.may_stand_together"
    assert fact(name, codes("M79.18", "M79.7")) is False
    assert fact(name, codes("M79.7"), diagnoses=[diagnosis("M79.18")]) is False
    assert fact(name, {}, diagnoses=[diagnosis("M79.18"), diagnosis("M79.7")]) is False
    assert fact(name, codes("M79.7"), diagnoses=[diagnosis("M79.18", "ruled_out")]) is None
    assert fact(name, codes("M54.50", "M54.41")) is None
    assert fact(name, codes("M79.7")) is None


# The full table


def test_the_full_table_knows_what_the_pack_does_not() -> None:
    assert fact("code.existed", codes("M99.03"), full=True) is True
    assert fact("code.existed", codes("M99.99"), full=True) is False
    assert fact("code.existed", codes("847.0"), full=True) is False
    # A chapter or a block is no code.
    assert fact("code.existed", codes("M50-M54".replace("-", "")), full=True) is False
    assert fact("code.place", codes("M25.511", side="left"), full=True) == SIDE
    assert fact("code.place", codes("M25.511", region="knee"), full=True) == REGION
    assert fact("code.may_stand_together", codes("M54.50", "M54.41"), full=True) is False
    assert fact("code.may_stand_together", codes("M54.50", "M25.511"), full=True) is True


def test_the_full_table_speaks_of_its_own_days() -> None:
    early, late = date(2026, 3, 31), date(2026, 4, 1)
    # Divided today: it may have been billed before.
    assert fact("code.billable", codes("M62.5"), day=late, full=True) is False
    assert fact("code.billable", codes("M62.5"), day=early, full=True) is None
    # Only a category, or without its seventh character: divided from the first day.
    for code in ("M62", "S83.242", "S82.001"):
        assert fact("code.billable", codes(code), day=early, full=True) is False


def test_the_days_of_the_pack_come_before_the_full_table() -> None:
    assert fact("code.billable", codes("M54.5"), day=date(2016, 1, 1), full=True) is True
    assert fact("code.existed", codes("M54.50"), day=date(2016, 1, 1), full=True) is False


def test_what_rests_on_the_full_table_says_which_release() -> None:
    seen = observe("code.existed", codes("M99.99"), full=True)
    assert "the release of April 2026" in seen.basis
    assert observe("code.existed", codes("729.1"), full=True).basis == ""


def test_another_version_of_the_table_is_named_by_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icd, "_RELEASES", {})
    table = icd.FullTable()
    assert "the release that simple-icd-10-cm" in table.basis
    assert table.is_billable("M62.5", date(2030, 1, 1)) is None


# The tables of the pack, held to the release


def own_codes() -> list[tuple[str, bool]]:
    return [(key, is_family) for key, is_family, _ in OWN._sorted if key[0].isalpha()]


@pytest.mark.parametrize(("key", "is_family"), own_codes())
def test_codes_of_the_pack_are_in_the_release(key: str, is_family: bool) -> None:
    assert release.is_category_or_subcategory(key)
    today = date(2026, 4, 1)
    if is_family:
        assert not release.is_leaf(key)
    assert OWN.billable(key, today).says is release.is_leaf(key)


def is_near(one: str, other: str) -> bool:
    return one == other or is_of_part(one, other)


def test_regions_and_sides_of_the_pack_are_those_of_the_descriptions() -> None:
    compared = 0
    for key, is_family in own_codes():
        for code in [key, *release.get_descendants(key)] if is_family else [key]:
            own = OWN.place(code)
            described = ALL._described(code.replace(".", ""), release.get_description(code))
            assert not own.side or own.side == described.side, code
            if own.regions and described.regions:
                assert any(is_near(a, b) for a in own.regions for b in described.regions), code
                compared += 1
    assert compared > 200


def test_a_side_that_is_described_is_not_overlooked() -> None:
    for key in sorted(OWN._sides.families):
        for code in release.get_descendants(key):
            described = ALL._described(code.replace(".", ""), release.get_description(code))
            assert OWN.place(code).side == described.side, code


def test_pairs_of_the_pack_are_those_of_the_release() -> None:
    table = icd.FullTable()
    assert table.exclude_each_other("M79.18", "M79.7")
    assert table.exclude_each_other("M79.7", "M79.18")
    assert not table.exclude_each_other("M79.18", "M79.1")
    assert not table.exclude_each_other("M79.18", "M54.2")


def test_concepts_of_the_table_are_known() -> None:
    known = set(PACK.terms._read("diagnoses"))
    raw = PACK.terms._read("codes")
    named = set(raw["says_too"]) | set(raw["general_words"])
    named |= {concept for of in raw["general_words"].values() for concept in of}
    assert named <= known


def test_a_pack_without_the_table_has_codes_all_the_same() -> None:
    bare = IcdCodes(PACK.terms._diagnoses, {})
    assert bare.existed("729.1", DAY).says is False
    assert not bare.place("M54.2").regions


# Through the front door

REQUEST: dict[str, Any] = {
    "injury": {"date": "2014-04-11"},
    "submission": {"date": "2016-03-01"},
    "treatments": [{"kind": "trigger_point_injection", "icd": ["M99.99"]}],
}


def warned(report: Report) -> set[str]:
    found = report.treatments[0].findings
    return {f.code for f in found if f.code.startswith("COD") and f.outcome == "not_met"}


def test_check_with_codes() -> None:
    assert warned(check(REQUEST)) == set()
    report = check(REQUEST, codes=True)
    assert warned(report) == {"COD-01"}
    assert report.treatments[0].note.count("the release of April 2026") == 1
    assert all(f.severity == "warning" for f in report.treatments[0].findings if f.code == "COD-01")


@pytest.mark.parametrize("kind", ["mri", "acupuncture", "opioid", "physical_therapy", "pillow"])
def test_a_row_of_any_treatment_is_warned(kind: str) -> None:
    row = {"kind": kind, "diagnosis": "Neck pain", "icd": ["724.2"], "region": "neck"}
    assert warned(check(REQUEST | {"treatments": [row]})) == {"COD-01", "COD-03", "COD-04"}


def test_verdicts_do_not_hang_on_codes() -> None:
    wrong = {"kind": "trigger_point_injection", "icd": ["729.1", "M79.7", "M79.18"]}
    request = REQUEST | {"treatments": [wrong]}
    assert check(request).treatments[0].verdict == check(REQUEST).treatments[0].verdict


def test_codes_of_a_template_are_held_to_the_pack_alone() -> None:
    template = REQUEST | {"treatments": [{**REQUEST["treatments"][0], "region": "{{region}}"}]}
    assert warned(check(template, codes=True)) == set()


def test_the_extra_is_asked_for_by_name_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icd, "is_installed", lambda: False)
    with_full_table.cache_clear()
    with pytest.raises(ImrCheckError, match=r"imr-check\[codes\]"):
        check(REQUEST, codes=True)


@pytest.mark.parametrize("code", ["M99.99", "13", "1300", "MM50M54", "Q", "..", "M5..", "A.B.C"])
def test_nothing_that_looks_like_a_code_goes_wrong(code: str) -> None:
    for table in (OWN, ALL):
        for day in (date(2014, 1, 1), DAY, date(2030, 1, 1)):
            assert table.existed(code, day).says in (None, False)
            assert table.billable(code, day).says in (None, False)
        assert not table.place(code).regions
        assert table.agrees({"neck_pain"}, code) is None
        assert table.may_stand_together(code, "M54.2").says is None


def modules_after(code: str, *, full: bool) -> str:
    request = REQUEST | {"treatments": [{"kind": "trigger_point_injection", "icd": [code]}]}
    program = (
        f"import sys; from imr_check import check; check({request!r}, codes={full});"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_full_table_is_loaded_only_for_a_code_that_the_pack_does_not_know() -> None:
    assert "simple_icd_10_cm" not in modules_after("M99.99", full=False)
    assert "simple_icd_10_cm" not in modules_after("M54.2", full=True)
    assert "simple_icd_10_cm" in modules_after("M99.99", full=True)


def test_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icd, "is_installed", lambda: False)
    with pytest.raises(UsageError, match=r"imr-check\[codes\]"):
        settings_for(Asked((), {"codes": True}, isolated=True))
    assert settings_for(Asked((), {}, isolated=True)).settings.codes is False
