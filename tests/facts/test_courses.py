"""Courses of therapy: visits used, results, and the line of the table of visit numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.facts.visit_numbers import GROUPS
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

PACK = installed_packs()[0]
THERAPY = "therapy/physical_therapy.yaml"


def fact(name: str, row: dict[str, Any] | None = None, **chart: Any) -> object:
    """Return the value of a fact for a row of physical therapy, or None if not documented."""
    treatment = {"kind": "physical_therapy", "region": "low_back"} | (row or {})
    others = chart.pop("others", [])
    request = request_of(
        {
            "injury": {"date": chart.pop("injured", "2016-10-13")},
            "treatments": [treatment, *others],
            "submission": {"date": "2016-12-13"},
            "chart": chart,
        }
    )
    view = RowView(request, 0, treatment["kind"], date(2016, 12, 13), PACK)
    found = VOCABULARY[name].derive(view)
    return None if found is None else found.value


def group(*names: str, region: str = "low_back", **more: Any) -> object:
    row = {"region": region} | more.pop("row", {})
    diagnoses = [{"name": name} for name in names]
    return fact("course.visit_group", row, diagnoses=diagnoses, **more)


class TestVisitGroup:
    @pytest.mark.parametrize(
        ("name", "region", "expected"),
        [
            ("Lumbar strain", "low_back", "strain_or_other"),
            ("Myofascial pain syndrome", "shoulder", "strain_or_other"),
            ("Lumbar radiculopathy", "low_back", "neuralgia"),
            ("Complex regional pain syndrome of the hand", "hand", "crps"),
            ("Osteoarthritis", "knee", "arthritis"),
            ("Cervicalgia", "neck", "neck_pain"),
            ("Cervical spondylosis", "neck", "neck_pain"),
            ("Cervical strain", "neck", "neck_sprain"),
            ("Right knee sprain", "knee", "knee_sprain"),
            ("Impingement syndrome", "shoulder", "shoulder"),
            ("Lateral epicondylitis", "elbow", "epicondylitis"),
            ("Finger fracture", "hand", "finger_fracture"),
            ("Headaches", "head", "headache"),
        ],
    )
    def test_of_one_diagnosis(self, name: str, region: str, expected: str) -> None:
        assert group(name, region=region) == expected

    def test_of_several_the_largest_number_counts(self) -> None:
        assert group("Cervicalgia", "Cervical strain", region="neck") == "neck_sprain"
        assert group("Cervical strain", "Cervicalgia", region="neck") == "neck_sprain"

    def test_a_diagnosis_without_a_line_is_counted_like_a_strain(self) -> None:
        assert group("Disc displacement") == "strain_or_other"

    def test_it_takes_nothing_from_a_diagnosis_that_has_a_line(self) -> None:
        assert group("Insomnia", "Lateral epicondylitis", region="elbow") == "epicondylitis"

    def test_a_diagnosis_of_another_part_does_not_count(self) -> None:
        assert group("Right knee sprain", "Cervical strain", region="neck") == "neck_sprain"

    def test_only_what_is_confirmed_counts(self) -> None:
        suspected = [{"name": "Lumbar radiculopathy", "status": "suspected"}]
        assert fact("course.visit_group", diagnoses=suspected) is None

    def test_the_diagnosis_and_the_code_of_the_row_count(self) -> None:
        assert group(row={"diagnosis": "Lumbar strain"}) == "strain_or_other"
        assert group(row={"icd": ["M54.16"]}) == "neuralgia"

    def test_without_a_diagnosis_there_is_no_line(self) -> None:
        assert group() is None

    def test_an_earlier_injection_counts_where_nothing_has_a_larger_number(self) -> None:
        injected = [{"kind": "epidural_steroid_injection", "region": "low_back"}]
        assert group(procedures=injected) == "after_injection"
        assert group("Lumbar strain", procedures=injected) == "strain_or_other"

    def test_a_row_that_goes_with_an_injection_follows_it(self) -> None:
        injection = {"kind": "trigger_point_injection", "region": "low_back"}
        chosen = group("Lumbar strain", row={"goes_with": 2}, others=[injection])
        assert chosen == "after_injection"

    @pytest.mark.parametrize(
        ("operation", "region", "expected"),
        [
            ("Repair of an open finger fracture", "hand", "finger_fracture_operated"),
            ("Fixation of a metacarpal fracture", "hand", "metacarpal_fracture_operated"),
            ("Fixation of the femur fracture", "thigh", "femur_fracture_operated"),
            ("Release for lateral epicondylitis", "elbow", "epicondylitis_operated"),
            ("Shoulder arthroscopy", "shoulder", "shoulder_operated_arthroscopic"),
            ("Open rotator cuff repair", "shoulder", "shoulder_operated_open"),
            ("Carpal tunnel release", "hand", "other_operation"),
        ],
    )
    def test_after_an_operation(self, operation: str, region: str, expected: str) -> None:
        done = [{"name": operation, "region": region, "date": "2016-11-01"}]
        assert group(region=region, operations=done) == expected

    def test_an_operation_before_the_injury_was_for_something_else(self) -> None:
        done = [{"name": "Two lumbar operations", "region": "low_back", "date": "2011-03-01"}]
        assert group("Lumbar strain", operations=done) == "strain_or_other"

    def test_the_lines_stand_in_the_order_of_their_numbers(self) -> None:
        for edition in ("chronic_pain_2009", "chronic_pain_2016"):
            limits = PACK.section(THERAPY, edition).limits
            shared = {
                "femur_fracture_operated": "shoulder_operated_open",
                "metacarpal_fracture_operated": "finger_fracture_operated",
                "epicondylitis_operated": "knee_sprain",
                "neck_sprain": "strain_or_other",
                "shoulder": "strain_or_other",
                "neuralgia": "strain_or_other",
                "neck_pain": "arthritis",
                "finger_fracture": "epicondylitis",
            }
            lines = [line for line in GROUPS if line != "other_operation"]
            numbers = [limits[f"{shared.get(line, line)}_visits"].value for line in lines]
            assert numbers == sorted(numbers, reverse=True)


class TestVisits:
    ROW = {"quantity": 6}

    def therapy(self, **more: Any) -> list[dict[str, Any]]:
        return [{"kind": "physical_therapy", "region": "low_back"} | more]

    def total(self, **more: Any) -> object:
        return fact("course.visits_at_least", self.ROW, therapies=self.therapy(**more))

    def test_those_attended_are_added(self) -> None:
        assert self.total(visits=8) == 14

    def test_those_authorized_count_like_those_attended(self) -> None:
        assert self.total(visits=3, visits_authorized=6) == 12
        assert self.total(visits_authorized=8, status="authorized") == 14

    def test_those_that_are_only_planned_do_not(self) -> None:
        assert self.total(visits=8, status="planned") == 6

    def test_without_a_count_those_asked_for_are_what_is_known(self) -> None:
        assert self.total() == 6

    def test_private_visits_count(self) -> None:
        done = [{"kind": "chiropractic", "region": "low_back", "visits": 4, "private": True}]
        row = {"kind": "chiropractic", **self.ROW}
        assert fact("course.visits_at_least", row, therapies=done) == 10

    def test_a_therapy_of_no_visits_is_not_begun(self) -> None:
        assert fact("course.continuing", therapies=self.therapy(visits=0)) is None

    def test_for_the_cap_every_part_counts(self) -> None:
        elsewhere = [{"kind": "physical_therapy", "region": "knee", "visits": 20}]
        assert fact("course.visits_at_least", self.ROW, therapies=elsewhere) == 6
        assert fact("course.injury_visits", self.ROW, therapies=elsewhere) == 26

    def test_a_course_that_is_authorized_and_not_begun(self) -> None:
        waiting = self.therapy(status="authorized")
        assert fact("course.authorized", therapies=waiting) is True
        assert fact("course.continuing", therapies=waiting) is None


class TestAfterAnOperation:
    DONE = [{"name": "Laminectomy", "region": "low_back", "date": "2016-11-01"}]

    def continuing(self, start: str | None, **row: Any) -> object:
        therapy = {"kind": "physical_therapy", "visits": 6} | ({"start": start} if start else {})
        return fact("course.continuing", row, operations=self.DONE, therapies=[therapy])

    def test_a_new_course_begins(self) -> None:
        assert self.continuing("2016-10-20") is None
        assert self.continuing("2016-11-10") is True

    def test_therapy_without_a_date_is_of_this_course_unless_it_is_the_first(self) -> None:
        assert self.continuing(None) is True
        assert self.continuing(None, course="first") is False

    def test_the_operation_needs_its_date(self) -> None:
        undated = [{"name": "Laminectomy", "region": "low_back"}]
        planned = [{"name": "Laminectomy", "region": "low_back", "status": "planned"}]
        assert fact("course.operation_dated", operations=self.DONE) is True
        assert fact("course.operation_dated", operations=undated) is None
        assert fact("course.operation_dated", operations=planned) is True

    def test_the_phase_of_the_row_says_it_as_well(self) -> None:
        assert fact("course.postoperative", {"phase": "postoperative"}) is True
        assert fact("course.postoperative", {"phase": "preoperative"}) is False
        assert fact("course.postoperative") is None


class TestResult:
    def result(self, *entries: dict[str, Any]) -> object:
        therapies = [{"kind": "physical_therapy", "visits": 6} | entry for entry in entries]
        return fact("course.result", therapies=therapies)

    def test_of_the_last_course(self) -> None:
        early = {"end": "2016-11-01", "response": "improved"}
        late = {"end": "2016-12-01", "response": "failed"}
        assert self.result(early, late) == self.result(late, early) == "unchanged"

    def test_the_worst_of_those_that_ended_together(self) -> None:
        one, other = {"response": "improved"}, {"response": "worse"}
        assert self.result(one, other) == self.result(other, one) == "worse"

    def test_words_about_pain_are_part_of_a_result(self) -> None:
        assert self.result({"response": "partial"}) == "partial"

    def test_the_stage_goes_by_what_is_charted(self) -> None:
        done = {"kind": "physical_therapy", "visits": 6}
        change = [{"after": "physical_therapy", "work_restrictions": "unchanged"}]
        assert fact("course.stage") == "first"
        assert fact("course.stage", {"course": "first"}) == "first"
        assert fact("course.stage", {"course": "continuing"}) == "unanswered"
        assert fact("course.stage", therapies=[done]) == "unanswered"
        assert fact("course.stage", therapies=[{**done, "response": "failed"}]) == "answered"
        assert fact("course.stage", functional_changes=change) == "answered"
        assert fact("course.stage", {"kind": "mri"}) is None

    @pytest.mark.parametrize(
        ("change", "best"),
        [
            ({"work_restrictions": "reduced", "pain": "worse"}, "activities_or_work"),
            ({"daily_activities": "improved"}, "activities_or_work"),
            (
                {"work_restrictions": "unchanged", "physical_findings": "improved"},
                "physical_findings",
            ),
            ({"pain": "improved"}, "pain"),
            ({"pain": "improved", "physical_findings": "unchanged"}, "pain"),
            ({"work_restrictions": "unchanged"}, "nothing"),
            ({}, None),
        ],
    )
    def test_the_best_that_is_shown(self, change: dict[str, str], best: str | None) -> None:
        changes = [{"after": "physical_therapy"} | change]
        assert fact("function.best_shown", functional_changes=changes) == best


class TestDeficit:
    LIMITED = {"finding": "range_of_motion_limited", "present": True, "region": "low_back"}

    def deficit(self, *findings: dict[str, Any], **chart: Any) -> object:
        return fact("course.measured_deficit", examinations=[{"findings": list(findings)}], **chart)

    def test_a_measured_finding_is_one(self) -> None:
        assert self.deficit({**self.LIMITED, "measure": "flexion 40 degrees"}) is True

    def test_a_finding_without_a_measure_says_nothing(self) -> None:
        assert self.deficit(self.LIMITED) is None

    def test_what_the_chart_states_comes_first(self) -> None:
        said = [{"about": "measured_deficit", "holds": False}]
        assert self.deficit({**self.LIMITED, "measure": "full"}, statements=said) is False


class TestManipulation:
    def part(self, *regions: str) -> object:
        row = {"kind": "chiropractic", "region": None, "sites": [{"region": r} for r in regions]}
        return fact("course.manipulated_part", {k: v for k, v in row.items() if v is not None})

    def test_the_part_that_is_supported_least(self) -> None:
        spine = {"kind": "chiropractic", "region": "low_back"}
        assert fact("course.manipulated_part", spine) == "spine"
        for region, expected in (("elbow", "elbow"), ("knee", "other_limb"), ("hip", "elsewhere")):
            row = {"kind": "chiropractic", "region": region}
            assert fact("course.manipulated_part", row) == expected
        assert self.part("neck", "elbow") == "elbow"

    def test_a_severe_strain_of_the_neck(self) -> None:
        row = {"kind": "chiropractic", "region": "neck"}
        severe = [{"name": "Grade 3 cervical strain"}]
        assert fact("course.manipulation", row, diagnoses=severe) == "severe_neck_strain"
        assert fact("course.manipulation", row) == "neck"
        low = {"kind": "chiropractic", "region": "low_back"}
        assert fact("course.manipulation", low, diagnoses=severe) == "elsewhere"

    def test_massage_is_known_by_its_word(self) -> None:
        row = {"kind": "passive_modality", "treatment": "Massage, 6 visits"}
        assert fact("course.massage", row) is True
        assert fact("course.massage", {**row, "treatment": "Infrared heat"}) is False


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ({"quantity": 18, "authorized": 6}, 12),
        ({"quantity": 6, "authorized": 6}, 0),
        ({"quantity": 4, "authorized": 6}, 0),
        ({"quantity": 18}, None),
        ({"authorized": 6}, None),
    ],
)
def test_visits_are_left_only_of_a_row_that_is_authorized_in_part(
    row: dict[str, Any], left: int | None
) -> None:
    assert fact("row.visits_left", row) == left
