"""Two editions compared: what reads otherwise, and what comes out differently for a request."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from drafts import DENIED, SUPPORTED, TEMPLATE
from strategies import EXAMPLES, TODAY, random_request
from two_editions import NEW, OLD, write_two_editions

from imr_check import GuidelineError, RequestError, RowReport, check, load
from imr_check.checker import check_under
from imr_check.edition_comparison import (
    EditionComparison,
    RequestUnder,
    Side,
    compare_editions,
    compare_request,
)
from imr_check.guideline.pack import Pack, installed_packs
from imr_check.judging import FORM
from imr_check.request.load import draft_of

MTUS = installed_packs()[0]
REQUESTS = sorted((EXAMPLES / "determinations").glob("*.json"))


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return write_two_editions(tmp_path)


def side(pack: Pack, edition: str) -> Side:
    return Side(pack, pack.editions[edition])


def compared(pack: Pack, old: str = OLD, new: str = NEW) -> EditionComparison:
    return compare_editions(side(pack, old), side(pack, new))


def request(pack: Pack, draft: dict[str, Any], old: str = OLD, new: str = NEW) -> RequestUnder:
    return compare_request(draft_of(draft), side(pack, old), side(pack, new), today=TODAY)


# The editions


def test_treatments_that_one_edition_judges(pack: Pack) -> None:
    found = compared(pack)
    assert [(each.kind, each.criteria) for each in found.only_before] == [("opioid", 1)]
    assert [(each.kind, each.criteria) for each in found.only_after] == [("chiropractic", 1)]
    (both,) = found.both
    assert [(each.kind, each.title) for each in both.treatments] == [
        ("acupuncture", "Acupuncture"),
        ("passive_modality", "Massage"),
    ]
    assert found.differs


def test_criteria_added_removed_changed_and_unchanged(pack: Pack) -> None:
    (both,) = compared(pack).both
    assert [each.code for each in both.added] == ["SML-04"]
    assert [each.code for each in both.removed] == ["SML-03"]
    assert [each.after.code for each in both.changed] == ["SML-01", "SML-02", "SML-05"]
    assert both.unchanged == 1


def test_a_limit_changes_in_value_and_confidence_and_so_does_the_logic(pack: Pack) -> None:
    change = compared(pack).both[0].changed[0]
    assert change.parts == (("severity", "curable", "fatal"),)
    (limit,) = change.limits
    assert limit.before is not None
    assert limit.after is not None
    assert (limit.name, limit.before.value, limit.after.value) == ("most", 6, 8)
    assert (limit.before.confidence, limit.after.confidence) == ("unverified", "verified")
    (logic,) = change.logic
    assert logic.part == "Needs"
    assert logic.before == ("visits asked for is at most 6 visits, unverified",)
    assert logic.after == ("visits asked for is at most 8 visits",)


def test_silence_and_citation(pack: Pack) -> None:
    _, cited, silent = compared(pack).both[0].changed
    assert cited.parts == (("citation", "old text", "new text, p. 7"),)
    assert cited.only_cited_elsewhere
    assert silent.parts == (("silence", "fails", "warns"),)
    assert not silent.only_cited_elsewhere


def test_backwards_it_is_the_mirror_image(pack: Pack) -> None:
    there, back = compared(pack), compared(pack, NEW, OLD)
    assert (back.only_before, back.only_after) == (there.only_after, there.only_before)
    assert back.both[0].added == there.both[0].removed
    assert back.both[0].removed == there.both[0].added
    pairs = [(each.after, each.before) for each in there.both[0].changed]
    assert [(each.before, each.after) for each in back.both[0].changed] == pairs


@pytest.mark.parametrize("edition", MTUS.editions)
def test_an_edition_does_not_differ_from_itself(edition: str) -> None:
    found = compared(MTUS, edition, edition)
    assert not found.differs
    assert not any(each.changed or each.added or each.removed for each in found.both)


def test_another_part_of_the_requests_is_a_difference(tmp_path: Path) -> None:
    write_two_editions(tmp_path)
    index = yaml.safe_load((tmp_path / "pack.yaml").read_text(encoding="utf-8"))
    entry = {"file": "acupuncture.yaml", "path": "acute", "regions": ["neck"]}
    index["sections"]["acupuncture"][NEW] = entry
    (tmp_path / "pack.yaml").write_text(yaml.safe_dump(index), encoding="utf-8")
    first, second = compared(Pack(str(tmp_path))).both
    assert first.other_scope
    assert (first.after.path, sorted(first.after.regions)) == ("acute", ["neck"])
    assert not second.other_scope


# A request under both


def test_a_row_comes_out_differently(pack: Pack) -> None:
    (row,) = request(pack, DENIED).rows
    assert row.before is not None
    assert row.after is not None
    assert (row.before.verdict, row.after.verdict) == ("not_supported", "incomplete")
    changes = {each.criterion.code: (each.before, each.after) for each in row.telling}
    assert changes["SML-01"] == ("not_met", "met")
    assert changes["SML-04"] == (None, "not_documented")
    assert "SML-03" not in changes  # it is met, and no criterion of the other edition
    assert row.quiet == 1
    assert row.differs


def test_a_row_comes_out_the_same(pack: Pack) -> None:
    row = {**SUPPORTED["treatments"][0], "duration": {"length": 3, "unit": "weeks"}}
    found = request(pack, {**SUPPORTED, "treatments": [row]})
    (under,) = found.rows
    assert not under.telling
    assert not found.differs
    assert under.quiet == 2


@pytest.mark.parametrize("day", ["2014-06-01", "2015-12-31", "2016-01-01", "2026-11-20"])
def test_the_dates_decide_nothing_but_what_governs(pack: Pack, day: str) -> None:
    dated = {**DENIED, "submission": {"date": day}}
    (row,) = request(pack, dated).rows
    assert row.before is not None
    assert row.after is not None
    assert row.governs is not None
    assert judged(row.governs) == judged(check(draft_of(dated)).treatments[0])
    assert row.before.edition is not None
    assert row.after.edition is not None
    assert (row.before.edition.id, row.after.edition.id) == (OLD, NEW)
    assert row.before.edition.standing == ("in force" if day < "2016" else "advice")
    assert row.after.edition.standing == ("in force" if day >= "2016" else "advice")


def test_facts_keep_the_dates_of_the_request(pack: Pack) -> None:
    (row,) = request(pack, DENIED).rows
    assert row.before is not None
    assert row.after is not None
    shared = row.before.facts.keys() & row.after.facts.keys()
    assert shared
    assert all(row.before.facts[name] == row.after.facts[name] for name in shared)


def test_a_row_that_an_edition_has_no_criteria_for(pack: Pack) -> None:
    opioid = {"kind": "opioid", "drug": {"name": "Norco"}}
    found = request(pack, {**DENIED, "treatments": [opioid, {"treatment": "MRI of the neck"}]})
    first, second = found.rows
    assert first.before is not None
    assert first.before.edition is not None
    assert first.after is not None
    assert first.after.verdict == "no_criteria"
    assert first.differs
    assert not first.outcomes
    assert not second.differs


def test_a_template_and_an_unknown_edition_are_refused(pack: Pack) -> None:
    with pytest.raises(RequestError, match="template"):
        request(pack, TEMPLATE)
    with pytest.raises(GuidelineError, match="there is no edition of_next_year"):
        check_under(DENIED, pack, "of_next_year")


def test_codes_are_looked_up_under_each_edition() -> None:
    row = {"kind": "chiropractic", "icd": ["M99.99"]}
    draft = draft_of({**DENIED, "submission": {"date": "2016-03-01"}, "treatments": [row]})
    sides = side(MTUS, "chronic_pain_2009"), side(MTUS, "chronic_pain_2016")
    for codes in (False, True):
        (under,) = compare_request(draft, *sides, codes=codes).rows
        for each in (under.before, under.after, under.governs):
            assert each is not None
            assert ("COD-01" in {found.code for found in each.failing}) is codes


def test_the_form_is_judged_by_the_edition_that_is_about_it() -> None:
    draft = {**DENIED, "submission": {"date": "2015-01-13", "form": {"type": "narrative"}}}
    (old, new) = (check_under(draft, MTUS, each) for each in ("rfa_2014", "rfa_2026"))
    assert old.form is not None
    assert new.form is not None
    assert old.form.edition is not None
    assert (old.form.edition.id, old.form.row) == ("rfa_2014", 0)
    assert check_under(draft, MTUS, "acupuncture_2007").form is None
    *_, form = request(MTUS, draft, "rfa_2014", "rfa_2026").rows
    assert form.row.row == 0
    assert form.row.kind == FORM
    (row,) = request(MTUS, DENIED, "rfa_2014", "rfa_2026").rows
    assert row.row.row == 1


def test_a_row_that_another_depends_on_is_judged_by_the_same_edition_or_by_the_dates(
    tmp_path: Path,
) -> None:
    write_two_editions(tmp_path)
    file = tmp_path / "acupuncture.yaml"
    section = json.loads(file.read_text(encoding="utf-8"))
    section["criteria"][1]["requires"] = {"fact": "primary.result", "is": "supported"}
    file.write_text(json.dumps(section), encoding="utf-8")
    pack = Pack(str(tmp_path))
    massage = {"kind": "passive_modality", "goes_with": 2}
    eight = {**DENIED["treatments"][0], "quantity": 8}
    named = {"kind": "facet_joint_injection", "region": "low_back"}
    for other, known in ((eight, True), (named, False)):
        draft = {**DENIED, "treatments": [massage, other]}
        report = check_under(draft, pack, NEW)
        result = report.treatments[0].facts["primary.result"]
        by_dates = check(draft).treatments[1].verdict
        assert result == (report.treatments[1].verdict if known else by_dates)
        assert known or report.treatments[1].verdict == "no_criteria"


# Under the edition that governs, it comes out as by the dates


def judged(row: RowReport) -> object:
    return row._replace(findings=()), [(each.code, each.outcome) for each in row.findings]


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_the_governing_edition_judges_an_example_as_the_check_does(path: Path) -> None:
    draft = load(path)
    for index, row in enumerate(check(draft).treatments):
        assert row.edition is not None
        under = check_under(draft, MTUS, row.edition.id)
        assert judged(under.treatments[index]) == judged(row)


def test_the_governing_edition_judges_any_request_as_the_check_does() -> None:
    random = Random(4)
    for _ in range(60):
        data = random_request(random)
        try:
            report = check(data, today=TODAY)
        except RequestError:
            continue
        if len(report.treatments) > 1 or report.template:
            continue  # another row may be judged by another edition
        for row in report.treatments:
            if row.edition is not None:
                under = check_under(data, MTUS, row.edition.id, today=TODAY)
                assert judged(under.treatments[0]) == judged(row)
