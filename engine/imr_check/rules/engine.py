"""The rules engine in use: durable-rules where it can be imported, else the reference evaluator."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from ..facts import VOCABULARY
from . import reference
from .program import Program, build_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..guideline.model import Section, Value
    from .durable import DurableRules
    from .program import Results


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


class EngineName(NamedTuple):
    """Which evaluator decides, and what to do where it is not durable-rules."""

    name: str
    hint: str


_rulesets: dict[str, Ruleset] = {}
_lock = Lock()


def ruleset_of(section: Section) -> Ruleset:
    """Return the ruleset of a section, building it the first time. Safe in threads."""
    key = f"{section.edition}/{section.name}/{section.digest}"
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
