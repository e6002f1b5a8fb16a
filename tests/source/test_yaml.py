"""YAML says the same as JSON or is refused with a place, whatever a file holds."""

from __future__ import annotations

import json
import re
import time
import traceback
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from documents import MANY, documents, offset_of, places, refusal, succeeds, written
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import EXAMPLES, SENTINEL

from imr_check import check, load
from imr_check.errors import Problem, RequestError
from imr_check.request.load import read_draft
from imr_check.source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_PROBLEMS,
    Positions,
    Source,
    parse,
    read_source,
    wording,
    yaml_reader,
    yaml_wording,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What may keep JSON, or YAML that another program wrote, from being read as YAML here.
REASONS = {
    wording.INVISIBLE,
    yaml_wording.LINE_SEPARATOR,
    yaml_wording.CHARACTER_CODE,
    yaml_wording.TWO_READINGS,
    yaml_wording.NOT_A_NUMBER,  # a text that other programs write without quotation marks
    yaml_wording.NO_COLON,  # a name and its colon have to stand on one line
    yaml_wording.UNCLOSED_BRACKET,  # the same, in curly brackets
    yaml_wording.COLON,  # a name of more than 1,024 characters
}


def as_yaml(text: str) -> Source:
    return Source("request.yaml", text, "yaml")


def parsing(text: str) -> Callable[[], object]:
    return lambda: parse(as_yaml(text))


def refused(text: str) -> tuple[Problem, ...]:
    return refusal(parsing(text))


