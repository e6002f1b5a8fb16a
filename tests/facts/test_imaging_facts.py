"""Facts of imaging, nerve tests and the care before them: what counts, and for which part."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.facts.anatomy import is_of_part
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

INJURY, AS_OF = "2016-10-13", date(2016, 12, 1)


def fact(name: str, row: dict[str, Any], *, parts: tuple[str, ...] = (), **chart: Any) -> object:
    """Return the value of a fact for one row and a chart, or None if not documented."""
    treatment = {"kind": "mri"} | row
    request = request_of(
        {
            "injury": {"date": INJURY, "body_parts": list(parts)},
            "treatments": [treatment],
            "submission": {"date": AS_OF.isoformat()},
            "chart": chart,
        }
    )
    view = RowView(request, 0, treatment["kind"], AS_OF, installed_packs()[0])
    observation = VOCABULARY[name].derive(view)
    return None if observation is None else observation.value


def exam(*findings: dict[str, Any], day: str | None = None) -> dict[str, Any]:
    return {"findings": list(findings)} | ({"date": day} if day else {})


def sign(name: str, present: bool = True, **more: Any) -> dict[str, Any]:
    return {"finding": name, "present": present} | more


KNEE, LOW_BACK, NECK, ARM = ({"region": part} for part in ("knee", "low_back", "neck", "arm"))
THERAPY = {"kind": "physical_therapy"}


def active(*therapies: dict[str, Any], row: dict[str, Any] = LOW_BACK) -> object:
    return fact("care.active", row, therapies=list(therapies))


class TestActiveCare:
    @pytest.mark.parametrize(
        ("entry", "result"),
        [
            ({"response": "no_change"}, "failed"),
            ({"response": "failed", "status": "completed"}, "failed"),
            ({"response": "improved"}, "helped"),
            ({"status": "authorized"}, "not_begun"),
            ({"status": "planned"}, "not_begun"),
            ({"visits": 0, "visits_authorized": 6}, "not_begun"),
            ({"status": "ongoing"}, "ongoing"),
            ({"status": "ongoing", "response": "no_change"}, "failed"),
            ({"visits": 5, "visits_authorized": 6, "response": "no_change"}, "ongoing"),
            ({"visits": 6, "visits_authorized": 6, "response": "no_change"}, "failed"),
            (
                {"visits": 2, "visits_authorized": 6, "status": "stopped", "response": "worse"},
                "failed",
            ),
            ({"status": "contraindicated"}, "contraindicated"),
            ({}, None),
            ({"response": "partial"}, None),
            ({"visits_authorized": 8}, None),
        ],
    )
    def test_what_an_entry_comes_to(self, entry: dict[str, Any], result: str | None) -> None:
        assert active({**THERAPY, **entry}) == result

    def test_drugs_and_passive_care_are_none(self) -> None:
        assert active({"kind": "acupuncture", "response": "failed"}) is None
        assert active({"kind": "tens", "response": "failed"}) is None
        drugs = [{"name": "ibuprofen", "response": "failed"}]
        assert fact("care.active", LOW_BACK, medications=drugs) is None

    def test_authorized_care_weighs_more_than_another_kind_that_failed(self) -> None:
        chiropractic = {"kind": "chiropractic", "response": "failed"}
        authorized = {**THERAPY, "status": "authorized"}
        assert active(chiropractic, authorized) == active(authorized, chiropractic) == "not_begun"

    def test_of_one_kind_what_was_done_outweighs_what_was_planned(self) -> None:
        done, planned = {**THERAPY, "response": "failed"}, {**THERAPY, "status": "planned"}
        assert active(done, planned) == active(planned, done) == "failed"

    def test_care_of_another_part_says_nothing(self) -> None:
        shoulder = {**THERAPY, "region": "shoulder", "response": "failed"}
        assert active(shoulder, row=LOW_BACK) is None
        assert active({**shoulder, "region": "neck"}, row=ARM) == "failed"
        assert active({**shoulder, "region": "low_back"}, row=ARM) is None
        assert active({**shoulder, "region": "hand"}, row={"region": "wrist"}) == "failed"

    def test_care_before_the_injury_is_for_something_else(self) -> None:
        assert active({**THERAPY, "response": "failed", "end": "2016-10-01"}) is None


def test_symptoms_of_a_limb_are_those_of_its_parts_and_spine() -> None:
    assert fact("symptoms.weeks", ARM, parts=("wrist",)) == 7
    assert fact("symptoms.weeks", ARM, parts=("neck",)) == 7
    assert fact("symptoms.weeks", ARM, parts=("low_back",)) is None
    assert fact("symptoms.weeks", KNEE, parts=("leg",)) == 7
    assert fact("symptoms.weeks", KNEE, parts=("low_back",)) is None
    onset = [{"name": "Pain", "region": "hand", "onset": "2016-11-24"}]
    assert fact("symptoms.weeks", ARM, parts=("neck",), symptoms=onset) == 1


@pytest.mark.parametrize(
    ("region", "part", "same"),
    [
        ("arm", "hand", True),
        ("hand", "arm", True),
        ("hand", "wrist", True),
        ("arm", "shoulder", False),
        ("leg", "knee", True),
        ("knee", "foot", False),
        ("arm", "knee", False),
        (None, "arm", False),
    ],
)
def test_parts_of_limbs(region: str | None, part: str, same: bool) -> None:
    assert is_of_part(region, part) is same


class TestSigns:
    def test_the_newest_examination_counts(self) -> None:
        old = exam(sign("mcmurray", region="knee"), day="2016-11-01")
        new = exam(sign("mcmurray", present=False, region="knee"), day="2016-11-20")
        assert fact("exam.mcmurray", KNEE, examinations=[new, old]) is False
        assert fact("exam.mcmurray", KNEE, examinations=[old]) is True

    def test_a_sign_of_another_part_says_nothing(self) -> None:
        assert (
            fact("exam.mcmurray", KNEE, examinations=[exam(sign("mcmurray", region="hip"))]) is None
        )
        assert fact("exam.mcmurray", KNEE, examinations=[exam(sign("mcmurray"))]) is True

    def test_both_on_one_day_is_not_found(self) -> None:
        both = exam(sign("apley", region="knee"), sign("apley", present=False, region="knee"))
        assert fact("exam.apley", KNEE, examinations=[both]) is False

    def test_days_from_the_injury_to_the_first_finding(self) -> None:
        first = exam(sign("effusion", region="knee"), day="2016-10-14")
        later = exam(sign("effusion", region="knee"), day="2016-11-14")
        assert fact("exam.effusion_days", KNEE, examinations=[later, first]) == 1
        undated = exam(sign("effusion", region="knee"))
        assert fact("exam.effusion_days", KNEE, examinations=[undated]) is None
        absent = exam(sign("effusion", present=False, region="knee"), day="2016-10-14")
        assert fact("exam.effusion_days", KNEE, examinations=[absent]) is None

    def test_tinel_at_the_elbow_is_no_carpal_tunnel(self) -> None:
        elbow = [exam(sign("tinel", region="elbow"))]
        assert fact("exam.tinel_at_wrist", ARM, examinations=elbow) is None
        assert fact("exam.tinel", ARM, examinations=elbow) is True
        wrist = [exam(sign("tinel", region="wrist"))]
        assert fact("exam.tinel_at_wrist", ARM, examinations=wrist) is True

    def test_categories_of_complex_regional_pain(self) -> None:
        signs = ("edema", "sweating_change", "skin_color_change", "hyperalgesia_or_allodynia")
        charted = [exam(*(sign(each, region="foot") for each in signs))]
        assert fact("exam.crps_categories", {"region": "foot"}, examinations=charted) == 3
        none = [exam(sign("edema", present=False, region="foot"))]
        assert fact("exam.crps_categories", {"region": "foot"}, examinations=none) == 0


class TestNamedDeficits:
    @pytest.mark.parametrize(
        ("found", "named"),
        [
            ({"levels": ["L5"]}, True),
            ({"region": "foot"}, True),
            ({"region": "leg"}, None),
            ({"region": "leg", "present": False}, False),
            ({}, None),
        ],
    )
    def test_dermatome(self, found: dict[str, Any], named: bool | None) -> None:
        charted = [exam({"finding": "sensory_deficit", "present": True} | found)]
        assert fact("exam.dermatome_loss", LOW_BACK, examinations=charted) is named

    @pytest.mark.parametrize(
        ("found", "named"),
        [
            ({"muscle": "extensor hallucis longus"}, True),
            ({"levels": ["L5"]}, True),
            ({"region": "leg", "measure": "5-/5"}, None),
            ({"region": "leg", "present": False}, False),
            ({"region": "leg", "finding": "atrophy"}, True),
        ],
    )
    def test_myotome(self, found: dict[str, Any], named: bool | None) -> None:
        charted = [exam({"finding": "motor_deficit", "present": True} | found)]
        assert fact("exam.myotome_weakness", LOW_BACK, examinations=charted) is named

    def test_a_weak_grip_is_a_deficit_of_the_limb(self) -> None:
        charted = [exam(sign("motor_deficit", region="hand"))]
        assert fact("exam.limb_deficit", NECK, examinations=charted) is True
        assert fact("exam.myotome_weakness", NECK, examinations=charted) is None
        assert fact("exam.limb_deficit", LOW_BACK, examinations=charted) is None

    def test_any_nerve_test_is_a_neurologic_examination(self) -> None:
        normal = [exam(sign("reflex_deficit", present=False, region="arm"))]
        assert fact("exam.neurologic", {"region": "head"}, examinations=normal) is True
        tender = [exam(sign("tenderness", region="neck"))]
        assert fact("exam.neurologic", {"region": "head"}, examinations=tender) is None


class TestStudyOfTheRow:
    SPINE_AND_PELVIS = {"sites": [{"region": "low_back"}, {"region": "pelvis"}]}

    def test_each_part_that_is_named_counts(self) -> None:
        assert fact("study.of_low_back", self.SPINE_AND_PELVIS) is True
        assert fact("study.of_hip", self.SPINE_AND_PELVIS) is True
        assert fact("study.of_knee", self.SPINE_AND_PELVIS) is False
        assert fact("study.of_knee", {}) is None
        assert fact("study.of_neck", {"levels": ["C5-6"]}) is True

    def test_the_part_that_asks_for_care_the_longest_decides(self) -> None:
        assert fact("study.care_part", self.SPINE_AND_PELVIS) == "low_back"
        assert (
            fact("study.care_part", {"sites": [{"region": "neck"}, {"region": "hip"}]}) == "other"
        )
        assert fact("study.care_part", {"region": "upper_back"}) == "neck_or_upper_back"
        assert fact("study.care_part", {"region": "head"}) == "head"

    def test_neck_and_upper_back_are_one_area(self) -> None:
        spine = {"sites": [{"region": "neck"}, {"region": "upper_back"}]}
        assert fact("study.one_area", spine) is True
        assert fact("study.one_area", self.SPINE_AND_PELVIS) is False
        assert (
            fact("study.one_area", {"region": "knee", "treatment": "MRI or CT of the knee"})
            is False
        )
        assert fact("study.one_area", {}) is None

    def test_what_is_not_encoded_is_not_documented(self) -> None:
        assert fact("study.of_encoded_part", KNEE) is True
        assert fact("study.of_encoded_part", {"region": "wrist"}) is None
        assert fact("study.of_encoded_part", {"kind": "computed_tomography", **KNEE}) is None
        assert fact("study.of_encoded_part", {"kind": "computed_tomography", **NECK}) is True
        assert fact("study.of_encoded_part", {}) is None

    def test_an_xray_counts_by_its_result(self) -> None:
        film = {"study": "xray", "region": "hip", "findings": [{"finding": "normal"}]}
        hip = {"region": "hip"}
        assert fact("study.plain_film", hip, imaging=[film]) is True
        assert fact("study.plain_film", hip, imaging=[{**film, "findings": []}]) is None
        assert fact("study.plain_film", hip, imaging=[{**film, "report_enclosed": False}]) is None
        assert fact("study.plain_film", KNEE, imaging=[film]) is None

    def test_earlier_repair_of_the_cuff(self) -> None:
        shoulder = {"region": "shoulder"}
        repair = {"name": "Rotator cuff repair", "region": "shoulder"}
        assert fact("study.after_cuff_repair", shoulder, operations=[repair]) is True
        planned = {**repair, "status": "planned"}
        assert fact("study.after_cuff_repair", shoulder, operations=[planned]) is None

    def test_studies_are_those_the_row_names(self) -> None:
        row = {"kind": "electrodiagnostics", "region": "leg", "studies": ["emg"]}
        assert fact("study.emg", row) is True
        assert fact("study.ncs", row) is False
        assert fact("study.ncs", {**row, "studies": []}) is None

    def test_a_neuropathy_counts_if_the_assessment_has_it(self) -> None:
        leg = {
            "kind": "electrodiagnostics",
            "region": "leg",
            "purpose": {"suspected": "neuropathy"},
        }
        assert fact("study.neuropathy_suspected", leg) is None
        suspected = [{"name": "Peripheral neuropathy", "status": "suspected"}]
        assert fact("study.neuropathy_suspected", leg, diagnoses=suspected) is True
        ruled_out = [{"name": "Peripheral neuropathy", "status": "ruled_out"}]
        assert fact("study.neuropathy_suspected", leg, diagnoses=ruled_out) is None

    def test_a_lesion_counts_if_the_assessment_has_it(self) -> None:
        tear = [{"name": "Medial meniscus tear", "region": "knee"}]
        assert fact("study.lesion_diagnosed", KNEE, diagnoses=tear) is True
        strain = [{"name": "Knee strain", "region": "knee"}]
        assert fact("study.lesion_diagnosed", KNEE, diagnoses=strain) is None
