"""What governs on a day: the resolver's answer, the chapters adopted, and the words of the command."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from imr_check.guideline.chapters import adopted_on, governing
from imr_check.guideline.editions import Circumstances, Dates, path_of, rule_on
from imr_check.guideline.pack import installed_packs

if TYPE_CHECKING:
    from running import Command

MTUS = installed_packs()[0]


def editions(run: Command, *arguments: str) -> dict[str, Any]:
    result = run("editions", *arguments, "--format", "json")
    assert (result.status, result.err) == (0, "")
    found: dict[str, Any] = next(
        pack for pack in json.loads(result.out)["packs"] if pack["pack"] == "mtus"
    )
    return found


def in_force(found: dict[str, Any]) -> set[str]:
    return {each["id"] for each in found["editions"] if each["standing"] == "in force"}


@pytest.mark.parametrize(
    ("request_day", "service_day", "governs", "does_not"),
    [
        ("2016-07-28", "2016-07-28", "chronic_pain_2009", "chronic_pain_2016"),
        ("2016-07-29", "2016-07-29", "chronic_pain_2016", "chronic_pain_2009"),
        ("2017-11-30", "2017-11-30", "chronic_pain_2016", "chronic_pain_2009"),
        ("2017-11-30", "2017-12-01", "rfa_2014", "chronic_pain_2016"),
        ("2026-03-31", "2026-03-31", "rfa_2014", "rfa_2026"),
        ("2026-04-01", "2026-04-01", "rfa_2026", "rfa_2014"),
    ],
)
def test_each_edition_governs_from_its_first_day_to_its_last(
    run: Command, request_day: str, service_day: str, governs: str, does_not: str
) -> None:
    found = in_force(editions(run, "--on", request_day, "--service", service_day))
    assert governs in found
    assert does_not not in found


def test_chapters_are_named_only_from_december_2017(run: Command) -> None:
    assert editions(run, "--on", "2017-11-30")["chapters"] == []
    chapters = {c["name"]: c["text"] for c in editions(run, "--on", "2017-12-01")["chapters"]}
    assert chapters["Low Back"] == "2016-02-24"
    assert "licensed" in editions(run, "--on", "2017-12-01")["chapters_note"]


@pytest.mark.parametrize(
    ("service", "text"),
    [
        (date(2017, 12, 1), "2016-02-24"),
        (date(2019, 8, 10), "2016-02-24"),
        (date(2019, 8, 11), "2019-03-07"),
        (date(2021, 11, 22), "2019-03-07"),
        (date(2021, 11, 23), "2020-02-13"),
    ],
)
def test_the_text_of_a_chapter_is_that_of_the_day_of_service(service: date, text: str) -> None:
    adopted = adopted_on(MTUS, service)
    assert adopted is not None
    (chapter,) = governing(adopted, "mri", ["low_back"], "")
    assert (chapter.name, chapter.text) == ("Low Back", text)


def test_a_row_is_shown_the_chapters_of_its_region_kind_and_path() -> None:
    adopted = adopted_on(MTUS, date(2020, 1, 1))
    assert adopted is not None
    named = [c.name for c in governing(adopted, "opioid", ["neck"], "chronic")]
    assert named == ["Cervical and Thoracic Spine", "Chronic Pain", "Opioids"]


def test_three_months_of_pain_are_chronic() -> None:
    assert path_of(MTUS, 2) == "acute"
    assert path_of(MTUS, 3) == "chronic"
    assert path_of(MTUS, None) == "chronic"


def test_the_path_picks_the_edition_where_both_have_criteria() -> None:
    dates = Dates(date(2016, 10, 1), date(2016, 10, 1))

    def edition(months: int | None, *regions: str) -> str:
        ruling = rule_on(MTUS, "tens", dates, Circumstances(months, frozenset(regions)))
        assert ruling is not None
        return ruling.edition.id

    assert edition(2, "neck") == "acoem_2004"
    assert edition(3, "neck") == "chronic_pain_2016"
    assert edition(2, "low_back") == "chronic_pain_2016"
    assert edition(None, "neck") == "chronic_pain_2016"


def test_the_text_says_what_is_in_force_and_what_only_advises(run: Command) -> None:
    result = run("editions", "--on", "2016-08-01")
    assert result.status == 0
    first, second = result.out.index("In force:"), result.out.index("Not in force")
    assert first < result.out.index("Guidelines (2016)") < second
    assert second < result.out.index("Guidelines (2009)\n", second)
    assert "legal or medical advice" in result.out


def test_a_bad_day_is_refused(run: Command) -> None:
    result = run("editions", "--on", "2016-13-01")
    assert (result.status, result.out) == (2, "")
    assert "--on" in result.err
