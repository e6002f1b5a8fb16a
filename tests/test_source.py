"""Reading, parsing and locating: what is accepted, what is refused where, and what never leaks."""

from __future__ import annotations

import io
import json
import time
import traceback
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from documents import (
    MANY,
    decoded_at,
    offset_of,
    places,
    refusal,
    succeeds,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_check import source
from imr_check.errors import Problem, RequestError
from imr_check.source import (
    MAX_BYTES,
    MAX_DEPTH,
    Positions,
    Source,
    parse,
    read_source,
    reading,
)
from imr_check.source.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOM = b"\xef\xbb\xbf"
SENTINEL = "Zyxwv98765"

# What only a valid JSON text can be refused for.
BEYOND_SYNTAX = ("given twice", "NaN and Infinity", "too large to be", "half of a", "levels of")


def parsing(text: str) -> Callable[[], object]:
    return lambda: parse(Source("request.json", text))


def refused_text(text: str) -> tuple[Problem, ...]:
    return refusal(parsing(text))


def refused_bytes(data: bytes) -> Problem:
    (problem,) = refusal(lambda: read_bytes(data))
    return problem


def read_bytes(data: bytes) -> Source:
    with mock.patch("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data))):
        return read_source("-")


# What is accepted


@MANY
@given(written())
def test_parse_agrees_with_json(case: tuple[object, str]) -> None:
    document, text = case
    assert repr(parse(Source("request.json", text))) == repr(document) == repr(json.loads(text))


@MANY
@given(written())
def test_scanner_finds_no_fault_in_what_parse_accepts(case: tuple[object, str]) -> None:
    scanner = Scanner(case[1])
    scanner.scan()
    assert scanner.problems == []


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740992",
        "-9007199254740992",
        "9007199254740992.0",
        "-0",
        "-0.0",
        "1e-400",
        "1E+2",
        '"\\ud83d\\uDE00"',
        '"\\\\ud800"',
        '"\\u0000\\u001f"',
        '{"\\u00e9": "\\/"}',
        " \t\r\n[ ]\n",
        "0." + "1" * 100_000,
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        '"' + "[" * 100_000 + '"',
        "[" + "[{}]," * 1000 + "[]]",
    ],
)
def test_parse_accepts(text: str) -> None:
    assert repr(parse(Source("request.json", text))) == repr(json.loads(text))


def test_parse_returns_only_plain_types() -> None:
    value = parse(Source("request.json", '{"a": [1, 1.5, true, null, "x"]}'))
    assert isinstance(value, dict)
    assert [type(item) for item in value["a"]] == [int, float, bool, type(None), str]


def test_representation_of_a_source_leaves_the_text_out() -> None:
    assert SENTINEL not in repr(Source("request.json", SENTINEL))


# Reading


def test_reads_a_file_and_skips_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(BOM + b'{"a": NaN}\r\n')
    read = read_source(str(path))
    assert read == Source(str(path), '{"a": NaN}\r\n')
    (problem,) = refusal(lambda: parse(read))
    assert (problem.pointer, problem.line, problem.column) == ("/a", 1, 7)


def test_reads_standard_input_under_the_given_name() -> None:
    with mock.patch("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"{}"))):
        assert read_source("-", stdin_name="draft") == Source("draft", "{}")
    assert read_bytes(b"{}").name == "<stdin>"


def test_accepts_the_largest_file_and_reads_one_byte_more_at_most(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(b"1" + b" " * (MAX_BYTES - 1))
    assert len(read_source(str(path)).text) == MAX_BYTES
    path.write_bytes(b"1" + b" " * MAX_BYTES)
    (problem,) = refusal(lambda: read_source(str(path)))
    assert "larger than 5 MB" in problem.message
    endless = mock.Mock()
    endless.read.side_effect = lambda size: b"1" * size
    with mock.patch("sys.stdin", SimpleNamespace(buffer=endless)):
        refusal(lambda: read_source("-"))
    endless.read.assert_called_once_with(MAX_BYTES + 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("absent.json", "not found"),
        ("file.json/inside.json", "not found"),
        (".", "is a folder"),
        ("null\0character", "could not be read"),
        ("long" * 1000, "could not be read"),
    ],
)
def test_refuses_paths(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "file.json").write_text("{}")
    (problem,) = refusal(lambda: read_source(f"{tmp_path}/{name}"))
    assert expected in problem.message
    assert problem[1:4] == ("", 0, 0)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(PermissionError(13, SENTINEL), "not allowed"), (OSError(5, SENTINEL), "could not be read")],
)
def test_refuses_files_that_the_system_withholds(
    monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str
) -> None:
    monkeypatch.setattr(reading, "open", mock.Mock(side_effect=error), raising=False)
    (problem,) = refusal(lambda: read_source("request.json"))
    assert expected in problem.message


