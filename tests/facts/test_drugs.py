"""The drug of a row: what it holds, how long it lasts, whether it is new, what goes with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check.facts import VOCABULARY, RowView
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of

AS_OF = date(2016, 12, 1)
TRAMADOL = {"name": "Tramadol", "strength": "50 mg", "quantity": 30}
FLEXERIL = {"name": "Flexeril", "strength": "10 mg", "quantity": 60, "units_per_day": 2}


def fact(name: str, kind: str, *rows: dict[str, Any], **chart: Any) -> object:
    """Return the value of a fact for the first row, or None if not documented."""
    request = request_of(
        {
            "submission": {"date": "2016-12-01"},
            "employee": chart.pop("employee", {}),
            "injury": {"date": "2016-10-20", "body_parts": ["low_back"]},
            "treatments": [{"kind": kind} | dict(rows[0]), *rows[1:]],
            "chart": chart,
        }
    )
    view = RowView(request, 0, kind, AS_OF, installed_packs()[0])
    observation = VOCABULARY[name].derive(view)
    return None if observation is None else observation.value


def row(drug: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"drug": drug} | more


class TestDays:
    def relaxant(self, name: str, drug: dict[str, Any], course: str = "first", **chart: Any) -> Any:
        return fact(name, "muscle_relaxant", row(drug, course=course), **chart)

    def test_by_the_units_of_a_day(self) -> None:
        assert self.relaxant("drug.days_asked", FLEXERIL) == 30

    def test_by_the_days_supply_and_with_refills(self) -> None:
        drug = {"name": "Flexeril", "quantity": 60, "days_supply": 10, "refills": 2}
        assert self.relaxant("drug.days_asked", drug) == 30

    def test_never_guessed_from_the_count(self) -> None:
        assert self.relaxant("drug.days_asked", {"name": "Flexeril", "quantity": 90}) is None

    def test_earlier_supply_counts(self) -> None:
        taken = {"name": "cyclobenzaprine", "status": "current", "start": "2016-11-21"}
        assert self.relaxant("medication.days_before", FLEXERIL, medications=[taken]) == 10
        assert self.relaxant("drug.days_in_all", FLEXERIL, medications=[taken]) == 40

    def test_an_earlier_supply_that_ended(self) -> None:
        taken = {
            "name": "Flexeril",
            "status": "stopped",
            "start": "2016-11-01",
            "end": "2016-11-06",
        }
        assert self.relaxant("medication.days_before", FLEXERIL, medications=[taken]) == 5
        supplied = {"name": "Flexeril", "status": "stopped", "days_supply": 7}
        assert self.relaxant("medication.days_before", FLEXERIL, medications=[supplied]) == 7

    def test_one_supply_that_two_reports_mention_counts_once(self) -> None:
        first = {"name": "Flexeril", "status": "current", "start": "2016-11-21"}
        again = {"name": "cyclobenzaprine", "status": "current", "start": "2016-11-25"}
        bare = {"name": "Flexeril", "status": "current"}
        assert (
            self.relaxant("medication.days_before", FLEXERIL, medications=[bare, again, first])
            == 10
        )

    def test_a_start_that_is_not_charted_leaves_it_open(self) -> None:
        taken = {"name": "Flexeril", "status": "current"}
        assert self.relaxant("medication.days_before", FLEXERIL, medications=[taken]) is None
        assert self.relaxant("drug.days_in_all", FLEXERIL, medications=[taken]) is None

    def test_another_relaxant_is_not_the_same_drug(self) -> None:
        taken = {"name": "baclofen", "status": "current", "start": "2016-11-01"}
        assert self.relaxant("medication.days_before", FLEXERIL, medications=[taken]) == 0

    def test_nothing_known_of_before(self) -> None:
        assert fact("drug.days_in_all", "muscle_relaxant", row(FLEXERIL)) is None


class TestMilligrams:
    NORCO = {"name": "Norco", "strength": "10/325 mg", "quantity": 120}

    def test_by_the_directions(self) -> None:
        asked = row(self.NORCO | {"units_per_day": 8})
        assert fact("drug.hydrocodone_mg", "opioid", asked) == 80
        assert fact("drug.acetaminophen_mg", "opioid", asked) == 2600

    def test_by_the_days_supply(self) -> None:
        assert fact("drug.hydrocodone_mg", "opioid", row(self.NORCO | {"days_supply": 30})) == 40

    def test_not_without_either(self) -> None:
        assert fact("drug.hydrocodone_mg", "opioid", row(self.NORCO)) is None

    def test_another_opioid_has_none(self) -> None:
        asked = row(TRAMADOL | {"units_per_day": 2})
        assert fact("drug.hydrocodone_mg", "opioid", asked) is None
        assert fact("medication.hydrocodone", "opioid", asked) is False


class TestCourse:
    def test_the_row_says_it(self) -> None:
        assert fact("medication.course", "opioid", row(TRAMADOL, course="first")) == "first"

    def test_the_chart_has_the_drug(self) -> None:
        taken = [{"name": "Ultram ER"}]
        assert fact("medication.course", "opioid", row(TRAMADOL), medications=taken) == "continuing"

    @pytest.mark.parametrize("status", ["planned", "contraindicated"])
    def test_a_drug_that_was_not_taken(self, status: str) -> None:
        taken = [{"name": "tramadol", "status": status}]
        assert fact("medication.course", "opioid", row(TRAMADOL), medications=taken) is None

    def test_what_only_accompanies_is_not_the_same_drug(self) -> None:
        taken = [{"name": "acetaminophen", "status": "current"}]
        asked = row({"name": "Fioricet"})
        assert fact("medication.course", "barbiturate", asked, medications=taken) is None

    def test_another_opioid_before_it(self) -> None:
        asked = row(TRAMADOL, course="first")
        assert fact("medication.opioid_before", "opioid", asked) is False
        assert (
            fact("medication.opioid_before", "opioid", asked, medications=[{"name": "Norco"}])
            is True
        )
        assert fact("medication.opioid_before", "opioid", row(TRAMADOL)) is None


class TestPathOfAnOpioid:
    OLD = {"symptoms": [{"name": "Back pain", "onset": "2015-01-01"}]}

    def test_by_course_and_months(self) -> None:
        assert fact("opioid.path", "opioid", row(TRAMADOL, course="first")) == "first_early"
        assert fact("opioid.path", "opioid", row(TRAMADOL)) == "unclear_early"
        continued = row(TRAMADOL, course="continuing")
        assert fact("opioid.path", "opioid", continued, **self.OLD) == "continued_chronic"

    def test_three_months_are_chronic(self) -> None:
        for onset, word in (("2016-09-01", "first_chronic"), ("2016-09-02", "first_early")):
            began = [{"name": "Back pain", "onset": onset}]
            asked = row(TRAMADOL, course="first")
            assert fact("opioid.path", "opioid", asked, symptoms=began) == word

    def test_an_operation_goes_first(self) -> None:
        asked = row(TRAMADOL, course="first", phase="postoperative")
        assert fact("opioid.path", "opioid", asked, **self.OLD) == "after_operation"


class TestReliefOfAnOpioid:
    def relief(self, *medications: dict[str, Any], **chart: Any) -> object:
        asked = row(TRAMADOL)
        return fact("opioid.pain_relief", "opioid", asked, medications=list(medications), **chart)

    def test_by_scores_by_percent_or_by_response(self) -> None:
        assert self.relief({"name": "Ultram", "pain_with": 4, "pain_without": 7}) is True
        assert self.relief({"name": "Ultram", "relief_percent": 30}) is True
        assert self.relief({"name": "Ultram", "response": "no_change"}) is False

    def test_words_of_relief_are_no_score(self) -> None:
        assert self.relief({"name": "Ultram", "response": "improved"}) is None
        said = [{"about": "meaningful_relief", "holds": True}]
        assert self.relief({"name": "Ultram"}, statements=said) is None

    def test_words_against_it_count(self) -> None:
        said = [{"about": "meaningful_relief", "holds": False}]
        assert self.relief({"name": "Ultram"}, statements=said) is False

    def test_the_opioid_before_a_new_one(self) -> None:
        assert self.relief({"name": "Norco", "response": "failed"}) is False


class TestContents:
    def test_a_kit_by_its_brand(self) -> None:
        kit = "oral_compound_kit"
        assert fact("opioid.path", kit, row({"name": "Synapryn"})) == "unclear_early"
        assert fact("opioid.path", kit, row({"name": "Ketophene"})) == "none"
        assert fact("medication.contains_relaxant", kit, row({"name": "Tabradol"})) is True
        assert fact("medication.contains_relaxant", kit, row({"name": "Ketophene"})) is False
        assert fact("medication.contains_relaxant", kit, {}) is None

    @pytest.mark.parametrize(
        ("drug", "word"),
        [
            ({"name": "Ultram ER"}, "extended"),
            ({"name": "OxyContin"}, "extended"),
            ({"name": "Duragesic", "form": "patch"}, "extended"),
            ({"name": "Ultram", "release": "immediate"}, "immediate"),
            ({"name": "Ultram"}, None),
        ],
    )
    def test_release(self, drug: dict[str, Any], word: str | None) -> None:
        assert fact("drug.release", "opioid", row(drug)) == word


class TestTopical:
    CREAM = {"name": "Compound cream", "ingredients": ["flurbiprofen", "baclofen", "menthol"]}

    def topical(self, name: str, drug: dict[str, Any], family: str = "topical.") -> object:
        return fact(f"{family}{name}", "topical_analgesic", row(drug, region="knee"))

    def test_a_compound_by_its_ingredients(self) -> None:
        assert self.topical("ingredients", self.CREAM) == 3
        assert self.topical("banned_ingredient", self.CREAM) is True
        assert self.topical("nsaid", self.CREAM, "medication.topical_") == "other"
        assert self.topical("capsaicin", self.CREAM) is False

    def test_an_ingredient_that_is_not_known_leaves_the_rest_open(self) -> None:
        unknown = {"name": "Compound cream", "ingredients": ["menthol", "a secret"]}
        assert self.topical("banned_ingredient", unknown) is None
        assert self.topical("unlisted_ingredient", unknown) is None
        assert self.topical("nsaid", unknown, "medication.topical_") is None

    @pytest.mark.parametrize(
        ("drug", "word"),
        [
            ({"name": "Lidoderm"}, "patch"),
            ({"name": "lidocaine", "form": "patch"}, "patch"),
            ({"name": "lidocaine 5 % patches"}, "patch"),
            ({"name": "AneCream"}, "another_form"),
            ({"name": "LidoPro"}, "another_form"),
            ({"name": "Voltaren gel"}, "none"),
        ],
    )
    def test_the_form_of_lidocaine(self, drug: dict[str, Any], word: str) -> None:
        assert self.topical("lidocaine", drug) == word

    def test_arthritis_of_the_joint(self) -> None:
        def arthritis(**chart: Any) -> object:
            gel = row({"name": "Voltaren gel"}, region="knee")
            return fact("medication.arthritis", "topical_analgesic", gel, **chart)

        knee = {"study": "mri", "region": "knee", "findings": [{"finding": "arthritis"}]}
        assert arthritis(imaging=[knee]) is True
        assert arthritis(imaging=[knee | {"region": "hip"}]) is None
        assert arthritis(diagnoses=[{"name": "Osteoarthritis", "region": "knee"}]) is True


class TestBeside:
    def test_two_drugs_of_a_class(self) -> None:
        nsaid, other = "nsaid", {"name": "ketoprofen", "status": "current"}
        asked = row({"name": "Motrin"})
        assert fact("medication.other_of_class", nsaid, asked, medications=[other]) == "running"
        ended = other | {"status": "stopped"}
        assert fact("medication.other_of_class", nsaid, asked, medications=[ended]) == "over"
        assert fact("medication.other_of_class", nsaid, asked) is None
        same = {"name": "ibuprofen", "status": "current"}
        assert fact("medication.other_of_class", nsaid, asked, medications=[same]) is None

    def test_on_the_same_request(self) -> None:
        rows = row({"name": "Prilosec"}), row({"name": "Protonix"})
        assert fact("medication.other_of_class", "acid_suppressant", *rows) == "running"
        cream = {"kind": "topical_analgesic", "drug": {"name": "ketoprofen", "form": "cream"}}
        assert fact("medication.other_of_class", "nsaid", row({"name": "Celebrex"}), cream) is None

    def test_an_opioid_for_a_laxative_or_a_test(self) -> None:
        colace = row({"name": "Colace"})
        assert fact("medication.opioid_beside", "laxative", colace) is None
        assert fact("medication.opioid_beside", "laxative", colace, row({"name": "Norco"})) is True

    def test_after_an_operation(self) -> None:
        norco = row({"name": "Norco"}, phase="postoperative")
        planned = [{"name": "Hernia repair", "status": "planned", "extent": "minor"}]
        assert fact("opioid.path", "opioid", norco) == "after_operation"
        assert fact("medication.operation_named", "opioid", norco, operations=planned) is True
        assert fact("medication.operation_extent", "opioid", norco, operations=planned) == "minor"
        assert fact("medication.nonopioid_beside", "opioid", norco) is True
        assert fact("medication.nonopioid_beside", "opioid", row(TRAMADOL)) is None

    def test_age_by_the_date_of_birth(self) -> None:
        born = {"birth_date": "1950-12-02"}
        assert fact("medication.employee_age", "acid_suppressant", {}, employee=born) == 65


class TestCareByDrugs:
    def care(self, name: str, *medications: dict[str, Any], **chart: Any) -> object:
        asked = row({"name": "Voltaren"})
        return fact(f"care.{name}", "nsaid", asked, medications=list(medications), **chart)

    def test_a_combination_with_an_opioid_is_no_acetaminophen(self) -> None:
        assert self.care("acetaminophen", {"name": "Norco", "response": "failed"}) is None
        assert self.care("acetaminophen", {"name": "Tylenol", "response": "failed"}) == "failed"
        assert self.care("non_opioid", {"name": "Norco", "response": "failed"}) is None

    def test_the_row_itself_is_no_other_nsaid(self) -> None:
        assert self.care("other_nsaid", {"name": "diclofenac", "response": "failed"}) is None
        assert self.care("other_nsaid", {"name": "naproxen", "response": "failed"}) == "failed"

    def test_words_of_failure_count_where_no_result_is_charted(self) -> None:
        said = [{"about": "antidepressant_failed", "holds": True}]
        planned = {"name": "nortriptyline", "status": "planned"}
        assert self.care("antidepressant", planned) == "not_begun"
        assert self.care("antidepressant", planned, statements=said) == "failed"

    def test_relaxants_that_failed(self) -> None:
        tried = {"name": "baclofen", "response": "failed"}, {"name": "Soma", "status": "current"}
        assert self.care("relaxants_failed", *tried) == 1
        assert self.care("relaxants_failed") is None

    def test_a_reaction_to_an_oral_drug(self) -> None:
        assert self.care("oral_drug_not_tolerated", {"name": "Motrin", "status": "not_tolerated"})
        gel = {"name": "Flector patch", "status": "not_tolerated"}
        assert self.care("oral_drug_not_tolerated", gel) is None


class TestMonitoring:
    def test_the_newest_risk_and_the_last_screen(self) -> None:
        steps = [
            {"kind": "risk_screening", "date": "2016-10-01", "risk": "high"},
            {"kind": "risk_screening", "date": "2016-11-01", "risk": "low"},
            {"kind": "urine_drug_screen", "date": "2016-10-15"},
        ]
        test = "urine_drug_test"
        assert fact("monitoring.risk", test, {}, monitoring=steps) == "low"
        assert fact("monitoring.months_since_screen", test, {}, monitoring=steps) == 1
        assert fact("monitoring.earlier_screen", test, {}, monitoring=steps) is True
        assert fact("opioid.risk_screened", "opioid", row(TRAMADOL), monitoring=steps) is True

    def test_a_report_that_finds_it_missing(self) -> None:
        said = [{"about": "risk_screened", "holds": False}]
        assert fact("opioid.risk_screened", "opioid", row(TRAMADOL), statements=said) is False
