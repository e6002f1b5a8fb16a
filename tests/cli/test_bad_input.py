"""What cannot be checked: exit 2, one line with line and column each, and never a word of the file.

Where a fault is expected, the text of a case has a pilcrow before it. Every case runs in all three
formats in this process, and once more through the installed command in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from jsonschema import Draft202012Validator
from running import Command, Run
from strategies import EXAMPLES, SENTINEL

from imr_check.resources import read_schema

MARK = "\u00b6"
FORMATS = ("text", "concise", "json")
COMMAND = Path(sys.executable).with_name("imr-check")
CLEAN, DENIED = Path("clean.json"), Path("denied.json")
COPIED = {CLEAN: "000_trigger_point_cured.json", DENIED: "000_trigger_point.json"}

Place = tuple[int, int]


def run_apart(*arguments: str | Path, stdin: bytes = b"") -> Run:
    """Run the installed command in a process of its own."""
    assert COMMAND.exists(), "the package is installed beside the interpreter that runs the tests"
    done = subprocess.run(
        [COMMAND, *arguments], input=stdin, capture_output=True, check=False, timeout=60
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(autouse=True)
def _in_a_folder_with_good_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # short names, which no output has to wrap
    for path, example in COPIED.items():
        path.write_bytes((EXAMPLES / "determinations" / example).read_bytes())


# Cases


class Bad(NamedTuple):
    """A file that cannot be checked: its bytes, and for every line of the report place and words."""

    name: str
    data: bytes
    places: tuple[Place, ...]
    words: tuple[str, ...]


GOOD_TEXT = f"""{{
  "submission": {{"date": "2015-01-13"}},
  "employee": {{"name": "{SENTINEL}", "claim_number": "{SENTINEL}"}},
  "injury": {{"date": "2010-01-01", "body_parts": ["neck"]}},
  "treatments": [
    {{"kind": "acupuncture", "rationale": "{SENTINEL}"}}
  ],
  "chart": {{
    "diagnoses": [{{"name": "Neck pain {SENTINEL}"}}]
  }}
}}
"""


def places_of(marked: str) -> tuple[Place, ...]:
    """Return line and column of every pilcrow, counted as if it were not there."""
    lines = marked.split("\n")
    return tuple(
        (number, found.start() - count + 1)
        for number, line in enumerate(lines, 1)
        for count, found in enumerate(re.finditer(MARK, line))
    )


def bad_text(name: str, marked: str, *words: str) -> Bad:
    text = marked.replace(MARK, "")
    return Bad(name, text.encode("utf-8", "surrogatepass"), places_of(marked), words)


def bad_bytes(name: str, data: bytes, place: Place, words: str) -> Bad:
    return Bad(name, data, (place,), (words,))


def edit(name: str, old: str, new: str, *words: str) -> Bad:
    """Return the good text with one passage replaced."""
    assert GOOD_TEXT.count(old) == 1, old
    return bad_text(name, GOOD_TEXT.replace(old, new), *words)


def row(name: str, fields: str, *words: str) -> Bad:
    return edit(name, '"kind": "acupuncture"', fields, *words)


def chart(name: str, entry: str, *words: str) -> Bad:
    return edit(name, '"diagnoses"', f'{entry}, "diagnoses"', *words)


DEEP = 10_000
NOT_JSON = [
    bad_text("prose", f"{MARK}Dear {SENTINEL}", "not JSON"),
    bad_text("cut_off", GOOD_TEXT[:200] + MARK, "add"),
    edit("comma_missing", '"date": "2015-01-13"', f'"date": "2015-01-13" {MARK}"kind": "new"', "comma"),
    edit("comma_left", '"kind": "acupuncture",', f'"kind": "acupuncture"{MARK},}}, {{', "remove"),
    edit("comment", '"chart"', f'{MARK}// {SENTINEL}\n  "chart"', "Comments"),
    edit("single_quotes", '"2015-01-13"', f"{MARK}'2015-01-13'", "straight double quotation"),
    edit("two_requests", '"chart": {\n', f'"chart": {{}}}}\n{MARK}{{"x": {{\n', "more text after"),
    chart("nan", f'"x": {MARK}NaN', "NaN"),
    row("minus_infinity", f'"quantity": {MARK}-Infinity', "Infinity"),
    row("huge_number", f'"quantity": {MARK}1e999', "too large"),
    row("huge_whole_number", f'"quantity": {MARK}{"9" * 5_000}', "too large"),
    row("key_twice", f'"kind": "acupuncture", "quantity": 1, {MARK}"kind": "opioid"', "given twice"),
    row("half_a_character", f'"region": {MARK}"{SENTINEL} \\ud800"', "half of a character"),
    row("half_a_character_in_a_key", f'{MARK}"\\udc00{SENTINEL}": 1', "half of a character"),
    chart("deep_arrays", f'"x": {"[" * 38}{MARK}{"[" * (DEEP - 38)}', "levels of brackets"),
    bad_text(
        "deep_objects",
        '{"chart": ' + '{"x": ' * 39 + MARK + '{"x": ' * (DEEP - 39),
        "levels of brackets",
    ),
]  # fmt: skip
INVALID = [
    edit("number_for_text", f'"claim_number": "{SENTINEL}"', f'"claim_number": {MARK}98765', "text"),
    edit("text_for_number", '"claim_number":', f'"age": {MARK}"{SENTINEL}", "claim_number":', "whole number"),
    edit("list_for_object", '{"date": "2015-01-13"}', f'{MARK}["2015-01-13"]', "curly brackets"),
    edit("object_for_list", '["neck"]', f'{MARK}{{"neck": "{SENTINEL}"}}', "square brackets"),
    row("text_for_true", f'"kind": "acupuncture", "series": {MARK}"{SENTINEL}"', "true or false"),
    row("number_for_true", f'"kind": "acupuncture", "series": {MARK}1', "true or false"),
    row("true_for_number", f'"kind": "acupuncture", "quantity": {MARK}true', "whole number"),
    row("part_of_a_visit", f'"kind": "acupuncture", "quantity": {MARK}2.5', "whole number"),
    row("none_for_a_list", f'"kind": "acupuncture", "sites": {MARK}null', "list"),
    row("no_visits", f'"kind": "acupuncture", "quantity": {MARK}0', "too small"),
    row("too_many_visits", f'"kind": "acupuncture", "quantity": {MARK}100001', "too large"),
    row("empty_text", f'"kind": "acupuncture", "diagnosis": {MARK}""', "is empty"),
    row("long_text", f'"kind": "acupuncture", "diagnosis": {MARK}"{SENTINEL * 31}"', "too long"),
    row("bad_code", f'"procedure_codes": [{MARK}"{SENTINEL}"]', "CPT"),
    row("bad_icd", f'"kind": "acupuncture", "icd": [{MARK}"{SENTINEL}!"]', "ICD"),
    row("unknown_word", f'"kind": "acupuncture", "region": {MARK}"{SENTINEL}"', "use one of head"),
    row("near_word", f'"kind": "acupuncture", "region": {MARK}"low_bak"', "did you mean low_back?"),
    row("citation_without_kind", f'"kind": "acupuncture", "rebuttal": {{"citation": {MARK}{{}}}}', "kind is missing"),
    edit("date_of_30_february", '"2015-01-13"', f'{MARK}"2015-02-30"', "date written like"),
    edit("date_without_dashes", '"2015-01-13"', f'{MARK}"20150113"', "date written like"),
    edit("date_in_words", '"2015-01-13"', f'{MARK}"{SENTINEL}"', "date written like"),
    bad_text(
        "injury_missing",
        MARK + GOOD_TEXT.replace('"injury"', f'{MARK}"injury_"'),
        "injury is missing",
        "did you mean injury?",
    ),
    edit("no_date_of_injury", '{"date": "2010-01-01", ', f"{MARK}{{", "date is missing"),
    bad_text(
        "treatments_misspelt",
        MARK + GOOD_TEXT.replace('"treatments"', f'{MARK}"treatmnts"'),
        "treatments is missing",
        "did you mean treatments?",
    ),
    bad_text("a_list", f"{MARK}[{GOOD_TEXT}]", "curly brackets"),
    bad_text("a_number", f"{MARK}98765", "curly brackets"),
    bad_text("nothing_in_it", f"{MARK}{MARK}{{}}", "injury is missing", "treatments is missing"),
    *(
        edit(f"{name}_at_the_top", '"chart":', f'{MARK}"{name}": "{SENTINEL}", "chart":', name)
        for name in ("id", "sid", "$s")
    ),
    *(
        row(f"{name}_in_a_row", f'{MARK}"{name}": "{SENTINEL}", "kind": "acupuncture"', name)
        for name in ("id", "sid", "$s")
    ),
    *(
        chart(f"{name}_in_the_chart", f'"symptoms": [{{"name": "A", {MARK}"{name}": 1}}]', name)
        for name in ("id", "sid", "$s")
    ),
    edit("near_field", '"claim_number"', f'{MARK}"claim_nmber"', "did you mean claim_number?"),
    edit("a_name_as_field", '"claim_number"', f'{MARK}"{SENTINEL} Smith"', "not part of a request"),
    edit("four_faults", '"acupuncture"', f'"acupuncture", {MARK}"a": 1, {MARK}"b": 1, '
         f'"quantity": {MARK}"{SENTINEL}", "side": {MARK}"{SENTINEL}"',
         "field a", "field b", "whole number", "word"),
]  # fmt: skip
IMPOSSIBLE = [
    edit("request_before_injury", '"2015-01-13"', f'{MARK}"2009-12-31"', "before the injury"),
    edit(
        "service_before_injury",
        '"2015-01-13"',
        f'"2015-01-13", "planned_service_date": {MARK}"2009-12-31"',
        "before the injury",
    ),
    edit(
        "earlier_decision_after_request",
        '"2015-01-13"',
        f'"2015-01-13", "earlier_decision": {MARK}"2015-01-14"',
        "dated after this request",
    ),
    edit("born_after_injury", '"claim_number":', f'"birth_date": {MARK}"2010-01-02", "claim_number":', "born after"),
    chart(
        "symptom_after_request",
        f'"symptoms": [{{"name": "{SENTINEL}", "onset": {MARK}"2015-01-14"}}]',
        "dated after",
    ),
    chart(
        "therapy_that_ends_before_it_starts",
        f'"therapies": [{{"kind": "tens", "start": "2014-02-01", "end": {MARK}"2014-01-01"}}]',
        "last day is before the first",
    ),
    row(
        "range_that_falls",
        f'"kind": "acupuncture", "frequency": {{"times": 3, "up_to": {MARK}2, "per": "week"}}',
        "backwards",
    ),
    edit("no_rows", f'[\n    {{"kind": "acupuncture", "rationale": "{SENTINEL}"}}\n  ]', f"{MARK}[]",
         "is empty"),
    edit("empty_row", f'{{"kind": "acupuncture", "rationale": "{SENTINEL}"}}', f"{MARK}{{}}",
         "names no treatment"),
    edit("row_without_a_name", '{"kind": "acupuncture"', f'{MARK}{{"region": "neck"',
         "names no treatment"),
    edit("second_row_empty", f'"{SENTINEL}"}}\n  ]', f'"{SENTINEL}"}}, {MARK}{{}}\n  ]',
         "names no treatment"),
]  # fmt: skip
UNKNOWN_KIND = [
    row("near_kind", f'"kind": {MARK}"acupunture"', "did you mean acupuncture?"),
    row("unknown_kind", f'"kind": {MARK}"{SENTINEL.lower()}"', "imr-check criteria --treatments"),
    row("kind_in_capitals", f'"kind": {MARK}"Acupuncture"', "small letters"),
]
NO_TEXT = [
    bad_bytes("empty", b"", (1, 1), "is empty"),
    bad_bytes("blank", b" \n\n", (1, 1), "is empty"),
    bad_bytes("binary", b"\x89PNG\r\n\x1a\n\x00" + SENTINEL.encode(), (3, 1), "null bytes"),
    bad_bytes("latin_1", b'{"name": "' + SENTINEL.encode() + b'\xe9"}', (1, 21), "not UTF-8"),
    bad_bytes("raw_surrogate", b'{"name": "\xed\xa0\x80"}', (1, 11), "not UTF-8"),
    bad_bytes("utf_16", GOOD_TEXT.encode("utf-16"), (1, 1), "UTF-16"),
    bad_bytes("large", b'{"x": "' + b"x" * 50 * 1024**2 + b'"}', (0, 0), "larger than 5 MB"),
]
CASES = [*NOT_JSON, *INVALID, *IMPOSSIBLE, *UNKNOWN_KIND, *NO_TEXT]


def write(bad: Bad) -> Path:
    path = Path(f"{bad.name}.json")
    path.write_bytes(bad.data)
    return path


# What every report on a bad file has to be


def assert_silent(result: Run) -> None:
    """Nothing of the file shows, and no traceback."""
    shown = (result.out + result.err).casefold()
    assert SENTINEL.casefold() not in shown
    assert "traceback" not in shown
    assert result.err == ""


def assert_reported(out: str, form: str, path: Path, bad: Bad) -> None:
    reported = {"text": in_text, "concise": in_concise, "json": in_json}[form](out, path)
    assert [place for place, _ in reported] == sorted(bad.places)
    said = " | ".join(message for _, message in reported)
    for words in bad.words:
        assert words in said
    for _, message in reported:
        assert "\n" not in message
        assert len(message) < 400


def in_text(out: str, path: Path) -> list[tuple[Place, str]]:
    after = f"\n{out}".partition(f"\n{path}: cannot be checked\n")[2]
    assert after, "the file is named"
    block = after.partition("\n\n")[0]
    parts = re.split(r"^  line (\d+), column (\d+): ", block, flags=re.MULTILINE)
    if len(parts) == 1:
        return [((0, 0), " ".join(block.split()))]
    messages = [" ".join(wrapped.split()) for wrapped in parts[3::3]]
    numbers = zip(parts[1::3], parts[2::3], strict=True)
    places = [(int(line), int(column)) for line, column in numbers]
    return list(zip(places, messages, strict=True))


def in_concise(out: str, path: Path) -> list[tuple[Place, str]]:
    pattern = re.compile(rf"{re.escape(str(path))}:(\d+):(\d+): INVALID (.+)")
    about = [line for line in out.splitlines() if line.startswith(f"{path}:")]
    found = [match for line in about if (match := pattern.fullmatch(line))]
    assert len(found) == len(about)
    return [((int(match[1]), int(match[2])), match[3]) for match in found]


def in_json(out: str, path: Path) -> list[tuple[Place, str]]:
    report = json.loads(out)
    Draft202012Validator(read_schema("report")).validate(report)
    (file,) = (file for file in report["files"] if file["path"] == str(path))
    assert file["treatments"] == []
    assert file["verdict"] is None
    return [((each["line"], each["column"]), each["message"]) for each in file["errors"]]


# One file at a time


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_each_is_refused_with_its_place(run: Command, bad: Bad, form: str) -> None:
    path = write(bad)
    result = run(path, "--format", form)
    assert result.status == 2
    assert_silent(result)
    assert_reported(result.out, form, path, bad)


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_each_is_refused_by_the_installed_command(bad: Bad) -> None:
    path = write(bad)
    result = run_apart("--format", "concise", path)
    assert result.status == 2
    assert_silent(result)
    assert_reported(result.out, "concise", path, bad)


def test_the_good_text_of_these_cases_is_good(run: Command) -> None:
    path = Path("good.json")
    path.write_text(GOOD_TEXT, encoding="utf-8")
    result = run(path, "--format", "json")
    assert result.status == 1
    assert json.loads(result.out)["files"][0]["errors"] == []
    assert_silent(result)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("how", ["in this process", "apart"])
def test_what_is_no_file(run: Command, form: str, how: str) -> None:
    folder = Path("folder.json")
    folder.mkdir()
    for path, words in (
        (Path("missing.json"), "was not found"),
        (Path("missing") / "in_a_folder.json", "was not found"),
        (CLEAN / "below_a_file.json", "was not found"),
        (folder, "No request is in this folder"),
    ):
        result = (run if how == "in this process" else run_apart)(path, "--format", form)
        assert result.status == 2
        assert_silent(result)
        assert_reported(result.out, form, path, Bad("", b"", ((0, 0),), (words,)))


def test_a_file_that_may_not_be_read(run: Command) -> None:
    path = Path("locked.json")
    path.write_text(GOOD_TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    result = run(path, "--format", "concise")
    assert result.status == 2
    assert_reported(result.out, "concise", path, Bad("", b"", ((0, 0),), ("not allowed",)))


@pytest.mark.parametrize("form", FORMATS)
def test_standard_input(form: str) -> None:
    bad = next(bad for bad in CASES if bad.name == "text_for_number")
    result = run_apart("-", "--format", form, stdin=bad.data)
    assert result.status == 2
    assert_silent(result)
    assert_reported(result.out, form, Path("<stdin>"), bad)


def test_a_path_that_is_not_utf_8() -> None:
    path = b"caf\xe9.json"
    for form in FORMATS:
        done = subprocess.run(
            [os.fsencode(COMMAND), path, b"--format", form.encode()],
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2, done.stderr
        assert b"was not found" in done.stdout
        if form == "json":
            json.loads(done.stdout.decode("utf-8", "replace"))


def test_output_in_an_encoding_of_few_characters() -> None:
    """An office's terminal or log may know no accent and no ellipsis."""
    # Real bug when this was written: the ellipsis of messages.shortened ends the run with exit 3.
    path = write(next(bad for bad in CASES if bad.name == "four_faults"))
    for form in FORMATS:
        done = subprocess.run(
            [COMMAND, path, DENIED, "--format", form],
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2, done.stderr
        assert done.stderr == b""


# A field whose name is itself a value of the chart. Kept apart from the cases: the words of a
# misspelt field are worth showing, and those of a name or a claim number are not.


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_or_number_as_field_is_not_repeated(run: Command, form: str) -> None:
    path = Path("names.json")
    path.write_text(GOOD_TEXT.replace('"claim_number"', f'"{SENTINEL}"'), encoding="utf-8")
    result = run(path, "--format", form)
    assert result.status == 2
    assert_silent(result)


# Many files in one run


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("good", [CLEAN, DENIED], ids=lambda path: path.stem)
def test_the_others_are_still_checked(run: Command, form: str, good: Path) -> None:
    bad_ones = [(bad, write(bad)) for bad in CASES if bad.name != "large"]
    paths = [path for _, path in bad_ones]
    middle = len(paths) // 2
    result = run(*paths[:middle], good, *paths[middle:], "--format", form)
    assert result.status == 2
    assert_silent(result)
    for bad, path in bad_ones:
        assert_reported(result.out, form, path, bad)
    assert_checked(result.out, form, good)


@pytest.mark.parametrize("form", FORMATS)
def test_the_others_are_still_checked_by_the_installed_command(form: str) -> None:
    bad_ones = [(bad, write(bad)) for bad in CASES]
    paths = [path for _, path in bad_ones]
    Path("empty").mkdir()
    result = run_apart("missing.json", "empty", DENIED, *paths, "--format", form)
    assert result.status == 2
    assert_silent(result)
    for bad, path in bad_ones:
        assert_reported(result.out, form, path, bad)
    assert_checked(result.out, form, DENIED)


def assert_checked(out: str, form: str, good: Path) -> None:
    if form == "json":
        (file,) = (file for file in json.loads(out)["files"] if file["path"] == str(good))
        assert file["verdict"]
        assert file["errors"] == []
        assert len(file["treatments"][0]["findings"]) > 10
    elif form == "text":
        assert f"{good}: {'supported' if good == CLEAN else 'not supported'}" in out
    else:
        assert (f"{good}:" in out) is (good == DENIED)
        assert "INVALID" not in "".join(line for line in out.splitlines() if str(good) in line)


def test_the_worst_status_wins_in_any_order(run: Command) -> None:
    missing = Path("missing.json")
    for paths in ((missing, CLEAN), (CLEAN, missing), (DENIED, missing, CLEAN), (missing, DENIED)):
        assert run(*paths, "--format", "concise").status == 2
