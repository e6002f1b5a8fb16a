"""Mending changes the form of what is wrong, restores what was meant, and touches nothing else."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import (
    EXAMPLES,
    SENTINEL,
    Json,
    example_files,
    mutants,
    random_mutant,
    random_request,
    requests,
)

from imr_check.cli.fixing import fix
from imr_check.errors import Problem, RequestError
from imr_check.fixing import FixResult, diff_of, edits_of, files, fixed, write_fixed
from imr_check.request.load import read_draft
from imr_check.resources import read_schema
from imr_check.source import MAX_BYTES, Source, Unread, parse, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MANY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
BOM = b"\xef\xbb\xbf"


def problems_of(source: Source) -> tuple[Problem, ...]:
    try:
        read_draft(source, 1_000_000)
    except RequestError as error:
        return error.problems
    return ()


# Spoiling the form of valid requests

MONTHS = "January February March April May June July August September October November December"


def spoilt_date(random: Random, value: str) -> str:
    year, month, day = map(int, value.split("-"))
    name = MONTHS.split()[month - 1]
    return random.choice(
        (
            f"{month:02}/{day:02}/{year}",
            f"{month}/{day}/{year}",
            f"{year}/{month}/{day}",
            f"{year}{month:02}{day:02}",
            f"{name} {day}, {year}",
            f"{name[:3]}. {day}, {year}",
            f" {value} ",
        )
    )


def spoilt_word(random: Random, value: str) -> str:
    shapes = (str.upper, str.title, lambda word: word.replace("_", " "))
    other = random.choice(shapes)(value).replace("_", random.choice((" ", "-", "_")))
    return f"{other} " if other == value else other


def spoilt_code(random: Random, value: str) -> str:
    dotless = re.fullmatch(r"[A-DF-Z][0-9][0-9A-Z]{2,5}", value)
    if dotless:  # a dot would be put in
        return value
    return random.choice((f" {value}", f"{value}\n", value.lower() + " "))


def spoilt(random: Random, schema: Json, value: Any) -> Any:
    """Return a value of another form with the same meaning."""
    if value is None:
        return None
    if isinstance(value, bool):
        return random.choice((str(value), str(value).lower(), str(value).upper()))
    if isinstance(value, int):
        return random.choice((str(value), f" {value}"))
    if isinstance(value, float):
        return str(value) if "e" not in str(value) else value
    if schema.get("format") == "date":
        return spoilt_date(random, value)
    if "enum" in schema:
        return spoilt_word(random, value)
    if schema.get("pattern", "").startswith("^[a-z]"):
        return spoilt_word(random, value)
    return spoilt_code(random, value) if "pattern" in schema else value


def resolved(schema: Json) -> Json:
    if "anyOf" in schema:
        schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
    if "$ref" in schema:
        schema = read_schema("request")["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def with_spoilt_values(random: Random, schema: Json, value: Any, share: float) -> Any:
    """Return a copy in which a share of the values have another form."""
    schema = resolved(schema)
    if isinstance(value, dict):
        parts = schema["properties"]
        return {
            name: with_spoilt_values(random, parts[name], item, share)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [with_spoilt_values(random, schema["items"], item, share) for item in value]
    return spoilt(random, schema, value) if random.random() < share else value


@st.composite
def spoilt_requests(draw: st.DrawFn) -> tuple[Json, Json]:
    """Draw a valid request, and the same with values of another form."""
    request = draw(requests())
    random = draw(st.randoms(use_true_random=False))
    share = draw(st.sampled_from([0.05, 0.3, 1.0]))
    return request, with_spoilt_values(random, read_schema("request"), request, share)


@MANY
@given(
    case=spoilt_requests(),
    indent=st.sampled_from([None, 2, "\t"]),
    is_ascii=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_json_is_restored_to_the_last_character(
    case: tuple[Json, Json], indent: int | str | None, is_ascii: bool, end: str
) -> None:
    good, bad = (
        json.dumps(each, indent=indent, ensure_ascii=is_ascii).replace("\n", end) for each in case
    )
    for form in ("json", "jsonl"):
        result = fixed(Source("", bad, form))
        assert result.text == good
        assert bool(result.fixes) is (good != bad)


@MANY
@given(
    case=spoilt_requests(),
    style=st.sampled_from([None, None, '"', "'"]),
    flow=st.sampled_from([None, True, False]),
)
def test_yaml_is_restored_and_the_rest_stays(
    case: tuple[Json, Json], style: str | None, flow: bool | None
) -> None:
    good, bad = case
    text = yaml.safe_dump(bad, default_style=style, default_flow_style=flow, allow_unicode=True)
    text = re.sub(r"!!(int|bool|float|null) ([\"'])(.*?)\2", r"\3", text)
    source = Source("", text, "yaml")
    try:
        parse(source)
    except RequestError:
        return  # odd characters, or a number that YAML writers write in their own way
    edits, result = edits_of(source), fixed(source)
    assert parse(Source("", result.text, "yaml")) == good
    rest, at = result.text, 0
    for edit in edits:
        assert rest.startswith(text[at : edit.start] + edit.text)
        rest = rest[len(text[at : edit.start] + edit.text) :]
        at = edit.end
    assert rest == text[at:]


def test_everything_that_can_be_spoilt_is_mended_at_once() -> None:
    random = Random(5)
    for _ in range(30):
        request = random_request(random)
        bad = with_spoilt_values(random, read_schema("request"), request, 1.0)
        result = fixed(Source("", json.dumps(bad)))
        assert result.text == json.dumps(request)


# What is not to be mended


@MANY
@given(request=requests())
def test_a_valid_request_never_changes(request: Json) -> None:
    text = json.dumps(request)
    assert fixed(Source("", text)) == FixResult(text, ())


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_no_example_changes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert fixed(Source("", text)) == FixResult(text, ())


def assert_mended_once(text: str, form: str = "json") -> None:
    """Mending leaves fewer problems, none that can be mended, and nothing for a second time."""
    source = Source("", text, form)  # type: ignore[arg-type]
    before = problems_of(source)
    result = fixed(source)
    after = problems_of(Source("", result.text, form))  # type: ignore[arg-type]
    assert len(result.fixes) == sum(problem.fix is not None for problem in before)
    assert all(problem.fix is None for problem in after)
    left = {problem.pointer for problem in before if problem.fix is None}
    if left:
        assert {problem.pointer for problem in after} == left
    assert fixed(Source("", result.text, form)) == FixResult(result.text, ())  # type: ignore[arg-type]


@MANY
@given(request=mutants())
def test_mending_twice_is_mending_once(request: Json) -> None:
    assert_mended_once(json.dumps(request))


def test_mending_twice_is_mending_once_for_many() -> None:
    random = Random(6)
    for _ in range(300):
        request = random_mutant(random, random_request(random))
        for _ in range(random.randrange(3)):
            request = random_mutant(random, request)
        assert_mended_once(json.dumps(request, indent=1))


@MANY
@given(st.text(max_size=60), st.sampled_from(["json", "jsonl", "yaml"]))
def test_what_cannot_be_read_stays(text: str, form: str) -> None:
    assert fixed(Source("", text, form)).text == text  # type: ignore[arg-type]
    assert edits_of(Unread("", (Problem(""),))) == []


TEMPLATE = '{"submission": {"date": "{{ day }}"}, "injury": {"date": "1/2/2014"}, "treatments": [{"kind": "***"}]}'


def test_a_template_keeps_its_holes() -> None:
    assert fixed(Source("", TEMPLATE)).text == TEMPLATE.replace("1/2/2014", "2014-01-02")


YAML = """\
# Draft of Monday.
submission: {date: 01/13/2015}   # the day it is faxed
injury: {'date': '4/11/2014', body_parts: [Low back, neck]}
treatments:
- kind: >
    Trigger point injection
  procedure_codes: [20552]
  icd:
    - m79.18   # as the chart has it
    - 724.20
  series: False
  quantity: "3"
  side: |-
    LEFT

  duration: {length: '2', unit: wks}
