"""JSON Lines: one request on each line, whose places are those of the file, in constant memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from documents import MANY, documents, places
from hypothesis import given
from hypothesis import strategies as st
from strategies import EXAMPLES, SENTINEL

from imr_check import check, load
from imr_check.checker import check_many
from imr_check.errors import Problem, RequestError
from imr_check.request.load import read_draft
from imr_check.source import (
    MAX_BYTES,
    Positions,
    Source,
    Unread,
    form_of,
    parse,
    read_sources,
    wording,
)
from imr_check.source.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOM = b"\xef\xbb\xbf"
GOOD = '{"injury": {"date": "2014-04-11"}, "treatments": [{"kind": "acupuncture"}]}'


def sources(data: bytes) -> list[Source | Unread]:
    return [piece.source for piece in read_lines(io.BytesIO(data), "many.jsonl")]


def texts(data: bytes) -> list[tuple[int, str]]:
    return [(s.first_line, s.text) for s in sources(data) if isinstance(s, Source)]


def faults(data: bytes) -> list[Problem]:
    return [problem for s in sources(data) if isinstance(s, Unread) for problem in s.problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"1\n2\n", [(1, "1"), (2, "2")]),
        (b"1\n2", [(1, "1"), (2, "2")]),
        (b"\n\n1\r\n \t\r\n2\r\n\n", [(3, "1"), (5, "2")]),
        (BOM + b"1\n2", [(1, "1"), (2, "2")]),
        (BOM + b"\n1", [(2, "1")]),
        (b"[1,\r2]\n3", [(1, "[1,\r2]"), (3, "3")]),  # an editor shows three lines
        ('"a\u2028b\x85c"\n1'.encode(), [(1, '"a\u2028b\x85c"'), (2, "1")]),
    ],
)
def test_every_line_that_is_not_blank_is_a_request(
    data: bytes, expected: list[tuple[int, str]]
) -> None:
    assert texts(data) == expected
    assert faults(data) == []


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"1\n{\0}\n2\n", (2, 2), "null bytes"),
        (b"1\n\n\"\xe9\"\n2\n", (3, 2), "not UTF-8"),
        (b"1\n" + b" " * (MAX_BYTES + 1) + b"3\n2", (2, 1), "line is larger than 5 MB"),
        (b"1\n" + b"3" * (3 * MAX_BYTES) + b"\n2", (2, 1), "line is larger than 5 MB"),
    ],
)  # fmt: skip
def test_a_bad_line_does_not_hide_the_next(data: bytes, place: tuple[int, int], words: str) -> None:
    (problem,) = faults(data)
    assert words in problem.message
    assert problem[1:4] == ("", *place)
    assert [text.strip() for _, text in texts(data)] == ["1", "2"]
    assert texts(data)[1][0] == place[0] + 1


def test_the_largest_line_is_read() -> None:
    longest = b"1" + b" " * (MAX_BYTES - 1)
    for end in (b"", b"\n", b"\r\n"):
        assert [len(text.rstrip("\r\n")) for _, text in texts(longest + end)] == [MAX_BYTES]
        assert len(faults(b" " + longest + end)) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\r\n\t", "is empty"),
        (BOM, "is empty"),
        (b"\xff\xfe1\0\n\0", "UTF-16"),
        (b"\xfe\xff\x001\0\n", "UTF-16"),
    ],
)
def test_a_file_without_any_line_has_one_fault(data: bytes, words: str) -> None:
    (problem,) = faults(data)
    assert words in problem.message
    assert problem[1:4] == ("", 1, 1)
    assert texts(data) == []


def test_a_read_that_fails_is_reported_where_it_fails() -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            line = super().readline(size)
            if line == b"2\n":
                raise OSError(5, SENTINEL)
            return line

    found = [piece.source for piece in read_lines(Failing(b"1\n2\n3\n"), "many.jsonl")]
    assert isinstance(found[0], Source)
    assert found[1:] == [Unread("many.jsonl", (Problem(wording.UNREADABLE, "", 2, 1),))]


@MANY
@given(st.lists(documents, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", "\n \n"]))
def test_places_are_lines_of_the_file(values: list[object], end: str) -> None:
    written = [json.dumps(value, ensure_ascii=False) for value in values]
    data = end.join(written).encode(errors="surrogatepass")
    if any("\ud800" <= character <= "\udfff" for line in written for character in line):
        return
    for number, (source, value, line) in enumerate(
        zip(sources(data), values, written, strict=True)
    ):
        assert isinstance(source, Source)
        assert repr(parse(source)) == repr(value)
        positions, alone = Positions(source), Positions(Source("", line))
        for pointer, _, _ in places(value):
            row, column = alone.of(pointer)
            assert row == 1, "json writes no line ends"
            assert positions.of(pointer) == (1 + number * end.count("\n"), column)
            assert positions.literal(pointer) == alone.literal(pointer)


# What is wrong with a line


def problems(line: str, first_line: int = 7) -> tuple[Problem, ...]:
    with pytest.raises(RequestError) as caught:
        read_draft(Source("many.jsonl", line, "jsonl", first_line))
    return caught.value.problems


@pytest.mark.parametrize(
    ("line", "words", "column"),
    [
        (GOOD + " " + GOOD, "put each request on a line of its own", len(GOOD) + 2),
        ('{"injury": {', "each request is one line", 13),
        ("Dear colleague", "line is not JSON", 1),
        ("}", "line is not JSON", 1),
        ('{"a": 1, "a": 2}', "first at line 7, column 2", 10),
        ('{"a": NaN}', "NaN and Infinity", 7),
        ('{"a": [1}', "close the bracket of line 7", 9),
        (GOOD.replace("2014", "14"), "date written like", 21),
        ('{"injury": {"date": "2014-04-11"}}', "treatments is missing", 1),
    ],
)
def test_faults_of_a_line(line: str, words: str, column: int) -> None:
    (problem,) = problems(line)
    assert words in problem.message
    assert (problem.line, problem.column) == (7, column)


# Files


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a file of three requests, one bad line and one blank one."""
    requests = [
        json.dumps(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted((EXAMPLES / "determinations").glob("000*.json"))
    ]
    assert len(requests) == 2
    path = tmp_path / "many.JSONL"
    path.write_text("\n".join([requests[0], "", '{"bad": ', requests[1], requests[0], ""]))
    return path


def test_a_report_for_every_request(many: Path) -> None:
    reports = list(check_many([many, many.with_name("missing.jsonl")]))
    assert {report.path for report in reports[:-1]} == {str(many)}
    assert [bool(report.errors) for report in reports] == [False, True, False, False, True]
    assert reports[1].errors[0].line == 3
    assert "not found" in reports[-1].errors[0].message
    for report, line in zip((reports[0], *reports[2:4]), (1, 4, 5), strict=True):
        assert {finding.line for finding in report.treatments[0].findings} == {line}
        assert report.treatments[0].line == line
        evidence = [
            entry for finding in report.treatments[0].findings for entry in finding.evidence
        ]
        assert {entry.line for entry in evidence} == {line}
    alone = check(load(EXAMPLES / "determinations" / "000_trigger_point.json"))
    assert reports[0].verdict == alone.verdict
    assert [f.outcome for f in reports[0].treatments[0].findings] == [
        f.outcome for f in alone.treatments[0].findings
    ]


def test_standard_input_by_the_name_it_is_given() -> None:
    def read(name: str, data: bytes) -> list[Source | Unread]:
        with mock.patch("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data))):
            return list(read_sources("-", name))

    assert read("<stdin>", b"1\n2") == [Source("<stdin>", "1\n2")]
    assert read("x.ndjson", b"1\n2") == [
        Source("x.ndjson", "1", "jsonl", 1),
        Source("x.ndjson", "2", "jsonl", 2),
    ]
    assert read("x.yml", b"a: 1") == [Source("x.yml", "a: 1", "yaml")]
    (unread,) = read("x.yml", b"")
    assert unread == Unread("x.yml", (Problem(wording.EMPTY, "", 1, 1),))
    with mock.patch("sys.stdin", None):
        (unread,) = read_sources("-", "x.jsonl")
    assert unread == Unread("x.jsonl", (Problem(wording.NO_STDIN),))


def test_one_request_is_loaded_and_several_are_not(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(f"\n{GOOD}\n")
    assert load(path).request.treatments[0].kind == "acupuncture"
    path.write_text(f"{GOOD}\n{GOOD}\n")
    with pytest.raises(RequestError, match="use one file for each"):
        load(path)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.json", "json"),
        ("a.JSONL", "jsonl"),
        ("a.b.NdJson", "jsonl"),
        ("a.Yaml", "yaml"),
        ("a.yml", "yaml"),
        ("yaml", "json"),
        ("a.yaml/b", "json"),
        ("a.txt", "json"),
        ("<stdin>", "json"),
    ],
)
def test_forms(name: str, form: str) -> None:
    assert form_of(name) == form


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    line = GOOD.encode() + b" " * 10_000 + b"\n"

    def peak(count: int) -> int:
        with path.open("wb") as file:
            file.writelines(line for _ in range(count))
        tracemalloc.start()
        assert sum(1 for _ in read_sources(str(path))) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(2_000) < peak(20) + 64 * 1024


def test_a_line_is_read_when_it_is_asked_for() -> None:
    read: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(10):
            read.append(number)
            yield b"1\n"

    class Slow(io.BytesIO):
        waiting = lines()

        def readline(self, size: int | None = -1) -> bytes:
            assert size != -1, "no line of any size is read whole"
            return next(self.waiting, b"")

    found = read_lines(Slow(), "many.jsonl")
    next(found)
    assert read == [0]
    next(found)
    assert read == [0, 1]
