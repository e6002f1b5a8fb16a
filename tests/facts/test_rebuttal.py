"""What a rebuttal lacks, in the order of the law: the search first, then the three parts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imr_check import check
from imr_check.facts import VOCABULARY, RowView
from imr_check.facts.vocabulary import Observation
from imr_check.guideline.pack import installed_packs
from imr_check.report import Finding, Report
from imr_check.request.load import request_of

FIRST_DAY = date(2015, 4, 20)
BEFORE = date(2015, 4, 19)

STUDY = {"kind": "study", "author": "a", "title": "t", "journal": "j", "year": 2014}
OTHER = {"kind": "guideline", "organization": "o", "title": "t", "section": "s", "year": 2014}
ODG = OTHER | {"organization": "Work Loss Data Institute"}
ACOEM = OTHER | {"title": "ACOEM Practice Guidelines, low back"}
MTUS = {"kind": "mtus", "title": "t", "section": "s", "year": 2009}

NO_ACOEM = "search of the current ACOEM or ODG before the evidence cited, and what came of it"
NO_OTHERS = (
    "search of other national evidence-based guidelines before the evidence cited, and what came "
    "of it"
)
TOO_OLD = "a guideline that was published or reviewed in the last 5 years"
STATEMENT = "statement that the MTUS presumption is challenged"
CITATION = "complete citation of the evidence"
COPY = "copy of the cited section or study"


def request(day: date, rebuttal: dict[str, Any]) -> dict[str, Any]:
    row = {"kind": "facet_joint_injection", "region": "low_back", "rebuttal": rebuttal}
    return {
        "submission": {"date": day.isoformat()},
        "injury": {"date": "2010-01-04", "body_parts": ["low_back"]},
        "treatments": [row],
    }


def observed(
    name: str, citation: dict[str, Any] | None, *searched: dict[str, str], day: date = FIRST_DAY
) -> Observation | None:
    rebuttal: dict[str, Any] = {"searched": list(searched)}
    rebuttal |= {"citation": citation} if citation else {}
    made = request_of(request(day, rebuttal))
    view = RowView(made, 0, "facet_joint_injection", day, installed_packs()[0])
    return VOCABULARY[name].derive(view)


def search(
    citation: dict[str, Any] | None, *searched: dict[str, str], day: date = FIRST_DAY
) -> object:
    found = observed("rebuttal.search", citation, *searched, day=day)
    return None if found is None else found.value


def step(source: str, result: str | None = "does_not_apply") -> dict[str, str]:
    return {"source": source} | ({"result": result} if result else {})


class TestSearch:
    @pytest.mark.parametrize("citation", [MTUS, ODG, ACOEM])
    def test_nothing_comes_before_the_mtus_that_is_challenged_and_acoem_or_odg(
        self, citation: dict[str, Any]
    ) -> None:
        assert search(citation) == "in_order"

    @pytest.mark.parametrize("source", ["acoem", "odg"])
    @pytest.mark.parametrize("result", ["silent", "does_not_apply", "weaker_evidence"])
    def test_acoem_or_odg_come_before_another_guideline(self, source: str, result: str) -> None:
        assert search(OTHER) == "acoem_odg_left_out"
        assert search(OTHER, step(source, result)) == "in_order"
        assert search(OTHER, step("other_guidelines")) == "acoem_odg_left_out"

    def test_both_come_before_a_study(self) -> None:
        assert search(STUDY) == "both_left_out"
        assert search(STUDY, step("mtus")) == "both_left_out"
        assert search(STUDY, step("odg")) == "other_guidelines_left_out"
        assert search(STUDY, step("other_guidelines")) == "acoem_odg_left_out"
        assert search(STUDY, step("acoem"), step("other_guidelines", "silent")) == "in_order"

    def test_the_order_of_the_entries_is_no_matter(self) -> None:
        assert search(STUDY, step("other_guidelines"), step("odg")) == "in_order"

    def test_a_search_without_what_came_of_it_rules_nothing_out(self) -> None:
        assert search(OTHER, step("odg", None)) == "acoem_odg_left_out"

    def test_it_is_asked_for_from_its_first_day_on(self) -> None:
        assert search(STUDY, day=BEFORE) is None
        assert search(STUDY, day=FIRST_DAY) == "both_left_out"

    def test_nothing_is_left_out_as_long_as_nothing_is_cited(self) -> None:
        assert search(None) is None
        assert search({"kind": "guideline", "year": 2014}) is None

    def test_a_name_that_only_begins_alike_is_another_guideline(self) -> None:
        assert search(OTHER | {"title": "Odgers on the spine"}) == "acoem_odg_left_out"

    def test_the_doubt_about_the_first_day_is_told(self) -> None:
        found = observed("rebuttal.search", STUDY, step("odg"))
        assert found is not None
        assert "2015-04-20 (unverified)" in found.basis
        assert found.evidence == (
            ("treatments", 0, "rebuttal", "citation"),
            ("treatments", 0, "rebuttal", "searched", 0),
        )


class TestAge:
    @pytest.mark.parametrize(
        ("more", "years"),
        [
            ({"year": 2010}, 5),
            ({"year": 2009}, 6),
            ({"year": 2009, "reviewed": 2014}, 1),
            ({"year": 2014, "reviewed": 2009}, 1),
            ({"year": 2016}, 0),
        ],
    )
    def test_it_counts_from_the_last_review(self, more: dict[str, int], years: int) -> None:
        found = observed("rebuttal.guideline_age", ODG | more)
        assert found is not None
        assert found.value == years

    @pytest.mark.parametrize("citation", [STUDY, MTUS, {"kind": "guideline", "title": "t"}, None])
    def test_it_is_that_of_a_guideline_with_a_year(self, citation: dict[str, Any] | None) -> None:
        assert observed("rebuttal.guideline_age", citation) is None

    def test_it_is_asked_for_together_with_the_search(self) -> None:
        assert observed("rebuttal.guideline_age", ODG, day=BEFORE) is None


PACKET = {"challenges_presumption": True, "copy_attached": True}


def lacks(rebuttal: dict[str, Any], day: date = FIRST_DAY) -> tuple[str, ...]:
    return not_recommended(check(request(day, rebuttal))).rebuttal_lacks


def not_recommended(report: Report) -> Finding:
    (finding,) = (each for each in report.findings if each.code == "FAC-01")
    return finding


@pytest.mark.parametrize(
    ("rebuttal", "lacking"),
    [
        ({"citation": {"kind": "study"}}, (NO_ACOEM, NO_OTHERS, STATEMENT, CITATION, COPY)),
        (PACKET | {"citation": STUDY}, (NO_ACOEM, NO_OTHERS)),
        (PACKET | {"citation": STUDY, "searched": [step("odg")]}, (NO_OTHERS,)),
        (PACKET | {"citation": OTHER | {"year": 2001}}, (NO_ACOEM, TOO_OLD)),
        (PACKET | {"citation": ODG | {"year": 2009}}, (TOO_OLD,)),
        (PACKET | {"citation": ODG | {"year": 2010}}, ()),
        ({"challenges_presumption": False, "citation": ODG}, (STATEMENT, COPY)),
        (PACKET, (CITATION,)),
        ({}, (STATEMENT, CITATION, COPY)),
    ],
)
def test_what_a_failing_one_lacks_in_the_order_of_the_law(
    rebuttal: dict[str, Any], lacking: tuple[str, ...]
) -> None:
    assert lacks(rebuttal) == lacking


def test_what_the_report_lists_is_what_the_rules_decide() -> None:
    """The criterion that fails for good only warns exactly if nothing is lacking."""
    searches: tuple[list[dict[str, str]], ...]
    searches = ([], [step("odg")], [step("other_guidelines")], [step("acoem"), step("mtus")])
    for citation in (STUDY, OTHER, ODG, MTUS, OTHER | {"year": 2009}, OTHER | {"year": 2010}):
        for searched in searches:
            for day in (BEFORE, FIRST_DAY):
                rebuttal = PACKET | {"citation": citation, "searched": searched}
                report = check(request(day, rebuttal))
                finding = not_recommended(report)
                complete = next(f for f in report.findings if f.code == "GEN-13").outcome
                assert (complete == "met") is (finding.rebuttal_lacks == ())
                assert (finding.severity == "warning") is (finding.rebuttal_lacks == ())


def test_before_the_first_day_the_three_parts_are_enough() -> None:
    assert lacks(PACKET | {"citation": STUDY}, BEFORE) == ()
    assert lacks(PACKET | {"citation": ODG | {"year": 2001}}, BEFORE) == ()


def test_the_first_day_is_that_of_the_pack() -> None:
    sequence = installed_packs()[0].search_sequence
    assert sequence is not None
    assert (sequence.starts, sequence.confidence) == (FIRST_DAY, "unverified")
    assert sequence.citation.section == "8 CCR 9792.21.1(a)"


def test_the_note_of_the_row_tells_the_first_day_of_a_rebuttal_only() -> None:
    with_one = check(request(FIRST_DAY, PACKET | {"citation": STUDY})).treatments[0]
    assert "order of the search in requests from 2015-04-20 (unverified)" in with_one.note
    early = check(request(BEFORE, PACKET | {"citation": STUDY})).treatments[0]
    assert "order of the search" not in early.note


def test_the_form_is_not_argued_for_by_the_rebuttal_of_a_row() -> None:
    draft = request(FIRST_DAY, PACKET | {"citation": STUDY})
    draft["submission"]["form"] = {"type": "dwc_form_rfa"}
    form = check(draft).form
    assert form is not None
    assert "order of the search" not in form.note
