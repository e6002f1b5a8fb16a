"""The criteria of a program on other rules engines, each written as its own manual would.

Every function compiles a program and returns what maps facts to the outcomes of ``codes``.
"""

from __future__ import annotations

import json
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from benchmarks.conditions import Atom, Cases, Condition, Every, Not, cases, infix, ternary, word
from benchmarks.workload import section_of

from imr_check.rules.program import NOT_DOCUMENTED, VERDICT

if TYPE_CHECKING:
    from collections.abc import Callable

    from imr_check.guideline.model import Value
    from imr_check.rules.program import Program

    Facts = dict[str, Value | None]
    Engine = Callable[[Facts], list[str]]

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


_CLIPS: list[Any] = []
"""Kept to the end, because CLIPS prints about its own memory when an environment is torn down."""


def clipspy(program: Program) -> Engine:
    """One rule for each node, joining the row with earlier outcomes; one more gathers them.

    clipspy 1.0.6 keeps something of every evaluation and falls to a quarter of its speed within
    24,000 of them, so the environment is built anew every 1,000: the cost of that is counted.
    """
    evaluated = count()

    def evaluate(facts: Facts) -> list[str]:
        if next(evaluated) % 1_000 == 0:
            _CLIPS.append(_clips_environment(program))
        environment = _CLIPS[-1]
        environment.reset()
        environment.find_template("row").assert_fact(**facts)
        environment.run()
        return list(next(iter(environment.find_template("report").facts())))

    return evaluate


def _clips_environment(program: Program) -> Any:
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
    return environment


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


PEERS = {
    "zen-engine": zen_engine,
    "json-logic-qubit": json_logic,
    "rule-engine": rule_engine,
    "clipspy": clipspy,
    "regopy": regopy,
}
