"""Random logic, compiled by both evaluators, against the truth tables; and what is refused.

The third evaluation stands in this file and leans on nothing of the engine: it reads the logic in
its YAML form, and knows the truth of *at least* by trying every answer to what is unknown.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import durable_rules_engine as core
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Facts, sections

from imr_check.errors import GuidelineError
from imr_check.facts import LARGEST, VOCABULARY, Fact
from imr_check.guideline.expressions import read_expression
from imr_check.guideline.model import Criterion, Limit, Section
from imr_check.rules import reference
from imr_check.rules.compiler import compile_program
from imr_check.rules.durable import DurableRules
from imr_check.rules.program import (
    MET,
    NOT_APPLICABLE,
    NOT_DOCUMENTED,
    NOT_MET,
    REBUTTAL,
    VERDICT,
    build_program,
)

Logic = dict[str, Any]
Truth = bool | None

FACT_MAPS = 25  # tried on every tree
MANY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


# A small vocabulary, and sections made of nothing but logic


def fact(name: str, kind: str, words: tuple[str, ...] = ()) -> Fact:
    """Return a fact that nobody ever derives."""
    pattern = VOCABULARY["row.codes_agree"]
    return pattern._replace(name=name, kind=kind, words=words)  # type: ignore[arg-type]


COLORS = ("red", "green", "true", "1", "\u00e9t\u00e9")
FACTS = {
    made.name: made
    for made in (
        *(fact(f"sign.{name}", "boolean") for name in "abcde"),
        fact("count.few", "number"),
        fact("count.many", "number"),
        fact("color.one", "symbol", COLORS),
        fact("color.two", "symbol", COLORS),
    )
}
DOMAINS: dict[str, tuple[Any, ...]] = {
    "boolean": (None, True, False),
    "number": (None, -1, 0, 1, 2, 3, 7, LARGEST, LARGEST + 1, -(10**30)),
    "symbol": (None, *COLORS),
}
WIDE = {f"wide.n{i}": fact(f"wide.n{i}", "boolean") for i in range(24)}

_SECTION = sections()[0]
_CRITERION = _SECTION.criteria[0]
_FINDING = next(f for section in sections() for f in section.findings)
_PARTS = ("applies_when", "applies_unless", "excluded_when", "requires")


def criterion(
    code: str, severity: str, parts: dict[str, Logic], *, rebuttable: bool = False
) -> Criterion:
    """Return a criterion with this logic, by part."""
    given: dict[str, Any] = {p: expression(parts[p]) if p in parts else None for p in _PARTS}
    given["severity"] = severity
    return _CRITERION._replace(code=code, name=code, rebuttable=rebuttable, **given)


def expression(raw: Logic, limits: dict[str, Limit] | None = None) -> Any:
    return read_expression(raw, limits or {}, "a test")


def section_of(
    findings: dict[str, Logic], *criteria: Criterion, excluding: dict[str, Logic] | None = None
) -> Section:
    """Return a section; ``excluding`` says what excludes a finding, by its name."""
    excluded = {name: expression(raw) for name, raw in (excluding or {}).items()}
    return _SECTION._replace(
        name="made_up",
        file="made_up.yaml",
        findings=tuple(
            _FINDING._replace(name=name, logic=expression(raw), excluded_when=excluded.get(name))
            for name, raw in findings.items()
        ),
        criteria=criteria,
    )


class Rules:
    """A section compiled for both evaluators, and given back to the C core afterwards."""

    def __init__(self, section: Section, vocabulary: dict[str, Fact] | None = None) -> None:
        self.program = build_program(section, vocabulary or FACTS | WIDE)
        self.durable = DurableRules(self.program)

    def __enter__(self) -> Rules:
        return self

    def __exit__(self, *_: object) -> None:
        core.delete_ruleset(self.durable._handle)

    def outcomes(self, facts: Facts) -> dict[str, str]:
        """Return the outcome of every node; both evaluators say the same, for the same reasons."""
        results = self.durable.evaluate(facts)
        assert results == reference.evaluate(self.program, facts)
        return {name: result.outcome for name, result in results.items()}


def rules_unless_refused(section: Section) -> Rules | None:
    """Return the rules of a section, or None where the compiler would rather not."""
    try:
        return Rules(section)
    except GuidelineError:
        return None


# The truth tables


def truth(raw: Logic, facts: Facts, findings: dict[str, Truth]) -> Truth:
    """Return true, false or unknown, by the definition of each word of the logic."""
    if "finding" in raw:
        return findings[raw["finding"]]
    if "not" in raw:
        return {True: False, False: True, None: None}[truth(raw["not"], facts, findings)]
    if "fact" in raw:
        return truth_of_test(raw, facts.get(raw["fact"]))
    parts = raw.get("all") or raw.get("any") or raw["of"]
    least = len(parts) if "all" in raw else raw.get("at_least", 1)
    return at_least(least, [truth(part, facts, findings) for part in parts])


def truth_of_test(raw: Logic, value: object) -> Truth:
    if "documented" in raw:
        return value is not None
    if value is None:
        return None
    if "is" in raw:
        return bool(value == raw["is"])
    if "is_one_of" in raw:
        return value in raw["is_one_of"]
    if "is_none_of" in raw:
        return value not in raw["is_none_of"]
    assert isinstance(value, int)
    return bool(value >= raw["at_least"] if "at_least" in raw else value <= raw["at_most"])


def at_least(least: int, answers: list[Truth]) -> Truth:
    """Return what all ways to settle the unknown answers have in common, or that they differ."""
    known = [answer for answer in answers if answer is not None]
    unknown = len(answers) - len(known)
    if unknown > 8:  # too many ways to try: the fewest and the most that can come true decide
        ways = {sum(known) >= least, sum(known) + unknown >= least}
    else:
        settled = product((True, False), repeat=unknown)
        ways = {sum(known) + sum(more) >= least for more in settled}
    return ways.pop() if len(ways) == 1 else None


WORD_OF = {True: MET, False: NOT_MET, None: NOT_DOCUMENTED}


def expected(parts: dict[str, Logic], facts: Facts, findings: dict[str, Truth]) -> str:
    """Return the outcome of a criterion by the order in which its parts are read."""
    said = {part: truth(raw, facts, findings) for part, raw in parts.items()}
    if said.get("applies_when", True) is not True or said.get("applies_unless", False) is True:
        return NOT_APPLICABLE
    if said.get("excluded_when") is True:
        return NOT_MET
    return WORD_OF[said.get("requires", True)]


def test_at_least_has_the_truth_tables_of_all_and_any() -> None:
    """The tables of Kleene's strong logic, written out, hold the evaluation above in check."""
    no, unknown, yes = False, None, True
    conjunction = {
        (no, no): no, (no, unknown): no, (no, yes): no,
        (unknown, no): no, (unknown, unknown): unknown, (unknown, yes): unknown,
        (yes, no): no, (yes, unknown): unknown, (yes, yes): yes,
    }  # fmt: skip
    for pair, both in conjunction.items():
        assert at_least(2, list(pair)) is both
        negated = [None if one is None else not one for one in pair]
        either = at_least(1, negated)
        assert either is (None if both is None else not both)


