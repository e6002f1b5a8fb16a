"""Say what is wrong with a request in words an office can act on. No value is ever repeated."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..errors import Problem
from ..pointers import pointer_of
from ..source import MAX_PROBLEMS
from .fixes import fix_of
from .outline import node_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..source import Positions

_NAME = re.compile(r"\$?[a-z][A-Za-z_]{0,39}")
"""What a field name looks like. Anything else may be the name or number of a person."""

_FORMATS = {
    "icd": "an ICD code in capitals, for example M79.18",
    "procedure_codes": "a CPT or HCPCS code of five characters, for example 20552",
    "code": "the code of a criterion, for example TPI-15",
    "levels": "a spinal level, for example L3-4 or L5-S1",
    "kind": "a word in small letters with underscores, for example trigger_point_injection",
    "after": "a word in small letters with underscores, for example acupuncture",
}


def problems_of(
    errors: Iterable[dict[str, Any]], positions: Positions, most: int = MAX_PROBLEMS
) -> tuple[Problem, ...]:
    """Return pydantic's errors as problems with line and column, the first ``most``."""
    found = [problem for error in errors for problem in _problems(error, positions)]
    found.sort(key=lambda problem: (problem.line, problem.column))
    return tuple(found[:most])


def _problems(error: dict[str, Any], positions: Positions) -> list[Problem]:
    path = tuple(error["loc"])
    if error["type"] == "inconsistent":
        return [_at(place, reason, positions.of) for place, reason in error["ctx"]["found"]]
    if error["type"] == "extra_forbidden":
        return [_at(path[:-1], _unknown(path), lambda _: positions.of_key(pointer_of(path)))]
    if error["type"] == "missing":
        return [_at(path[:-1], f"{_name(path)} is missing: add it", positions.of)]
    problem = _at(path, f"{_name(path)} {_rule(error, path)}", positions.of)
    return [problem._replace(fix=fix_of(error, positions.literal(problem.pointer)))]


def _at(
    path: tuple[str | int, ...], message: str, place: Callable[[str], tuple[int, int]]
) -> Problem:
    pointer = pointer_of(path)
    line, column = place(pointer)
    return Problem(message, pointer, line, column)


def _name(path: tuple[str | int, ...]) -> str:
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return "the request"
    last = names[-1]
    return f"an entry of {last}" if isinstance(path[-1], int) else last


def _unknown(path: tuple[str | int, ...]) -> str:
    key = str(path[-1])
    if _NAME.fullmatch(key) is None:
        return "a field that is not part of a request: remove it"
    allowed = _fields_at(path[:-1])
    close = get_close_matches(key, allowed, 1, 0.6)
    if close:
        return f"unknown field {key}: did you mean {close[0]}?"
    shown, more = allowed[:_MOST_NAMED], len(allowed) - _MOST_NAMED
    rest = f", and {more} more: see `imr-check schema`" if more > 0 else ""
    return f"unknown field {key}: this part of a request takes {', '.join(shown)}{rest}"


_MOST_NAMED = 20
"""Most fields that are listed where no name is near. A row has more than anybody would read."""


def _fields_at(path: tuple[str | int, ...]) -> list[str]:
    """Return the fields that the schema allows in the record at ``path``."""
    return [field for field in node_at(path)["properties"] if field[0] != "$"]


def _rule(error: dict[str, Any], path: tuple[str | int, ...]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        return _words(context["expected"], error["input"])
    if kind == "string_pattern_mismatch":
        field = next(part for part in reversed(path) if isinstance(part, str))
        return f"must be {_FORMATS.get(field, 'written in another way: see the documentation')}"
    if kind == "string_too_short" and path[-1] in node_at(path[:-1]).get("required", ()):
        return "is empty: fill it in"
    rule = next((text for start, text in _RULES.items() if kind.startswith(start)), None)
    return rule.format(**context) if rule else "is not valid here: see the documentation"


def _words(expected: str, given: object) -> str:
    allowed = [word for word in re.findall(r"'([^']*)'", expected) if word]
    close = get_close_matches(str(given)[:60], allowed, 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(allowed)}"
    return f"has a word that is not known here: {hint}"


_RULES = {
    "date": "must be a date written like 2015-01-13",
    "string_type": "must be text in quotes",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_too_short": "is empty: fill it in or leave the field out",
    "int": "must be a whole number without quotes",
    "float": "must be a number without quotes",
    "finite_number": "must be a number without quotes",
    "bool": "must be true or false without quotes",
    "greater_than_equal": "is too small: at least {ge}",
    "less_than_equal": "is too large: at most {le}",
    "too_long": "has too many entries: at most {max_length}",
    "too_short": "is empty: at least {min_length} entry is needed",
    "list_type": "must be a list in square brackets",
    "model": "must be an object in curly brackets",
}
