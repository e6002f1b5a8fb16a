"""What is said of a template holds for whatever is filled in, and nothing is said too carefully."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TODAY, Json, random_facts, random_request, rulesets, share

from imr_check import Report, RequestError, check
from imr_check.guideline.editions import Dates
from imr_check.guideline.pack import installed_packs
from imr_check.pointers import pointer_of
from imr_check.report import Places
from imr_check.request.holes import schema_at, stand_in
from imr_check.request.load import draft_of
from imr_check.rules import reference
from imr_check.rules.engine import Ruleset
from imr_check.rules.lazily import Lazily
from imr_check.source import Source
from imr_check.template.exploring import Budget
from imr_check.template.judging import TemplateRow

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSES = ("met", "not_applicable")
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("ruleset", rulesets(), ids=lambda ruleset: ruleset.program.name)
def test_the_lazy_evaluator_agrees_with_the_reference(ruleset: Ruleset) -> None:
    random = Random(ruleset.program.name)
    for _ in range(share(6_000)):
        facts = random_facts(random, ruleset.program)
        expected = reference.evaluate(ruleset.program, facts)
        lazily = Lazily(ruleset.program, facts.get)
        for name, result in expected.items():
            assert lazily.passes(name).so is (result.outcome in PASSES), name


# Making holes and filling them

Place = tuple[Any, Any, tuple[Any, ...]]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[Place]:
    """Yield container, index and path of every plain value that may be a hole."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for index, child in pairs:
        here = (*path, index)
        if isinstance(child, dict | list):
            yield from places(child, here)
        elif child is not None and (
            here[0] in ("treatments", "chart", "injury") or here[:2] in _OF_THE_FORM
        ):
            yield value, index, here


_OF_THE_FORM = {
    ("submission", field)
    for field in ("kind", "changed_facts", "earlier_decision", "imminent_threat", "form")
}
"""What of the submission may be a hole; its dates say which edition judges."""


def with_holes(random: Random, request: Json) -> tuple[Json, list[tuple[Any, ...]]]:
    """Return a copy with a few holes, each under a name of its own, and where they are."""
    made = copy.deepcopy(request)
    found = list(places(made))
    chosen = random.sample(found, min(len(found), random.choice((1, 2, 3, 5))))
    paths: list[tuple[Any, ...]] = []
    for container, index, path in chosen:
        if schema_at(path) is None or (path[-1] == "kind" and path[0] == "treatments"):
            continue
        container[index] = f"{{{{ hole {len(paths)} }}}}"
        paths.append(path)
    return made, paths


def filled(template: Json, values: dict[tuple[Any, ...], Any]) -> Json:
    """Return a copy with values in place of the holes."""
    made = copy.deepcopy(template)
    for path, value in values.items():
        container: Any = made
        for part in path[:-1]:
            container = container[part]
        container[path[-1]] = value.isoformat() if hasattr(value, "isoformat") else value
    return made


def random_value(random: Random, path: tuple[Any, ...], pool: dict[str, list[Any]]) -> Any:
    """Return some valid value for a place: often one that stands in a like place elsewhere."""
    schema = schema_at(path)
    assert schema is not None
    if "enum" in schema:
        return random.choice(schema["enum"])
    if schema["type"] == "boolean":
        return random.random() < 0.5
    if schema["type"] == "integer":
        least, most = schema.get("minimum", 0), schema.get("maximum", 100_000)
        return random.choice([least, most, *range(least, min(most, least + 60))])
    field = str(next(part for part in reversed(path) if isinstance(part, str)))
    known = pool.get("date" if schema.get("format") == "date" else field)
    return random.choice(known) if known else stand_in(schema)


def pool_of(requests: list[Json]) -> dict[str, list[Any]]:
    """Return the values of many requests by field, dates all together."""
    pool: dict[str, list[Any]] = {}
    for request in requests:
        for container, index, path in places(request):
            schema = schema_at(path) or {}
            field = str(next(part for part in reversed(path) if isinstance(part, str)))
            key = "date" if schema.get("format") == "date" else field
            pool.setdefault(key, []).append(container[index])
    return pool


