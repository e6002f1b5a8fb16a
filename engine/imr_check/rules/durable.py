"""Drive durable-rules' Rete core: facts in, outcomes out. Nothing is decided here.

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
    outcome: Outcome
    because: tuple[Because, ...]
    assertion: str | None


class DurableRules:
    """One program compiled to a ruleset and kept for the life of the process."""

    def __init__(self, program: Program) -> None:
        compiled = compile_program(program)
        identifiers = {node.name: f"n{i}" for i, node in enumerate(program.nodes)}
        self._rules = {
            name: _Firing(
                *rule,
                f'{{"id":"{identifiers[rule.node]}","{NODE}{rule.node}":"{rule.outcome}"}}'
                if (rule.node, rule.outcome) in compiled.listened
                else None,
            )
            for name, rule in compiled.rules.items()
        }
        self._nodes = tuple(identifiers)
        self._facts = tuple(
            (fact, *_fragments(index, fact)) for index, fact in enumerate(program.facts)
        )
        self._lock = Lock()
        self._handle = core.create_ruleset(program.name, compiled.text)
        self._prime()

    def evaluate(self, values: Mapping[str, Value]) -> Results:
        """Return the result of every node. ``values`` holds the documented facts and no others."""
        results: Results = {}
        for name in self._fire(values):
            node, outcome, because, _ = self._rules[name]
            known = results.get(node)
            if known is None:
                results[node] = Result(outcome, because)
            elif known.outcome == outcome:
                results[node] = Result(outcome, known.because + because)
        if len(results) < len(self._nodes):
            missing = next(name for name in self._nodes if name not in results)
            raise EngineError(f"durable-rules gave no outcome for {missing}")
        return {name: _in_order(results[name]) for name in self._nodes}

    def fired(self, values: Mapping[str, Value]) -> list[tuple[str, Rule]]:
        """Return the rules that fired, in order, each with what it means."""
        return [(name, Rule(*self._rules[name][:3])) for name in self._fire(values)]

    def _fire(self, values: Mapping[str, Value]) -> list[str]:
        """Assert the facts and return the rules that fire, each outcome asserted as it comes.

        The state is kept and emptied, which takes less time than making a new one; whatever goes
        wrong on the way, it is thrown away whole.
        """
        facts = self._facts_text(values)
        handle, rules, complete = self._handle, self._rules, core.complete_and_start_action
        fired: list[str] = []
        derived: dict[str, str | None] = {}
        with self._lock:
            try:
                _, offset = core.assert_facts(handle, facts)
                started = core.start_action_for_state(handle, offset)
                message = started[1] if started else None
                while message is not None:
                    name = message[2 : message.index('"', 2)]
                    fired.append(name)
                    node, _, _, assertion = rules[name]
                    if node not in derived:
                        derived[node] = assertion
                        if assertion:
                            self._derive(assertion)
                    message = complete(handle, offset)
                asserted = ",".join(filter(None, derived.values()))
                core.retract_facts(handle, f"{facts[:-1]},{asserted}]" if asserted else facts)
            except BaseException:
                core.delete_state(handle, _SESSION)
                raise
        return fired

    def _derive(self, assertion: str) -> None:
        code, _ = core.assert_fact(self._handle, assertion)
        if code == _ALREADY_OBSERVED:
            raise EngineError("durable-rules took an outcome for one that it had seen before")

    def _facts_text(self, values: Mapping[str, Value]) -> str:
        parts = ['{"id":"r","row":1}']
        for fact, absent, fixed, number in self._facts:
            value = values.get(fact.name)
            if value is None:
                parts.append(absent)
            elif fact.kind == "number":
                parts.append(number % _bounded(fact, value))
            else:
                parts.append(_coded(fact, fixed, value))
        return f"[{','.join(parts)}]"

    def _prime(self) -> None:
        _, offset = core.assert_fact(self._handle, f'{{"{PRIME}":1}}')
        started = core.start_action_for_state(self._handle, offset)
        if started is None or core.complete_and_start_action(self._handle, offset) is not None:
            raise EngineError("durable-rules did not answer to priming")
        core.delete_state(self._handle, _SESSION)


def _fragments(index: int, fact: Fact) -> tuple[str, dict[Any, str], str]:
    """Return the JSON of a fact: when absent, by coded value, and as a template for a number."""
    start = f'{{"id":"f{index}","{fact.name}":'
    fixed: dict[Any, str] = {word: f'{start}"{word}"}}' for word in fact.words}
    if fact.kind == "boolean":
        fixed = {True: f"{start}true}}", False: f"{start}false}}"}
    absent = f'{{"id":"f{index}","{ABSENT}{fact.name}":1}}'
    return absent, fixed, f"{start}%d}}"


def _coded(fact: Fact, fixed: dict[Any, str], value: Value) -> str:
    text = fixed.get(value)
    if text is None or (fact.kind == "boolean") is not isinstance(value, bool):
        raise EngineError(f"the fact {fact.name} has a value outside its closed set")
    return text


def _bounded(fact: Fact, value: Value) -> int:
    if type(value) is not int:
        raise EngineError(f"the fact {fact.name} is not a whole number")
    return max(min(value, LARGEST), -LARGEST)


def _in_order(result: Result) -> Result:
    """Return the result with each of its reasons once, in the order of the legs."""
    if len(result.because) < 2:
        return result
    return Result(result.outcome, tuple(sorted(set(result.because))))
