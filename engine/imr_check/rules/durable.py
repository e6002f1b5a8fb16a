"""Drive durable-rules' Rete core: facts in, outcomes out. No criterion is decided here.

What only adds up outcomes to the verdict is left to the reference evaluator.

Every line below guards a fault that was reproduced in durable-rules 2.0.28:

* one session id per handle, under a lock, because ids are compared by a 32-bit hash;
* a handle is *primed* once, or ``delete_state`` frees an uninitialised pointer;
* facts are asserted in one batch that is never empty, with fixed ids and coded values only, and
  retracted by the same text;
* a node that comes back without an outcome is an error, never a pass.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import durable_rules_engine as core

from ..errors import EngineError
from ..facts.vocabulary import LARGEST
from .compiler import ABSENT, NODE, PRIME, Rule, compile_program
from .program import Result
from .reference import decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..facts import Fact
    from ..guideline.model import Value
    from .program import Because, Outcome, Program, Results

_SESSION = "0"
_ALREADY_OBSERVED = 2


class _Firing(NamedTuple):
    """What a fired rule means, and what to assert for the rules that wait for its outcome."""

    node: str
    result: Result
    assertion: str | None
    """Empty if no rule waits for this outcome, None if none waits for any outcome of the node."""


class DurableRules:
    """One program compiled to a ruleset and kept for the life of the process."""

    def __init__(self, program: Program) -> None:
        compiled = compile_program(program)
        nodes = {node.name: f"n{index}" for index, node in enumerate(program.ruled)}
        waited_for = {node for node, _ in compiled.listened}

        def assertion(node: str, outcome: Outcome) -> str | None:
            if (node, outcome) not in compiled.listened:
                return "" if node in waited_for else None
            name = NODE + node
            mark = compiled.filed[name]
            return f'{{"id":"{nodes[node]}","{mark}":1,"{name}":"{outcome}"}}'

        self._rules = {
            name: _Firing(node, Result(outcome, because), assertion(node, outcome))
            for name, (node, outcome, because) in compiled.rules.items()
        }
        self._summing = program.summing
        self._nodes = tuple(nodes)
        fragments = _messages(program, compiled.filed)
        self._absent = [each.absent for each in fragments]
        self._facts = {
            each.fact.name: (place, each.fact, each.fixed, each.number)
            for place, each in enumerate(fragments)
        }
        self._lock = Lock()
        self._handle = core.create_ruleset(program.name, compiled.text)
        self._prime()

    def evaluate(self, values: Mapping[str, Value]) -> Results:
        """Return the result of every node. ``values`` holds the documented facts and no others."""
        firings = self._fire(values)
        results: Results = {}
        several: dict[str, set[Because]] = {}
        for node, result, _ in firings:
            known = results.setdefault(node, result)
            if known is not result and known.outcome == result.outcome:
                several.setdefault(node, {*known.because}).update(result.because)
        if len(results) < len(self._nodes):
            missing = next(name for name in self._nodes if name not in results)
            raise EngineError(f"durable-rules gave no outcome for {missing}")
        for node, because in several.items():
            # Each reason once, in the order of the legs.
            results[node] = Result(results[node].outcome, tuple(sorted(because)))
        return decide(self._summing, values, results)

    def fired(self, values: Mapping[str, Value]) -> list[tuple[str, Rule]]:
        """Return the rules that fired, in order, each with what it means."""
        names = {id(firing): name for name, firing in self._rules.items()}
        return [
            (f"{firing.node}/{names[id(firing)]}", Rule(firing.node, *firing.result))
            for firing in self._fire(values)
        ]

    def _fire(self, values: Mapping[str, Value]) -> list[_Firing]:
        """Assert the facts and return the rules that fire, each outcome asserted as it comes.

        The state is kept and emptied, which takes less time than making a new one; whatever goes
        wrong on the way, it is thrown away whole.
        """
        facts = self._facts_text(values)
        handle, rules, complete = self._handle, self._rules, core.complete_and_start_action
        fired: list[_Firing] = []
        decided: set[str] = set()
        derived: list[str] = []
        with self._lock:
            try:
                _, offset = core.assert_facts(handle, facts)
                started = core.start_action_for_state(handle, offset)
                message = started[1] if started else None
                while message is not None:
                    firing = rules[message[2:5]]  # the names of rules are three digits
                    fired.append(firing)
                    node, _, assertion = firing
                    if assertion is not None and node not in decided:
                        decided.add(node)
                        if assertion:
                            self._derive(assertion)
                            derived.append(assertion)
                    message = complete(handle, offset)
                core.retract_facts(handle, ",".join([facts[:-1], *derived]) + "]")
            except BaseException:
                core.delete_state(handle, _SESSION)
                raise
        return fired

    def _derive(self, assertion: str) -> None:
        code, _ = core.assert_fact(self._handle, assertion)
        if code == _ALREADY_OBSERVED:
            raise EngineError("durable-rules took an outcome for one that it had seen before")

    def _facts_text(self, values: Mapping[str, Value]) -> str:
        parts = self._absent.copy()
        for name, value in values.items():
            if name in self._facts:
                place, fact, fixed, number = self._facts[name]
                if fact.kind == "number":
                    parts[place] = number % _bounded(fact, value)
                else:
                    parts[place] = _coded(fact, fixed, value)
        return f'[{{"id":"row","row":1}},{",".join(parts)}]'

    def _prime(self) -> None:
        _, offset = core.assert_fact(self._handle, f'{{"{PRIME}":1}}')
        started = core.start_action_for_state(self._handle, offset)
        if started is None or core.complete_and_start_action(self._handle, offset) is not None:
            raise EngineError("durable-rules did not answer to priming")
        core.delete_state(self._handle, _SESSION)


class _Fragments(NamedTuple):
    """The part of a message that tells one fact: if absent, by coded value, or as a number."""

    fact: Fact
    absent: str
    fixed: dict[Any, str]
    number: str


def _messages(program: Program, filed: Mapping[str, str]) -> tuple[_Fragments, ...]:
    """Return the facts in the order of their messages, with the text that begins and ends each."""
    by_mark: dict[str, list[Fact]] = {}
    for fact in program.facts:
        by_mark.setdefault(filed[fact.name], []).append(fact)
    return tuple(
        _fragments(
            fact,
            start=f'{{"id":"{mark}","{mark}":1,' if fact is facts[0] else "",
            end="}" if fact is facts[-1] else "",
        )
        for mark, facts in by_mark.items()
        for fact in facts
    )


def _fragments(fact: Fact, start: str, end: str) -> _Fragments:
    name = f'{start}"{fact.name}":'
    fixed: dict[Any, str] = {word: f'{name}"{word}"{end}' for word in fact.words}
    if fact.kind == "boolean":
        fixed = {True: f"{name}true{end}", False: f"{name}false{end}"}
    return _Fragments(fact, f'{start}"{ABSENT}{fact.name}":1{end}', fixed, f"{name}%d{end}")


def _coded(fact: Fact, fixed: dict[Any, str], value: Value) -> str:
    text = fixed.get(value)
    if text is None or (fact.kind == "boolean") is not isinstance(value, bool):
        raise EngineError(f"the fact {fact.name} has a value outside its closed set")
    return text


def _bounded(fact: Fact, value: Value) -> int:
    if type(value) is not int:
        raise EngineError(f"the fact {fact.name} is not a whole number")
    return max(min(value, LARGEST), -LARGEST)