def problems_in(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text, nothing if it is read."""
    try:
        parse(as_yaml(text))
    except RequestError as error:
        assert error.__context__ is None  # noqa: PT017 (it need not raise)
        return error.problems
    return ()


def read_or_none(text: str) -> object:
    """Return the value in a tuple, or None for a refusal with a known reason."""
    problems = problems_in(text)
    assert {problem.message for problem in problems} <= REASONS
    return None if problems else (parse(as_yaml(text)),)


# What is read


@MANY
@given(written())
def test_json_read_as_yaml_says_the_same(case: tuple[object, str]) -> None:
    document, text = case
    value = read_or_none(text)
    if value is not None:
        assert repr(value) == repr((document,))


@MANY
@given(written())
def test_places_are_those_of_the_json(case: tuple[object, str]) -> None:
    document, text = case
    assume(succeeds(parsing(text)))
    ours, theirs = Positions(as_yaml(text)), Positions(Source("request.json", text))
    for pointer, _, _ in places(document):
        assert ours.of(pointer) == theirs.of(pointer)
        assert ours.of_key(pointer) == theirs.of_key(pointer)
        assert ours.span(pointer) == theirs.span(pointer)
        assert ours.literal(pointer) == theirs.literal(pointer)


@st.composite
def dumped(draw: st.DrawFn) -> tuple[object, str]:
    """Draw a document and one way in which another program writes it as YAML."""
    document = draw(documents)
    text = yaml.safe_dump(
        document,
        sort_keys=False,
        default_flow_style=draw(st.sampled_from([None, True, False])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|"])),
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 80])),
        allow_unicode=draw(st.booleans()),
        explicit_start=draw(st.booleans()),
        line_break=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    return document, text


@MANY
@given(dumped())
@example(({"a": "1e5"}, "a: 1e5\n"))
def test_what_another_program_writes_says_the_same(case: tuple[object, str]) -> None:
    document, text = case
    if "!!" in text:  # the writer marks types where the style hides them
        assume(succeeds(parsing(text)))
    value = read_or_none(text)
    if value is not None:
        assert repr(value) == repr((document,))


@MANY
@given(dumped())
def test_every_scalar_is_where_its_span_says(case: tuple[object, str]) -> None:
    document, text = case
    assume(succeeds(parsing(text)))
    positions = Positions(as_yaml(text))
    for pointer, key, value in places(document):
        place = offset_of(text, positions.of(pointer))
        if isinstance(value, dict | list):
            assert positions.span(pointer) is None
            continue
        start, end = positions.span(pointer) or (-1, -1)
        assert start == place <= end
        literal = positions.literal(pointer)
        assert literal == text[start:end]
        if "\n" not in literal and "\r" not in literal and not literal.startswith(("|", ">")):
            assert repr(parse(as_yaml(f"- {literal}"))) == repr([value])
        if key is not None:
            assert positions.of_key(pointer) < positions.of(pointer)


WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "true": True, "false": False,
    "0": 0, "-0": 0, "3": 3, "-12": -12, "1.5": 1.5, "-0.25": -0.25, "1.5e+3": 1500.0,
    "9007199254740992": 2**53,
    # no one has to guess what these mean: they are what is written
    "no": "no", "No": "No", "NO": "NO", "yes": "yes", "on": "on", "off": "off", "y": "y", "n": "n",
    "True": "True", "FALSE": "FALSE",
    "2015-01-13": "2015-01-13", "2015-01-13 10:00:00": "2015-01-13 10:00:00",
    "0x10": "0x10", "0o17": "0o17", "012": "012", "1_000": "1_000", "1:30": "1:30", "+5": "+5",
    ".5": ".5", "5.": "5.", "00000": "00000", "10/325 mg": "10/325 mg", "L5-S1": "L5-S1",
    "M79.18": "M79.18", "C5-6": "C5-6", "=": "=", "<<": "<<", "a:b": "a:b", "a#b": "a#b",
    "${NAME}": "${NAME}", "low back": "low back", "l'\u00e9paule": "l'\u00e9paule",
    "'no'": "no", '"no"': "no", "'20552'": "20552", '"2015-01-13"': "2015-01-13",
    "'it''s'": "it's", '"\\u00e9\\t"': "\u00e9\t", "'{{ name }}'": "{{ name }}", "'***'": "***",
    "''": "", '"null"': "null", "'1e5'": "1e5", "'.nan'": ".nan", "'NULL'": "NULL",
}  # fmt: skip


@pytest.mark.parametrize(("word", "value"), WORDS.items())
def test_words(word: str, value: object) -> None:
    assert repr(parse(as_yaml(f"field: {word} # remark"))) == repr({"field": value})
    assert repr(parse(as_yaml(f"- {word}"))) == repr([value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("a: []\nb: {}", {"a": [], "b": {}}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("# remark\n\na: # remark\n- 1\n- b: 2\n  c: 3\n", {"a": [1, {"b": 2, "c": 3}]}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("a: one\n  two\n", {"a": "one two"}),
        ("a: [1, 'x',\n  y z]\r\nb: true", {"a": [1, "x", "y z"], "b": True}),
        ('{"a": 1, "b": [2,3], c: "d",}', {"a": 1, "b": [2, 3], "c": "d"}),
        ("? a\n: 1", {"a": 1}),
        ("yes: 1\n'no': 2\n'3': 4", {"yes": 1, "no": 2, "3": 4}),
        ("$comment: a\n$schema: b", {"$comment": "a", "$schema": "b"}),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    ],
)
def test_shapes(text: str, value: object) -> None:
    assert parse(as_yaml(text)) == value


def test_many_keys_are_quick_to_read() -> None:
    text = "".join(f"key_{number}: {number}\n" for number in range(100_000))
    start = time.perf_counter()
    assert parse(as_yaml(text)) == {f"key_{number}": number for number in range(100_000)}
    assert time.perf_counter() - start < 8


# What is refused: text, part of the message, pointer, line and column

REFUSED: list[tuple[str, str, str, int, int]] = [
    # YAML of its own kind
    ("a: 1\nb: &name [1]\n", "Anchors", "/b", 2, 4),
    ("- &name x", "Anchors", "/0", 1, 3),
    ("a: &name 1\nb: *name", "Anchors", "/a", 1, 4),
    ("a: *name", "Aliases", "", 1, 4),
    ("a: * b", "Aliases", "", 1, 4),
    ("a: & b", "Anchors", "", 1, 4),
    ("a: !!python/object/apply:os.system ['x']", "Tags", "/a", 1, 4),
    ("!!python/object:x {}", "Tags", "", 1, 1),
    ("a: !!str 5", "Tags", "/a", 1, 4),
    ("a: !local 5", "Tags", "/a", 1, 4),
    ("a: ! 5", "Tags", "/a", 1, 4),
    ("a: !<", "Tags", "", 1, 4),
    ("!!str a: 1", "Tags", "/a", 1, 1),
    ("%YAML 1.2\n---\na: 1", "Directives", "", 1, 1),
    ("%TAG ! x\n---\na: 1", "Directives", "", 1, 1),
    ("%%\n", "Directives", "", 1, 1),
    ("a: 1\n---\nb: 2", "second document", "", 2, 1),
    ("a: 1\n...\nb: 2", "more text after the end", "", 3, 1),
    ("x: {a: 1}\n<<: {b: 2}", "Merge keys", "", 2, 1),
    # names of fields
    ("a: 1\nb: 2\na: 3", "given twice, first at line 1, column 1", "/a", 3, 1),
    ('{"a": 1, a: 2}', "given twice, first at line 1, column 2", "/a", 1, 10),
    ("5: a", "has to be text", "", 1, 1),
    ("a:\n  true: b", "has to be text", "/a/true", 2, 3),
    ("null: b", "has to be text", "/null", 1, 1),
    ("1.5: b", "has to be text", "", 1, 1),
    ("? [a]\n: b", "a text on one line", "", 1, 3),
    ("? {a: 1}\n: b", "a text on one line", "", 1, 3),
    ("{[a]: b}", "a text on one line", "", 1, 2),
    ("{a, b: 1}", "colon is missing", "", 1, 3),
    ("a: {b 1}", "colon is missing", "", 1, 8),
    ("? a\n? b", "colon is missing", "", 2, 1),
    ("a: 1\nb\n", "colon is missing", "", 2, 1),
    ("a: 1\nb:2\n", "colon is missing", "", 2, 1),
    # values
    ("a: .nan", "NaN and Infinity", "/a", 1, 4),
    ("a: -.inf", "NaN and Infinity", "/a", 1, 4),
    ("a: [1, NaN]", "NaN and Infinity", "/a/1", 1, 8),
    ("a: -Infinity", "NaN and Infinity", "/a", 1, 4),
    ("a: NULL", "Programs disagree", "/a", 1, 4),
    ("- Null", "Programs disagree", "/0", 1, 3),
    ("a: 1e5", "Programs disagree", "/a", 1, 4),
    ("a: 1.5e3", "Programs disagree", "/a", 1, 4),
    ("a: -2E+9", "Programs disagree", "/a", 1, 4),
    ("a: 9007199254740993", "too large to be read", "/a", 1, 4),
    ("a: " + "1" * 5000, "too large to be read", "/a", 1, 4),
    ("a: 1.0e+999", "too large to be read", "/a", 1, 4),
    # holes without quotation marks
    ("a: {{ name }}", "A hole", "", 1, 4),
    ("a: {{name}}", "A hole", "", 1, 4),
    ("a: {{ name }} x", "A hole", "", 1, 4),
    ("a: {{ name | lower: x }}", "A hole", "", 1, 4),
    ("a:\n- b: {{ one }}\n  c: {{ two }}", "A hole", "", 2, 6),
    ("a: [{{ one }}, {{ two }}]", "A hole", "", 1, 5),
    ("{{ name }}: 1", "A hole", "", 1, 1),
    ("{{ name }}", "A hole", "", 1, 1),
    ("a: ***", "A hole", "", 1, 4),
    ("a: [***, 1]", "A hole", "", 1, 5),
    ("a: [${NAME}]", "A hole", "", 1, 5),
    # characters
    ("a: b\n\tc: d", "A tab", "", 2, 1),
    ("\ta: b", "A tab", "", 1, 1),
    ("a:\n\t- b", "A tab", "", 2, 1),
    ("a: b\x00", "invisible", "", 1, 5),
    ("a: '\x07'", "invisible", "", 1, 5),
    ("a: b\x7f", "invisible", "", 1, 5),
    ("\ufeffa: b", "invisible", "", 1, 1),
    ("a: b\ufeff", "invisible", "", 1, 5),
    ("a: \ud800", "invisible", "", 1, 4),
    ("a: b\u2028c", "take for the end of the line", "", 1, 5),
    ("a: b\u2029", "take for the end of the line", "", 1, 5),
    ('a: "b\x85"', "take for the end of the line", "", 1, 6),
    ("a: `b`", "cannot begin with", "", 1, 4),
    ("a: @b", "cannot begin with", "", 1, 4),
    ("{% if a %}", "cannot begin with", "", 1, 2),
    # syntax
    ("", "is empty", "", 1, 1),
    ("# remark\n", "is empty", "", 1, 1),
    ("a: 'b", "no closing quotation mark", "", 1, 4),
    ('a: 1\nb: "c\nd: 2', "no closing quotation mark", "", 2, 4),
    ("a: 'b' c", "does not belong", "", 1, 8),
    ("a: 1\n- b", "does not belong", "", 2, 1),
    ("- a\nb: c", "does not belong", "", 2, 1),
    ("a:\n  b: 1\n c: 2", "does not belong", "", 3, 2),
    ("a: b: c", "A colon cannot stand here", "", 1, 5),
    ("a: 1\n  b: 2", "A colon cannot stand here", "", 2, 4),
    ("a: -", "A list cannot begin here", "", 1, 4),
    ("a: [1, 2", "closing bracket is missing", "", 1, 9),
    ('a: ["b" "c"]', "closing bracket is missing", "", 1, 9),
    ("a: {b: 1\nc: 2}", "closing bracket is missing", "", 2, 2),
    ("]", "value is missing", "", 1, 1),
    ("a: ,", "value is missing", "", 1, 4),
    ("[1, , 2]", "value is missing", "", 1, 5),
    ("{a: 1}}", "more text after the end", "", 1, 7),
    ('a: "C:\\Users"', "backslash", "", 1, 9),
    ('a: "C:\\Drafts"', "single backslash", "", 1, 7),
    ('a: "\\u12"', "code after this backslash", "", 1, 7),
    ('a: "\\ud83d\\ude00"', "code after this backslash", "", 1, 7),
    ("a: |x\n", "several lines ends with", "", 1, 5),
    ("a" * 1100 + ": 1", "A colon cannot stand here", "", 1, 1101),
    # depth
    (
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        f"More than {MAX_DEPTH} levels",
        "/0" * MAX_DEPTH,
        1,
        MAX_DEPTH + 1,
    ),
    ("- " * 10_000, f"More than {MAX_DEPTH} levels", "/0" * MAX_DEPTH, 1, 2 * MAX_DEPTH + 1),
    ("[" * 10_000, f"More than {MAX_DEPTH} levels", "/0" * MAX_DEPTH, 1, MAX_DEPTH + 1),
    ("{a: " * 10_000, f"More than {MAX_DEPTH} levels", "/a" * MAX_DEPTH, 1, 4 * MAX_DEPTH + 1),
    (
        "".join(" " * level + "a:\n" for level in range(1_000)),
        f"More than {MAX_DEPTH} levels",
        "/a" * MAX_DEPTH,
        MAX_DEPTH + 1,
        MAX_DEPTH + 1,
    ),
]


@pytest.mark.parametrize(("text", "expected", "pointer", "line", "column"), REFUSED)
def test_refuses(text: str, expected: str, pointer: str, line: int, column: int) -> None:
    problem = refused(text)[0]
    assert expected in problem.message
    assert problem[1:4] == (pointer, line, column)


@pytest.mark.parametrize("text", [case[0] for case in REFUSED if len(case[0]) < 2_000])
def test_the_parser_in_python_refuses_as_well(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is not there, the same is refused, if not always in the same words."""
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    with pytest.raises(RequestError):
        parse(as_yaml(text))


@pytest.mark.parametrize(("word", "value"), WORDS.items())
def test_the_parser_in_python_reads_the_same(
    word: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.SafeLoader)
    assert repr(parse(as_yaml(f"field: {word} # remark"))) == repr({"field": value})


def test_reports_several_problems_together_but_not_too_many() -> None:
    problems = refused("a: .nan\na: [1e5, 99999999999999999]\nb: 'c")
    assert [problem.line for problem in problems] == [1, 2, 2, 2, 3]
    assert [problem.pointer for problem in problems] == ["/a", "/a", "/a/0", "/a/1", ""]
    assert len(refused("- &a b\n" * 100)) == MAX_PROBLEMS


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "laughs": LAUGHS,
    "arrays": "[" * 1_000_000,
    "dashes": "- " * 1_000_000,
    "questions": "? " * 1_000_000,
    "maps": "{a: " * 1_000_000,
    "colons": ": " * 1_000_000,
    "tabs": "\t" * MAX_BYTES,
    "one key": "a: 1\n" * 100_000,
    "documents": "---\n" * 1_000_000,
    "anchors": "- &a 1\n" * 100_000,
    "tags": "- !a b\n" * 100_000,
    "long anchor": "a: &" + "b" * (MAX_BYTES - 4),
    "stars": "*" * MAX_BYTES,
    "digits": "1" * MAX_BYTES,
    "remarks": "#\n" * 500_000,
    "brackets on lines": "[\n" * 500_000,
    "separators": "a: '" + "\u2028" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_refused_quickly(text: str) -> None:
    start = time.perf_counter()
    refused(text)
    Positions(as_yaml(text)).of("/0/a/5")
    assert time.perf_counter() - start < 8


# Mutations and noise

fragments = st.sampled_from(
    [
        *"{}[]:,\"'\\/-+.eE019tfnN \t\r\n\x00\x7f#=&*!|>%@`?~<\u201c\u00a0\ufeff\ud800\u2028\x85",
        *("- ", ": ", "? ", "---\n", "...\n", "<<: ", "!!str ", "&a ", "*a", "{{ ", "}}", "***"),
        *("NaN", ".inf", "1e999", "9" * 20, "null", "# ", "[" * 50, "\n  ", "\n\t", "\\x0", "\\u"),
    ]
) | st.text(max_size=3)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw YAML with a few parts of it removed, replaced or repeated."""
    text = draw(dumped())[1]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 4))
        middle = draw(fragments | st.just(text[start : start + 9] * 2))
        text = text[:start] + middle + text[end:]
    return text


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_mutations_are_read_or_refused_with_a_place(text: str) -> None:
    problems = problems_in(text)
    for problem in problems:
        assert 0 <= offset_of(text, (problem.line, problem.column)) <= len(text)
        assert re.fullmatch(r"[A-Z][ -~]+[^.;]", problem.message)
    if not problems:
        json.dumps(parse(as_yaml(text)), allow_nan=False)


@MANY
@given(mutated(), st.data())
def test_no_message_repeats_content(text: str, data: st.DataObject) -> None:
    for _ in range(3):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + SENTINEL + text[start:]
    assert not leaks(text)


@pytest.mark.parametrize("text", [case[0] for case in REFUSED if len(case[0]) < 100])
def test_no_refusal_repeats_content(text: str) -> None:
    for planted in (
        text.replace("a", SENTINEL).replace("b", SENTINEL),
        text + SENTINEL,
        f"{SENTINEL}: {SENTINEL}\n{text}",
    ):
        assert not leaks(planted)


def leaks(text: str) -> bool:
    """Tell whether anything that an error says, also to a log, holds the sentinel."""
    try:
        parse(as_yaml(text))
    except RequestError as error:
        said = [str(error), repr(error), repr(error.problems), *traceback.format_exception(error)]
        return SENTINEL in "".join(said)
    return False


@MANY
@given(st.text(alphabet="{}[]:,'\"- \n\tab0*&!|#%?", max_size=30), st.text("/~01ab-", max_size=8))
def test_positions_never_fail(text: str, pointer: str) -> None:
    positions = Positions(as_yaml(text))
    positions.literal(pointer)
    for line, column in (positions.of(pointer), positions.of_key(pointer)):
        assert 1 <= line <= text.count("\n") + 1
        assert 1 <= column <= len(text) + 1


# Requests


def without_places(value: Any) -> Any:
    if isinstance(value, list):
        return [without_places(item) for item in value]
    if not isinstance(value, dict):
        return value
    left_out = ("line", "column", "path", "document")
    return {key: without_places(item) for key, item in value.items() if key not in left_out}


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("determinations/*.json")), ids=lambda p: p.stem
)
def test_a_request_in_yaml_has_the_report_of_the_one_in_json(path: Path, tmp_path: Path) -> None:
    from imr_check import to_dict

    copy = tmp_path / f"{path.stem}.YAML"
    copy.write_text(
        yaml.safe_dump(json.loads(path.read_text(encoding="utf-8")), sort_keys=False),
        encoding="utf-8",
    )
    ours, theirs = (to_dict(check(load(each))) for each in (copy, path))
    assert without_places(ours) == without_places(theirs)
    lines = copy.read_text(encoding="utf-8").splitlines()
    for row in ours["treatments"]:
        for finding in row["findings"]:
            assert lines[finding["line"] - 1].strip(), finding["pointer"]


REQUEST = """\
# A draft.
submission: {date: 2015-01-13}
injury:
  date: 2014-04-11
  body_parts: [neck]
treatments:
  - kind: trigger_point_injection
    $comment: The codes come from the order set.
    procedure_codes: [20552]
    series: no
    quantity: '3'
"""


def test_fields_that_yaml_reads_as_something_else_are_explained() -> None:
    with pytest.raises(RequestError) as caught:
        read_draft(as_yaml(REQUEST))
    said = [(problem.message, problem.line, problem.column) for problem in caught.value.problems]
    assert said == [
        ("an entry of procedure_codes must be text in quotes", 9, 23),
        ("series must be true or false without quotes", 10, 13),
        ("quantity must be a whole number without quotes", 11, 15),
    ]


def test_the_ending_of_the_name_decides(tmp_path: Path) -> None:
    for name, form in {"a.yaml": "yaml", "a.YML": "yaml", "a.json": "json", "a": "json"}.items():
        path = tmp_path / name
        path.write_text("{}")
        assert read_source(str(path)) == Source(str(path), "{}", form)  # type: ignore[arg-type]
