"""Every determination as a request: the expected criteria fail and no other blocks, row by row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from determinations.agreement import (
    PAGE,
    Determination,
    Judged,
    everything,
    judge,
    page,
    paths,
    read,
    report_of,
)

ROWS = [
    pytest.param(path, number, id=row.item)
    for path in paths()
    for number, row in enumerate(each for each in read(path).rows if each.item)
]


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_request_loads_and_every_treatment_has_an_entry(path: Path) -> None:
    determination = read(path)
    report = report_of(determination)
    assert not report.errors
    assert len(report.treatments) == len(determination.rows)
    assert any(row.item for row in determination.rows)


@pytest.mark.parametrize(("path", "number"), ROWS)
def test_the_expected_criteria_fail_and_no_other_blocks(path: Path, number: int) -> None:
    judged = judge(read(path))[number]
    assert judged.verdict != "no_criteria", "nothing encoded covers the row"
    known = judged.row.differs
    assert sorted(judged.missing) == sorted(known.missing if known else ())
    assert sorted(judged.extra) == sorted(known.extra if known else ())
    assert judged.settled
    assert judged.row.warned <= judged.warned


def test_every_item_stands_once_and_in_the_file_of_its_letter() -> None:
    items = Counter(row.item for path in paths() for row in read(path).rows if row.item)
    assert {item for item, count in items.items() if count > 1} == set()
    for path in paths():
        for row in read(path).rows:
            assert not row.item or _letter(row.item) == path.stem


def _letter(item: str) -> str:
    seed = re.fullmatch(r"S([0-9])-[0-9]", item)
    if seed:
        return f"imr-seed-00{seed[1]}"
    return f"imr-cm{'17' if item.startswith('00') else '16'}-{item[:7]}"


def test_overturned_rows_have_no_reason_of_a_denial() -> None:
    named = {
        row.item
        for each in _all()
        for row in each.rows
        if row.named and row.decision == "overturned"
    }
    assert named == set()


def test_a_difference_says_why_in_one_sentence() -> None:
    reasons = [row.differs.why for each in _all() for row in each.rows if row.differs]
    assert [why for why in reasons if not why.endswith(".") or "\n" in why] == []


def _all() -> list[Determination]:
    return [read(path) for path in paths()]


GOOD = """
determination: imr-cm16-0000001
request: {submission: {date: 2016-11-01}, injury: {date: 2016-10-01}, treatments: [{kind: opioid}]}
rows:
  - {item: 0000001-01, decision: upheld, expected: [OPI-01], ROW}
"""


@pytest.mark.parametrize(
    "entry",
    [
        "expected: [OPI-1]",
        "named: [OPI-01, OPI-01]",
        "remark: none",
        "item: null",
        "decision: refused",
        "item: 0000001",
        "differs: {missing: [OPI-01]}",
        "differs: {why: Because.}",
        "differs: {missing: [OPI-02], why: Because.}",
        "differs: {extra: [OPI-01], why: Because.}",
    ],
)
def test_a_row_that_is_written_wrongly_is_refused(entry: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^imr-cm16-0000001\.yaml: "):
        read(_written(tmp_path, entry))


@pytest.mark.parametrize("line", ["remark: none", "request_file: a.json"])
def test_a_file_has_one_request_and_nothing_else(line: str, tmp_path: Path) -> None:
    file = _written(tmp_path, "named: []")
    file.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^imr-cm16-0000001\.yaml: "):
        read(file)


@pytest.mark.parametrize(
    ("entry", "blocking", "warned", "settled"),
    [
        ("named: []", {"OPI-01"}, set(), True),
        ("named: []", set(), {"OPI-01"}, True),
        ("named: []", {"OPI-01"}, {"OPI-02"}, True),
        ("named: []", set(), set(), False),
        ("named: []", {"OPI-01", "OPI-02"}, set(), False),
        ("differs: {missing: [OPI-01], extra: [OPI-02], why: Because.}", {"OPI-02"}, set(), True),
        ("differs: {missing: [OPI-01], extra: [OPI-02], why: Because.}", {"OPI-01"}, set(), False),
        ("differs: {missing: [OPI-01], why: Because.}", {"OPI-01"}, set(), False),
    ],
)
def test_a_row_is_settled_if_it_comes_out_as_expected_or_differs_as_written(
    entry: str, blocking: set[str], warned: set[str], settled: bool, tmp_path: Path
) -> None:
    (row,) = read(_written(tmp_path, entry)).rows
    codes = frozenset(blocking), frozenset(warned), frozenset[str]()
    judged = Judged("imr-cm16-0000001", row, "opioid", "not_supported", *codes, {})
    assert judged.settled is settled


def test_an_entry_for_every_treatment(tmp_path: Path) -> None:
    file = _written(tmp_path, "named: []")
    file.write_text(file.read_text(encoding="utf-8") + "  - {item: null}", encoding="utf-8")
    with pytest.raises(ValueError, match="every treatment"):
        judge(read(file))


def _written(folder: Path, entry: str) -> Path:
    file = folder / "imr-cm16-0000001.yaml"
    field, _, _ = entry.partition(":")
    lines = [
        line.replace("expected: [OPI-01], ROW", "ROW") if field == "expected" else line
        for line in GOOD.splitlines()
    ]
    text = "\n".join(lines)
    if field in ("item", "decision"):
        text = re.sub(rf"{field}: [\w-]+", entry, text).replace(", ROW", "")
    file.write_text(text.replace("ROW", entry) + "\n", encoding="utf-8")
    return file


def test_the_page_is_what_the_command_writes() -> None:
    if not PAGE.exists():
        pytest.skip("docs/agreement.md is written once all criteria are encoded")
    assert PAGE.read_text(encoding="utf-8") == page(everything())
