"""Operations, what imaging shows for them, diagnoses of joints, and the work status."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

DAY = date(2017, 1, 3)


def fact(name: str, row: dict[str, Any], others: Any = (), **chart: Any) -> object:
    """Return the value of a fact for the first row, or None if not documented."""
    request = request_of(
        {
            "injury": {"date": "2016-10-15"},
            "treatments": [row, *others],
            "submission": {"date": str(DAY)},
            "chart": chart,
        }
    )
    view = RowView(request, 0, row["kind"], DAY, installed_packs()[0])
    found = VOCABULARY[name].derive(view)
    return None if found is None else found.value


URINE = {"kind": "urinalysis"}
BRACE = {"kind": "elbow_brace", "region": "elbow"}
SLAP = {"kind": "shoulder_arthroscopy", "region": "shoulder", "procedures": ["SLAP repair"]}
SCOPE = {"kind": "knee_arthroscopy", "region": "knee", "treatment": "Knee arthroscopy"}


def planned(**more: Any) -> dict[str, Any]:
    return {"name": "Hernia repair", "status": "planned"} | more


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([planned(implant=True, urologic=False)], True),
        ([planned(implant=False, urologic=True)], True),
        ([planned(implant=False, urologic=False)], False),
        ([planned(implant=False)], None),
        ([planned(implant=False, urologic=False), planned()], None),
        ([planned(implant=True) | {"status": "done"}], None),
    ],
)
def test_an_implant_is_that_of_a_planned_operation(operations: Any, expected: Any) -> None:
    assert fact("operation.implant_or_urologic", URINE, operations=operations) is expected


@pytest.mark.parametrize(
    ("row", "operation", "expected"),
    [
        (BRACE, {"region": "elbow"}, True),
        (BRACE, {"region": "arm"}, True),
        (BRACE, {"region": "knee"}, None),
        (BRACE, {"region": "elbow", "status": "planned"}, None),
        (BRACE | {"phase": "postoperative"}, {"region": "elbow", "status": "planned"}, True),
    ],
)
def test_an_operation_counts_for_its_part(row: Any, operation: Any, expected: Any) -> None:
    operations = [{"name": "Repair"} | operation]
    assert fact("operation.of_the_part", row, operations=operations) is expected


def test_an_operation_on_the_same_request_counts() -> None:
    brace = BRACE | {"goes_with": 2}
    assert fact("operation.of_the_part", brace, [{"kind": "surgery"}]) is True
    assert fact("operation.of_the_part", brace, [{"kind": "mri"}]) is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (SLAP, True),
        (SLAP | {"procedures": [], "procedure_codes": ["29807"]}, True),
        (SLAP | {"procedures": ["Rotator cuff repair"]}, False),
        (SLAP | {"procedures": []}, None),
    ],
)
def test_a_slap_repair_is_known_by_name_or_code(row: Any, expected: Any) -> None:
    assert fact("operation.slap_repair", row) is expected


def read(*findings: str, absent: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [{"finding": name} for name in findings]
    listed += [{"finding": name, "present": False} for name in absent]
    return {"study": "mri", "region": "shoulder", "findings": listed} | more


@pytest.mark.parametrize(
    ("row", "imaging", "imaged", "on_report"),
    [
        (SLAP, [read("labral_tear")], True, True),
        (SLAP, [read("labral_tear", reading="physician")], True, None),
        (
            SLAP,
            [read("labral_tear", reading="physician"), read(absent=("labral_tear",))],
            True,
            False,
        ),
        (SLAP, [read("rotator_cuff_tear")], False, False),
        (SLAP, [read("arthritis", study="xray")], None, None),
        (SLAP, [read("labral_tear", region="knee")], None, None),
        (SCOPE, [read("meniscus_tear", region="knee")], True, True),
        (SCOPE, [read("normal", region="knee")], False, False),
        (SCOPE, [], None, None),
    ],
)
def test_imaging_shows_what_the_operation_is_for(
    row: Any, imaging: Any, imaged: Any, on_report: Any
) -> None:
    assert fact("operation.lesion_imaged", row, imaging=imaging) is imaged
    assert fact("operation.lesion_on_report", row, imaging=imaging) is on_report


STIMULATOR = {"kind": "spinal_cord_stimulator", "region": "low_back"}


def test_a_trial_is_named_in_the_row() -> None:
    row = STIMULATOR | {"treatment": "Trial of a spinal cord stimulator"}
    assert fact("operation.is_trial", row) is True
    assert fact("operation.is_trial", STIMULATOR) is None


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        ([{"name": "Failed back surgery syndrome"}], True),
        ([{"name": "Complex regional pain syndrome"}], True),
        ([{"name": "CRPS", "status": "ruled_out"}], None),
        (
            [
                {"name": "CRPS", "status": "ruled_out"},
                {"name": "Failed back surgery syndrome", "status": "ruled_out"},
            ],
            False,
        ),
        ([], None),
    ],
)
def test_a_stimulator_is_for_two_diagnoses(diagnoses: Any, expected: Any) -> None:
    assert fact("operation.failed_back_or_crps", STIMULATOR, diagnoses=diagnoses) is expected


PLASMA = {"kind": "platelet_rich_plasma", "region": "knee"}


def test_arthritis_is_diagnosed_or_imaged_in_the_part() -> None:
    name = "diagnosis.arthritis"
    imaged: dict[str, Any] = {"study": "xray", "region": "knee"}
    assert fact(name, PLASMA, diagnoses=[{"name": "Osteoarthritis", "region": "knee"}]) is True
    assert fact(name, PLASMA, diagnoses=[{"name": "Osteoarthritis", "region": "hip"}]) is None
    assert fact(name, PLASMA, imaging=[imaged | {"findings": [{"finding": "arthritis"}]}]) is True
    denied = imaged | {"findings": [{"finding": "arthritis", "present": False}]}
    assert fact(name, PLASMA, imaging=[denied]) is False
    assert fact(name, PLASMA) is None


def test_diagnoses_of_the_wrist_count_for_the_hand() -> None:
    row = {"kind": "wrist_splint", "region": "hand"}
    diagnoses = [{"name": "Carpal tunnel syndrome", "region": "wrist"}]
    assert fact("diagnosis.carpal_tunnel", row, diagnoses=diagnoses) is True
    assert fact("diagnosis.de_quervain", row, diagnoses=diagnoses) is None


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("2016-11-01", "off_work"), ("2016-12-01", "modified_duty")], "modified_duty"),
        ([("2016-12-01", "off_work"), ("2016-11-01", "full_duty")], "off_work"),
        ([("2016-12-01", "off_work"), ("2016-12-01", "full_duty")], "full_duty"),
        ([], None),
    ],
)
def test_the_newest_work_status_counts(reports: Any, expected: Any) -> None:
    charted = [{"date": day, "status": status} for day, status in reports]
    row = {"kind": "functional_capacity_evaluation"}
    assert fact("function.work_status", row, work_status=charted) == expected
    assert fact("function.work_status", row, work_status=charted[::-1]) == expected


@pytest.mark.parametrize(
    ("duration", "days"),
    [({"length": 60, "unit": "days"}, 60), ({"length": 4, "up_to": 9, "unit": "weeks"}, 63)],
)
def test_days_are_counted_at_the_longest(duration: Any, days: int) -> None:
    assert fact("row.duration_days", {"kind": "home_health_care", "duration": duration}) == days
