"""Code quality for GitLab: read by the model of a party that is not us, and as its pages ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from pydantic import TypeAdapter
from pytest_gitlab_code_quality.report import Violation  # type: ignore[import-untyped]
from render.reports import (
    ODD_NAMES,
    advised,
    argued,
    denied,
    denied_on_advice,
    every,
    invalid,
    supported,
    suppressed,
    template,
    unselected,
    written,
)

from imr_check import Report

SEVERITIES = ("info", "minor", "major", "critical", "blocker")
READER = TypeAdapter(list[Violation])


def entries(*reports: Report) -> list[Violation]:
    text = written("gitlab", *reports)
    found = READER.validate_json(text, strict=True)
    for entry in found:
        assert entry.severity in SEVERITIES
        assert entry.location.lines.begin >= 1
        assert entry.description.isprintable()
    # GitLab drops an entry whose fingerprint it has seen.
    assert len({entry.fingerprint for entry in found}) == len(found)
    return found


def test_snapshot() -> None:
    assert json.loads(written("gitlab", denied())) == snapshot(
        [
            {
                "description": "ACU-02: Row 1, Acupuncture: Visits asked for: 8 visits, at most 6 allowed. Cure (office): Ask for six visits and plan a re-evaluation after them.",
                "check_name": "ACU-02",
                "fingerprint": "2d12a60c907e8b51d8ca2cd7c747cfca311d14816b22cd1084dc291c68b1bc05",
                "severity": "major",
                "location": {"path": "denied.json", "lines": {"begin": 5}},
            },
            {
                "description": "ROW-02: Row 2, Treatment not recognized: No criteria: nothing that is encoded covers this row. It was not judged. Cure (office): Have the row checked by hand against the guideline that governs.",
                "check_name": "ROW-02",
                "fingerprint": "2d58182a1a83c48a30c1992c81663648d7a974ba6fb0a299b6b313f5450e2efe",
                "severity": "major",
                "location": {"path": "denied.json", "lines": {"begin": 6}},
            },
        ]
    )


def test_every_kind_of_report_is_read() -> None:
    assert {entry.location.path for entry in entries(*every())} == {
        report.path
        for report in every()
        if report.path not in ("supported.json", "unselected.json")
    }


@pytest.mark.parametrize("reports", [(), (supported(),), (supported(), denied(), supported())])
def test_files_without_entries_leave_no_comma(reports: tuple[Report, ...]) -> None:
    assert len(entries(*reports)) == 2 * (len(reports) > 1)


def test_severities() -> None:
    found = {entry.check_name: entry.severity for entry in entries(*every())}
    assert found == snapshot(
        {
            "ACU-02": "major",
            "ROW-02": "major",
            "ADVICE": "info",
            "GEN-13": "minor",
            "FAC-01": "critical",
            "FAC-02": "critical",
            "FAC-03": "critical",
            "FAC-05": "major",
            "INVALID": "blocker",
            "SUP-01": "minor",
            "HOLES": "info",
        }
    )


def test_suppressed_and_not_selected_are_left_out() -> None:
    assert [entry.check_name for entry in entries(suppressed())] == ["SUP-01"]
    assert entries(unselected()) == []


def test_row_with_holes_has_one_entry() -> None:
    (entry,) = entries(template())
    assert entry.description == snapshot(
        "Row 1, Acupuncture: depends on what is filled in: ACU-02 trial-max-6 ({{ visits }}, ${COURSE})"
    )


def test_advice_rebuttal_and_doubt_are_told() -> None:
    (only,) = entries(advised())
    assert only.description.startswith("ADVICE on row 1: Acupuncture Medical Treatment Guidelines")
    (_, marked, _) = entries(denied_on_advice())
    assert "(advice, replaced 2017-12-01 (unverified))" in marked.description
    words = {entry.check_name: entry.description for entry in entries(argued())}
    assert "(argued)." in words["FAC-01"]
    assert "The rebuttal still lacks: " in words["FAC-01"]
    assert "(unverified)." in words["FAC-02"]


def test_file_that_cannot_be_checked() -> None:
    assert [(entry.description, entry.location.lines.begin) for entry in entries(invalid())] == [
        ("INVALID: injury is missing: add it", 1),
        ("INVALID: quantity has to be a whole number", 5),
    ]


def test_fingerprint_holds_when_lines_move_and_tells_files_and_rows_apart() -> None:
    def fingerprints(report: Report) -> list[str]:
        return [entry.fingerprint for entry in entries(report)]

    moved = denied()
    rows = [
        row._replace(
            line=row.line + 3,
            findings=tuple(f._replace(line=f.line + 3, column=1) for f in row.findings),
        )
        for row in moved.treatments
    ]
    assert fingerprints(denied()) == fingerprints(moved._replace(treatments=tuple(rows)))
    assert not set(fingerprints(denied())) & set(fingerprints(denied("other.json")))
    twice = denied().treatments[1]
    both = denied()._replace(treatments=(twice, twice._replace(row=3)))
    assert len(set(fingerprints(both))) == 2


def test_same_suppression_twice_has_two_entries() -> None:
    report = suppressed()
    doubled = report._replace(file_findings=report.file_findings * 2)
    assert len(entries(doubled)) == 2


def test_request_without_a_file_stands_at_line_1() -> None:
    report = invalid()
    (problem, _) = report.errors
    (entry,) = entries(report._replace(errors=(problem._replace(line=0, column=0),)))
    assert entry.location.lines.begin == 1


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(name: str) -> None:
    text = written("gitlab", denied(name))
    assert text.isascii()
    paths = {entry["location"]["path"] for entry in json.loads(text)}
    assert paths == {name.replace("\udcff", "?")}


def test_path_is_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found: list[Any] = entries(denied("./a/../b.json"), denied(str(tmp_path / "c" / "d.json")))
    assert [entry.location.path for entry in found[::2]] == ["b.json", "c/d.json"]