# Random logic


def random_test(random: Random) -> Logic:
    name = random.choice(list(FACTS))
    kind = FACTS[name].kind
    if random.random() < 0.1:
        return {"fact": name, "documented": True}
    if kind == "boolean":
        return {"fact": name, "is": random.choice((True, False))}
    values = [-1, 0, 1, 2, 3, 7] if kind == "number" else list(COLORS)
    if kind == "number" and random.random() < 0.6:
        return {"fact": name, random.choice(("at_least", "at_most")): random.choice(values)}
    if random.random() < 0.3:
        return {"fact": name, "is": random.choice(values)}
    listed = random.sample(values, random.choice((1, 2, 3)))
    return {"fact": name, random.choice(("is_one_of", "is_none_of")): listed}


_SHAPES = ("test", "test", "test", "finding", "not", "all", "all", "any", "any", "at_least", "wide")


def random_logic(
    random: Random, findings: list[str], depth: int = 3, *, repeats: bool = False
) -> Logic:
    """Return random logic; with ``repeats`` a clause may look at one fact or finding twice."""
    shape = random.choice(_SHAPES)
    if shape == "finding" and findings:
        return {"finding": random.choice(findings)}
    if depth == 0 or shape in ("test", "finding"):
        return random_test(random)
    if shape == "not":
        return {"not": random_logic(random, findings, depth - 1, repeats=repeats)}
    if shape == "wide":
        signs = random.sample(list(WIDE), random.choice((12, 13, 14, 24)))
        legs = [{"fact": name, "is": random.choice((True, False))} for name in signs]
        return {random.choice(("all", "any")): legs}
    count = random.choice((1, 2, 2, 3, 3, 4, 5))
    parts = [random_logic(random, findings, depth - 1, repeats=repeats) for _ in range(count)]
    if not repeats:
        parts = list({subject(part): part for part in parts}.values())
    if shape == "at_least":
        return {"at_least": random.randrange(len(parts)) + 1, "of": parts}
    return {shape: parts}


