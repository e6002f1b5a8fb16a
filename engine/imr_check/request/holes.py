"""Holes of a template: strings that stand for what will be filled in later.

A string that is wholly a hole (``{{ muscle }}``, ``${MUSCLE}``, ``***``) takes the type of the
place where it stands: a date, a number, a word of a closed set, a text. Holes with one name are
filled with one value; ``***`` has no name, and each one stands for itself.

The request is read with a stand-in at every hole. After that, an attribute with a hole in it
answers with what :class:`Choices` holds for the hole at the moment.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..errors import Problem
from ..pointers import pointer_of
from ..resources import read_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..source import Positions
    from .model import Request

    Path = tuple[str | int, ...]

Result = TypeVar("Result")

DEFAULT_HOLES = (r"\{\{.*\}\}", r"\$\{[^{}]*\}", r"\*\*\*")
"""Regular expressions for a whole string, blanks around it left out."""

_NAMELESS = "***"
_SAID_TO_US = "imr_check"
_LONGEST_NAME = 40

_NOT_AN_ENTRY = (
    "a hole stands for one value, not for a list or an entry: write the entry out, with holes in it"
)
_TWO_TYPES = (
    "the same hole stands for a value of another type at line {line}: give one of them another name"
)


class Hole(NamedTuple):
    """One hole: its name as written, the place it stands in, and the schema of its value.

    Holes with the same ``key`` are filled with the same value.
    """

    name: str
    key: str
    path: Path
    schema: dict[str, Any]

    @property
    def field(self) -> str:
        """Name of the field that the hole stands in, or of its list."""
        return next(part for part in reversed(self.path) if isinstance(part, str))


class Choices:
    """What each hole stands for at the moment, by its key.

    ``read`` is asked for the value of a hole that is read. Outside of an exploration that is
    ``blank``: as if the field had been left out, since what cannot be known must not decide.
    """

    def __init__(self, holes: Sequence[Hole]) -> None:
        # A free text cannot be left out everywhere; these words mean nothing to any vocabulary.
        self._texts = {hole.key: _WORDS for hole in holes if _is_free(hole.schema)}
        self._words = {hole.key: stand_in(hole.schema) for hole in holes if _is_text(hole.schema)}
        self.read: Callable[[str], Any] = self.blank

    def reading(self, read: Callable[[str], Any], compute: Callable[[], Result]) -> Result:
        """Return what a computation comes to while holes are read in this way."""
        before = self.read
        self.read = read
        try:
            return compute()
        finally:
            self.read = before

    def blank(self, key: str) -> Any:
        """Return what a hole stands for where nothing is filled in."""
        return self._texts.get(key)

    def written(self, key: str) -> Any:
        """Return some text for a hole that takes text, so that what is named counts as named."""
        return self._words.get(key)


_WORDS = "x"


def _is_text(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "string" and "enum" not in schema and "format" not in schema


def _is_free(schema: dict[str, Any]) -> bool:
    return _is_text(schema) and "pattern" not in schema


@cache
def hole_expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return the expression that a string has to match as a whole to be a hole."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL)


def find_holes(
    data: object, expression: re.Pattern[str], positions: Positions
) -> tuple[list[Hole], tuple[Problem, ...]]:
    """Return the holes in the data of a request, and what is wrong with some of them.

    Every hole in ``data`` is replaced by a valid stand-in of its type.
    """
    holes: list[Hole] = []
    problems: list[Problem] = []
    types: dict[str, tuple[dict[str, Any], Path]] = {}
    for container, index, path, text in _found(data, expression):
        if path[0] == _SAID_TO_US:
            continue  # which nobody fills in later
        schema = schema_at(path)
        if schema is None:
            continue  # an unknown field, which the reader refuses
        pointer = pointer_of(path)
        if schema.get("type") in ("object", "array"):
            problems.append(Problem(_NOT_AN_ENTRY, pointer, *positions.of(pointer)))
            continue
        words = " ".join(text.split())
        name = words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 3] + "..."
        # {{side}} and {{ side }} are one name.
        key = pointer if words == _NAMELESS else re.sub(r"\s*([{}$])\s*", r"\1", words)
        first, where = types.setdefault(key, (schema, path))
        if _type(first) != _type(schema):
            line = positions.of(pointer_of(where))[0]
            message = _TWO_TYPES.format(line=line)
            problems.append(Problem(message, pointer, *positions.of(pointer)))
        holes.append(Hole(name, key, path, schema))
        container[index] = stand_in(schema)
    return holes, tuple(problems)


def _found(data: object, expression: re.Pattern[str]) -> list[tuple[Any, str | int, Path, str]]:
    """Return the places of all holes: container, index in it, path and text, in file order."""
    found: list[tuple[Any, str | int, Path, str]] = []

    def walk(container: Any, path: Path) -> None:
        pairs: Any = container.items() if isinstance(container, dict) else enumerate(container)
        for index, value in pairs:
            if isinstance(value, str):
                text = value.strip()
                if expression.fullmatch(text):
                    found.append((container, index, (*path, index), text))
            elif isinstance(value, dict | list):
                walk(value, (*path, index))

    if isinstance(data, dict | list):
        walk(data, ())  # bounded: a text that is nested deeper than a request has been refused
    return found


@cache
def _schema_at_names(names: tuple[str, ...]) -> dict[str, Any] | None:
    root = read_schema("request")
    schema: dict[str, Any] | None = root
    for name in names:
        if schema is None:
            return None
        schema = _resolved(schema, root)
        schema = schema.get("items") if name == "" else schema.get("properties", {}).get(name)
    return None if schema is None else _resolved(schema, root)


def schema_at(path: Path) -> dict[str, Any] | None:
    """Return the schema of the value at a path, without null and references."""
    return _schema_at_names(tuple("" if isinstance(part, int) else part for part in path))


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
    if "$ref" in schema:
        return dict(root["$defs"][schema["$ref"].rpartition("/")[2]])
    return schema


def _type(schema: dict[str, Any]) -> tuple[object, ...]:
    """Return what has to be the same for two places that one hole fills."""
    return (
        schema.get("type"),
        schema.get("format"),
        schema.get("pattern"),
        *schema.get("enum", ()),
    )


_STAND_INS = {"boolean": True, "integer": 1, "number": 0.0, "string": "x"}


def stand_in(schema: dict[str, Any]) -> Any:
    """Return a value that the schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("format") == "date":
        return "2000-01-01"
    if "pattern" in schema:
        allowed = re.compile(schema["pattern"])
        return next(each for each in ("x", "A00", "00000", "L1-2") if allowed.fullmatch(each))
    if schema["type"] == "integer":
        return schema.get("minimum", 1)
    return _STAND_INS[schema["type"]]


