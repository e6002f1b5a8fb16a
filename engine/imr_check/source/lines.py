"""JSON lines: one request on each line, read one at a time, whatever the size of the file."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, NamedTuple

from ..errors import Problem, RequestError
from . import wording
from .limits import MAX_BYTES
from .reading import Piece, Source, Unread, decoded, is_utf_16

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reading import Readable

_CHUNK = 64 * 1024


def read_lines(file: Readable, name: str) -> Iterator[Piece]:
    """Yield a piece for every line that is not blank. A bad line does not end the reading."""
    found = False
    for line in _lines(file):
        if line.number == 1 and is_utf_16(line.data):
            yield Piece(0, _unread(name, wording.UTF_16, 1))
            return
        piece = _piece(line, name)
        if piece is not None:
            found = True
            yield piece
    if not found:
        yield Piece(0, _unread(name, wording.EMPTY, 1))


class _Line(NamedTuple):
    """A line with its end, or the beginning of one that is too large."""

    start: int
    number: int
    data: bytes
    failure: str = ""


def _piece(line: _Line, name: str) -> Piece | None:
    """Return the request on a line, or None if the line is blank."""
    if line.failure:
        return Piece(line.start, _unread(name, line.failure, line.number))
    is_marked = line.number == 1 and line.data.startswith(codecs.BOM_UTF8)
    start = line.start + (len(codecs.BOM_UTF8) if is_marked else 0)
    # Without its end, so that even what is missing at its end is missing on this line.
    data = line.data[start - line.start :].rstrip(b"\r\n")
    if data.isspace() or not data:
        return None
    source: Source | Unread
    try:
        source = Source(name, decoded(data, line.number), "jsonl", line.number)
    except RequestError as error:
        source = Unread(name, error.problems)
    return Piece(start, source)


def _unread(name: str, message: str, line: int) -> Unread:
    return Unread(name, (Problem(message, "", line, 1),))


def _lines(file: Readable) -> Iterator[_Line]:
    """Yield line after line: at most MAX_BYTES of each, its end not counted."""
    start, number = 0, 1
    while True:
        try:
            data = file.readline(MAX_BYTES + 2)
            is_whole = data.endswith(b"\n") or len(data) < MAX_BYTES + 2
            size, breaks = (0, 0) if is_whole else _skip_line(file)
        except (OSError, ValueError):
            yield _Line(start, number, b"", wording.UNREADABLE)
            return
        if not data:
            return
        fits = is_whole and len(data.rstrip(b"\r\n")) <= MAX_BYTES
        yield _Line(start, number, data, "" if fits else wording.LINE_TOO_LARGE)
        start += len(data) + size
        number += _breaks(data) + breaks


def _skip_line(file: Readable) -> tuple[int, int]:
    """Read to the end of the line. Return how many bytes that was, and how many line ends."""
    size = breaks = 0
    while data := file.readline(_CHUNK):
        size, breaks = size + len(data), breaks + _breaks(data)
        if data.endswith(b"\n"):
            break
    return size, breaks


def _breaks(data: bytes) -> int:
    """Count line ends as text editors do: LF, CR, CR LF."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
