"""durable-rules and the reference evaluator agree, and outcomes hang together."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import (
    SENTINEL,
    TODAY,
    Facts,
    Json,
    domain,
    example_files,
    meeting,
    mutants,
    random_facts,
    random_mutant,
    random_reorder,
    random_request,
    requests,
    rulesets,
    sections,
    share,
    with_remarks,
)

from imr_check import RequestError, check, load, to_dict
from imr_check.guideline.model import HARD_FAILURE
from imr_check.rules import reference
from imr_check.rules.engine import Ruleset, durable_available, ruleset_of
from imr_check.rules.program import (
    MET,
    NOT_APPLICABLE,
    NOT_DOCUMENTED,
    SPOKEN,
    STANDS,
    VERDICT,
    Outcome,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imr_check import Report
    from imr_check.guideline.model import Section
    from imr_check.rules.program import Node, Program, Results

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECTIONS = [pytest.param(section, id=section.name) for section in sections()]
FACT_MAPS = 24_000
REQUESTS = 10_000
SEEDS = range(8)  # one share of the requests each, so that they spread over the workers

needs_durable_rules = pytest.mark.skipif(
    not durable_available(), reason="durable-rules cannot be imported here"
)


def agreed(ruleset: Ruleset, facts: Mapping[str, object]) -> Results:
    """Return what both evaluators say, after checks that hold for any facts."""
    assert ruleset.rules is not None
    by_rules = ruleset.rules.evaluate(facts)  # type: ignore[arg-type]
    assert by_rules == reference.evaluate(ruleset.program, facts)  # type: ignore[arg-type]
    assert by_rules.keys() == {node.name for node in ruleset.program.nodes}
    return by_rules


def checked(request: Json) -> Report:
    return check(request, today=TODAY)


def bytes_of(report: Report) -> bytes:
    return json.dumps(to_dict(report), ensure_ascii=False).encode()


def outcomes(report: Report) -> list[object]:
    """Return what a report decides, without the evidence for it."""
    return [
        (row.kind, row.verdict, [(finding.code, finding.outcome) for finding in row.findings])
        for row in report.treatments
    ]


def agreed_rows(report: Report) -> int:
    """Hold every judged row of a report to both evaluators; return how many there were."""
    count = 0
    for row in report.treatments:
        if row.edition:
            results = agreed(ruleset_of(row.edition.section), row.facts)
            assert {f.code: f.outcome for f in row.findings}.items() <= {
                name: result.outcome for name, result in results.items()
            }.items()
            count += 1
    return count


# The evaluators agree


@needs_durable_rules
@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    assert agreed_rows(check(load(path), today=TODAY)) > 0


@needs_durable_rules
@pytest.mark.parametrize("section", SECTIONS)
def test_generated_facts(section: Section) -> None:
    ruleset, random = ruleset_of(section), Random(section.name)
    program = ruleset.program
    found = {criterion.code: meeting(program, criterion.code) for criterion in section.criteria}
    seen: Counter[tuple[str, Outcome]] = Counter()
    for number in range(share(FACT_MAPS, program)):
        facts = random_facts(random, program)
        if number % 3 == 0:
            chosen: Facts | None = random.choice(list(found.values()))
            facts.update(chosen or {})
        results = agreed(ruleset, facts)
        seen.update((name, result.outcome) for name, result in results.items())
    for facts in filter(None, found.values()):
        results = agreed(ruleset, facts)
        seen.update((name, result.outcome) for name, result in results.items())
    never = {code for code in found if not seen[code, MET]}
    assert never == {code for code, facts in found.items() if facts is None}


@needs_durable_rules
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_requests(seed: int) -> None:
    random, share = Random(seed), REQUESTS // len(SEEDS)
    assert sum(agreed_rows(checked(random_request(random))) for _ in range(share)) > share


@needs_durable_rules
@pytest.mark.parametrize("section", SECTIONS)
@settings(MANY, max_examples=20)
@given(random=st.randoms(use_true_random=False))
def test_facts_that_hypothesis_shrinks(section: Section, random: Random) -> None:
    ruleset = ruleset_of(section)
    agreed(ruleset, random_facts(random, ruleset.program))


@needs_durable_rules
@MANY
@given(request=requests())
def test_requests_that_hypothesis_shrinks(request: Json) -> None:
    agreed_rows(checked(request))


# More facts never make less of what is met


def gated(program: Program) -> frozenset[str]:
    """Return the nodes that hang on a criterion that another fact can bring into play.

    Above all the verdict: a first sign of an earlier session makes its result a question.
    """
    found: set[str] = set()
    for node in program.nodes:
        below = {leg.subject for _, clause in node.clauses() for leg in clause.legs}
        if any(name in found or _has_gate(program, name) for name in below):
            found.add(node.name)
    return frozenset(found)


def _has_gate(program: Program, name: str) -> bool:
    node: Node | None = next((node for node in program.nodes if node.name == name), None)
    return bool(node and (node.applies_when or node.applies_unless))


def asking_for_less(program: Program) -> frozenset[str]:
    """Return the nodes that ask whether nothing is documented, or whether a criterion failed."""
    asks = {
        node.name
        for node in program.nodes
        for _, clause in node.clauses()
        for leg in clause.legs
        if leg.negated and leg.test and leg.test.operator == "documented"
    } | {HARD_FAILURE}
    return frozenset(
        node.name
        for node in program.nodes
        if asks & {below.name for below in program.needs(node.name).nodes}
    )


@pytest.mark.parametrize("ruleset", rulesets(), ids=lambda ruleset: ruleset.program.name)
def test_one_more_fact_never_turns_met_into_not_documented(ruleset: Ruleset) -> None:
    program, random = ruleset.program, Random(3)
    less = asking_for_less(program)
    exempt = gated(program) | less
    for_the_verdict = {n.name for n in program.nodes if n.name.endswith((STANDS, SPOKEN))}
    for_the_verdict |= {n.name for n in program.nodes if n.name.startswith(VERDICT)}
    assert exempt <= for_the_verdict | less
    for _ in range(share(6_000, program)):
        facts = random_facts(random, program)
        absent = [fact for fact in program.facts if fact.name not in facts]
        if not absent:
            continue
        added = random.choice(absent)
        before = ruleset.evaluate(facts)
        after = ruleset.evaluate(facts | {added.name: random.choice(domain(program, added))})
        turned = {name for name in before if _lost(before, after, name)}
        assert turned <= exempt
        # The verdict may only turn for a criterion that the new fact brought into play.
        brought = {n for n in before if before[n].outcome == NOT_APPLICABLE} & {
            n for n in after if after[n].outcome == NOT_DOCUMENTED
        }
        assert not turned or brought or turned & less - for_the_verdict


def _lost(before: Results, after: Results, name: str) -> bool:
    return before[name].outcome == MET and after[name].outcome == NOT_DOCUMENTED


# Order


def test_the_order_of_entries_decides_nothing() -> None:
    random = Random(4)
    for _ in range(600):
        one, other = map(checked, random_pair(random))
        assert outcomes(one) == outcomes(other)


def random_pair(random: Random) -> tuple[Json, Json]:
    request = random_request(random)
    return request, random_reorder(random, request)


@MANY
@given(pair=st.randoms(use_true_random=False).map(random_pair))
def test_the_order_of_entries_decides_nothing_shrunk(pair: tuple[Json, Json]) -> None:
    one, other = map(checked, pair)
    assert outcomes(one) == outcomes(other)


def a_request(row: Json, **chart: object) -> Json:
    return {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2010-01-01"},
        "treatments": [row],
        "chart": chart,
    }


def test_the_order_of_codes_that_disagree_does_not_choose_the_criteria() -> None:
    codes = ["20552", "97810"]  # trigger points, acupuncture
    one, other = (checked(a_request({"procedure_codes": c})) for c in (codes, codes[::-1]))
    assert outcomes(one) == outcomes(other)


def test_the_order_of_levels_does_not_choose_the_region() -> None:
    levels = ["C5-6", "L3-4"]
    row = {"kind": "trigger_point_injection"}
    one, other = (checked(a_request(row | {"levels": each})) for each in (levels, levels[::-1]))
    assert outcomes(one) == outcomes(other)


def test_the_order_of_two_changes_on_one_day_does_not_choose_between_them() -> None:
    changes: list[Json] = [
        {
            "after": "acupuncture",
            "to_date": "2014-12-01",
            "daily_activities": "improved",
            "treatment_dependency": word,
        }
        for word in ("unchanged", "increased")
    ]
    course = [{"kind": "acupuncture", "status": "completed", "visits": 6}]
    one, other = (
        checked(a_request({"kind": "acupuncture"}, functional_changes=c, therapies=course))
        for c in (changes, changes[::-1])
    )
    assert outcomes(one) == outcomes(other)


@pytest.mark.parametrize("remark", [None, 1, "", SENTINEL, [{"$comment": 1}], {"id": {}}], ids=str)
def test_remarks_decide_nothing(remark: object) -> None:
    random = Random(8)
    for _ in range(20):
        request = random_request(random)
        remarked = {"$schema": "request.schema.json", **with_remarks(request, remark)}
        assert outcomes(checked(request)) == outcomes(checked(remarked))


# Determinism, and no exception but RequestError


@MANY
@given(request=requests())
def test_the_same_request_gives_the_same_bytes(request: Json) -> None:
    again = copy.deepcopy(request)
    assert bytes_of(checked(request)) == bytes_of(checked(again))
    assert request == again, "check() changed what it was given"


def test_the_same_file_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import sys; from imr_check.cli import main;"
        "sys.argv = ['imr-check', '--format', 'json', *sys.argv[1:]]; main()"
    )
    paths = [str(path) for path in example_files()]
    texts = {
        subprocess.run(
            [sys.executable, "-c", program, *paths],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert len(json.loads(texts.pop())["files"]) == len(paths)


def refusal(request: Json) -> RequestError | None:
    """Return the refusal of a request, None if it is checked. Lets any other error pass."""
    try:
        checked(request)
    except RequestError as error:
        return error
    return None


def test_a_generated_request_is_checked_or_refused() -> None:
    random = Random(5)
    refused = [refusal(random_request(random)) for _ in range(400)]
    assert not any(refused), "what the generator makes is valid"


def test_a_spoilt_request_is_checked_or_refused_without_its_values() -> None:
    random = Random(6)
    refused = 0
    for _ in range(800):
        error = refusal(random_mutant(random, random_request(random)))
        refused += error is not None
        assert_says_nothing(error)
    assert refused > 400


@MANY
@given(request=mutants())
def test_a_spoilt_request_is_refused_without_its_values_shrunk(request: Json) -> None:
    assert_says_nothing(refusal(request))


def assert_says_nothing(error: RequestError | None) -> None:
    if error is None:
        return
    assert error.problems
    assert SENTINEL not in f"{error} {error!r} {error.args} {error.problems}"
    assert all(problem.message for problem in error.problems)
    cause = error.__cause__ or error.__context__
    assert cause is None or SENTINEL not in repr(cause)


def test_no_strength_of_an_opioid_is_too_strong_to_reckon() -> None:
    """A dose beyond what a float holds is a typing error in the chart, and no error of ours."""
    drug = {"name": "oxymorphone", "strength": "9" * 300, "quantity": 100_000, "days_supply": 1}
    request = a_request({"drug": drug}, medications=[drug | {"status": "current"}] * 500)
    for other in request["chart"]["medications"]:
        other["name"] = "hydromorphone"
    assert refusal(request) is None


def test_unheard_of_facts_are_left_alone() -> None:
    ruleset = rulesets()[0]
    facts: Facts = {}
    assert ruleset.evaluate(facts | {"no.such_fact": True}) == ruleset.evaluate(facts)