# Records with holes


def open_holes(request: Request, holes: Sequence[Hole]) -> Choices:
    """Let the records of a request that was read plainly answer for their holes."""
    choices = Choices(holes)
    attributes: dict[Path, dict[str, list[Hole]]] = {}
    for hole in holes:
        depth = next(i for i in range(len(hole.path), 0, -1) if isinstance(hole.path[i - 1], str))
        owner, attribute = hole.path[: depth - 1], str(hole.path[depth - 1])
        attributes.setdefault(owner, {}).setdefault(attribute, []).append(hole)
    for owner, fields in attributes.items():
        record: Any = request
        for part in owner:
            record = record[part] if isinstance(part, int) else getattr(record, part)
        answers = {
            name: _answer(getattr(record, name), found, choices) for name, found in fields.items()
        }
        record.__class__ = _with_holes(type(record), tuple(answers))
        record._answers = answers
    return choices


def _answer(stood_in: Any, holes: list[Hole], choices: Choices) -> Callable[[], Any]:
    """Return what an attribute answers: the value of its hole, or its list with holes filled."""
    if not isinstance(stood_in, list):
        key = holes[0].key
        return lambda: choices.read(key)
    at = {int(hole.path[-1]): hole.key for hole in holes}

    def answer() -> list[Any]:
        filled = (
            choices.read(at[index]) if index in at else value
            for index, value in enumerate(stood_in)
        )
        return [value for value in filled if value is not None]

    return answer


_kinds: dict[tuple[type, tuple[str, ...]], Any] = {}


def _with_holes(kind: type, names: tuple[str, ...]) -> Any:
    """Return the kind of record whose attributes with these names answer for their holes."""
    if (kind, names) not in _kinds:
        members: dict[str, Any] = {name: _property(name) for name in names}
        made = type(kind.__name__, (kind,), members)
        return _kinds.setdefault((kind, names), made)
    return _kinds[kind, names]


def _property(name: str) -> property:
    return property(lambda record: record._answers[name]())


def holes_in(holes: Sequence[Hole], keys: set[str]) -> Iterator[str]:
    """Yield the names of the holes with these keys, each once; a nameless one with its place."""
    for hole in {hole.key: hole for hole in holes}.values():
        if hole.key in keys:
            yield f"{hole.name} at {hole.key}" if hole.name == _NAMELESS else hole.name