@pytest.mark.parametrize(
    "stdin",
    [None, io.StringIO("{}"), SimpleNamespace(buffer=mock.Mock(**{"read.return_value": None}))],
)
def test_refuses_an_absent_standard_input(stdin: object) -> None:
    with mock.patch("sys.stdin", stdin):
        (problem,) = refusal(lambda: read_source("-"))
    assert "standard input" in problem.message


@pytest.mark.parametrize(
    ("data", "expected", "line", "column"),
    [
        (b"", "is empty", 1, 1),
        (b" \r\n\t", "is empty", 1, 1),
        (BOM, "is empty", 1, 1),
        (b"\xff\xfe{\0}\0", "UTF-16", 1, 1),
        (b"\xfe\xff\0{\0}", "UTF-16", 1, 1),
        (b"{\0}\0", "null bytes", 1, 2),
        (b'{"a":\r"\xc3\xa9\0"}', "null bytes", 2, 3),
        (b"{\n \0\xff}", "null bytes", 2, 2),
        (b'{"a": "\xe9"}', "not UTF-8", 1, 8),
        (BOM + b'{"a": "\xe9"}', "not UTF-8", 1, 8),
        (b'{\r\n"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x80"}', "not UTF-8", 2, 5),
        (b'{"a":\n"\xed\xa0\x80"}', "not UTF-8", 2, 2),
        (b'{"a": "\xc3', "not UTF-8", 1, 8),
    ],
)
def test_refuses_bytes(data: bytes, expected: str, line: int, column: int) -> None:
    problem = refused_bytes(data)
    assert expected in problem.message
    assert problem[1:4] == ("", line, column)


# Syntax: each text, a part of the message, and the line and column

SYNTAX: list[tuple[str, str, int, int]] = [
    ("", "is empty", 1, 1),
    ("\n ", "is empty", 2, 2),
    ("\ufeff{}", "invisible", 1, 1),
    ("hello", "not JSON", 1, 1),
    ("<xml/>", "not JSON", 1, 1),
    ("}", "not JSON", 1, 1),
    ('{"a": 1,\n}', "remove it", 1, 8),
    ("[1,\r\n2 , ]", "remove it", 2, 3),
    ("[,1]", "one comma too many", 1, 2),
    ("[1,\n,2]", "one comma too many", 2, 1),
    ("{,}", "one comma too many", 1, 2),
    ('{"a":1,,"b":2}', "one comma too many", 1, 8),
    ("{'a': 1}", "straight double quotation", 1, 2),
    ("{\u201ca\u201d: 1}", "straight double quotation", 1, 2),
    ('{"a": \u2018b\u2019}', "straight double quotation", 1, 7),
    ("{a: 1}", "field name needs", 1, 2),
    ("{_a: 1}", "field name needs", 1, 2),
    ("{[]: 1}", "field name in double", 1, 2),
    ('{"a": 1,5}', "decimal point instead", 1, 9),
    ('{"a": True}', "lower-case true", 1, 7),
    ('{"a": nan}', "Text needs double", 1, 7),
    ('{"a": truex}', "Text needs double", 1, 11),
    ('{"a": 5 mg}', "Text needs double", 1, 9),
    ('{"a": 5mg}', "not a plain number", 1, 8),
    ('{"a": 05}', "not a plain number", 1, 8),
    ('{"a": 1.}', "not a plain number", 1, 8),
    ('{"a": .5}', "not a plain number", 1, 7),
    ('{"a": +5}', "not a plain number", 1, 7),
    ('{"a": -}', "not a plain number", 1, 7),
    ('{"a": -NaN}', "not a plain number", 1, 7),
    ('{"a": 120/80}', "not a plain number", 1, 10),
    ('{"a": 2024-01-31}', "not a plain number", 1, 11),
    ('{"a": \u0663}', "not a plain number", 1, 7),
    ('{"a": "b "c" d"}', "backslash before each", 1, 11),
    ('{"a" 1}', "colon is missing", 1, 6),
    ('{"a"}', "colon is missing", 1, 5),
    ('{"a" = 1}', "equals sign", 1, 6),
    ('{"a": }', "value is missing", 1, 7),
    ('{"a": , "b": 1}', "value is missing", 1, 7),
    ('{"a": 1\n"b": 2}', "comma is missing", 2, 1),
    ('{"a": {} {}}', "comma is missing", 1, 10),
    ("[1 2]", "comma is missing", 1, 4),
    ('{"a": 1; "b": 2}', "Only a comma", 1, 8),
    ("[1: 2]", "Only a comma", 1, 3),
    ('{"a": [1}', "A ] is expected before this }, to close the bracket of line 1", 1, 9),
    ('{"a": {\n"b": 1]', "A } is expected before this ], to close the bracket of line 1", 2, 7),
    ('{\n"a": {"b": 1', "ends too early: the bracket opened at line 2", 2, 13),
    ("[", "ends too early", 1, 2),
    ('{"a"', "ends too early", 1, 5),
    ('{"a": ', "ends too early", 1, 7),
    ('{"a": 1, ', "ends too early", 1, 10),
    ('{"a": "b}', "no closing quotation mark", 1, 7),
    ('{"a": "b\\', "no closing quotation mark", 1, 7),
    ('{"a": "b,\n"c": 1}', "does not end on its line", 1, 7),
    ('{"a": "b,\r\n"c": 1}', "does not end on its line", 1, 7),
    ('{"a": "b\tc"}', "tab or an invisible character", 1, 9),
    ('{"a\x00": 1}', "tab or an invisible character", 1, 4),
    ('{"a": "b\x1fc"}', "tab or an invisible character", 1, 9),
    ('{"a": "C:\\x"}', "single backslash", 1, 10),
    ('{"a": "\\u12"}', "four digits", 1, 9),
    ('{"a": "\\u12G4"}', "four digits", 1, 9),
    ('{"a": 1} {"b": 2}', "more text after the end", 1, 10),
    ("[]]", "more text after the end", 1, 3),
    ('{"a": 1} // b', "Comments", 1, 10),
    ('{ // b\n"a": 1}', "Comments", 1, 3),
    ('{"a": 1// b\n}', "Comments", 1, 8),
    ('{"a": 1, # b\n}', "Comments", 1, 10),
    ('{"a": /* b */ 1}', "Comments", 1, 7),
    ('{"a":\u00a01}', "invisible character", 1, 6),
    ("[\x00]", "invisible character", 1, 2),
    ("[\ud800]", "invisible character", 1, 2),
    ('["\U0001f600", 1 2]', "comma is missing", 1, 9),
]