def subject(raw: Logic) -> str:
    """Return what a part of a clause looks at: a fact, a finding, or logic of its own."""
    while "not" in raw:
        raw = raw["not"]
    return str(raw.get("fact") or raw.get("finding") or raw)


def random_facts(random: Random) -> Facts:
    """Return facts; of a seed of their own, as Hypothesis has enough to do with the logic."""
    density = random.choice((0.3, 0.7, 1.0))
    facts: Facts = {name: random.random() < 0.85 for name in WIDE if random.random() < density}
    for name, made in FACTS.items():
        if (value := random.choice(DOMAINS[made.kind])) is not None:
            facts[name] = value
    return facts


@MANY
@given(random=st.randoms(use_true_random=False))
def test_random_logic(random: Random) -> None:
    assert_follows_the_truth_tables(random)


@pytest.mark.parametrize("seed", range(8))
def test_random_logic_in_bulk(seed: int) -> None:
    random = Random(seed)
    built = [assert_follows_the_truth_tables(random, start=start) for start in range(40)]
    assert sum(built) > 30, "the generator mostly makes sections of a bearable size"


@pytest.mark.parametrize("seed", range(8))
def test_random_logic_that_looks_at_one_thing_twice(seed: int) -> None:
    random = Random(seed)
    for start in range(40):  # each is refused, or it is right
        assert_follows_the_truth_tables(random, repeats=True, start=start)


def assert_follows_the_truth_tables(
    random: Random, *, repeats: bool = False, start: int = 0
) -> bool:
    """Hold both evaluators to the truth tables; return false for a section that is too large."""
    findings: dict[str, Logic] = {}

    def logic(depth: int = 3) -> Logic:
        return random_logic(random, list(findings), depth, repeats=repeats)

    for name in ("first", "second", REBUTTAL):
        findings[name] = logic(2)
    gates = ("applies_when", "applies_unless", "excluded_when")
    parts = {
        code: {"requires": logic(), **{gate: logic(2) for gate in gates if random.random() > 0.65}}
        for code in ("ONE", "TWO", "THREE")
    }
    severity = {code: random.choice(("fatal", "curable", "advisory")) for code in parts}
    parts["NOTE"], severity["NOTE"] = {"applies_when": logic(1)}, "context"
    parts["ALWAYS"], severity["ALWAYS"] = {"requires": random_test(random)}, "curable"
    criteria = [
        criterion(code, severity[code], parts[code], rebuttable=code == "TWO") for code in parts
    ]
    judged = [code for code in parts if severity[code] in ("fatal", "curable")]
    built = rules_unless_refused(section_of(findings, *criteria))
    if built is None:
        return False
    with built as rules:
        for seed in range(FACT_MAPS):
            facts = random_facts(Random(1_000 * start + seed))
            known: dict[str, Truth] = {}
            for name, raw in findings.items():
                known[name] = truth(raw, facts, known)
            outcomes = rules.outcomes(facts)
            wanted = {name: WORD_OF[known[name]] for name in findings}
            wanted |= {code: expected(parts[code], facts, known) for code in parts}
            wanted[VERDICT] = verdict(judged, wanted, known[REBUTTAL])
            assert {name: outcomes[name] for name in wanted} == wanted
    return True


