"""From chart to facts: what counts as documented, what counts against, what says nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.facts.calendar import months_between
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

AS_OF = date(2015, 1, 13)


def fact(name: str, row: dict[str, Any] | None = None, **chart: Any) -> object:
    """Return the value of a fact for one row and a chart, or None if not documented."""
    observation = observe(name, row, **chart)
    return None if observation is None else observation.value


def observe(name: str, row: dict[str, Any] | None = None, **chart: Any) -> Any:
    treatment = {"kind": "trigger_point_injection", "region": "low_back"} | (row or {})
    request = request_of(
        {
            "injury": {"date": "2014-04-11", "body_parts": chart.pop("body_parts", [])},
            "treatments": [treatment],
            "submission": {"date": "2015-01-13"} | chart.pop("submission", {}),
            "chart": chart,
        }
    )
    pack = installed_packs()[0]
    return VOCABULARY[name].derive(RowView(request, 0, treatment["kind"], AS_OF, pack))


def exam(*findings: dict[str, Any], day: str | None = "2015-01-13") -> dict[str, Any]:
    return {"findings": list(findings)} | ({"date": day} if day else {})


def sign(name: str, present: bool | None = True, **more: Any) -> dict[str, Any]:
    return (
        {"finding": name, "region": "low_back"}
        | more
        | ({} if present is None else {"present": present})
    )


@pytest.mark.parametrize("name", sorted(VOCABULARY))
def test_an_empty_chart_and_row_document_nothing(name: str) -> None:
    parts = ("neck", "upper_back", "low_back", "shoulder", "hip", "knee", "foot", "head")
    stated_by_the_row = {
        "request.kind": "new",
        "row.codes_agree": True,
        "row.region": "low_back",
        "study.care_part": "low_back",
        "study.one_area": True,
        **{f"study.of_{part}": part == "low_back" for part in parts},
    }
    assert fact(name) == stated_by_the_row.get(name)


class TestTriggerPoint:
    SITES = [{"muscle": "Gluteus Medius", "side": "right", "injections": 1}]

    def twitch(self, *findings: dict[str, Any], sites: Any = None) -> object:
        row = {"sites": self.SITES if sites is None else sites}
        return fact("trigger_point.twitch_response", row, examinations=[exam(*findings)])

    def test_muscle_and_side_have_to_match(self) -> None:
        charted = sign("local_twitch_response", muscle="gluteus medius", side="right")
        assert self.twitch(charted) is True
        assert self.twitch({**charted, "side": "left"}) is None
        assert self.twitch({**charted, "muscle": "piriformis"}) is None
        assert self.twitch({**charted, "side": "both"}) is True

    def test_every_muscle_has_to_twitch(self) -> None:
        sites = [*self.SITES, {"muscle": "piriformis", "side": "right", "injections": 1}]
        one = sign("local_twitch_response", muscle="gluteus medius", side="right")
        other = sign("local_twitch_response", muscle="piriformis", side="right")
        assert self.twitch(one, sites=sites) is None
        assert self.twitch(one, other, sites=sites) is True
        assert self.twitch(one, {**other, "present": False}, sites=sites) is False

    def test_without_named_muscles_a_finding_in_the_region_speaks(self) -> None:
        assert self.twitch(sign("local_twitch_response"), sites=[]) is True
        assert self.twitch(sign("local_twitch_response", region="neck"), sites=[]) is None

    def test_tenderness_and_the_bare_word_are_no_circumscribed_point(self) -> None:
        found = exam(sign("tenderness"), sign("trigger_point"), sign("spasm"))
        assert fact("trigger_point.circumscribed", examinations=[found]) is None
        assert fact("trigger_point.circumscribed", examinations=[exam(sign("taut_band"))]) is True

    def test_signs_in_different_muscles_are_not_one_point(self) -> None:
        found = exam(
            sign("taut_band", muscle="piriformis", side="left"),
            sign("local_twitch_response", muscle="gluteus medius", side="left"),
        )
        values = [
            fact(f"trigger_point.{name}", examinations=[found])
            for name in ("circumscribed", "twitch_response")
        ]
        assert values.count(True) == 1

    def test_both_sides_need_both_sides(self) -> None:
        sites = [{"muscle": "gluteus medius", "side": "both", "injections": 2}]
        left = sign("local_twitch_response", muscle="gluteus medius", side="left")
        assert self.twitch(left, sites=sites) is None
        assert self.twitch(left, {**left, "side": "right"}, sites=sites) is True

    def test_one_examination_that_says_both_does_not_support(self) -> None:
        found = sign("local_twitch_response", muscle="gluteus medius", side="right")
        assert self.twitch(found, {**found, "present": False}) is False
        both = [exam(sign("sensory_deficit"), sign("sensory_deficit", False))]
        assert fact("nerve.sensory_deficit", examinations=both) is True

    def test_a_newer_word_of_no_trigger_points_contradicts(self) -> None:
        old = exam(sign("taut_band", muscle="gluteus medius", side="right"), day="2014-10-01")
        new = exam(sign("trigger_point", False), day="2015-01-02")
        row = {"sites": self.SITES}
        assert fact("trigger_point.circumscribed", row, examinations=[old]) is True
        assert fact("trigger_point.circumscribed", row, examinations=[old, new]) is False

    def test_the_same_muscle_elsewhere_is_another_one(self) -> None:
        sites = [{"muscle": "paraspinal", "side": "right", "injections": 1}]
        neck = sign("local_twitch_response", muscle="paraspinal", side="right", region="neck")
        assert self.twitch(neck, sites=sites) is None

    def test_a_sign_without_a_result_documents_nothing(self) -> None:
        assert self.twitch(sign("local_twitch_response", None), sites=[]) is None

    def test_the_newest_examination_speaks_whatever_the_order(self) -> None:
        old = exam(sign("referred_pain"), day="2014-10-01")
        new = exam(sign("referred_pain", False), day="2015-01-02")
        undated = exam(sign("referred_pain"), day=None)
        for order in ([old, new, undated], [undated, new, old]):
            assert fact("trigger_point.referred_pain", examinations=order) is False


class TestNerves:
    def test_a_deficit_in_the_leg_bears_on_the_low_back_and_not_on_the_neck(self) -> None:
        found = [exam(sign("sensory_deficit", region="foot"))]
        assert fact("nerve.sensory_deficit", examinations=found) is True
        assert fact("nerve.sensory_deficit", {"region": "neck"}, examinations=found) is None

    def test_a_deficit_without_a_region_counts(self) -> None:
        found = [{"findings": [{"finding": "reflex_deficit", "present": True}]}]
        assert fact("nerve.reflex_deficit", examinations=found) is True

    @pytest.mark.parametrize("name", ["straight_leg_raise", "spurling"])
    def test_tension_signs(self, name: str) -> None:
        region = "neck" if name == "spurling" else "low_back"
        found = [exam({"finding": name, "present": False, "region": region})]
        assert fact("nerve.tension_sign", {"region": region}, examinations=found) is False

    def test_a_normal_right_side_does_not_answer_for_the_left(self) -> None:
        left = exam(sign("sensory_deficit", side="left"), day="2014-10-01")
        right = exam(sign("sensory_deficit", False, side="right"), day="2015-01-02")
        assert fact("nerve.sensory_deficit", examinations=[left, right]) is True

    def test_a_deficit_at_a_joint_without_a_level_is_no_root(self) -> None:
        hand = {"finding": "sensory_deficit", "present": True, "region": "hand"}
        row = {"region": "neck"}
        assert fact("nerve.sensory_deficit", row, examinations=[exam(hand)]) is None
        dermatome = exam({**hand, "levels": ["C6"]})
        assert fact("nerve.sensory_deficit", row, examinations=[dermatome]) is True

    def test_a_change_without_a_result_documents_nothing(self) -> None:
        found = [exam(sign("reflex_deficit", None, change="improved"))]
        assert fact("nerve.reflex_deficit", examinations=found) is None


class TestDiagnosis:
    def test_region_has_to_match(self) -> None:
        named = {"name": "Myofascial pain syndrome", "region": "low_back"}
        assert fact("diagnosis.myofascial_pain", diagnoses=[named]) is True
        elsewhere = [{**named, "region": "neck"}]
        assert fact("diagnosis.myofascial_pain", diagnoses=elsewhere) is None
        assert fact("diagnosis.myofascial_pain", diagnoses=[{"name": named["name"]}]) is None

    @pytest.mark.parametrize(
        ("status", "value"), [("confirmed", True), ("suspected", None), ("ruled_out", False)]
    )
    def test_status(self, status: str, value: object) -> None:
        entry = {"name": "Lumbar radiculopathy", "status": status}
        assert fact("diagnosis.radiculopathy", diagnoses=[entry]) is value

    def test_confirmed_beats_ruled_out(self) -> None:
        entries = [
            {"name": "Radiculopathy", "status": "ruled_out"},
            {"name": "Lumbar radiculitis"},
        ]
        seen = observe("diagnosis.radiculopathy", diagnoses=entries)
        assert seen.value is True
        assert seen.evidence == (("chart", "diagnoses", 1),)

    def test_ordinary_pain_counts_until_myofascial_pain_is_named(self) -> None:
        lumbago = {"name": "Lumbago"}
        myofascial = {"name": "Myofascial pain", "region": "low_back"}
        assert fact("diagnosis.only_excluded_pain", diagnoses=[lumbago]) is True
        assert fact("diagnosis.only_excluded_pain", diagnoses=[lumbago, myofascial]) is False
        shoulder = {"region": "shoulder"}
        assert fact("diagnosis.only_excluded_pain", shoulder, diagnoses=[lumbago]) is None

    def test_a_row_that_treats_a_radiculopathy_says_so(self) -> None:
        assert fact("diagnosis.radiculopathy", {"icd": ["M54.16"]}) is True
        assert fact("diagnosis.radiculopathy", {"diagnosis": "Lumbar radiculopathy"}) is True
        assert fact("diagnosis.radiculopathy", {"diagnosis": "Lumbago"}) is None

    def test_fibromyalgia_counts_until_myofascial_pain_is_named(self) -> None:
        entries = [{"name": "Fibromyalgia"}, {"name": "Myofascial pain, lumbar"}]
        assert fact("diagnosis.only_excluded_pain", diagnoses=entries[:1]) is True
        assert fact("diagnosis.only_excluded_pain", diagnoses=entries) is False

    def test_the_name_gives_the_region_where_no_field_does(self) -> None:
        cervical = [{"name": "Cervical radiculopathy"}]
        assert fact("diagnosis.radiculopathy", diagnoses=cervical) is None
        assert fact("diagnosis.radiculopathy", {"region": "neck"}, diagnoses=cervical) is True
        assert fact("diagnosis.radiculopathy", diagnoses=[{"name": "Radiculopathy"}]) is True

    def test_stenosis_counts_at_the_level_of_the_row(self) -> None:
        def at(level: str) -> object:
            study = {
                "study": "mri",
                "region": "low_back",
                "findings": [{"finding": "spinal_stenosis", "levels": [level]}],
            }
            return fact("diagnosis.spinal_stenosis", {"levels": ["L3-4"]}, imaging=[study])

        assert at("L3") is True
        assert at("L2-4") is True
        assert at("L4-5") is None
        assert at("L5-S1") is None


class TestCare:
    @pytest.mark.parametrize(
        ("entry", "result"),
        [
            ({"response": "failed"}, "failed"),
            ({"response": "no_change"}, "failed"),
            ({"response": "worse"}, "failed"),
            ({"response": "improved"}, "helped"),
            ({"response": "partial"}, None),
            ({"status": "contraindicated"}, "contraindicated"),
            ({"status": "not_tolerated"}, "contraindicated"),
            ({"status": "planned"}, "not_begun"),
            ({"status": "authorized"}, "not_begun"),
            ({"status": "completed"}, None),
            ({"status": "planned", "response": "failed"}, "not_begun"),
            ({"visits": 0, "response": "failed"}, "not_begun"),
            ({"response": "failed", "end": "2004-05-01"}, None),
            ({}, None),
        ],
    )
    def test_result_of_a_class(self, entry: dict[str, Any], result: object) -> None:
        therapy = {"kind": "physical_therapy", **entry}
        assert fact("care.physical_therapy", therapies=[therapy]) == result

    def test_help_weighs_more_than_failure_whatever_the_order(self) -> None:
        drugs = [
            {"name": "ibuprofen", "response": "failed"},
            {"name": "Naprosyn", "response": "improved"},
        ]
        assert fact("care.nsaid", medications=drugs) == "helped"
        assert fact("care.nsaid", medications=drugs[::-1]) == "helped"

    def test_drugs_count_for_their_class_only(self) -> None:
        drug = [{"name": "Soma", "response": "failed"}]
        assert fact("care.muscle_relaxant", medications=drug) == "failed"
        assert fact("care.nsaid", medications=drug) is None

    def test_months_run_from_the_first_to_the_last_day(self) -> None:
        care = [
            {"kind": "physical_therapy", "start": "2014-06-01", "end": "2014-07-15"},
            {"kind": "home_exercise", "start": "2014-07-01", "end": "2014-09-01"},
        ]
        assert fact("care.months", therapies=care) == 3
        helped = [{**care[0], "response": "improved"}, care[1]]
        assert fact("care.months", therapies=helped) == 2

    def test_gaps_between_courses_of_care_do_not_count(self) -> None:
        short = [
            {"kind": "physical_therapy", "start": "2014-05-01", "end": "2014-05-03"},
            {"kind": "home_exercise", "start": "2014-12-01", "end": "2014-12-11"},
        ]
        assert fact("care.months", therapies=short) == 0
        assert fact("care.months", therapies=[{"kind": "home_exercise"}]) is None


class TestSymptoms:
    def test_onset_in_the_region(self) -> None:
        entry = {"name": "low back pain", "region": "low_back", "onset": "2014-10-13"}
        assert fact("symptoms.months", symptoms=[entry]) == 3
        assert fact("symptoms.months", symptoms=[{**entry, "region": "neck"}]) is None

    def test_a_day_short_of_three_months(self) -> None:
        entry = {"name": "low back pain", "region": "low_back", "onset": "2014-10-14"}
        assert fact("symptoms.months", symptoms=[entry]) == 2

    def test_a_charted_onset_is_more_precise_than_the_day_of_injury(self) -> None:
        entry = {"name": "low back pain", "region": "low_back", "onset": "2014-12-20"}
        assert fact("symptoms.months", symptoms=[entry], body_parts=["low_back"]) == 0

    def test_an_injured_body_part_hurts_from_the_day_of_injury(self) -> None:
        assert fact("symptoms.months", body_parts=["low_back"]) == 9
        assert fact("symptoms.months", body_parts=["knee"]) is None


class TestRow:
    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ({"quantity": 3}, 3),
            ({"quantity": 3, "sites": [{"muscle": "a", "injections": 5}]}, 5),
            ({"sites": [{"muscle": "a", "injections": 1}, {"muscle": "b", "injections": 2}]}, 3),
            ({"sites": [{"muscle": "a", "injections": 1}, {"muscle": "b"}]}, None),
        ],
    )
    def test_injections(self, row: dict[str, Any], value: object) -> None:
        assert fact("row.injections_per_session", row) == value

    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ({"sites": [{"muscle": "trapezius", "side": "right", "injections": 2}]}, True),
            ({"sites": [{"muscle": "trapezius", "injections": 2}], "side": "right"}, True),
            ({"sites": [{"muscle": "trapezius", "side": "right"}]}, True),
            ({"sites": [{"muscle": "trapezius", "injections": 2}]}, None),
            ({"sites": [{"side": "right", "injections": 2}]}, None),
            ({"levels": ["L4-5"]}, None),
            (
                {
                    "sites": [
                        {"muscle": "trapezius", "side": "right"},
                        {"muscle": "levator scapulae", "side": "right"},
                    ]
                },
                None,
            ),
        ],
    )
    def test_sites(self, row: dict[str, Any], value: object) -> None:
        assert fact("row.sites_named", row) is value

    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ({"series": True}, False),
            ({"series": False}, True),
            ({"sessions": 1}, True),
            ({"sessions": 2}, False),
            ({"series": True, "sessions": 1}, False),
        ],
    )
    def test_single_session(self, row: dict[str, Any], value: object) -> None:
        assert fact("row.single_session", row) is value

    @pytest.mark.parametrize(
        ("names", "value"),
        [
            (["lidocaine 1%"], "anesthetic_only"),
            (["Marcaine", "Kenalog"], "anesthetic_and_steroid"),
            (["lidocaine", "saline"], "other_substance"),
            (["Kenalog"], "other_substance"),
            (["an unheard of thing"], None),
            (["lidocaine and ketorolac"], "other_substance"),
            (["Lidocaine and something else"], None),
            (["local anesthetic"], "anesthetic_only"),
        ],
    )
    def test_injectate(self, names: list[str], value: object) -> None:
        assert fact("row.injectate", {"injectate": names}) == value

    @pytest.mark.parametrize(
        ("frequency", "duration", "visits", "most", "fewest", "weeks"),
        [
            ({"times": 2, "per": "week"}, {"length": 3, "unit": "weeks"}, 6, 2, 2, 3),
            ({"times": 1, "up_to": 2, "per": "week"}, {"length": 4, "unit": "weeks"}, 8, 2, 1, 4),
            ({"times": 6, "per": "month"}, {"length": 1, "unit": "months"}, 6, 2, 1, 5),
            ({"times": 1, "per": "month"}, {"length": 2, "unit": "months"}, 2, 1, 0, 9),
            ({"times": 1, "per": "day"}, {"length": 6, "unit": "days"}, 6, 7, 7, 1),
            ({"times": 3, "per": "week"}, {"length": 14, "unit": "days"}, 6, 3, 3, 2),
        ],
    )
    def test_counts(
        self, frequency: Any, duration: Any, visits: int, most: int, fewest: int, weeks: int
    ) -> None:
        row = {"frequency": frequency, "duration": duration}
        names = ("visits", "most_visits_per_week", "fewest_visits_per_week", "duration_weeks")
        assert [fact(f"row.{name}", row) for name in names] == [visits, most, fewest, weeks]

    def test_rows_of_the_same_treatment_are_counted_together(self) -> None:
        request = request_of(
            {
                "injury": {"date": "2014-04-11"},
                "treatments": [
                    {"kind": "trigger_point_injection", "quantity": 3},
                    {"treatment": "Trigger point injections", "quantity": 2},
                    {"kind": "acupuncture", "quantity": 6},
                ],
            }
        )
        view = RowView(request, 0, "trigger_point_injection", AS_OF, installed_packs()[0])
        seen = VOCABULARY["row.injections_per_session"].derive(view)
        assert seen is not None
        assert seen.value == 5
        assert ("treatments", 1) in seen.evidence

    def test_a_series_may_be_asked_for_in_words(self) -> None:
        row = {"treatment": "Series of trigger point injections"}
        assert fact("row.single_session", row) is False

    def test_visits_are_the_largest_count_on_the_row(self) -> None:
        row = {"sessions": 6, "frequency": {"times": 2, "per": "week"}}
        assert fact("row.visits", row) == 6
        assert fact("row.visits", {**row, "duration": {"length": 6, "unit": "weeks"}}) == 12

    def test_a_range_fits_a_stated_number_if_its_lower_end_does(self) -> None:
        row = {
            "quantity": 6,
            "frequency": {"times": 1, "up_to": 2, "per": "week"},
            "duration": {"length": 4, "up_to": 6, "unit": "weeks"},
        }
        assert fact("row.visits", row) == 6

    def test_a_monthly_injection_is_a_series(self) -> None:
        row = {
            "frequency": {"times": 1, "per": "month"},
            "duration": {"length": 6, "unit": "months"},
        }
        assert fact("row.single_session", row) is False

    def test_levels_count_by_joint_and_name_the_region(self) -> None:
        assert fact("row.joint_levels", {"levels": ["L2-S1"]}) == 4
        assert fact("row.joint_levels", {"levels": ["L3-4", "L4-5"]}) == 2
        assert fact("row.region", {"region": "pelvis", "levels": ["L5-S1"]}) == "low_back"

    def test_a_guidance_code_is_guidance(self) -> None:
        assert fact("row.guidance_modalities", {"procedure_codes": ["20552", "76942"]}) == 1

    def test_two_modalities_are_two(self) -> None:
        assert fact("row.guidance_modalities", {"guidance": ["fluoroscopy", "ultrasound"]}) == 2
        assert fact("row.guidance_modalities", {"guidance": ["ultrasound", "ultrasound"]}) == 1


class TestEarlier:
    DONE = {"kind": "trigger_point_injection", "date": "2014-11-13", "relief_percent": 60}

    def test_the_newest_session_is_the_one_that_counts(self) -> None:
        older = {**self.DONE, "date": "2014-06-01", "relief_percent": 90}
        for order in ([self.DONE, older], [older, self.DONE]):
            assert fact("earlier.relief_percent", procedures=order) == 60

    def test_interval_runs_to_the_planned_service(self) -> None:
        assert fact("earlier.months_since", procedures=[self.DONE]) == 2
        later = {"planned_service_date": "2015-02-20"}
        assert fact("earlier.months_since", procedures=[self.DONE], submission=later) == 3

    def test_a_session_in_another_region_is_an_earlier_one(self) -> None:
        elsewhere = [{**self.DONE, "region": "neck"}]
        assert fact("earlier.months_since", procedures=elsewhere) == 2

    def test_another_treatment_is_not_an_earlier_one(self) -> None:
        other = [{"kind": "epidural_steroid_injection", "date": "2014-11-13"}]
        assert fact("earlier.same_treatment", procedures=other) is None

    def test_a_procedure_may_be_named_by_words(self) -> None:
        named = [{"name": "Trigger point injections", "count": 8}]
        assert fact("earlier.same_treatment", procedures=named) is True

    def test_visits_of_a_therapy(self) -> None:
        row = {"kind": "acupuncture", "quantity": 6}
        done = [{"kind": "acupuncture", "visits": 6, "response": "partial"}]
        assert fact("course.continuing", row, therapies=done) is True
        assert fact("course.total_visits", row, therapies=done) == 12
        planned = [{"kind": "acupuncture", "status": "planned"}]
        assert fact("course.continuing", row, therapies=planned) is None
        assert fact("course.total_visits", row) is None
        assert fact("course.total_visits", {**row, "course": "first"}) == 6

    def test_function_is_that_after_the_same_treatment(self) -> None:
        change = {"after": "trigger_point_injection", "work_restrictions": "reduced"}
        assert fact("function.work_restrictions", functional_changes=[change]) == "reduced"
        assert (
            fact(
                "function.work_restrictions",
                functional_changes=[{**change, "to_date": "2014-01-01"}],
                procedures=[self.DONE],
            )
            is None
        ), "a change before the last session did not come from it"
        other = [{**change, "after": "acupuncture"}]
        assert fact("function.work_restrictions", functional_changes=other) is None


class TestOpioid:
    ROW = {"kind": "opioid", "drug": {"name": "Norco", "strength": "10/325 mg", "quantity": 120}}

    def with_days(self, days: int) -> dict[str, Any]:
        return {"kind": "opioid", "drug": {**self.ROW["drug"], "days_supply": days}}  # type: ignore[dict-item]

    def test_no_dose_without_days_supply(self) -> None:
        assert fact("opioid.mme_per_day", self.ROW) is None

    def test_dose(self) -> None:
        assert fact("opioid.mme_per_day", self.with_days(30)) == 40
        assert fact("opioid.mme_per_day", self.with_days(20)) == 60

    def test_the_factor_table_is_named(self) -> None:
        assert observe("opioid.mme_per_day", self.with_days(30)).basis == (
            "MME factors: CDC 2016. No table of that time is encoded: this one is of 2016-03-15."
        )

    def test_other_opioids_are_added_and_the_same_one_is_not_counted_twice(self) -> None:
        same = {"name": "hydrocodone/acetaminophen", "status": "current"}
        other = {
            "name": "OxyContin",
            "strength": "20 mg",
            "quantity": 60,
            "days_supply": 30,
            "status": "current",
        }
        row = self.with_days(30)
        assert fact("opioid.mme_per_day", row, medications=[same]) == 40
        assert fact("opioid.mme_per_day", row, medications=[same, other]) == 100
        unknown = {**other, "days_supply": None}
        assert fact("opioid.mme_per_day", row, medications=[unknown]) is None
        stopped = {**unknown, "status": "stopped"}
        assert fact("opioid.mme_per_day", row, medications=[stopped]) == 40

    def test_sharing_acetaminophen_is_not_being_the_same_opioid(self) -> None:
        other = {
            "name": "Percocet",
            "strength": "10/325 mg",
            "quantity": 180,
            "days_supply": 30,
            "status": "current",
        }
        assert fact("opioid.mme_per_day", self.with_days(30), medications=[other]) == 130
        tylenol = {"name": "Tylenol", "side_effects": "none", "pain_with": 1, "pain_without": 8}
        assert fact("opioid.side_effects_addressed", self.ROW, medications=[tylenol]) is None
        assert fact("opioid.pain_relief", self.ROW, medications=[tylenol]) is None

    def test_the_same_opioid_in_another_strength_is_another_supply(self) -> None:
        other = {
            "name": "hydrocodone/acetaminophen",
            "strength": "5/325 mg",
            "quantity": 60,
            "days_supply": 30,
            "status": "current",
        }
        assert fact("opioid.mme_per_day", self.with_days(30), medications=[other]) == 50

    def test_a_drug_that_is_in_no_table_is_told(self) -> None:
        other = [{"name": "Unheardofol", "status": "current"}]
        assert (
            "no opioid: 1"
            in observe("opioid.mme_per_day", self.with_days(30), medications=other).basis
        )

    def test_relief_needs_both_scores(self) -> None:
        drug = {"name": "Norco", "pain_with": 4}
        assert fact("opioid.pain_relief", self.ROW, medications=[drug]) is None
        scored = {**drug, "pain_without": 8}
        assert fact("opioid.pain_relief", self.ROW, medications=[scored]) is True
        level = {**drug, "pain_without": 4}
        assert fact("opioid.pain_relief", self.ROW, medications=[level]) is False

    def test_the_newest_screen_counts_and_ties_go_to_the_worse(self) -> None:
        def screen(day: str, result: str) -> dict[str, str]:
            return {"kind": "urine_drug_screen", "date": day, "result": result}

        old, new = screen("2014-10-01", "inconsistent"), screen("2014-12-01", "consistent")
        for order in ([old, new], [new, old]):
            assert fact("opioid.drug_screen", self.ROW, monitoring=order) == "consistent"
        tie = [screen("2014-12-01", "inconsistent"), new]
        for order in (tie, tie[::-1]):
            assert fact("opioid.drug_screen", self.ROW, monitoring=order) == "inconsistent"


class TestRebuttal:
    @pytest.mark.parametrize(
        ("citation", "value"),
        [
            ({"kind": "study", "author": "a", "title": "t", "journal": "j", "year": 2010}, True),
            ({"kind": "study", "author": "a", "title": "t", "year": 2010}, False),
            (
                {
                    "kind": "guideline",
                    "organization": "o",
                    "title": "t",
                    "section": "s",
                    "year": 2012,
                },
                True,
            ),
            ({"kind": "guideline", "organization": "o", "title": "t"}, False),
            ({"kind": "mtus", "title": "t", "section": "s", "year": 2009}, True),
        ],
    )
    def test_citation(self, citation: dict[str, Any], value: bool) -> None:
        assert fact("rebuttal.citation", {"rebuttal": {"citation": citation}}) is value


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2014-10-13", "2015-01-13", 3),
        ("2014-10-14", "2015-01-13", 2),
        ("2014-11-30", "2015-02-28", 2),
        ("2014-01-31", "2014-03-31", 2),
        ("2015-01-13", "2015-01-13", 0),
        ("2015-02-13", "2015-01-13", 0),
    ],
)
def test_months_between(first: str, last: str, months: int) -> None:
    assert months_between(date.fromisoformat(first), date.fromisoformat(last)) == months
