"""The trigger point criteria on other rules engines: the same facts in, the same outcomes out.

    python benchmarks/peers.py

Needs the packages of requirements-peers.txt beside imr-check: see benchmarks/README.md.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module, metadata
from itertools import count, cycle, islice
from operator import ne
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.conditions import Atom, Cases, Condition, Every, Not, cases, infix, ternary, word
from benchmarks.measures import Cycle, rates
from benchmarks.run import machine, print_table
from benchmarks.workload import fact_maps, ruleset, section_of

from imr_check.rules.program import NOT_DOCUMENTED, VERDICT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imr_check.guideline.model import Value
    from imr_check.rules.program import Program

    Facts = dict[str, Value | None]
    Engine = Callable[[Facts], list[str]]

T = TypeVar("T")
OURS = "imr-check"
KIND = "trigger_point_injection"
CODES = [*(criterion.code for criterion in section_of(KIND).criteria), VERDICT]


def zen_engine(program: Program) -> Engine:
    """One decision with one expression node; ``$`` is what it has come to so far."""

    def name(subject: str) -> str:
        return f"$.{word(subject)}" if subject.startswith("@") else word(subject)

    expressions = [
        {"id": f"e{i}", "key": word("@" + node.name), "value": ternary(cases(node), name)}
        for i, node in enumerate(program.nodes)
    ]
    kinds = {"in": "inputNode", "rules": "expressionNode", "out": "outputNode"}
    place = {"x": 0, "y": 0}
    nodes: list[dict[str, Any]] = [
        {"id": key, "name": key, "type": kind, "position": place} for key, kind in kinds.items()
    ]
    nodes[1]["content"] = {"expressions": expressions}
    edges = [
        {"id": f"{start}-{end}", "type": "edge", "sourceId": start, "targetId": end}
        for start, end in (("in", "rules"), ("rules", "out"))
    ]
    content = json.dumps({"nodes": nodes, "edges": edges})
    decision = import_module("zen").ZenEngine().create_decision(content)
    keys = [word("@" + code) for code in CODES]

    def evaluate(facts: Facts) -> list[str]:
        result = decision.evaluate(facts)["result"]
        return [result[key] for key in keys]

    return evaluate


def rule_engine(program: Program) -> Engine:
    """One rule for each node; outcomes join the facts."""
    library = import_module("rule_engine")
    context = library.Context(default_value=None)
    rules = [
        (word("@" + node.name), library.Rule(ternary(cases(node)), context=context).evaluate)
        for node in program.nodes
    ]
    return _chained(rules)


def json_logic(program: Program) -> Engine:
    """One ``if`` for each node; outcomes join the facts."""
    apply = import_module("json_logic").jsonLogic

    def logic(condition: Condition) -> Any:
        if isinstance(condition, Atom):
            sign = {"==": "===", "!=": "!=="}.get(condition.operator, condition.operator)
            value = list(condition.value) if sign == "in" else condition.value
            return {sign: [{"var": word(condition.subject)}, value]}
        if isinstance(condition, Not):
            return {"!": [logic(condition.part)]}
        key = "and" if isinstance(condition, Every) else "or"
        return {key: [logic(part) for part in condition.parts]} if condition.parts else True

    def rule(found: Cases) -> Callable[[Facts], str]:
        branches = [part for outcome, each in found for part in (logic(each), outcome)]
        tree = {"if": [*branches, NOT_DOCUMENTED]}
        return lambda facts: cast("str", apply(tree, facts))

    return _chained([(word("@" + node.name), rule(cases(node))) for node in program.nodes])


def _chained(rules: list[tuple[str, Callable[[Facts], str]]]) -> Engine:
    keys = [word("@" + code) for code in CODES]

    def evaluate(facts: Facts) -> list[str]:
        known: dict[str, Any] = dict(facts)
        for name, rule in rules:
            known[name] = rule(known)
        return [known[key] for key in keys]

    return evaluate


def clipspy(program: Program) -> Engine:
    """One rule for each node, joining the row with earlier outcomes; it asserts its outcome."""
    environment = import_module("clips").Environment()
    slots = " ".join(f"(slot {word(fact.name)})" for fact in program.facts)
    environment.build(f"(deftemplate row {slots})")
    environment.build("(deftemplate outcome (slot node) (slot is))")

    spelled = {"null": "nil", "true": "TRUE", "false": "FALSE", "==": "eq", "!=": "neq"}

    def value(plain: Any) -> str:
        text = json.dumps(plain)
        return spelled.get(text, text)

    def prefix(condition: Condition) -> str:
        if isinstance(condition, Atom):
            subject, sign, against = f"?{word(condition.subject)}", *condition[1:]
            if sign == "in":
                among = " ".join(value(each) for each in against)
                return f"(neq FALSE (member$ {subject} (create$ {among})))"
            return f"({spelled.get(sign, sign)} {subject} {value(against)})"
        if isinstance(condition, Not):
            return f"(not {prefix(condition.part)})"
        key = "and" if isinstance(condition, Every) else "or"
        parts = " ".join(prefix(part) for part in condition.parts)
        return f"({key} {parts})" if parts else "TRUE"

    for node in program.nodes:
        legs = [leg for _, clause in node.clauses() for leg in clause.legs]
        facts = sorted({word(leg.subject) for leg in legs if leg.test})
        earlier = sorted({leg.subject for leg in legs if not leg.test})
        needs = [f"(row {' '.join(f'({fact} ?{fact})' for fact in facts)})"]
        needs += [f"(outcome (node {word(n)}) (is ?{word('@' + n)}))" for n in earlier]
        text = json.dumps(NOT_DOCUMENTED)
        for outcome, condition in reversed(cases(node)):
            text = f"(if {prefix(condition)} then {json.dumps(outcome)} else {text})"
        name = word(node.name)
        environment.build(
            f"(defrule {name} {' '.join(needs)} => (assert (outcome (node {name}) (is {text}))))"
        )
    judged = [f"(outcome (node {word(code)}) (is ?{word(code)}))" for code in CODES]
    gathered = " ".join(f"?{word(code)}" for code in CODES)
    environment.build(f"(defrule report {' '.join(judged)} => (assert (report {gathered})))")
    row, report = (environment.find_template(name) for name in ("row", "report"))

    def evaluate(facts: Facts) -> list[str]:
        environment.reset()
        row.assert_fact(**facts)
        environment.run()
        return list(next(iter(report.facts())))

    return evaluate


def regopy(program: Program) -> Engine:
    """One Rego rule with else branches for each node, compiled to a bundle."""
    library = import_module("regopy")
    lines, numbers = ["package criteria", "import rego.v1"], count()

    def name(subject: str) -> str:
        return word(subject) if subject.startswith("@") else f"input.{word(subject)}"

    def literals(condition: Condition) -> list[str]:
        """Return the lines of a body; a helper rule stands for what a body cannot say."""
        if isinstance(condition, Atom):
            return [infix(condition, name)]
        if isinstance(condition, Every):
            return [line for part in condition.parts for line in literals(part)] or ["true"]
        helper = f"helper_{next(numbers)}"
        parts = condition.parts if not isinstance(condition, Not) else (condition.part,)
        lines.extend(f"{helper} if {{ {'; '.join(literals(part))} }}" for part in parts)
        return [f"not {helper}" if isinstance(condition, Not) else helper]

    for node in program.nodes:
        heads = [
            f"{outcome!r} if {{ {'; '.join(literals(condition))} }}".replace("'", '"')
            for outcome, condition in cases(node)
        ]
        heads.append(f'"{NOT_DOCUMENTED}"')
        lines.append(f"{word('@' + node.name)} := {' else := '.join(heads)}")
    lines.append(f"all := [{', '.join(word('@' + code) for code in CODES)}]")
    interpreter = library.Interpreter()
    interpreter.add_module("criteria", "\n".join(lines))
    bundle = interpreter.build("outcomes = data.criteria.all")

    def evaluate(facts: Facts) -> list[str]:
        interpreter.set_input(facts)
        output = json.loads(str(interpreter.query_bundle(bundle)))
        return cast("list[str]", output["bindings"]["outcomes"])

    return evaluate


def ours(_: Program) -> Callable[[Mapping[str, Value]], list[str]]:
    """imr-check's own rules on durable-rules, which say what led to each outcome as well."""
    rules = ruleset(KIND)

    def evaluate(facts: Mapping[str, Value]) -> list[str]:
        results = rules.evaluate(facts)
        return [results[code].outcome for code in CODES]

    return evaluate


