"""Facts, tests and outcomes in the words of a guideline file, as an author would type them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..guideline.model import Test, Value
    from ..rules.program import Clause, Leg, Outcome, Program

_OPERATORS = {
    "is": "is",
    "is_one_of": "is one of",
    "is_none_of": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
}


def value_in_words(value: Value | None) -> str:
    """Return a value as YAML has it."""
    if value is None:
        return "not documented"
    return str(value).lower() if isinstance(value, bool) else str(value)


def given_in_words(given: Mapping[str, Value]) -> str:
    """Return the facts of a case as they stand behind ``given``."""
    return f"{{{', '.join(f'{fact}: {value_in_words(v)}' for fact, v in given.items())}}}"


def outcome_in_words(outcome: Outcome) -> str:
    """Return an outcome with spaces."""
    return outcome.replace("_", " ")


def asked_in_words(test: Test) -> str:
    """Return what a test asks of its fact."""
    if test.operator == "documented":
        return "is documented"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return f"{_OPERATORS[test.operator]} {', '.join(map(value_in_words, values))}"


def leg_in_words(program: Program, clause: Clause) -> str:
    """Return the logic of a clause, nested parts included."""
    parts = [_leg(program, leg) for leg in clause.legs]
    if len(parts) == 1:
        return parts[0]
    if clause.least == len(parts):
        return f"all of ({'; '.join(parts)})"
    least = "any" if clause.least == 1 else f"at least {clause.least}"
    return f"{least} of ({'; '.join(parts)})"


def _leg(program: Program, leg: Leg) -> str:
    negation = "not " if leg.negated else ""
    if leg.test is not None:
        return f"{negation}{leg.subject} {asked_in_words(leg.test)}"
    nested = program.node(leg.subject)
    if "." in leg.subject and nested.requires:
        return f"{negation}{leg_in_words(program, nested.requires)}"
    return f"{negation}{leg.subject}"