def verdict(judged: list[str], outcomes: dict[str, str], rebutted: Truth) -> str:
    """Return the worst outcome; a complete rebuttal answers a contradiction of TWO, and no more."""
    standing = {code: outcomes[code] for code in judged}
    if rebutted is True and standing.get("TWO") == "not_met":
        del standing["TWO"]
    if "not_met" in standing.values():
        return "not_met"
    return "not_documented" if "not_documented" in standing.values() else "met"


# Single shapes that are easy to get wrong


def a_section(requires: Logic, **parts: Logic) -> Section:
    return section_of({}, criterion("ONE", "curable", {"requires": requires, **parts}))


@pytest.mark.parametrize("word", ["all", "any"])
@pytest.mark.parametrize("width", [12, 13, 24])
def test_a_wide_clause(word: str, width: int) -> None:
    legs = [{"fact": name, "is": True} for name in list(WIDE)[:width]]
    with Rules(a_section({word: legs})) as rules:
        decisive = word == "any"  # one true leg decides any, one false leg all
        for place in range(width):
            facts: Facts = dict.fromkeys(list(WIDE)[:width], not decisive)
            facts[f"wide.n{place}"] = decisive
            assert rules.outcomes(facts)["ONE"] == WORD_OF[decisive]
            del facts[f"wide.n{place}"]
            assert rules.outcomes(facts)["ONE"] == NOT_DOCUMENTED


# The core never lets one message fill two legs of a rule: such a clause has to be compiled in
# another way, or be refused. Without that it ends in an EngineError, or worse in a wrong outcome.


@pytest.mark.parametrize("least", [1, 2, 3])
def test_the_same_test_three_times(least: int) -> None:
    part = {"fact": "sign.a", "is": True}
    rules = rules_unless_refused(a_section({"at_least": least, "of": [part, part, part]}))
    for value in (True, False) if rules else ():
        assert rules
        assert rules.outcomes({"sign.a": value})["ONE"] == WORD_OF[value]
        assert rules.outcomes({})["ONE"] == "not_documented"


def test_two_bounds_on_one_number() -> None:
    between = [{"fact": "count.few", "at_least": 2}, {"fact": "count.few", "at_most": 3}]
    rules = rules_unless_refused(a_section({"all": between}))
    for value in range(-1, 6) if rules else ():
        assert rules
        assert rules.outcomes({"count.few": value})["ONE"] == WORD_OF[2 <= value <= 3]


def test_one_finding_twice() -> None:
    findings: dict[str, Logic] = {"early": {"fact": "sign.a", "is": True}}
    both = {"any": [{"finding": "early"}, {"not": {"not": {"finding": "early"}}}]}
    other: Logic = {"fact": "sign.b", "is": True}
    one = criterion("ONE", "curable", {"requires": other, "applies_when": both})
    rules = rules_unless_refused(section_of(findings, one))
    for value in (True, False) if rules else ():
        assert rules
        wanted = "met" if value else "not_applicable"
        assert rules.outcomes({"sign.a": value, "sign.b": True})["ONE"] == wanted


