"""Holes of a template: strings that stand for what will be filled in later.

A string that is wholly a hole (``{{ muscle }}``, ``${MUSCLE}``, ``***``) takes the type of the
place where it stands: a date, a number, a word of a closed set, a text. Holes with one name are
filled with one value; a hole without a letter or digit, such as ``***``, has no name, and each one
stands for itself.

The request is read with a stand-in at every hole. After that, an attribute with a hole in it
answers with what :class:`Choices` holds for the hole at the moment.
"""

from __future__ import annotations

import re
from functools import cache
from threading import local
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

_MARKS = ("{{", "${", "***", "\\u", "\\x", "\\U", "\\\n", "\\\r")
"""A text without any of these has no hole of the default kinds, not even one written in escapes."""

_SAID_TO_US = "imr_check"
_LONGEST_NAME = 40

_NOT_AN_ENTRY = (
    "a hole stands for one value, not for a list or an entry: write the entry out, with holes in it"
)
_TWO_TYPES = (
    "the same hole stands for a value of another type at line {line}: give one of them another name"
)
_NO_NUMBER = (
    "the same hole stands for a number at line {line}, and none is allowed in both places: "
    "give one of them another name"
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


class Choices(local):
    """What each hole stands for at the moment, by its key. Every thread fills in for itself.

    ``read`` is asked for the value of a hole that is read. Outside of an exploration that is
    ``blank``: as if the field had been left out, since what cannot be known must not decide.
    """

    def __init__(self, holes: Sequence[Hole]) -> None:
        # A text that has to be there cannot be left out; these words mean nothing to a vocabulary.
        self._texts = {hole.key: _WORDS for hole in holes if _is_needed(hole)}
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

    def is_filled(self, key: str) -> bool:
        """Whether a hole stands for something, without a look at what that is."""
        return self.read != self.blank or bool(self.blank(key))

    def written(self, key: str) -> Any:
        """Return some text for a hole that takes text, so that what is named counts as named."""
        return self._words.get(key)


_WORDS = "x"


def _is_text(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "string" and "enum" not in schema and "format" not in schema


def _is_needed(hole: Hole) -> bool:
    """Whether a hole stands for free text in a field that no record may be without."""
    record = schema_at(hole.path[:-1]) or {}
    is_free = _is_text(hole.schema) and "pattern" not in hole.schema
    return is_free and hole.path[-1] in record.get("required", ())


@cache
def hole_expressions(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the expressions of which a string has to match one as a whole to be a hole.

    Each stands alone, because a pattern may have flags or numbered groups of its own.
    """
    return tuple(re.compile(pattern, re.DOTALL) for pattern in patterns)


def may_have_holes(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether it is worth while to look for holes in what a text says."""
    if patterns == DEFAULT_HOLES:
        return any(mark in text for mark in _MARKS)
    return bool(patterns)  # how others look within quotation marks and escapes, nobody knows


def find_holes(
    data: object, patterns: tuple[str, ...], positions: Positions
) -> tuple[list[Hole], tuple[Problem, ...]]:
    """Return the holes in the data of a request, and what is wrong with some of them.

    Every hole in ``data`` is replaced by a valid stand-in of its type.
    """
    holes: list[Hole] = []
    problems: list[Problem] = []
    known: dict[str, tuple[Hole, dict[str, Any]]] = {}
    for container, index, path, text in _found(data, hole_expressions(patterns)):
        if path[0] == _SAID_TO_US:
            continue  # which nobody fills in later
        schema = schema_at(path)
        if schema is None:
            continue  # an unknown field, which the reader refuses
        pointer = pointer_of(path)
        if schema.get("type") in ("object", "array"):
            problems.append(Problem(_NOT_AN_ENTRY, pointer, *positions.of(pointer)))
            continue
        hole = _hole(text, path, schema)
        first, allowed = known.get(hole.key, (hole, schema))
        both = _both(allowed, schema)
        if isinstance(both, str):
            message = both.format(line=positions.of(pointer_of(first.path))[0])
            problems.append(Problem(message, pointer, *positions.of(pointer)))
        else:
            known[hole.key] = first, both
        holes.append(hole)
        container[index] = stand_in(schema)
    return holes, tuple(problems)


def _hole(text: str, path: Path, schema: dict[str, Any]) -> Hole:
    words = " ".join(text.split())
    name = words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 3] + "..."
    if not any(map(str.isalnum, words)):
        return Hole(name, pointer_of(path), path, schema)
    # {{side}} and {{ side }} are one name.
    return Hole(name, re.sub(r"\s*([{}$])\s*", r"\1", words), path, schema)


_BOUNDS = {"minimum", "maximum"}


def _both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | str:
    """Return the schema of what can stand in both places, or why nothing can."""
    if _type(first) != _type(second):
        return _TWO_TYPES
    if not first.keys() & second.keys() >= _BOUNDS:
        return first
    least = max(first["minimum"], second["minimum"])
    most = min(first["maximum"], second["maximum"])
    return {**first, "minimum": least, "maximum": most} if least <= most else _NO_NUMBER


def _found(
    data: object, expressions: tuple[re.Pattern[str], ...]
) -> list[tuple[Any, str | int, Path, str]]:
    """Return the places of all holes: container, index in it, path and text, in file order."""
    found: list[tuple[Any, str | int, Path, str]] = []

    def walk(container: Any, path: Path) -> None:
        pairs: Any = container.items() if isinstance(container, dict) else enumerate(container)
        for index, value in pairs:
            if isinstance(value, str):
                text = value.strip()
                if text and any(expression.fullmatch(text) for expression in expressions):
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
            name: _Answer(getattr(record, name), found, choices) for name, found in fields.items()
        }
        record.__class__ = _with_holes(type(record), tuple(answers))
        record._answers = answers
    return choices


class _Answer:
    """What an attribute answers: the value of its hole, or its list with holes filled."""

    def __init__(self, stood_in: Any, holes: list[Hole], choices: Choices) -> None:
        self._list = stood_in if isinstance(stood_in, list) else None
        self._at = {hole.path[-1]: hole.key for hole in holes}
        self._choices = choices

    def value(self) -> Any:
        read = self._choices.read
        if self._list is None:
            (key,) = self._at.values()
            return read(key)
        filled = (
            read(self._at[index]) if index in self._at else value
            for index, value in enumerate(self._list)
        )
        return [value for value in filled if value is not None]

    def is_given(self) -> bool:
        some = self._list is not None and len(self._list) > len(self._at)
        return some or any(map(self._choices.is_filled, self._at.values()))


_kinds: dict[tuple[type, tuple[str, ...]], Any] = {}


def _with_holes(kind: type, names: tuple[str, ...]) -> Any:
    """Return the kind of record whose attributes with these names answer for their holes."""
    if (kind, names) not in _kinds:
        members: dict[str, Any] = {name: _property(name) for name in names}
        members["has"] = _has
        made = type(kind.__name__, (kind,), members)
        return _kinds.setdefault((kind, names), made)
    return _kinds[kind, names]


def _property(name: str) -> property:
    return property(lambda record: record._answers[name].value())


def _has(record: Any, field: str) -> bool:
    """Whether a field is filled in, or will be: what it will be filled with is not read."""
    answer: _Answer | None = record._answers.get(field)
    return bool(getattr(record, field)) if answer is None else answer.is_given()


def holes_in(holes: Sequence[Hole], keys: set[str]) -> Iterator[str]:
    """Yield the names of the holes with these keys, each once; a nameless one with its place."""
    for hole in {hole.key: hole for hole in holes}.values():
        if hole.key in keys:
            is_nameless = hole.key == pointer_of(hole.path)
            yield f"{hole.name} at {hole.key}" if is_nameless else hole.name
