"""The rules engine in use: durable-rules where it can be imported, else the reference evaluator."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from ..facts import VOCABULARY
from . import reference
from .program import Fired, Program, build_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..guideline.model import Section, Value
    from .durable import DurableRules
    from .program import Because, Outcome, Results


_BEFORE = "as decided before"


class Ruleset:
    """A section's program, ready to judge rows."""

    def __init__(self, section: Section) -> None:
        self.program: Program = build_program(section, VOCABULARY)
        self.rules: DurableRules | None = _durable(self.program)

    def evaluate(self, values: Mapping[str, Value]) -> Results:
        """Return the result of every node for the documented facts in ``values``."""
        if self.rules is None:
            return reference.evaluate(self.program, values)
        return self.rules.evaluate(values)

    def trace(self, values: Mapping[str, Value]) -> Iterator[Fired]:
        """Yield the rules that fire, in order, and then what adds up their outcomes.

        By the reference evaluator, one for each node.
        """
        if self.rules is not None:
            decided: dict[str, Outcome] = {}
            for name, rule in self.rules.fired(values):
                # A rule for a node that an earlier stage decided fires too, and counts for nothing.
                if decided.setdefault(rule.node, rule.outcome) == rule.outcome:
                    yield self._fired(name, rule.node, rule.outcome, rule.because, values)
        results = self.evaluate(values)
        how = "reference" if self.rules is None else "added up"
        for node in self.program.nodes if self.rules is None else self.program.summing:
            outcome, because = results[node.name]
            yield self._fired(how, node.name, outcome, because, values)

    def _fired(
        self,
        rule: str,
        node: str,
        outcome: Outcome,
        because: tuple[Because, ...],
        values: Mapping[str, Value],
    ) -> Fired:
        legs = [self.program.leg(node, each) for each in because]
        matched = [
            (leg.subject, values.get(leg.subject, "not documented") if leg.test else _BEFORE)
            for leg in legs
        ]
        return Fired(rule, node, outcome, tuple(matched))


class EngineName(NamedTuple):
    """Which evaluator decides, and what to do where it is not durable-rules."""

    name: str
    hint: str


_rulesets: dict[tuple[str, ...], Ruleset] = {}
_lock = Lock()


def ruleset_of(section: Section) -> Ruleset:
    """Return the ruleset of a section, building it the first time. Safe in threads."""
    key = (section.edition, *section.texts)
    ruleset = _rulesets.get(key)
    if ruleset is None:
        with _lock:
            ruleset = _rulesets.get(key)
            if ruleset is None:
                ruleset = _rulesets[key] = Ruleset(section)
    return ruleset


def _durable(program: Program) -> DurableRules | None:
    if not durable_available():
        return None
    from .durable import DurableRules

    return DurableRules(program)


@cache
def durable_available() -> bool:
    """Whether the C core of durable-rules can be imported here."""
    try:
        import durable_rules_engine  # noqa: F401
    except ImportError:
        return False
    return True


def engine_name() -> EngineName:
    """Return the evaluator in use, for ``--version`` and reports."""
    if durable_available():
        return EngineName("durable-rules", "")
    return EngineName(
        "reference evaluator",
        "durable-rules cannot be imported here: see 'Python 3.13' in the README",
    )