@pytest.mark.parametrize("limit", [LARGEST - 1, LARGEST, LARGEST + 1, 2 * LARGEST, -LARGEST - 1])
@pytest.mark.parametrize("operator", ["at_least", "at_most", "is"])
def test_numbers_beyond_the_largest(limit: int, operator: str) -> None:
    """Where one evaluator cuts a number off, the other must not tell it from the next."""
    rules = rules_unless_refused(a_section({"fact": "count.few", operator: limit}))
    for value in (limit - 1, limit, limit + 1, 3 * LARGEST, -3 * LARGEST) if rules else ():
        assert rules
        rules.outcomes({"count.few": value})


def test_the_text_of_a_value_is_not_the_value() -> None:
    with Rules(a_section({"fact": "color.one", "is": "true"})) as rules:
        assert rules.outcomes({"color.one": "true"})["ONE"] == MET
        assert rules.outcomes({"color.one": "1"})["ONE"] == NOT_MET


# What is refused before it can crash or mislead


def refused(section: Section, vocabulary: dict[str, Fact] | None = None) -> str:
    """Return the words with which a section is refused, by the program or by the compiler."""
    with pytest.raises(GuidelineError) as caught:
        compile_program(build_program(section, vocabulary or FACTS | WIDE))
    return str(caught.value)


def signs(count: int) -> list[Logic]:
    return [{"fact": name, "is": True} for name in list(WIDE)[:count]]


def test_too_many_combinations() -> None:
    assert "too many ways" in refused(a_section({"at_least": 4, "of": signs(8)}))
    assert "at_least" in refused(a_section({"at_least": 2, "of": signs(13)}))


@pytest.mark.parametrize("part", ["applies_when", "applies_unless", "excluded_when"])
def test_too_many_combinations_in_any_part(part: str) -> None:
    wide: Logic = {"at_least": 5, "of": signs(9)}
    assert "too many ways" in refused(a_section({"fact": "sign.a", "is": True}, **{part: wide}))


def test_an_unknown_fact() -> None:
    message = refused(a_section({"all": [{"fact": "sign.a", "is": True}, {"fact": "x", "is": 1}]}))
    assert "there is no fact x" in message
    assert "made_up.yaml" in message


@pytest.mark.parametrize(
    "test",
    [
        {"fact": "sign.a", "is": 1},
        {"fact": "sign.a", "is": "true"},
        {"fact": "sign.a", "is_one_of": [True]},
        {"fact": "sign.a", "at_least": 1},
        {"fact": "count.few", "is": True},
        {"fact": "count.few", "is": "1"},
        {"fact": "count.few", "is": 1.0},
        {"fact": "count.few", "is_one_of": [1, "2"]},
        {"fact": "color.one", "is": "blue"},
        {"fact": "color.one", "is": True},
        {"fact": "color.one", "is": 1},
        {"fact": "color.one", "is_none_of": ["red", "blue"]},
        {"fact": "color.one", "at_most": 1},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_type(test: Logic) -> None:
    assert "cannot be compared" in refused(a_section({"not": {"any": [test]}}))


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"fact": "sign.a"},
        {"fact": "sign.a", "is": True, "documented": True},
        {"fact": "sign.a", "equals": True},
        {"fact": "count.few", "at_least": "no_such_limit"},
        {"fact": "count.few", "at_least": 1.5},
        {"fact": "count.few", "at_least": True},
        {"fact": "color.one", "is_one_of": "red"},
        {"fact": "color.one", "is_one_of": []},
        {"fact": "color.one", "documented": False},
        {"all": []},
        {"any": {"fact": "sign.a", "is": True}},
        {"all": [{"fact": "sign.a", "is": True}], "any": [{"fact": "sign.a", "is": True}]},
        {"at_least": 0, "of": [{"fact": "sign.a", "is": True}]},
        {"at_least": 2, "of": [{"fact": "sign.a", "is": True}]},
        {"at_least": True, "of": [{"fact": "sign.a", "is": True}]},
        {"not": []},
        {"none": [{"fact": "sign.a", "is": True}]},
        ["sign.a"],
        None,
    ],
    ids=str,
)
def test_logic_that_cannot_be_read(raw: Any) -> None:
    with pytest.raises(GuidelineError, match="a test"):
        expression(raw)