"""
YAML_MENDED = """\
# Draft of Monday.
submission: {date: "2015-01-13"}   # the day it is faxed
injury: {'date': '2014-04-11', body_parts: [low_back, neck]}
treatments:
- kind: "trigger_point_injection"
  procedure_codes: ["20552"]
  icd:
    - M79.18   # as the chart has it
    - "724.20"
  series: false
  quantity: 3
  side: "left"

  duration: {length: 2, unit: weeks}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_yaml_keeps_remarks_and_quotation_marks(end: str) -> None:
    result = fixed(Source("", YAML.replace("\n", end), "yaml"))
    assert result.text == YAML_MENDED.replace("\n", end)
    assert [(place.line, place.column) for place in result.fixes][:3] == [(2, 20), (3, 18), (3, 44)]
    assert len(result.fixes) == 12


# Files


def good_and_bad(count: int = 1) -> tuple[list[Json], list[Json]]:
    random = Random(8)
    good = [random_request(random) for _ in range(count)]
    schema = read_schema("request")
    return good, [with_spoilt_values(random, schema, each, 0.5) for each in good]


@pytest.mark.parametrize("mark", [b"", BOM])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_keeps_everything_else(tmp_path: Path, mark: bytes, end: str) -> None:
    (good,), (bad,) = good_and_bad()
    path = tmp_path / "caf\u00e9.json"
    texts = [
        mark + json.dumps(each, indent=2, ensure_ascii=False).replace("\n", end).encode() + b" "
        for each in (good, bad)
    ]
    path.write_bytes(texts[1])
    mended = write_fixed(str(path))
    assert path.read_bytes() == texts[0]
    assert len(mended) > 5
    assert write_fixed(str(path)) == ()
    assert os.listdir(tmp_path) == [path.name]


