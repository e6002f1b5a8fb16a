"""The example templates: what can never be met in each, what depends on its holes, what is met."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from imr_check import Report, check_many

FOLDER = Path(__file__).parents[2] / "examples" / "templates"
TODAY = date(2026, 11, 22)


class Shown(NamedTuple):
    """What a template shows: its verdict, and the codes of each outcome."""

    verdict: str
    never: set[str]
    depends: set[str]
    always: set[str]


_TPI_OPEN = {"GEN-13", "TPI-02", "TPI-03", "TPI-04", "TPI-05"}
_TPI_MET = {"ROW-01", "TPI-01", "TPI-09", "TPI-10", "TPI-11", "TPI-12", "TPI-13"}
_ACU_MET = {"ROW-01", "GEN-01", "ACU-02", "ACU-04", "ACU-05"}
_MORE_VISITS = {"ACU-02", "GEN-05"}
_FOUR_AS = {"OPI-01", "OPI-02", "OPI-03", "OPI-04"}

EXPECTED = {
    "trigger_point_order_set.json": [
        Shown("depends", set(), _TPI_OPEN | {"TPI-06"}, _TPI_MET),
    ],
    "trigger_point_eight_injections.json": [
        Shown("not_supported", {"TPI-06"}, _TPI_OPEN, _TPI_MET),
    ],
    "trigger_point_botulinum_toxin.json": [
        Shown("not_supported", {"TPI-09"}, _TPI_OPEN | {"TPI-06"}, _TPI_MET - {"TPI-09"}),
    ],
    "trigger_point_no_twitch.yaml": [
        Shown("incomplete", {"TPI-02"}, _TPI_OPEN - {"TPI-02"}, _TPI_MET | {"TPI-06"}),
    ],
    "acupuncture_trial.yaml": [
        Shown("depends", set(), {"ACU-01", "ACU-07"}, _ACU_MET),
    ],
    "acupuncture_twelve_visits.yaml": [
        Shown("not_supported", _MORE_VISITS, {"ACU-07"}, _ACU_MET - {"ACU-02"} | {"ACU-01"}),
    ],
    "acupuncture_favorites.jsonl": [
        Shown("depends", set(), {"ACU-01"}, _ACU_MET),
        Shown("depends", set(), {"ACU-03", "ACU-05", "FI-01"}, {"ROW-01", "GEN-01"}),
        Shown("not_supported", _MORE_VISITS, set(), _ACU_MET - {"ACU-02"} | {"ACU-01"}),
    ],
    "opioid_continuation.json": [
        Shown(
            "depends",
            set(),
            {"ROW-01", "FI-01"} | _FOUR_AS | {f"OPI-{number}" for number in range(13, 20)},
            {"GEN-01", "GEN-11", "OPI-05"},
        ),
    ],
}


@cache
def reports(name: str) -> tuple[Report, ...]:
    return tuple(check_many([str(FOLDER / name)], today=TODAY))


def shown(report: Report) -> Shown:
    (row,) = report.treatments
    codes: dict[str, set[str]] = {"never": set(), "depends": set(), "met": set()}
    for finding in row.findings:
        if finding.criterion.severity != "context":
            codes.setdefault("never" if finding.failing else finding.outcome, set()).add(
                finding.code
            )
    return Shown(row.verdict, codes["never"], codes["depends"], codes["met"])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_template_shows_what_it_is_there_for(name: str) -> None:
    found = reports(name)
    assert [shown(report) for report in found] == EXPECTED[name]
    assert all(report.template and not report.errors for report in found)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_can_never_be_met_is_an_error(name: str) -> None:
    for report, expected in zip(reports(name), EXPECTED[name], strict=True):
        assert report.reaches("error") is bool(expected.never)


def test_every_template_is_expected() -> None:
    files = {file.name for file in FOLDER.iterdir() if file.suffix != ".md"}
    assert files == set(EXPECTED)


def test_the_readme_says_what_comes_of_each() -> None:
    rows = re.findall(
        r"^\| `(\S+)`(?:, line \d)? \|.*\| ([a-z ]+) \| ([A-Z0-9, -]*?) ?\|$",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    said = [
        (name, verdict.replace(" ", "_"), set(filter(None, codes.split(", "))))
        for name, verdict, codes in rows
    ]
    expected = [
        (name, each.verdict, each.never) for name, listed in EXPECTED.items() for each in listed
    ]
    assert said == expected


def test_the_templates_say_that_they_are_made_up() -> None:
    for name in EXPECTED:
        text = (FOLDER / name).read_text(encoding="utf-8")
        lines = text.splitlines() if name.endswith(".jsonl") else [text]
        assert all("made up" in line.casefold() for line in lines), name
