"""Read a valid request without importing pydantic, which costs more than the whole check.

The reader is built from the JSON Schema that pydantic wrote for :class:`~.model.Request`, so there
is one definition of a request. It understands exactly the keywords which that schema uses, and it
never judges: whatever is not plainly valid raises :class:`NotPlain`, and pydantic decides and
explains. Tests hold it to the model: what it accepts, the model accepts, with equal values.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..resources import read_schema
from .consistency import contradictions

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Request

    Reader = Callable[[Any], Any]

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class NotPlain(Exception):  # noqa: N818 (not an error: the slow path takes over)
    """The value is not plainly valid."""


class Plain:
    """A stand-in for one pydantic record: the same attributes, and what facts ask of a record.

    What a file leaves out is not kept in each record: the class has the defaults.
    """

    def has(self, field: str) -> bool:
        """Whether a field is filled in. Of a template it is known before the value is."""
        return bool(getattr(self, field))


def read_plain(data: object) -> Request:
    """Return an object with the attributes of a Request, or raise :class:`NotPlain`."""
    request = read_unchecked(data)
    if contradictions(request):
        raise NotPlain
    return request


def read_unchecked(data: object) -> Request:
    """Return the same without looking for contradictions between its fields."""
    return cast("Request", _request_reader()(data))


@cache
def _request_reader() -> Reader:
    schema = read_schema("request")
    readers: dict[str, Reader] = {}
    records = [_record(name, part, readers) for name, part in schema["$defs"].items()]
    records.append(_record("Request", schema, readers))
    # Only now, because the default of a record is read by the reader of that record.
    for record in records:
        record.set_defaults()
    return readers["Request"]


def allows(schema: dict[str, Any], value: object) -> bool:
    """Tell whether the schema of one value, not of a record, allows a value."""
    try:
        _reader(schema, {})(value)
    except NotPlain:
        return False
    return True


def _reader(schema: dict[str, Any], readers: dict[str, Reader]) -> Reader:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return lambda value: readers[name](value)
    if "anyOf" in schema:
        (some,) = (part for part in schema["anyOf"] if part != {"type": "null"})
        inner = _reader(some, readers)
        return lambda value: None if value is None else inner(value)
    if "enum" in schema:
        return _one_of(frozenset(schema["enum"]))
    return _BY_TYPE[schema["type"]](schema, readers)


class _Defaults(NamedTuple):
    """The defaults of one kind of record, still to be read."""

    kind: type[Plain]
    given: dict[str, Any]
    fields: dict[str, Reader]

    def set_defaults(self) -> None:
        for field, read in self.fields.items():
            default = self.given.get(field)
            setattr(self.kind, field, None if default is None else read(default))


def _record(name: str, schema: dict[str, Any], readers: dict[str, Reader]) -> _Defaults:
    # Remarks and the name of the schema are taken out before a request is read.
    properties = {key: part for key, part in schema["properties"].items() if key[0] != "$"}
    fields = {field: _reader(part, readers) for field, part in properties.items()}
    required = frozenset(schema.get("required", ()))
    kind: Any = type(name, (Plain,), {})

    def read(value: Any) -> Any:
        if type(value) is not dict or not required <= value.keys():
            raise NotPlain
        record = kind()
        attributes = record.__dict__
        for field, given in value.items():
            reader = fields.get(field)
            if reader is None:
                raise NotPlain
            attributes[field] = reader(given)
        return record

    readers[name] = read
    defaults = {field: part["default"] for field, part in properties.items() if "default" in part}
    return _Defaults(kind, defaults, fields)


def _one_of(words: frozenset[str]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not str or value not in words:
            raise NotPlain
        return value

    return read


def _string(schema: dict[str, Any], _: dict[str, Reader]) -> Reader:
    if schema.get("format") == "date":
        return _date
    least, most = schema.get("minLength", 0), schema.get("maxLength", 2**31)
    pattern = re.compile(schema["pattern"].rstrip("$")) if "pattern" in schema else None

    def read(value: Any) -> Any:
        if type(value) is not str or not least <= len(value) <= most:
            raise NotPlain
        if pattern is not None and pattern.fullmatch(value) is None:
            raise NotPlain
        return value

    return read


def _date(value: Any) -> date:
    if type(value) is not str or _ISO_DATE.fullmatch(value) is None:
        raise NotPlain
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotPlain from None


def _number(schema: dict[str, Any], _: dict[str, Reader]) -> Reader:
    least, most = schema.get("minimum", -(2**53)), schema.get("maximum", 2**53)
    kinds = (int,) if schema["type"] == "integer" else (int, float)

    def read(value: Any) -> Any:
        if type(value) not in kinds or not least <= value <= most:
            raise NotPlain
        return value

    return read


def _boolean(_: dict[str, Any], __: dict[str, Reader]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not bool:
            raise NotPlain
        return value

    return read


def _array(schema: dict[str, Any], readers: dict[str, Reader]) -> Reader:
    item = _reader(schema["items"], readers)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 2**31)

    def read(value: Any) -> Any:
        if type(value) is not list or not least <= len(value) <= most:
            raise NotPlain
        return [item(part) for part in value]

    return read


_BY_TYPE: dict[str, Callable[[dict[str, Any], dict[str, Reader]], Reader]] = {
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "array": _array,
}