def test_json_lines_keep_what_cannot_be_read(tmp_path: Path) -> None:
    good, bad = (
        [json.dumps(each, ensure_ascii=False).encode() for each in requests_]
        for requests_ in good_and_bad(3)
    )
    around = (BOM + b"\r\n", b"\n{\0}\n\xff\n{\n\n", b" " * (MAX_BYTES + 5) + b"\n", b"")
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"\n".join(map(b"".join, zip(around, (*bad, b""), strict=True))))
    mended = write_fixed(str(path))
    assert path.read_bytes() == b"\n".join(map(b"".join, zip(around, (*good, b""), strict=True)))
    assert {place.line for place in mended} == {2, 8, 10}


def test_a_link_is_followed_and_modes_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target, link = folder / "draft.yaml", tmp_path / "link.yaml"
    target.write_text(YAML)
    target.chmod(0o640)
    link.symlink_to(target)
    assert write_fixed(str(link))
    assert link.is_symlink()
    assert target.read_text() == YAML_MENDED
    assert target.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(folder) == ["draft.yaml"]


def test_a_link_is_read_as_its_own_ending_says(tmp_path: Path) -> None:
    target, link = tmp_path / "data", tmp_path / "link.yaml"
    target.write_text(YAML)
    link.symlink_to(target)
    assert write_fixed(str(link))
    assert target.read_text() == YAML_MENDED


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b", "pipe.json"])
def test_what_is_no_file_has_nothing_to_mend(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert write_fixed(f"{tmp_path}/{name}") == ()


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.yaml"
    path.write_text(YAML)
    path.chmod(0o600)
    return path


def interruptions() -> Iterator[tuple[str, BaseException]]:
    for name in ("os.replace", "os.fsync", "os.chmod", "tempfile.mkstemp", "os.stat"):
        for error in (OSError(28, SENTINEL), KeyboardInterrupt(), MemoryError()):
            yield name, error


@pytest.mark.parametrize(
    ("name", "error"),
    list(interruptions()),
    ids=lambda part: part if isinstance(part, str) else repr(part),
)
def test_what_interrupts_the_writing_leaves_the_old_file_whole(
    draft: Path, name: str, error: BaseException
) -> None:
    expected = RequestError if isinstance(error, OSError) else type(error)
    if name == "os.stat":  # of the path; everything before has to stay as it is
        patched = mock.patch.object(files, "_state", side_effect=error)
    else:
        patched = mock.patch(name, side_effect=error)
    with patched, pytest.raises(expected) as caught:
        write_fixed(str(draft))
    assert draft.read_text() == YAML
    assert os.listdir(draft.parent) == [draft.name]
    if isinstance(caught.value, RequestError):
        assert caught.value.problems == (Problem(wording.NOT_WRITTEN),)
        assert caught.value.__context__ is None
    assert write_fixed(str(draft)), "and it can be tried again"


def test_a_full_disk_leaves_the_old_file_whole(draft: Path) -> None:
    with (
        mock.patch.object(files, "_copy", side_effect=OSError(28, "")),
        pytest.raises(RequestError),
    ):
        write_fixed(str(draft))
    assert draft.read_text() == YAML
    assert os.listdir(draft.parent) == [draft.name]


@pytest.mark.parametrize("how", ["appended", "replaced", "rewritten"])
@pytest.mark.parametrize("when", ["before the copy", "after the copy"])
def test_a_file_that_changes_meanwhile_is_left_alone(draft: Path, how: str, when: str) -> None:
    copied: Callable[..., None] = files._copy
    other = YAML.replace("Monday", "Friday") if how == "rewritten" else YAML + "# more\n"

    def change() -> None:
        if how == "replaced":
            beside = draft.with_name("beside")
            beside.write_text(other)
            beside.replace(draft)
        else:
            draft.write_text(other)
            os.utime(draft, ns=(1, 1))

    def interfering(*arguments: Any) -> None:
        if when == "before the copy":
            change()
        copied(*arguments)
        if when == "after the copy":
            change()

    with mock.patch.object(files, "_copy", interfering), pytest.raises(RequestError) as caught:
        write_fixed(str(draft))
    assert caught.value.problems == (Problem(wording.CHANGED),)
    assert draft.read_text() == other
    assert os.listdir(draft.parent) == [draft.name]


def test_a_file_that_may_not_be_written_is_left_alone(draft: Path) -> None:
    with (
        mock.patch("os.access", return_value=False),
        pytest.raises(RequestError, match="not allowed to change"),
    ):
        write_fixed(str(draft))
    assert draft.read_text() == YAML


def test_no_value_is_in_what_is_said() -> None:
    random = Random(9)
    for _ in range(20):
        bad = with_spoilt_values(random, read_schema("request"), random_request(random), 1.0)
        source = Source("", json.dumps(bad))
        result = fixed(source)
        fixes = [problem.fix for problem in problems_of(source)]
        said = f"{result!r} {edits_of(source)!r} {fixes!r}"
        for value in re.findall(r'"([^"]{6,})"', json.dumps(bad)):
            assert value not in said or value.islower()


# Diffs


def diff(path: Path) -> str:
    return "".join(diff_of(str(path)))


def test_a_diff_shows_what_would_change(draft: Path) -> None:
    before = draft.stat()
    shown = diff(draft).splitlines()
    assert shown[:7] == [
        f"--- {draft}",
        f"+++ {draft}",
        "@@ -1,16 +1,14 @@",
        " # Draft of Monday.",
        "-submission: {date: 01/13/2015}   # the day it is faxed",
        '+submission: {date: "2015-01-13"}   # the day it is faxed',
        "-injury: {'date': '4/11/2014', body_parts: [Low back, neck]}",
    ]
    assert draft.stat() == before


@pytest.mark.parametrize("seed", range(6))
def test_a_diff_applies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.chdir(tmp_path)
    random = Random(seed)
    made = [random_request(random) for _ in range(4)]
    schema = read_schema("request")
    bad = [with_spoilt_values(random, schema, each, random.choice((0.02, 0.2))) for each in made]
    contents = {
        "a.json": json.dumps(bad[0], indent=1),
        "b.json": json.dumps(bad[1], indent=1) + "\n",
        "c.jsonl": "\n".join(map(json.dumps, [made[0], *bad, *made, made[1], made[2], bad[3]])),
        "d.yaml": YAML,
        "e.json": json.dumps(made[0], indent=1),
    }
    for name, content in contents.items():
        path = Path(name)
        path.write_text(content, encoding="utf-8")
        shown = diff(path)
        assert path.read_text(encoding="utf-8") == content
        if not write_fixed(name):
            assert shown == ""
            continue
        mended = path.read_bytes()
        path.write_text(content, encoding="utf-8")
        subprocess.run(["git", "apply", "-p0", "-"], input=shown.encode(), check=True)
        assert path.read_bytes() == mended


# The command's part


def test_the_command_mends_and_says_where(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(draft.with_name("missing.json"))
    assert fix([str(draft), missing], diff=False) == 0
    assert draft.read_text() == YAML_MENDED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"{draft}:2:20: mended: date written year-month-day"
    assert len(err.splitlines()) == 12
    assert fix([str(draft)], diff=False) == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_shows_a_diff(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = diff(draft)
    assert fix([str(draft)], diff=True) == 1
    assert capsys.readouterr() == (expected, "")
    draft.write_text(YAML_MENDED)
    assert fix([str(draft)], diff=True) == 0
    assert capsys.readouterr() == ("", "")
    missing = f"{draft}.missing"
    assert fix([str(draft), missing], diff=True) == 2
    said = f"imr-check: {missing}: The file was not found: check its name and its folder\n"
    assert capsys.readouterr() == ("", said)


def test_the_command_on_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert fix(["-"], diff=False) == 2
    assert "standard input" in capsys.readouterr().err
    stdin = mock.Mock()
    stdin.buffer.read.return_value = YAML.encode()
    with mock.patch("sys.stdin", stdin):
        assert fix(["-"], diff=True, stdin_name="draft.yaml") == 1
    assert capsys.readouterr().out.startswith("--- draft.yaml\n+++ draft.yaml\n@@ -1,16 +1,14 @@\n")
    with mock.patch("sys.stdin", None):
        assert fix(["-"], diff=True) == 2
    assert "Nothing can be read from standard input" in capsys.readouterr().err


def test_the_command_says_what_could_not_be_written(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = draft.with_name("other.yaml")
    other.write_text(YAML)
    real = os.replace

    def refusing(old: str, new: str) -> None:
        if new == str(draft):
            raise OSError(13, SENTINEL)
        real(old, new)

    with mock.patch("os.replace", refusing):
        assert fix([str(draft), str(other)], diff=False) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"imr-check: {draft}: The mended file could not be written")
    assert SENTINEL not in err
    assert other.read_text() == YAML_MENDED


def test_a_mended_example_is_as_it_was(tmp_path: Path) -> None:
    original = EXAMPLES / "determinations" / "000_trigger_point.json"
    request = json.loads(original.read_text(encoding="utf-8"))
    path = tmp_path / "draft.json"
    bad = copy.deepcopy(request)
    bad["submission"]["date"] = "01/13/2015"
    path.write_text(json.dumps(bad))
    write_fixed(str(path))
    assert json.loads(path.read_text()) == request
