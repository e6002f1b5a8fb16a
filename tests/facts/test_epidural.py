"""Epidural injections: way, levels, guidance, the finding that they answer to, and their number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

DAY = date(2016, 12, 29)
KIND = "epidural_steroid_injection"


def fact(name: str, row: dict[str, Any] | None = None, **chart: Any) -> object:
    """Return the value of a fact for an epidural row of the low back, or None."""
    request = request_of(
        {
            "injury": {"date": "2016-10-22"},
            "treatments": [{"kind": KIND, "region": "low_back"} | (row or {})],
            "submission": {"date": str(DAY)},
            "chart": chart,
        }
    )
    found = VOCABULARY[name].derive(RowView(request, 0, KIND, DAY, installed_packs()[0]))
    return None if found is None else found.value


@pytest.mark.parametrize(
    ("row", "way"),
    [
        ({"approach": "caudal"}, "caudal"),
        ({"treatment": "Right L4 transforaminal epidural injection"}, "transforaminal"),
        ({"procedure_codes": ["64483", "64484"]}, "transforaminal"),
        ({"procedure_codes": ["62323"]}, "interlaminar"),
        ({"procedure_codes": ["62323", "64483"]}, None),
        ({"treatment": "Lumbar ESI"}, None),
    ],
)
def test_the_way_is_named_by_field_words_or_code(row: dict[str, Any], way: str | None) -> None:
    assert fact("epidural.approach", row) == way


@pytest.mark.parametrize(
    ("levels", "count"), [(["L4"], 1), (["L4", "L5"], 2), (["L4-5"], 1), (["L4-S1"], 2), ([], None)]
)
def test_a_level_is_a_root_or_a_space(levels: list[str], count: int | None) -> None:
    assert fact("epidural.levels", {"levels": levels}) == count


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"guidance": ["fluoroscopy"]}, True),
        ({"guidance": ["ultrasound"]}, False),
        ({"treatment": "Epidural injection under fluoroscopic guidance"}, True),
        ({"treatment": "Epidural injection"}, None),
    ],
)
def test_fluoroscopy_is_named_or_another_guidance_is(row: dict[str, Any], expected: Any) -> None:
    assert fact("epidural.fluoroscopy", row) is expected


def deficit(row: dict[str, Any], **finding: Any) -> object:
    found = {"finding": "sensory_deficit", "present": True, "region": "leg"} | finding
    return fact("epidural.deficit_matches", row, examinations=[{"findings": [found]}])


@pytest.mark.parametrize(
    ("row", "finding", "expected"),
    [
        ({"levels": ["L4"], "side": "right"}, {"levels": ["L4", "L5"]}, True),
        ({"levels": ["L4-5"]}, {"levels": ["L5"]}, True),
        ({"levels": ["L4-5"]}, {"levels": ["S1"]}, False),
        ({"levels": ["L4"], "side": "right"}, {"levels": ["L4"], "side": "left"}, False),
        ({"levels": ["L4"], "side": "both"}, {"levels": ["L4"], "side": "left"}, True),
        ({"levels": ["L4"]}, {}, True),
        ({}, {"levels": ["L5"]}, True),
        ({}, {"present": False}, None),
    ],
)
def test_a_deficit_fits_by_level_and_side(
    row: dict[str, Any], finding: dict[str, Any], expected: Any
) -> None:
    assert deficit(row, **finding) is expected


def test_one_fitting_deficit_is_enough() -> None:
    findings = [
        {"finding": "sensory_deficit", "present": True, "levels": ["S1"]},
        {"finding": "reflex_deficit", "present": True, "levels": ["L4"]},
    ]
    row = {"levels": ["L4"]}
    for listed in (findings, findings[::-1]):
        assert fact("epidural.deficit_matches", row, examinations=[{"findings": listed}]) is True


def study(*findings: dict[str, Any], kind: str = "mri", region: str = "low_back") -> dict[str, Any]:
    return {"study": kind, "region": region, "findings": list(findings)}


@pytest.mark.parametrize(
    ("imaging", "expected"),
    [
        (study({"finding": "disc_herniation", "levels": ["L4-5"]}), True),
        (study({"finding": "foraminal_stenosis"}), True),
        (study({"finding": "disc_herniation", "levels": ["L1-2"]}), None),
        (study({"finding": "disc_herniation", "present": False}), False),
        (study({"finding": "normal"}), False),
        (study({"finding": "normal"}, kind="xray"), None),
        (study({"finding": "normal"}, region="neck"), None),
        (study({"finding": "disc_degeneration"}), None),
    ],
)
def test_a_lesion_at_the_root_is_one_at_the_level(imaging: dict[str, Any], expected: Any) -> None:
    assert fact("epidural.lesion_imaged", {"levels": ["L4-5"]}, imaging=[imaging]) is expected


def test_a_herniation_is_imaged_or_diagnosed() -> None:
    assert fact("epidural.herniation", imaging=[study({"finding": "disc_herniation"})]) is True
    assert fact("epidural.herniation", diagnoses=[{"name": "Lumbar disc protrusion"}]) is True
    assert fact("epidural.herniation", imaging=[study({"finding": "spinal_stenosis"})]) is None


def block(day: str | None, **more: Any) -> dict[str, Any]:
    return {"kind": KIND, "region": "low_back"} | ({"date": day} if day else {}) | more


@pytest.mark.parametrize(
    ("row", "procedures", "count"),
    [
        ({}, [], None),
        ({"quantity": 1}, [], 1),
        ({"quantity": 3}, [], 3),
        ({}, [block("2016-06-01")], 2),
        ({}, [block("2015-12-31"), block("2015-12-30")], 2),
        ({}, [block("2016-06-01", count=2)], 3),
        ({}, [block("2016-06-01", region="neck")], None),
        ({}, [block("2016-06-01"), block(None)], None),
    ],
)
def test_injections_of_a_year_are_counted_with_those_asked_for(
    row: dict[str, Any], procedures: list[dict[str, Any]], count: int | None
) -> None:
    assert fact("epidural.blocks_in_year", row, procedures=procedures) == count
