"""The reader without pydantic accepts only what the model accepts, and reads the same values."""

from __future__ import annotations

import copy
import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError
from strategies import Json, example_files, mutants, random_mutant, random_request, requests

from imr_check.errors import RequestError
from imr_check.request import load
from imr_check.request.base import Record
from imr_check.request.load import read_draft
from imr_check.request.model import Request
from imr_check.request.plain import NotPlain, read_plain
from imr_check.request.schema import PATH, request_schema
from imr_check.resources import read_schema
from imr_check.source import Source

if TYPE_CHECKING:
    from pathlib import Path

MANY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


def by_model(data: object) -> tuple[Request | None, set[str]]:
    """Return what the model reads; or None and the types of what it objects to."""
    try:
        return Request.model_validate_json(json.dumps(data)), set()
    except ValidationError as error:
        return None, {found["type"] for found in error.errors()}


def plainly(data: object) -> Request | None:
    """Return what the plain reader reads, or None if it leaves that to the model."""
    try:
        return read_plain(data)
    except NotPlain:
        return None


def accepted(data: object) -> bool:
    """Tell whether the command accepts a request, by whichever reader."""
    try:
        read_draft(Source("", json.dumps(data)))
    except RequestError:
        return False
    return True


def assert_equal(plain: Any, model: Any) -> None:
    """Hold two values to each other, records by every attribute that the model has."""
    if isinstance(model, Record):
        fields = type(model).model_fields
        assert {name for name in vars(type(plain)) if name[0] != "_"} == set(fields)
        assert type(plain).__name__ == type(model).__name__
        for name in fields:
            assert_equal(getattr(plain, name), getattr(model, name))
    elif isinstance(model, list):
        assert type(plain) is list
        assert len(plain) == len(model)
        for one, other in zip(plain, model, strict=True):
            assert_equal(one, other)
    else:
        assert plain == model
        # A whole number may stand for a measured value: 5 for 5.0.
        assert type(plain) is type(model) or {type(plain), type(model)} == {int, float}


def assert_like_the_model(data: object) -> bool:
    """Hold the plain reader to the model; return whether it accepts."""
    plain = plainly(data)
    model, objections = by_model(data)
    if plain is not None and model is not None:
        assert_equal(plain, model)
    # Whether dates and rows go together is asked of both afterwards.
    assert plain is None or model is not None or objections == {"inconsistent"}
    assert accepted(data) is (model is not None)
    return plain is not None


# Valid requests


def test_it_reads_every_valid_request() -> None:
    random = Random(1)
    for _ in range(400):
        request = random_request(random)
        assert by_model(request)[0] is not None, "the generator makes valid requests"
        assert assert_like_the_model(request)


@MANY
@given(request=requests())
def test_it_reads_every_valid_request_shrunk(request: Json) -> None:
    assert assert_like_the_model(request)


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_it_reads_every_example(path: Path) -> None:
    assert assert_like_the_model(json.loads(path.read_text(encoding="utf-8")))