PEERS = {
    "zen-engine": zen_engine,
    "json-logic-qubit": json_logic,
    "rule-engine": rule_engine,
    "clipspy": clipspy,
    "regopy": regopy,
}


def compared(program: Program) -> tuple[dict[str, Cycle], dict[str, str]]:
    """Return what to time, each found to agree with ours; and what cannot be, with the reason."""
    maps = fact_maps(KIND, 200)
    expected = [ours(program)(facts) for facts in maps]
    tasks, refused = {OURS: _some(ours(program), maps)}, {}
    for name, build in PEERS.items():
        try:
            evaluate = build(program)
        except ImportError as error:
            refused[name] = f"not installed ({error})"
            continue
        names = [(fact.name, word(fact.name)) for fact in program.facts]
        given = [{plain: facts.get(name) for name, plain in names} for facts in maps]
        found = [[str(outcome) for outcome in evaluate(facts)] for facts in given]
        if found == expected:
            tasks[f"{name} {metadata.version(name)}"] = _some(evaluate, given)
        else:
            wrong = sum(map(ne, found, expected))
            refused[name] = f"not timed: its outcomes differ on {wrong} of {len(maps)} fact maps"
    return tasks, refused


def _some(evaluate: Callable[[T], list[str]], given: list[T]) -> Cycle:
    """Return a task that judges the next ten of the fact maps."""
    endless = cycle(given)

    def work() -> int:
        for facts in islice(endless, 10):
            evaluate(facts)
        return 10

    return work


def main() -> int:
    """Compare, print and return 1 if an engine is ahead of ours or disagrees with it."""
    print(f"{machine()}; {KIND}, {len(CODES)} outcomes, 200 fact maps")
    tasks, refused = compared(ruleset(KIND).program)
    found = rates(tasks, rounds=7, seconds=0.4)
    own = found.medians[OURS]
    table: list[tuple[str, ...]] = [
        ("engine", "evaluations/s", "rounds from, to", "ours / theirs", "ahead? (aim: 3.0)")
    ]
    for name, rate in sorted(found.medians.items(), key=lambda item: -item[1]):
        spread = "{:,.0f}, {:,.0f}".format(*found.spread[name])
        ahead = "NO" if own < rate else "yes, aim met" if own >= 3 * rate else "yes"
        ratio = f"{own / rate:.2f}"
        table.append((name, f"{rate:,.0f}", spread, ratio, "" if name == OURS else ahead))
    print_table(table)
    print(*(f"{name}: {reason}" for name, reason in refused.items()), sep="\n")
    print(f"{found.repeated} rounds repeated because another process had the core")
    disagree = any(reason.startswith("not timed") for reason in refused.values())
    return int(disagree or max(found.medians.values()) > own)


if __name__ == "__main__":
    sys.exit(main())
