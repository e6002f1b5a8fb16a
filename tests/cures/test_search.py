"""The search for cures, held to trying everything, to both evaluators and to itself."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from math import prod
from random import Random
from typing import Any

import brute_force
import durable_rules_engine as core
import pytest
from brute_force import Case, all_sets, code, domain, is_caused, legs, passes, possible
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import ENCODED, Facts, random_facts, rulesets, sections, share

from imr_check import check
from imr_check.cures import Cures, Solution, Way, cures, in_request, may_be_changed
from imr_check.cures import ways as ways_module
from imr_check.cures.cells import cells_of
from imr_check.cures.resting import RESTS_ON
from imr_check.cures.search import Search
from imr_check.cures.space import Space
from imr_check.facts import VOCABULARY, Fact
from imr_check.guideline.expressions import read_expression
from imr_check.guideline.model import Section, Severity
from imr_check.rules import reference
from imr_check.rules.durable import DurableRules
from imr_check.rules.engine import Ruleset, ruleset_of
from imr_check.rules.program import MET, REBUTTAL, VERDICT, Program, build_program

Logic = dict[str, Any]

MANY = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
RULESETS = [pytest.param(ruleset, id=ruleset.program.name) for ruleset in rulesets()]
SECTIONS = [pytest.param(section, id=section.name) for section in sections()]


# Sections made of nothing but logic


def fact(name: str, kind: str, words: tuple[str, ...] = ()) -> Fact:
    pattern = VOCABULARY["row.codes_agree"]
    return pattern._replace(name=name, kind=kind, words=words)  # type: ignore[arg-type]


WORDS = ("red", "green", "blue")
FACTS = {
    made.name: made
    for made in (
        fact("sign.a", "boolean"),
        fact("sign.b", "boolean"),
        fact("row.flag", "boolean"),
        fact("row.count", "number"),
        fact("color", "symbol", WORDS),
        fact("days", "number"),
    )
}
_SECTION = sections()[0]._replace(name="made_up", file="made_up.yaml", texts=(), limits={})
_CRITERION = sections()[0].criteria[0]._replace(cases=())
_FINDING = next(f for section in sections() for f in section.findings if not f.excluded_when)
_PARTS = ("applies_when", "applies_unless", "excluded_when", "requires")


def fact_tests(names: Sequence[str]) -> st.SearchStrategy[Logic]:
    """Draw tests of these facts."""
    return st.sampled_from(names).flatmap(_tests_of_one)


def _tests_of_one(name: str) -> st.SearchStrategy[Logic]:
    documented = st.just({"fact": name, "documented": True})
    if FACTS[name].kind == "boolean":
        return st.booleans().map(lambda truth: {"fact": name, "is": truth}) | documented
    if FACTS[name].kind == "number":
        operators = st.sampled_from(["at_least", "at_most", "is"])
        numbers = st.integers(0, 2)
        return st.builds(lambda o, n: {"fact": name, o: n}, operators, numbers) | documented
    operators = st.sampled_from(["is_one_of", "is_none_of"])
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True)
    return st.builds(lambda o, w: {"fact": name, o: w}, operators, words) | documented


def trees(leaves: st.SearchStrategy[Logic]) -> st.SearchStrategy[Logic]:
    def grown(parts: st.SearchStrategy[Logic]) -> st.SearchStrategy[Logic]:
        listed = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            listed.map(lambda p: {"all": p}),
            listed.map(lambda p: {"any": p}),
            st.builds(lambda p: {"not": p}, parts),
            st.lists(parts, min_size=2, max_size=4).flatmap(
                lambda p: st.integers(1, len(p)).map(lambda n: {"at_least": n, "of": p})
            ),
        )

    return st.recursive(leaves, grown, max_leaves=5)


@st.composite
def made_up(draw: st.DrawFn) -> Section:
    """Draw a section with up to four criteria, which may share two findings and a rebuttal."""
    names = draw(st.lists(st.sampled_from(sorted(FACTS)), min_size=4, max_size=4, unique=True))
    tests = fact_tests(names)
    findings = {"shared": draw(trees(tests)), REBUTTAL: draw(trees(tests))}
    excluding = {name: draw(trees(tests)) for name in findings if draw(st.integers(0, 3)) == 3}
    leaves = st.one_of(tests, tests, st.just({"finding": "shared"}))
    made = []
    for number in range(draw(st.integers(1, 4))):
        parts = {
            part: _expression(draw(trees(leaves)))
            for part in _PARTS
            if part == "requires" or draw(st.integers(0, 3)) == 3
        }
        given = dict.fromkeys(_PARTS) | parts
        rebuttable = draw(st.integers(0, 3)) == 3
        severity: Severity = draw(st.sampled_from(("fatal", "curable", "curable", "advisory")))
        made.append(
            _CRITERION._replace(
                code=f"C-{number}",
                name=f"c-{number}",
                severity=severity,
                rebuttable=rebuttable,
                silence=draw(st.sampled_from(("fails", "fails", "warns"))),
                **given,  # type: ignore[arg-type]
            )
        )
    return _SECTION._replace(
        criteria=tuple(made),
        findings=tuple(
            _FINDING._replace(
                name=name,
                logic=_expression(raw),
                excluded_when=_expression(excluding[name]) if name in excluding else None,
            )
            for name, raw in findings.items()
        ),
    )


def _expression(raw: Logic) -> Any:
    return read_expression(raw, {}, "a test")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Section, Facts]:
    section = draw(made_up())
    program = build_program(section, FACTS)
    domains = {f.name: st.sampled_from(domain(program, f)) for f in program.facts}
    return section, draw(st.fixed_dictionaries({}, optional=domains))


# What has to hold of every solution


def scope(program: Program, solution: Solution) -> list[str]:
    """Return the nodes that the sets of a solution are for."""
    blocked = {each for entry in solution.blocked for each in entry.codes}
    return [leg for leg in legs(program) if code(leg) not in blocked]


def hold_to_brute_force(case: Case, solution: Solution) -> None:
    assert solution.exhaustive
    assert not solution.undecided
    assert set(all_sets(case, solution)) == brute_force.smallest(
        case, scope(case.program, solution)
    )
    for entry in solution.blocked:
        nodes = [leg for leg in legs(case.program) if code(leg) in entry.codes]
        assert not possible(case, nodes), "it is not fatal"
        for left_out in nodes:
            rest = [node for node in nodes if node != left_out]
            assert possible(case, rest), "fewer criteria exclude each other"


def hold_to_itself(case: Case, solution: Solution) -> None:
    """Hold every set to the evaluator, and each to be without anything to spare."""
    nodes = scope(case.program, solution)
    for way in solution.sets(20):
        values = case.values | way.values
        assert passes(case.program, values, nodes)
        for need in way.needs:
            assert need.serves
            assert need.before == case.values.get(need.fact)
            without = {name: value for name, value in values.items() if name != need.fact}
            if need.before is not None:
                without[need.fact] = need.before
            left = {name: v for name, v in without.items() if v != case.values.get(name)}
            # Without what a fact rests on it does not change: that is no situation at all.
            assert not passes(case.program, without, nodes) or not is_caused(case, left)


def hold_both(case: Case, found: Cures) -> None:
    """Hold a row that is cured by its sets to a verdict that both evaluators give."""
    rules = DurableRules(case.program)
    try:
        for solution in found:
            for way in solution.sets(5):
                values = case.values | way.values
                results = rules.evaluate(values)
                assert results == reference.evaluate(case.program, values)
                assert (results[VERDICT].outcome == MET) is (not solution.blocked)
    finally:
        core.delete_ruleset(rules._handle)


@MANY
@given(cases())
def test_made_up_sections_against_trying_everything(drawn: tuple[Section, Facts]) -> None:
    section, values = drawn
    program = build_program(section, FACTS)
    found = cures(program, values)
    changeable = frozenset(filter(may_be_changed, values))
    for solution, free in ((found.adding, frozenset()), (found.changing, changeable)):
        case = Case(program, values, free)
        hold_to_brute_force(case, solution)
        hold_to_itself(case, solution)


@settings(MANY, max_examples=60)
@given(cases())
def test_made_up_sections_by_both_evaluators(drawn: tuple[Section, Facts]) -> None:
    section, values = drawn
    program = build_program(section, FACTS)
    hold_both(Case(program, values), cures(program, values))


@settings(MANY, max_examples=60)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_is_no_matter(drawn: tuple[Section, Facts], random: Random) -> None:
    section, values = drawn
    shuffled = list(section.criteria)
    random.shuffle(shuffled)
    one = cures(build_program(section, FACTS), values)
    other = cures(build_program(section._replace(criteria=tuple(shuffled)), FACTS), values)
    assert one == other


# The sections of the pack


@cache
def _least(program: Program) -> Way:
    """Return the smallest set that supports a row of which nothing is documented."""
    (way,) = cures(program, {}).adding.sets(1)
    return way


def nearly_supported(random: Random, program: Program, missing: int) -> Facts:
    """Return a chart with an answer to every question but a few; what it says mostly supports."""
    values: Facts = dict(_least(program).values)
    for each in random.sample(program.facts, len(program.facts)):
        if each.name not in values:
            wanted = random.sample(domain(program, each), len(domain(program, each)))
            fitting = [v for v in wanted if passes(program, values | {each.name: v}, legs(program))]
            values[each.name] = (fitting or wanted)[0]
    if random.random() < 0.4:
        spoilt = random.choice(program.facts)
        values[spoilt.name] = random.choice(domain(program, spoilt))
    for name in random.sample(sorted(values), missing):
        del values[name]
    return values


def size(case: Case) -> int:
    return prod(1 + len(values) for values in brute_force.moves_of(case).values())


@pytest.mark.parametrize("may_change", [0, 2])
@pytest.mark.parametrize("ruleset", [each for each in RULESETS if each.id in ENCODED])
def test_the_pack_against_trying_everything(ruleset: Ruleset, may_change: int) -> None:
    random = Random(f"{ruleset.program.name}, nearly supported, {may_change} may change")
    program = ruleset.program
    cured = blocked = tried = 0
    while cured < 25 or not blocked:
        tried += 1
        assert tried < 500
        values = nearly_supported(random, program, random.randrange(1, 6 - may_change))
        requested = sorted(filter(may_be_changed, values))
        case = Case(
            program, values, frozenset(random.sample(requested, min(may_change, len(requested))))
        )
        if size(case) > 3_000:
            continue
        solution = Search(program, values, case.free).solution()
        hold_to_brute_force(case, solution)
        cured += bool(solution.facts) and not solution.blocked
        blocked += bool(solution.blocked)


@pytest.mark.parametrize("ruleset", RULESETS)
def test_random_charts(ruleset: Ruleset) -> None:
    """Whatever is charted: the sets cure, nothing in them is to spare, and fatal stays fatal."""
    random = Random(f"{ruleset.program.name}, random charts")
    program = ruleset.program
    for _ in range(share(1_500)):
        values = random_facts(random, program)
        values = {name: value for name, value in values.items() if value in _real(program, name)}
        found = cures(program, values)
        for solution in found:
            assert solution.exhaustive
            hold_to_itself(Case(program, values), solution)
        for way in found.adding.sets(3):
            results = ruleset.evaluate(values | way.values)
            assert (results[VERDICT].outcome == MET) is (not found.adding.blocked)
        hold_fatal(Case(program, values), found.adding, random)


def _real(program: Program, name: str) -> Sequence[object]:
    return domain(program, VOCABULARY[name])


def hold_fatal(case: Case, solution: Solution, random: Random) -> None:
    """Fill in what is missing at random: what is fatal never passes."""
    facts = [
        each
        for each in case.program.facts
        if each.name not in case.values and each.origin != "past"
    ]
    for entry in solution.blocked:
        nodes = [leg for leg in legs(case.program) if code(leg) in entry.codes]
        for _ in range(20):
            added = {
                each.name: random.choice(domain(case.program, each))
                for each in facts
                if random.random() < 0.7
            }
            assert not passes(case.program, case.values | added, nodes)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_order_of_the_criteria_of_the_pack_is_no_matter(section: Section) -> None:
    random = Random(section.name)
    program = ruleset_of(section).program
    for _ in range(10):
        values = random_facts(random, program)
        shuffled = list(section.criteria)
        random.shuffle(shuffled)
        other = build_program(section._replace(criteria=tuple(shuffled)), VOCABULARY)
        assert cures(program, values) == cures(other, values)


@pytest.mark.parametrize("ruleset", RULESETS)
def test_a_row_that_is_supported_needs_nothing(ruleset: Ruleset) -> None:
    program = ruleset.program
    found = cures(program, {}).adding
    blocked = tuple(entry.codes for entry in found.blocked)  # what is not recommended stays so
    for way in found.sets(20):
        adding = cures(program, way.values).adding
        assert adding == Solution(blocked=adding.blocked)
        assert tuple(entry.codes for entry in adding.blocked) == blocked


# Single things


def made(criteria: dict[str, dict[str, Logic]], findings: dict[str, Logic] | None = None,
         rebuttable: Sequence[str] = (), silent: Sequence[str] = (),
         more: Sequence[str] = ()) -> Program:  # fmt: skip
    """Return the program of criteria by code, with their parts."""
    return build_program(
        _SECTION._replace(
            criteria=tuple(
                _CRITERION._replace(
                    code=code_,
                    rebuttable=code_ in rebuttable,
                    severity="curable",
                    silence="warns" if code_ in silent else "fails",
                    **(dict.fromkeys(_PARTS) | {p: _expression(raw) for p, raw in parts.items()}),  # type: ignore[arg-type]
                )
                for code_, parts in criteria.items()
            ),
            findings=tuple(
                _FINDING._replace(name=name, logic=_expression(raw))
                for name, raw in (findings or {}).items()
            ),
        ),
        FACTS | {name: VOCABULARY[name] for name in more},
    )


A, B = {"fact": "sign.a", "is": True}, {"fact": "sign.b", "is": True}
NOT_A = {"fact": "sign.a", "is": False}


def facts_of(solution: Solution) -> list[tuple[str, ...]]:
    return [way.facts for way in solution.sets()]


def test_a_gate_that_a_need_opens_asks_for_more() -> None:
    program = made(
        {
            "C-1": {"requires": A},
            "C-2": {"applies_when": A, "requires": {"fact": "days", "at_least": 2}},
        }
    )
    assert facts_of(cures(program, {}).adding) == [("days", "sign.a")]


def test_a_gate_that_can_be_closed_is_a_way() -> None:
    program = made(
        {"C-1": {"applies_unless": A, "requires": {"all": [B, {"fact": "days", "is": 1}]}}}
    )
    assert facts_of(cures(program, {}).adding) == [("sign.a",), ("days", "sign.b")]


def test_criteria_that_exclude_each_other_are_fatal_together() -> None:
    program = made({"C-2": {"requires": NOT_A}, "C-1": {"requires": A}, "C-3": {"requires": B}})
    (entry,) = cures(program, {}).fatal
    assert entry == (("C-1", "C-2"), (), None)
    assert facts_of(cures(program, {}).adding) == [("sign.b",)]


def test_only_a_contradiction_is_rebutted() -> None:
    program = made({"C-1": {"requires": A}}, {REBUTTAL: B}, rebuttable=["C-1"])
    (choice,) = cures(program, {}).adding.choices
    assert [(way.facts, way.argues) for way in choice.ways] == [
        (("sign.a",), ()),
        (("sign.a", "sign.b"), ("C-1",)),
    ]
    (need,) = cures(program, {"sign.a": False}).adding.needed.needs
    assert (need.fact, need.serves) == ("sign.b", ("C-1",))
    assert cures(program, {"sign.a": False}).adding.needed.argues == ("C-1",)


def test_a_change_in_the_request_is_no_addition() -> None:
    program = made(
        {"C-1": {"requires": {"fact": "row.count", "at_most": 3}}, "C-2": {"requires": A}}
    )
    found = cures(program, {"row.count": 8})
    (entry,) = found.fatal
    assert (entry.codes, entry.facts) == (("C-1",), ("row.count",))
    assert facts_of(found.adding) == [("sign.a",)]
    (change, _) = found.changing.needed.needs
    assert (change.fact, change.before, change.example) == ("row.count", 8, 3)
    assert not found.changing.blocked


def test_what_is_fatal_in_the_chart_says_what_else_the_criterion_needs() -> None:
    program = made({"C-1": {"requires": {"all": [A, B]}}})
    (entry,) = cures(program, {"sign.a": False}).changing.blocked
    assert entry.facts == ("sign.a",)
    assert entry.beside is not None
    assert [(n.fact, n.before) for n in entry.beside.needed.needs] == [
        ("sign.a", False),
        ("sign.b", None),
    ]


def test_a_search_that_was_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways_module, "MOST_BOXES", 4)
    program = rulesets()[0].program
    solution = cures(program, {}).adding
    assert not solution.exhaustive
    assert not solution.blocked
    case = Case(program, {})
    left = [leg for leg in legs(program) if code(leg) not in solution.undecided]
    for way in solution.sets(5):
        assert passes(case.program, way.values, left)


def test_a_fact_that_rests_on_others_changes_with_them_only() -> None:
    program = next(r.program for r in rulesets() if r.program.name == "trigger_point_injection")
    only = {"diagnosis.only_excluded_pain": True}
    assert not cures(program, only).fatal
    ruled_out = only | {"diagnosis.myofascial_pain": False}
    assert {entry.codes for entry in cures(program, ruled_out).fatal} == {("TPI-01",), ("TPI-11",)}
    short = {"care.months": 1}
    assert not cures(program, short).fatal
    four = ("care.exercise", "care.physical_therapy", "care.nsaid", "care.muscle_relaxant")
    tried = short | dict.fromkeys(four, "failed")
    assert [entry.facts for entry in cures(program, tried).fatal] == [("care.months",)]


def test_facts_rest_on_others_as_the_table_says() -> None:
    request: dict[str, Any] = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-01-13"},
        "treatments": [{"kind": "trigger_point_injection", "region": "low_back"}],
        "chart": {
            "diagnoses": [{"name": "lumbago"}],
            "therapies": [_care("home_exercise", "2014-12-01")],
        },
    }
    before = check(request).treatments[0].facts
    request["chart"]["diagnoses"].append({"name": "myofascial pain syndrome", "region": "low_back"})
    request["chart"]["therapies"].append(_care("physical_therapy", "2014-06-01"))
    after = check(request).treatments[0].facts
    assert before["diagnosis.only_excluded_pain"] is True
    assert after["diagnosis.only_excluded_pain"] is False
    assert before["care.months"] == 1
    assert after["care.months"] == 7
    known = {name for row in RESTS_ON.values() for name in row} | set(RESTS_ON)
    assert known <= set(VOCABULARY)


def test_what_a_request_only_passes_on_is_not_to_be_changed() -> None:
    assert {"row.region", "request.kind", "records.enclosed"} <= set(VOCABULARY)
    assert in_request("row.region")
    assert not may_be_changed("row.region")  # where it hurts is not chosen
    assert not may_be_changed("request.kind")  # nor is a second request a new one
    assert may_be_changed("records.enclosed")
    assert may_be_changed("row.visits")
    found = cures(made({"C-1": {"requires": A}}), {"sign.a": False})
    assert found.changing.blocked == found.adding.blocked


def test_what_others_decided_before_is_no_cure() -> None:
    """That a part of the row is authorized makes ACU-01 pass. Nobody writes it for that reason."""
    section = next(each for each in sections() if each.file.endswith("acupuncture.yaml"))
    program = ruleset_of(section).program
    needs = program.needs("ACU-01").facts
    assert "row.part_authorized" in needs
    for values in ({}, {"course.continuing": False}):
        found = cures(program, values)
        assert "row.part_authorized" not in {*found.adding.facts, *found.changing.facts}
    assert not may_be_changed("row.part_authorized")
    assert in_request("row.part_authorized")


def sums(done: int, asked: int) -> Facts:
    return {"course.visits_used": done, "row.visits": asked, "course.total_visits": done + asked}


def test_a_sum_is_lowered_by_what_is_asked_for_and_no_further() -> None:
    total, asked = "course.total_visits", "row.visits"
    logic = {
        "C-1": {"requires": {"fact": total, "at_most": 24}},
        "C-2": {"requires": {"fact": asked, "at_least": 1}},
    }
    program = made(logic, more=(total, asked))
    (need,) = cures(program, sums(20, 8)).changing.needed.needs
    assert (need.fact, need.before, need.allows(24), need.allows(25)) == (total, 28, True, False)
    assert cures(program, sums(20, 8)).adding.blocked  # nothing that is added lowers it
    (entry,) = cures(program, sums(24, 8)).changing.blocked  # not even none would be asked for
    assert (entry.codes, entry.facts) == (("C-1",), (total,))


def test_days_on_a_drug_are_no_matter_of_the_request_where_the_supply_is_not_known() -> None:
    assert not may_be_changed("drug.days_in_all", {"drug.days_in_all"})
    assert may_be_changed("drug.days_in_all", {"drug.days_in_all", "drug.days_asked"})
    assert not may_be_changed("drug.weeks_in_all", {"drug.weeks_in_all", "drug.days_asked"})


def test_facts_that_are_sums_name_a_part_that_the_row_asks_for() -> None:
    sums = [fact for fact in VOCABULARY.values() if fact.asked]
    assert {fact.name for fact in sums} >= {"drug.days_in_all", "course.visits_at_least"}
    for fact in sums:
        part = VOCABULARY[fact.asked]
        assert (part.origin, part.kind, part.unit) == ("request", fact.kind, fact.unit)


def test_what_silence_leaves_open_is_no_need() -> None:
    program = made({"C-1": {"requires": A}, "C-2": {"requires": B}}, silent=["C-2"])
    assert facts_of(cures(program, {}).adding) == [("sign.a",)]
    (entry,) = cures(program, {"sign.b": False}).fatal
    assert (entry.codes, entry.facts) == (("C-2",), ("sign.b",))


@pytest.mark.parametrize(
    ("stage", "cured"), [("unanswered", True), ("first", False), ("answered", False)]
)
def test_a_course_is_answered_once_a_response_to_it_is_charted(stage: str, cured: bool) -> None:
    (program,) = (r.program for r in rulesets() if r.program.name == "physical_therapy")
    values = {"course.stage": stage}
    causes = Space(cells_of(program), values, frozenset()).causes
    assert ("course.result" in causes.get("course.stage", {})) is cured


def _care(kind: str, start: str) -> dict[str, str]:
    return {"kind": kind, "start": start, "status": "ongoing", "response": "failed"}


def test_an_empty_chart_takes_well_under_20_milliseconds() -> None:
    program = next(r.program for r in rulesets() if r.program.name == "trigger_point_injection")
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        cures(program, {})
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.02
