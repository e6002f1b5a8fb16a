"""Read a request: from a file, from text or from Python objects, with errors that say where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..errors import Problem, RequestError
from ..source import Positions, Source, parse, read_source
from .plain import NotPlain, read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from .model import Request

COMMENT = "$comment"
"""A member with this name is a remark for people. It may stand in any object and is not read."""

SCHEMA = "$schema"
"""A file may name its JSON Schema at the top, so that editors complete and check it."""


class Draft(NamedTuple):
    """A request together with the text that it was read from, so that findings can point into it.

    ``text`` is empty for a request that did not come from a file.
    """

    name: str
    text: str
    request: Request

    def __repr__(self) -> str:
        return f"Draft(name={self.name!r})"  # never the chart


def load(path: str | PathLike[str]) -> Draft:
    """Read and validate a request file; ``-`` reads standard input.

    Raises :class:`~imr_check.RequestError`, whose ``problems`` carry line and column.
    """
    return read_draft(read_source(str(path)))


def read_draft(source: Source) -> Draft:
    """Validate the request in ``source``; RequestError names every problem found."""
    data = _without_remarks(parse(source), source.text)
    try:
        request = read_plain(data)
    except NotPlain:
        request = _validate(data, Positions(source.text))
    return Draft(source.name, source.text, request)


def request_of(data: Mapping[str, Any]) -> Request:
    """Validate a request given as Python objects, in the form of a request file."""
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise RequestError(
            (Problem("the request is not plain JSON data: use text, numbers, lists and dicts"),)
        ) from None
    return read_draft(Source("", text)).request


def _without_remarks(data: object, text: str) -> object:
    if isinstance(data, dict):
        data.pop(SCHEMA, None)
    if f'"{COMMENT}"' in text:
        _drop_comments(data)
    return data


def _drop_comments(data: object) -> None:
    # Recursion is bounded: parse() refuses what is nested deeper than a request ever is.
    if isinstance(data, dict):
        data.pop(COMMENT, None)
        for value in data.values():
            _drop_comments(value)
    elif isinstance(data, list):
        for value in data:
            _drop_comments(value)


def _validate(data: object, positions: Positions) -> Request:
    """Let pydantic decide what the plain reader was not sure of, and explain it."""
    from pydantic import ValidationError

    from .model import Request
    from .problems import problems_of

    try:
        return Request.model_validate_json(json.dumps(data))
    except ValidationError as error:
        found = cast("list[dict[str, Any]]", error.errors(include_url=False))
    # Outside the except clause, so that the chart in pydantic's error is not carried along.
    raise RequestError(problems_of(found, positions))