@pytest.mark.parametrize(("text", "expected", "line", "column"), SYNTAX)
def test_explains_syntax(text: str, expected: str, line: int, column: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        json.loads(text)
    (problem,) = refused_text(text)
    assert expected in problem.message
    assert problem[1:4] == ("", line, column)


# Valid JSON that is refused all the same, with pointer, line and column

REFUSED: list[tuple[str, str, str, int, int]] = [
    ('{"a": NaN}', "NaN and Infinity", "/a", 1, 7),
    ("[1,\n-Infinity]", "NaN and Infinity", "/1", 2, 1),
    ('{"a": [{"b": Infinity}]}', "NaN and Infinity", "/a/0/b", 1, 14),
    ("9007199254740993", "too large to be read", "", 1, 1),
    ('{"a": -9007199254740993}', "too large to be read", "/a", 1, 7),
    ('{"a": 1e400}', "too large to be read", "/a", 1, 7),
    ('{"a": -1e400}', "too large to be read", "/a", 1, 7),
    ('{"a": 1e300}', "too large to be read", "/a", 1, 7),
    ("[" + "1" * 5000 + "]", "too large to be read", "/0", 1, 2),
    ("[-" + "1" * 1_000_000 + "]", "too large to be read", "/0", 1, 2),
    ('{"a": 1,\r"a": 2}', "first at line 1, column 2", "/a", 2, 1),
    ('[{"a": {}, "\\u0061": 1}]', "first at line 1, column 3", "/0/a", 1, 12),
    ('{"Ann Lee": 1, "Ann Lee": 2}', "first at line 1, column 2", "", 1, 16),
    ('{"a": {"Ann Lee": [NaN]}}', "NaN and Infinity", "/a", 1, 20),
    ('{"a": "\\ud800"}', "half of a character", "/a", 1, 7),
    ('{"a": "\\uDC00\\uD800"}', "half of a character", "/a", 1, 7),
    ('{"a": ["\\\\\\ud83d\\\\ude00"]}', "half of a character", "/a/0", 1, 8),
    ('{"a": {"\\udfff": 1}}', "half of a character", "/a", 1, 8),
    ('["\ud800"]', "half of a character", "/0", 1, 2),
    (
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        f"More than {MAX_DEPTH} levels",
        "/0" * MAX_DEPTH,
        1,
        MAX_DEPTH + 1,
    ),
    (
        '{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH,
        f"More than {MAX_DEPTH} levels",
        "/a" * MAX_DEPTH,
        1,
        5 * MAX_DEPTH + 1,
    ),
]


@pytest.mark.parametrize(("text", "expected", "pointer", "line", "column"), REFUSED)
def test_refuses_valid_json(text: str, expected: str, pointer: str, line: int, column: int) -> None:
    (problem,) = refused_text(text)
    assert expected in problem.message
    assert problem[1:4] == (pointer, line, column)


def test_reports_several_problems_together_but_not_too_many() -> None:
    problems = refused_text('{"a": NaN, "a": [1e999, "\\ud800"],\n"a": 1')
    assert [problem.line for problem in problems] == [1, 1, 1, 1, 2, 2]
    assert [problem.pointer for problem in problems] == ["/a", "/a", "/a/0", "/a/1", "/a", ""]
    assert "column 2:" in problems[1].message
    assert "column 2:" in problems[4].message
    assert "ends too early" in problems[5].message
    assert len(refused_text("[" + "NaN," * 100 + "1]")) == source.MAX_PROBLEMS


# Positions


@MANY
@given(written())
def test_positions_point_to_every_value_and_key(case: tuple[object, str]) -> None:
    document, text = case
    positions = Positions(Source("", text))
    for pointer, key, value in places(document):
        assert repr(decoded_at(text, positions.of(pointer))) == repr(value)
        if key is None:
            assert positions.of_key(pointer) == positions.of(pointer)
        else:
            assert decoded_at(text, positions.of_key(pointer)) == key
            assert positions.of_key(pointer) < positions.of(pointer)


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 2), (1, 2)),
        ("/a", (2, 8), (2, 3)),
        ("/a/1", (2, 12), (2, 12)),
        ("/a/2", (2, 8), (2, 8)),
        ("/a/01", (2, 8), (2, 8)),
        ("/a/-1", (2, 8), (2, 8)),
        ("/a/-", (2, 8), (2, 8)),
        ("/a/\u0661", (2, 8), (2, 8)),
        ("/a/" + "1" * 10_000, (2, 8), (2, 8)),
        ("/a/0/x/y", (2, 9), (2, 9)),
        ("/x~1y/~0", (3, 22), (3, 17)),
        ("/x~1y/none", (3, 16), (3, 16)),
        ("/none/a", (1, 2), (1, 2)),
        ("a", (1, 2), (1, 2)),
        ("x/a", (1, 2), (1, 2)),
    ],
)
def test_positions_fall_back_to_the_nearest_ancestor(
    pointer: str, value: tuple[int, int], key: tuple[int, int]
) -> None:
    positions = Positions(Source("", ' {\r\n  "a": [1, 2],\r "\U0001f600": 1, "x/y":{"~": 1}}'))
    assert positions.of("/\U0001f600") == (3, 7)
    assert positions.of(pointer) == value
    assert positions.of_key(pointer) == key


