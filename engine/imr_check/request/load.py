"""Read a request: from a file, from text or from Python objects, with errors that say where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..errors import Problem, RequestError
from ..pointers import pointer_of
from ..source import MAX_PROBLEMS, Positions, Source, Unread, parse, read_source
from .consistency import Path, contradictions
from .holes import DEFAULT_HOLES, find_holes, may_have_holes, open_holes
from .plain import NotPlain, read_plain, read_unchecked
from .shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from .holes import Choices, Hole
    from .model import Request

COMMENT = "$comment"
"""A member with this name is a remark for people. It may stand in any object and is not read."""

SCHEMA = "$schema"
"""A file may name its JSON Schema at the top, so that editors complete and check it."""


class Draft(NamedTuple):
    """A request together with the text that it was read from, so that findings can point into it.

    The text is empty for a request that did not come from a file. ``template`` has the holes of a
    request that is still to be filled in, and is None for a whole one.
    """

    name: str
    request: Request
    source: Source = Source("", "")
    template: Template | None = None

    def __repr__(self) -> str:
        return f"Draft(name={self.name!r})"  # never the chart


class Template(NamedTuple):
    """The holes of a request, what they stand for at the moment, and the shape of the rest."""

    holes: tuple[Hole, ...]
    choices: Choices
    shape: bytes


def load(path: str | PathLike[str], *, holes: tuple[str, ...] = DEFAULT_HOLES) -> Draft:
    """Read and validate a file with one request; ``-`` reads standard input.

    ``holes`` are regular expressions for strings that are to be filled in later.
    Raises :class:`~imr_check.RequestError`, whose ``problems`` carry line and column.
    """
    return read_draft(read_source(str(path)), holes=holes)


def read_draft(
    source: Source | Unread,
    most: int = MAX_PROBLEMS,
    *,
    holes: tuple[str, ...] = DEFAULT_HOLES,
) -> Draft:
    """Validate the request in ``source``; RequestError names the problems found, ``most`` of them.

    What could not be read raises the RequestError that says why.
    """
    if isinstance(source, Unread):
        raise RequestError(source.problems)
    data = _without_remarks(parse(source), source.text)
    if may_have_holes(source.text, holes):
        template = _read_template(data, source, most, holes)
        if template is not None:
            return template
    try:
        request = read_plain(data)
    except NotPlain:
        request = _validate(data, Positions(source), most)
    return Draft(source.name, request, source)


def _read_template(
    data: object, source: Source, most: int, patterns: tuple[str, ...]
) -> Draft | None:
    """Return the draft of a request with holes, None if there turn out to be none."""
    positions = Positions(source)
    holes, problems = find_holes(data, patterns, positions)
    if problems:
        raise RequestError(problems[:most])
    if not holes:
        return None
    try:
        request = read_unchecked(data)
    except NotPlain:
        request = _validate(data, positions, most)
    choices = open_holes(request, holes)
    found = choices.reading(choices.written, lambda: contradictions(request))
    if found:
        raise RequestError(_problems_at(found, positions)[:most])
    template = Template(tuple(holes), choices, shape_of(cast("dict[str, Any]", data), holes))
    return Draft(source.name, request, source, template)


def request_of(data: Mapping[str, Any]) -> Request:
    """Validate a request given as Python objects, in the form of a request file."""
    return draft_of(data).request


def draft_of(data: Mapping[str, Any]) -> Draft:
    """Return the draft of a request given as Python objects; it has no text."""
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise RequestError(
            (Problem("the request is not plain JSON data: use text, numbers, lists and dicts"),)
        ) from None
    return read_draft(Source("", text))._replace(source=Source("", ""))


def _without_remarks(data: object, text: str) -> object:
    if isinstance(data, dict):
        data.pop(SCHEMA, None)
    if COMMENT in text:
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


def _problems_at(found: list[tuple[Path, str]], positions: Positions) -> tuple[Problem, ...]:
    pointers = [(pointer_of(path), reason) for path, reason in found]
    return tuple(Problem(reason, at, *positions.of(at)) for at, reason in pointers)


def _validate(data: object, positions: Positions, most: int) -> Request:
    """Let pydantic decide what the plain reader was not sure of, and explain it."""
    from pydantic import ValidationError

    from .model import Request
    from .problems import problems_of

    try:
        return Request.model_validate_json(json.dumps(data))
    except ValidationError as error:
        found = cast("list[dict[str, Any]]", error.errors(include_url=False))
    # Outside the except clause, so that the chart in pydantic's error is not carried along.
    raise RequestError(problems_of(found, positions, most))