def test_a_reference_to_what_comes_later() -> None:
    findings: dict[str, Logic] = {
        "early": {"finding": "late"},
        "late": {"fact": "sign.a", "is": True},
    }
    always = criterion("ONE", "curable", {"requires": {"finding": "early"}})
    assert "not a finding defined before" in refused(section_of(findings, always))


def test_a_reference_to_itself_or_to_nothing() -> None:
    itself = section_of({"early": {"not": {"finding": "early"}}})
    assert "not a finding defined before" in refused(itself)
    assert "not a finding defined before" in refused(a_section({"finding": "nowhere"}))


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"sign.a": True}, "met"),
        ({"sign.a": True, "sign.b": False, "count.few": 5}, "met"),
        ({"sign.a": True, "sign.b": True}, "not_met"),
        ({"sign.a": True, "count.few": 6}, "not_met"),
        ({"sign.b": True}, "not_met"),
        ({"sign.b": False}, "not_documented"),
    ],
)
def test_what_excludes_a_finding(facts: Facts, outcome: str) -> None:
    """It excludes only where it is documented; the criterion sees the finding as a whole."""
    excluding: Logic = {
        "any": [
            {"fact": "sign.b", "is": True},
            {"not": {"fact": "count.few", "at_most": 5}},
        ]
    }
    leaning = criterion("ONE", "curable", {"requires": {"finding": "shared"}})
    section = section_of(
        {"shared": {"fact": "sign.a", "is": True}}, leaning, excluding={"shared": excluding}
    )
    with Rules(section) as rules:
        found = rules.outcomes(facts)
        assert (found["shared"], found["ONE"]) == (outcome, outcome)


def test_rebuttable_without_a_rebuttal() -> None:
    lonely = criterion(
        "ONE", "fatal", {"requires": {"fact": "sign.a", "is": True}}, rebuttable=True
    )
    assert REBUTTAL in refused(section_of({}, lonely))


def test_more_rules_than_the_core_bears() -> None:
    parts = [{"at_least": 3, "of": signs(7)} for _ in range(12)]
    assert "split the section" in refused(a_section({"all": parts}))


def test_more_conditions_than_the_core_bears() -> None:
    each = [
        {"any": [{"fact": "count.few", "at_least": 20 * i + j} for j in range(12)]}
        for i in range(12)
    ]
    criteria = [
        criterion(f"C{n}", "curable", {"requires": {"all": each[n * 3 : n * 3 + 3]}})
        for n in range(4)
    ]
    more = [
        criterion(f"D{n}", "curable", {"requires": {"fact": "count.many", "at_least": n}})
        for n in range(100)
    ]
    assert "split the section" in refused(section_of({}, *criteria, *more))


def test_more_rules_on_one_fact_than_the_core_bears() -> None:
    always = criterion("ALWAYS", "curable", {"requires": {"fact": "sign.a", "is": True}})
    notes = [criterion(f"C{n}", "context", {}) for n in range(251)]
    assert "wait for one fact" in refused(section_of({}, always, *notes))


def test_two_names_that_the_core_takes_for_one() -> None:
    seen: dict[int, str] = {}
    random = Random(0)
    one = other = ""
    while one == other:
        other = f"x.{random.getrandbits(40):x}"
        one = seen.setdefault(fnv32(other), other)
    vocabulary = {name: fact(name, "boolean") for name in (one, other)}
    tests = [{"fact": name, "is": True} for name in (one, other)]
    assert "rename" in refused(a_section({"all": tests}), vocabulary)


def fnv32(name: str) -> int:
    code = 2166136261
    for byte in name.encode():
        code = (code ^ byte) * 16777619 % 2**32
    return code
