"""What has a fix, what it says, and above all what has none."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from strategies import SENTINEL, Json

from imr_check.errors import Problem, RequestError
from imr_check.request.fixes import CODES
from imr_check.request.load import read_draft
from imr_check.resources import read_schema
from imr_check.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE = object()
ROW = ("treatments", 0)
Path = tuple[str | int, ...]

BASE: Json = {
    "submission": {"date": "2015-06-01"},
    "employee": {},
    "injury": {"date": "2010-01-01", "body_parts": ["neck"]},
    "treatments": [
        {
            "kind": "acupuncture",
            "icd": ["M79.18"],
            "procedure_codes": ["20552"],
            "levels": ["L5-S1"],
            "frequency": {"times": 1, "per": "week"},
            "duration": {"length": 2, "unit": "weeks"},
        }
    ],
    "chart": {
        "imaging": [{"study": "mri", "region": "neck"}],
        "monitoring": [{"kind": "treatment_goals"}],
        "functional_changes": [
            {"after": "acupuncture", "measures": [{"name": "lift", "before": 1, "after": 2}]}
        ],
    },
}
DATE = ("submission", "date")
UNIT, PER = (*ROW, "duration", "unit"), (*ROW, "frequency", "per")
ICD, CODE, LEVEL = (*ROW, "icd", 0), (*ROW, "procedure_codes", 0), (*ROW, "levels", 0)
KIND, SIDE, REGION = (*ROW, "kind"), (*ROW, "side"), (*ROW, "region")
TIMES, SERIES = (*ROW, "frequency", "times"), (*ROW, "series")
BEFORE = ("chart", "functional_changes", 0, "measures", 0, "before")
GOAL, STUDY = ("chart", "monitoring", 0, "kind"), ("chart", "imaging", 0, "study")


def problem_at(path: Path, literal: str, form: str = "json") -> Problem | None:
    """Return the problem of a request with a literal put at a path, None if it has none."""
    data: Any = copy.deepcopy(BASE)
    place = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = SENTINEL
    text = json.dumps(data).replace(f'"{SENTINEL}"', literal)
    try:
        read_draft(Source("", text, form))  # type: ignore[arg-type]
    except RequestError as error:
        (problem,) = error.problems
        return problem
    return None


def fix(path: Path, literal: str, form: str = "json") -> object:
    problem = problem_at(path, literal, form)
    assert problem is not None, "the value is not wrong"
    return problem.fix.value if problem.fix else NONE


FIXES: list[tuple[Path, str, object]] = [
    # dates
    *((DATE, f'"{written}"', "2015-01-13") for written in (
        "01/13/2015", "1/13/2015", "2015/01/13", "2015/1/13", "20150113", "2015-1-13",
        "Jan 13, 2015", "January 13, 2015", "JANUARY 13, 2015", "jan. 13, 2015", "Jan 13 2015",
        " 2015-01-13 ", "2015-01-13\\n", " 01/13/2015",
    )),
    (DATE, "20150113", "2015-01-13"),
    (DATE, '"Sept 5, 2014"', "2014-09-05"),
    (DATE, '"May 5, 2014"', "2014-05-05"),
    (DATE, '"03/04/2015"', "2015-03-04"),  # month first, as California forms write it
    (DATE, '"02/29/2012"', "2012-02-29"),
    # words
    (REGION, '"Low back"', "low_back"), (REGION, '"low-back"', "low_back"),
    (REGION, '"LOW_BACK"', "low_back"), (REGION, '" lowback "', "low_back"),
    (SIDE, '"LEFT"', "left"), (SIDE, '"Left "', "left"),
    (UNIT, '"Weeks"', "weeks"), (UNIT, '"week"', "weeks"), (UNIT, '"wk"', "weeks"),
    (UNIT, '"wks"', "weeks"), (UNIT, '"wks."', "weeks"), (UNIT, '"week(s)"', "weeks"),
    (UNIT, '"mo"', "months"), (UNIT, '"Mos"', "months"), (UNIT, '"MONTH"', "months"),
    (UNIT, '"day"', "days"), (PER, '"weeks"', "week"), (PER, '"wk"', "week"), (PER, '"mo."', "month"),
    (GOAL, '"treatment goal"', "treatment_goals"), (GOAL, '"Urine drug screens"', "urine_drug_screen"),
    (STUDY, '"X-ray"', "xray"), (STUDY, '"MRI"', "mri"), (STUDY, '"Bone scan"', "bone_scan"),
    # codes
    (ICD, '"m79.18"', "M79.18"), (ICD, '" M79.18 "', "M79.18"), (ICD, '"m7918"', "M79.18"),
    (ICD, '"M79. 18"', "M79.18"), (ICD, '"s134xxa"', "S13.4XXA"), (ICD, '"m79"', "M79"),
    (ICD, '" 7242"', "7242"), (ICD, '"e8490"', "E8490"), (ICD, '"v58.69"', "V58.69"),
    (ICD, "724.2", "724.2"), (ICD, "724.20", "724.20"), (ICD, "7242", "7242"),
    (CODE, '" 20552"', "20552"), (CODE, '"j1030"', "J1030"), (CODE, "20552", "20552"),
    (LEVEL, '"l5-s1"', "L5-S1"), (LEVEL, '"L5 - S1 "', "L5-S1"),
    (KIND, '"Trigger Point Injection"', "trigger_point_injection"),
    (KIND, '"trigger-point-injection "', "trigger_point_injection"),
    # numbers, true and false, text
    (TIMES, '"3"', 3), (TIMES, '" 12 "', 12), (TIMES, "3.0", 3), (TIMES, "12.00", 12),
    (BEFORE, '"12.5"', 12.5), (BEFORE, '"-3"', -3), (BEFORE, '"0"', 0),
    (SERIES, '"true"', True), (SERIES, '"False"', False), (SERIES, '" TRUE"', True),
    (("employee", "claim_number"), "98765", "98765"), (("employee", "name"), "0.10", "0.10"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "literal", "expected"), FIXES)
def test_fixes(path: Path, literal: str, expected: object) -> None:
    found = fix(path, literal)
    assert found == expected
    assert type(found) is type(expected)
    assert problem_at(path, json.dumps(found)) is None, "what is mended is valid"


KEPT: list[tuple[Path, str]] = [
    # no year is guessed, no day and month are swapped, no day is moved
    *((DATE, f'"{written}"') for written in (
        "1/13/15", "13/01/2015", "02/30/2015", "02/29/2015", "2015-13-01", "2015/13/01", "01-13-2015",
        "13.01.2015", "01132015", "13012015", "2015-01", "2015", "Jan 2015", "Foo 13, 2015",
        "13 Jan 2015", "01/13/0015", "2015/01-13", "2015113", "about 01/13/2015", "01/13/2015-02/01/2015",
        "2015-01-13T10:00", "", " ", "yesterday", "0000-00-00", "\uff12015/01/13", "\u0661/13/2015",
        SENTINEL,
    )),
    (DATE, "2015"), (DATE, "20151301"), (DATE, "true"), (DATE, "20150113.5"), (DATE, "null "),
    # a word that is not the same word
    (REGION, '"knees"'), (REGION, '"lower back"'), (REGION, '"lumbar"'), (REGION, '"back"'),
    (SIDE, '"L"'), (SIDE, '"bilateral"'), (SIDE, '"left/right"'), (SIDE, '"lefft"'), (SIDE, '""'),
    (SIDE, "1"), (SIDE, "true"), (REGION, '"\u017fhoulder"'),
    (UNIT, '"w"'), (UNIT, '"m"'), (UNIT, '"x/week"'), (UNIT, '"per week"'), (UNIT, '"years"'),
    (PER, '"weekly"'), (PER, '"biweekly"'), (PER, '"daily"'), (PER, '"visit"'),
    # a code that could be another
    (ICD, '"M54 M79"'), (ICD, '"M79.18, M54.2"'), (ICD, '"M79,18"'), (ICD, '"M79.18!"'), (ICD, '"-"'),
    (ICD, "-724.2"), (ICD, "7.2e2"), (ICD, "true"),
    (CODE, '"20552-50"'), (CODE, '"2055"'), (CODE, '"20 552"'), (CODE, '"CPT 20552"'), (CODE, "2055"),
    (CODE, '"20552, 20553"'), (CODE, "20552.5"),
    (LEVEL, '"L5/S1"'), (LEVEL, '"L5 S1"'), (LEVEL, '"lumbar"'), (LEVEL, "5"),
    (KIND, '"acupuncture, massage"'), (KIND, '"4 visits"'), (KIND, "4"),
    # a number or a statement that is not written
    (TIMES, '"three"'), (TIMES, '"3-4"'), (TIMES, '"3.0"'), (TIMES, '"3x"'), (TIMES, '"03"'),
    (TIMES, '"1,000"'), (TIMES, '"1e2"'), (TIMES, '"0"'), (TIMES, '"-1"'), (TIMES, '""'), (TIMES, "3.5"),
    (TIMES, '"100001"'), (TIMES, '"99999999999999999999"'), (TIMES, "true"), (TIMES, '"true"'),
    (TIMES, '"\u0663"'), (TIMES, "[3]"), (TIMES, "0"), (TIMES, "-3"),
    (BEFORE, '"1,5"'), (BEFORE, '"1e3"'), (BEFORE, '"50 degrees"'), (BEFORE, '"NaN"'), (BEFORE, "true"),
    (SERIES, '"yes"'), (SERIES, '"no"'), (SERIES, '"1"'), (SERIES, "1"), (SERIES, "0"), (SERIES, '"t"'),
    (SERIES, '""'), (SERIES, "null "), (SERIES, '"Y"'),
    (("employee", "name"), '""'), (("employee", "name"), '"' + "x" * 301 + '"'),
    (("employee", "name"), "true"), (("employee", "name"), "-5"), (("employee", "name"), "[]"),
    ((*ROW, "icd"), '"m79.18"'), ((*ROW, "frequency"), '"3 per week"'), (("injury",), "[]"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "literal"), KEPT)
def test_keeps(path: Path, literal: str) -> None:
    problem = problem_at(path, literal)
    if literal == "null ":  # leaves the field out
        assert problem is None
    else:
        assert problem is not None
        assert problem.fix is None


@pytest.mark.parametrize(("path", "literal", "expected"), FIXES)
def test_fixes_in_yaml(path: Path, literal: str, expected: object) -> None:
    assert fix(path, literal, "yaml") == expected


@pytest.mark.parametrize(
    ("path", "word", "expected"),
    [
        (DATE, "01/13/2015", "2015-01-13"),
        (DATE, "2015/01/13", "2015-01-13"),
        (CODE, "20552", "20552"),
        (ICD, "m79.18", "M79.18"),
        (SERIES, "True", True),
        (SERIES, "no", NONE),
        (SERIES, "yes", NONE),
        (TIMES, "'3'", 3),
        (TIMES, "03", NONE),
        (TIMES, "0x10", NONE),
        (REGION, "Low back", "low_back"),
    ],
)
def test_fixes_of_plain_words(path: Path, word: str, expected: object) -> None:
    assert fix(path, word, "yaml") == expected


def test_missing_unknown_and_impossible_have_no_fix() -> None:
    data = copy.deepcopy(BASE)
    del data["injury"]["date"]
    data["treatments"][0]["Kind"] = "acupuncture"
    with pytest.raises(RequestError) as caught:
        read_draft(Source("", json.dumps(data)))
    assert [problem.fix for problem in caught.value.problems] == [None, None]
    data = copy.deepcopy(BASE)
    data["submission"]["date"] = "2009-01-01"
    with pytest.raises(RequestError) as caught:
        read_draft(Source("", json.dumps(data)))
    assert [problem.fix for problem in caught.value.problems] == [None]


def test_a_fix_shows_no_value() -> None:
    problem = problem_at(("employee", "claim_number"), "98765")
    assert problem is not None
    assert problem.fix is not None
    assert "98765" not in f"{problem!r} {problem.fix} {problem.fix!r}"
    assert problem.fix.what


# What the table of fixes leans on


def nodes(schema: Any, field: str = "") -> Iterator[tuple[str, Json]]:
    """Yield every part of the schema with the field that it is about."""
    if isinstance(schema, list):
        for part in schema:
            yield from nodes(part, field)
    if not isinstance(schema, dict):
        return
    yield field, schema
    for name, part in schema.items():
        if name in ("properties", "$defs"):
            for inner, each in part.items():
                yield from nodes(each, inner)
        elif name in ("items", "anyOf"):
            yield from nodes(part, field)


def test_every_field_with_a_pattern_is_in_the_table() -> None:
    assert {field for field, node in nodes(read_schema("request")) if "pattern" in node} == set(
        CODES
    )


def test_no_two_words_of_a_list_differ_in_form_only() -> None:
    lists = [node["enum"] for _, node in nodes(read_schema("request")) if "enum" in node]
    assert len(lists) > 20
    for words in lists:
        forms = [word.replace("_", "").removesuffix("s") for word in words]
        assert len(set(forms)) == len(words), words
