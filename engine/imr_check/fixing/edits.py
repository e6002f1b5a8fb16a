"""The edits that mend one request.

One pass is enough: the new value of every edit is valid where it stands, and what validation looks
at afterwards (which dates go together) is never mended.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from ..errors import RequestError
from ..request.holes import DEFAULT_HOLES
from ..request.load import read_draft
from ..source import Positions, Unread

if TYPE_CHECKING:
    from ..errors import Fix, Problem
    from ..source import Source

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


class Mended(NamedTuple):
    """A place that was mended: where it stood before, and what was changed, without its value."""

    pointer: str
    line: int
    column: int
    what: str


class Edit(NamedTuple):
    """Characters of a text, from ``start`` to ``end``, and what stands there instead."""

    start: int
    end: int
    text: str
    mended: Mended

    def __repr__(self) -> str:
        """Leave the text out: a representation may end up in a log."""
        return f"Edit(start={self.start}, end={self.end}, mended={self.mended})"


class FixResult(NamedTuple):
    """A text after mending."""

    text: str
    fixes: tuple[Mended, ...]

    def __repr__(self) -> str:
        """Leave the text out: a representation may end up in a log."""
        return f"FixResult(text=<{len(self.text)} characters>, fixes={self.fixes})"


def fixed(source: Source, holes: tuple[str, ...] = DEFAULT_HOLES) -> FixResult:
    """Return the text of a request with everything mended that can be.

    ``holes`` are regular expressions for strings that are to be filled in later.
    """
    edits = edits_of(source, holes)
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (source.text[at : edit.start], edit.text)
        at = edit.end
    return FixResult("".join((*parts, source.text[at:])), tuple(edit.mended for edit in edits))


def edits_of(source: Source | Unread, holes: tuple[str, ...] = DEFAULT_HOLES) -> list[Edit]:
    """Return what mends a request, from its beginning to its end; nothing if it cannot be read."""
    if isinstance(source, Unread):
        return []
    try:
        read_draft(source, sys.maxsize, holes=holes)
    except RequestError as error:
        problems = error.problems
    else:
        return []
    positions = Positions(source)
    edits = [
        edit
        for problem in problems
        if problem.fix and (edit := _edit(source, positions, problem, problem.fix))
    ]
    return sorted(edits, key=lambda edit: edit.start)


def _edit(source: Source, positions: Positions, problem: Problem, fix: Fix) -> Edit | None:
    span = positions.span(problem.pointer)
    if span is None:
        return None
    literal = source.text[slice(*span)]
    text = _in_yaml(fix.value, literal) if source.form == "yaml" else json.dumps(fix.value)
    return Edit(*span, text, Mended(problem.pointer, problem.line, problem.column, fix.what))


def _in_yaml(value: str | float, literal: str) -> str:
    """Return a value as YAML, with the quotation marks of the old literal where it has some."""
    if literal.startswith(("|", ">")):  # the text of a block, with the line ends that close it
        return json.dumps(value) + literal[len(literal.rstrip("\r\n")) :]
    if isinstance(value, str) and literal.startswith("'"):
        return f"'{value}'"  # what is mended has no quotation marks in it
    is_plain = not literal.startswith('"')
    if is_plain and isinstance(value, str) and _PLAIN(value) and value.lower() not in _NOT_TEXT:
        return value
    return json.dumps(value)