def outcomes(report: Report) -> list[dict[str, str]]:
    """Return the outcomes of every row, and of the form as the last of them."""
    return [{f.code: f.outcome for f in row.findings} for row in report.rows]


def checked(request: Json) -> Report | None:
    try:
        return check(request, today=TODAY)
    except RequestError:
        return None


def assert_holds(template: Report, concrete: Report) -> None:
    pairs = list(zip(template.treatments, concrete.treatments, strict=True))
    if template.form and concrete.form:
        pairs.append((template.form, concrete.form))
    assert template.form or not concrete.form
    for said, found in pairs:
        if said.kind != found.kind or said.edition is None:
            continue
        now = {finding.code: finding for finding in found.findings}
        for finding in said.findings:
            if finding.outcome == "depends" or finding.criterion.severity == "context":
                continue
            # A row without codes is not asked about them, which is to pass.
            passes = finding.code not in now or now[finding.code].outcome in PASSES
            assert passes is (finding.outcome in PASSES), (finding.code, finding.outcome)
        if said.verdict in ("supported", "not_supported", "incomplete"):
            assert (found.verdict == "supported") is (said.verdict == "supported")


@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_of_a_template_holds_however_it_is_filled_in(seed: int) -> None:
    random = Random(seed)
    pool = pool_of([random_request(random) for _ in range(60)])
    tried = 0
    for _ in range(60):
        template, paths = with_holes(random, random_request(random))
        said = checked(template)
        if said is None:
            continue
        assert said.template is bool(paths)
        for _ in range(6):
            values = {path: random_value(random, path, pool) for path in paths}
            concrete = checked(filled(template, values))
            if concrete is not None:
                tried += 1
                assert_holds(said, concrete)
    assert tried > 100


def rows(template: Json) -> Iterator[TemplateRow]:
    draft = draft_of(template)
    assert draft.template is not None
    day = draft.request.submission.date or TODAY
    dates = Dates(day, draft.request.submission.planned_service_date or day)
    for index in range(len(draft.request.treatments)):
        row = TemplateRow(
            draft.request, index, dates, installed_packs(), Places(draft.request, Source("", "")),
            draft.template, Budget(),
        )  # fmt: skip
        row.report(in_force_only=False, trace=False)
        yield row


@pytest.mark.parametrize("seed", range(8))
def test_what_depends_has_a_filling_that_passes_and_one_that_does_not(seed: int) -> None:
    random, shown = Random(100 + seed), 0
    for _ in range(40):
        template, paths = with_holes(random, random_request(random))
        if not paths or checked(template) is None:
            continue
        for row in rows(template):
            for name, explored in row.explored.items():
                for passes, filling in explored.filled.items():
                    shown += assert_shows(row, name, passes, filling, template)
    assert shown > 5


def assert_shows(
    row: TemplateRow, name: str, passes: bool, filling: dict[str, Any], template: Json
) -> bool:
    """Hold the outcome under a filling to a check of the request that is filled in that way."""
    if row.row.kind is None or "." in name:
        return False
    values = {
        hole.path: filling.get(hole.key, stand_in(hole.schema)) for hole in row.template.holes
    }
    concrete = checked(filled(template, values))
    if concrete is None:
        return False  # what was not read was filled at random, and may contradict the rest
    found = outcomes(concrete)[row.index]
    assert (found.get(name, PASSES[0]) in PASSES) is passes, (name, filling)
    return True


@MANY
@given(random=st.randoms(use_true_random=False))
def test_what_is_said_holds_shrunk(random: Random) -> None:
    request = random_request(random)
    pool = pool_of([request])
    template, paths = with_holes(random, request)
    said = checked(template)
    if said is None:
        return
    values = {path: random_value(random, path, pool) for path in paths}
    concrete = checked(filled(template, values))
    if concrete is not None:
        assert_holds(said, concrete)


def test_pointers_of_holes_are_places_of_the_request() -> None:
    random = Random(9)
    template, paths = with_holes(random, random_request(random))
    draft = draft_of(template)
    assert draft.template is not None
    assert {pointer_of(h.path) for h in draft.template.holes} == {pointer_of(p) for p in paths}