@MANY
@given(st.text(alphabet='{}[]":,01ab\n \\', max_size=30), st.text(alphabet="/~01ab-", max_size=8))
def test_positions_never_fail(text: str, pointer: str) -> None:
    positions = Positions(Source("", text))
    for line, column in (positions.of(pointer), positions.of_key(pointer)):
        assert 1 <= line <= text.count("\n") + 1
        assert 1 <= column <= len(text) + 1


# Mutations and noise

fragments = st.sampled_from(
    [
        *"{}[]:,\"'\\/-+.eE019tfnN \t\r\n\x00\x7f#=\u201c\u00a0\ufeff\ud800",
        *("NaN", "-Infinity", "1e999", "9" * 20, "null", "//", '"a":1,', "[" * 50),
        *("\\ud800", "\\ud83d\\ude00", "\\u"),
    ]
) | st.text(max_size=3)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw the text of a document with a few parts of it removed, replaced or repeated."""
    text = draw(written())[1]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 4))
        middle = draw(fragments | st.just(text[start : start + 9] * 2))
        text = text[:start] + middle + text[end:]
    return text


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_mutations_are_parsed_as_json_does_or_refused(text: str) -> None:
    try:
        expected: object = json.loads(text)
        is_json = True
    except (ValueError, RecursionError):
        is_json = False
    if succeeds(parsing(text)):
        assert is_json
        assert repr(parse(Source("request.json", text))) == repr(expected)
        return
    problems = refused_text(text)
    is_beyond = [any(part in problem.message for part in BEYOND_SYNTAX) for problem in problems]
    # Syntax is blamed only where it is at fault, and then as the last problem of the list.
    assert all(is_beyond) if is_json else all(is_beyond[:-1])
    for problem in problems:
        assert 0 <= offset_of(text, (problem.line, problem.column)) <= len(text)


@MANY
@given(mutated(), st.binary(max_size=3), st.integers(0, 50), st.sampled_from([b"", BOM]))
def test_mutated_bytes_are_read_or_refused(
    text: str, noise: bytes, start: int, mark: bytes
) -> None:
    data = mark + text.encode(errors="surrogatepass")
    data = data[:start] + noise + data[start + 1 :]
    if not succeeds(lambda: parse(read_bytes(data))):
        refusal(lambda: parse(read_bytes(data)))


@MANY
@given(st.binary(max_size=40))
def test_noise_is_read_or_refused(data: bytes) -> None:
    if succeeds(lambda: read_bytes(data)):
        assert read_bytes(data).text == data.removeprefix(BOM).decode()
    else:
        refused_bytes(data)


# Privacy


def leaks(action: Callable[[], object]) -> bool:
    """Tell whether anything that an error says, also to a log, holds the sentinel."""
    try:
        action()
    except RequestError as error:
        said = [str(error), repr(error), repr(error.problems), *traceback.format_exception(error)]
        return SENTINEL in "".join(said)
    return False


SHORT_TEXTS = [
    *(case[0] for case in SYNTAX),
    *(case[0] for case in REFUSED if len(case[0]) < 100),
]


@pytest.mark.parametrize("text", SHORT_TEXTS)
def test_no_refusal_repeats_content(text: str) -> None:
    for planted in (
        f'["{SENTINEL}", {text}, "{SENTINEL}"]',
        f'{{"{SENTINEL}": {text}, "{SENTINEL}": "{SENTINEL}"}}',
        text.replace("a", SENTINEL).replace("b", SENTINEL),
        text.replace("1", f'"{SENTINEL}"'),
        text + SENTINEL,
        SENTINEL + text,
    ):
        assert not leaks(parsing(planted))


@MANY
@given(mutated(), st.data())
def test_no_mutation_makes_a_message_repeat_content(text: str, data: st.DataObject) -> None:
    for _ in range(3):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + SENTINEL + text[start:]
    assert not leaks(parsing(text))


@pytest.mark.parametrize("bad", [b"\xff", b"\0", b"\xc3"])
def test_no_byte_error_repeats_content(bad: bytes) -> None:
    content = SENTINEL.encode()
    assert leaks(lambda: read_bytes(content + bad + content)) is False
    refused_bytes(content + bad + content)


# Size and depth

HALF = MAX_BYTES // 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 1_000_000, id="arrays"),
        pytest.param("[" * 1_000_000 + "]" * 1_000_000, id="closed arrays"),
        pytest.param('{"a":' * 1_000_000, id="objects"),
        pytest.param('[{"a":' * 800_000 + "1" + "}]" * 800_000, id="mixed"),
        pytest.param("1" * MAX_BYTES, id="digits"),
        pytest.param("1" + "0" * HALF + ".5", id="float digits"),
        pytest.param("1e" + "9" * (MAX_BYTES - 2), id="exponent"),
        pytest.param('"' * MAX_BYTES, id="quotes"),
        pytest.param('"' + "\\" * (MAX_BYTES - 1), id="backslashes"),
        pytest.param('["' + "\\ud800" * (MAX_BYTES // 6 - 1) + '"]', id="surrogates"),
        pytest.param("\n" * (MAX_BYTES - 1) + "x", id="lines"),
        pytest.param(" " * (MAX_BYTES - 1) + "x", id="blanks"),
        pytest.param("[" + "," * (MAX_BYTES - 1), id="commas"),
        pytest.param("{" + '"a":1,' * (MAX_BYTES // 6 - 1) + '"b":1}', id="repeated fields"),
        pytest.param("[" + "1," * 500_000 + "]", id="numbers"),
        pytest.param("[" + "{}," * 300_000 + "]", id="empty objects"),
        pytest.param("{" + ",".join(f'"{i}":{i}' for i in range(150_000)) + "x}", id="fields"),
    ],
)
def test_survives_large_input(text: str) -> None:
    start = time.perf_counter()
    refused_text(text)
    Positions(Source("", text)).of("/0/a/5")
    assert time.perf_counter() - start < 8  # a few seconds, on a slow and busy machine