def test_no_valid_request_needs_pydantic(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> Request:
        raise AssertionError("the slow path was taken")

    monkeypatch.setattr(load, "_validate", slow)
    random = Random(2)
    for _ in range(100):
        read_draft(Source("", json.dumps(random_request(random))))


def test_the_generator_fills_in_every_field() -> None:
    """What is never generated is never compared."""
    random, seen = Random(3), set[tuple[str, str]]()
    root = read_schema("request")

    def see(name: str, schema: Json, value: Any) -> None:
        if "anyOf" in schema:
            schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = root["$defs"][name]
        for item in value if isinstance(value, list) else ():
            see(name, schema["items"], item)
        for field, part in value.items() if isinstance(value, dict) else ():
            seen.add((name, field))
            see(name, schema["properties"][field], part)

    for _ in range(600):
        see("Request", root, random_request(random))
    records = {"Request": root} | root["$defs"]
    fields = {(name, field) for name, record in records.items() for field in record["properties"]}
    assert {(name, field) for name, field in fields if field[0] != "$"} == seen


# Invalid and odd requests


def test_it_accepts_nothing_that_the_model_refuses() -> None:
    random, seen = Random(4), Counter[bool]()
    for _ in range(1_500):
        seen[assert_like_the_model(random_mutant(random, random_request(random)))] += 1
    assert min(seen[True], seen[False]) > 100, "the generator makes good and bad requests"


@MANY
@given(request=mutants())
def test_it_accepts_nothing_that_the_model_refuses_shrunk(request: Json) -> None:
    assert_like_the_model(request)


FULL: Json = {
    "submission": {"date": "2015-01-13"},
    "employee": {"age": 40, "name": "A"},
    "injury": {"date": "2010-01-01", "body_parts": ["neck"]},
    "treatments": [
        {
            "treatment": "Acupuncture",
            "kind": "acupuncture",
            "procedure_codes": ["97810"],
            "icd": ["M54.2"],
            "levels": ["C5-6"],
            "series": False,
            "frequency": {"times": 1, "per": "week"},
        }
    ],
    "chart": {
        "imaging": [{"study": "mri", "region": "neck"}],
        "procedures": [{"relief_percent": 50}],
        "functional_changes": [
            {"after": "acupuncture", "measures": [{"name": "lift", "before": 1, "after": 2.5}]}
        ],
    },
}
ROW = ("treatments", 0)
MEASURE = ("chart", "functional_changes", 0, "measures", 0)
Way = tuple[str | int, ...]


def at(path: Way, *values: Any) -> list[tuple[Way, Any]]:
    return [(path, value) for value in values]


AGE, NAME, INJURED = ("employee", "age"), ("employee", "name"), ("injury", "date")
CHANGES: list[tuple[Way, Any]] = [
    # whole numbers
    *at(AGE, 40.0, 40.5, "40", True, None, 13, 14, 120, 121, 2**31, 2**53, -1, [40], {}, 1e300),
    *at(("chart", "procedures", 0, "relief_percent"), 0, 100, 101, -1, 50.0, False),
    *at((*ROW, "frequency", "times"), 0, 1, 100_000, 100_001, None),
    # measured values
    *at((*MEASURE, "before"), 0, -0.0, 1e6, 1e6 + 1, -1e6, 10**6 + 1, True, "1", None),
    # true and false
    *at((*ROW, "series"), 0, 1, "false", "", None, [], 0.0),
    # text
    *at(NAME, "", " ", "x" * 300, "x" * 301, 1, True, None, ["A"], "\0", "\n"),
    *at(NAME, "\U0001f600" * 300, "\U0001f600" * 301),
    # patterns
    *at((*ROW, "kind"), "acupuncture\n", "Acupuncture", "", "a" * 60, "a" * 61, "a-b", None),
    *at((*ROW, "kind"), "\nacupuncture", "acu\npuncture", "\u00e9", "a\u0663"),
    *at((*ROW, "procedure_codes", 0), "97810\n", "9781", "978100", "9781\u0660", None),
    *at((*ROW, "icd", 0), "M54.2\n", "m54.2", "M", "M54.2222222", " M54.2", 7),
    *at((*ROW, "levels", 0), "C5-6\n", "C5-C6", "C5-", "C123", "C5-T1", "X1", "c5"),
    # words
    *at((*ROW, "frequency", "per"), "week\n", "Week", "year", "", None, 1, ["week"]),
    *at(("injury", "body_parts"), [], ["neck"] * 23, ["neck"] * 24, [None], "neck"),
    # dates
    *at(INJURED, "2015-02-30", "20150101", "2010-1-1", "2010-01-01\n", "2010-01-01T00:00:00"),
    *at(INJURED, "2010-W01-1", "2010-001", "", None, "0000-01-01", "0001-01-01", "9999-12-31"),
    *at(INJURED, "10000-01-01", 0, 1262304000, 1262304000.0, "1262304000", True, []),
    *at(INJURED, "2012-02-29", "2013-02-29", "\uff12010-01-01", "+010-01-01", "2010-01-01Z"),
    *at(INJURED, " 2010-01-01", "2010-13-01", "2010/01/01"),
    # records and lists
    *at(("injury",), None, [], {}, "2010-01-01", {"date": None}),
    *at(("treatments",), [], {}, None, [None], [[]], FULL["treatments"] * 101),
    *at(("chart",), None, {}, [], {"diagnoses": None}, {"diagnoses": {}}),
    *at(("chart", "imaging"), [{}], [{"study": "mri"}], [{"region": "neck"}]),
    *at(("submission",), None, {}, {"kind": None}, {"kind": "new"}),
    *at(("treatments", 0, "frequency", "up_to"), 0, 1, 1.0),
    # fields that are not there
    *at(("id",), 1),
    *at(("__slots__",), 1),
    *at((*ROW, "sid"), 1),
    *at((*ROW, ""), 1),
    *at((*MEASURE, "$s"), 1),
    *at(("employee",), {"age": 40, "Age": 40}),
]


def changed(path: Way, value: object) -> Json:
    data = copy.deepcopy(FULL)
    place: Any = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=lambda part: repr(part)[:40])
def test_it_judges_one_changed_value_like_the_model(path: Way, value: object) -> None:
    assert_like_the_model(changed(path, value))


@pytest.mark.parametrize("data", [None, [], {}, "", 0, True, [FULL]], ids=repr)
def test_it_refuses_what_is_no_record(data: object) -> None:
    assert not assert_like_the_model(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("injury", "date"), "2015-01-14"),
        (("submission", "planned_service_date"), "2009-12-31"),
        (("employee", "birth_date"), "2010-01-02"),
        (("treatments", 0), {}),
        (("treatments", 0), {"region": "neck", "quantity": 3}),
        (("treatments", 0, "frequency", "up_to"), 1),
        (("chart", "symptoms"), [{"name": "Pain", "onset": "2015-01-14"}]),
        (("chart", "therapies"), [{"kind": "tens", "start": "2014-02-01", "end": "2014-01-01"}]),
    ],
    ids=repr,
)
def test_what_does_not_go_together_is_refused_on_the_fast_path_too(
    path: Way, value: object
) -> None:
    data = changed(path, value)
    if path[-1] == "up_to":
        data["treatments"][0]["frequency"]["times"] = 2
    assert by_model(data) == (None, {"inconsistent"})
    assert not accepted(data)


# The schema from which the reader is built


def test_the_shipped_schema_is_that_of_the_model() -> None:
    assert read_schema("request") == request_schema()
    text = json.dumps(request_schema(), indent=1, ensure_ascii=False) + "\n"
    assert PATH.read_text(encoding="utf-8") == text, "run python -m imr_check.request.schema"
