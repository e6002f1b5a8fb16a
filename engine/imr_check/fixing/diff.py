"""What mending would change, as a unified diff: lines of the file, so only where asked for."""

from __future__ import annotations

import io
import sys
from collections import deque
from contextlib import nullcontext
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..errors import Problem, RequestError
from ..request.holes import DEFAULT_HOLES
from ..request.load import read_draft
from ..source import wording
from ..source.reading import opened, read_pieces
from .files import byte_edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .files import ByteEdit

_CONTEXT = 3


class _Part(NamedTuple):
    """Lines of the old file, and what stands there in the new one: the same, but for edits."""

    old: list[bytes]
    new: list[bytes]
    is_edited: bool


def diff_of(
    path: str, stdin_name: str = "<stdin>", holes: tuple[str, ...] = DEFAULT_HOLES
) -> Iterator[str]:
    """Yield the lines of a unified diff, none if nothing would change.

    The path "-" stands for standard input. Raises RequestError for a file that cannot be opened,
    and for one in which nothing can be mended and something cannot be checked.
    """
    name = stdin_name if path == "-" else path
    with _kept_open(path) as file:
        edits = byte_edits(file, name, holes)
        if edits:
            yield f"--- {name}\n"
            yield f"+++ {name}\n"
            file.seek(0)
            yield from _hunks(_parts(file, edits))
        else:
            file.seek(0)
            _refuse_invalid(file, name, holes)


def _refuse_invalid(file: BinaryIO, name: str, holes: tuple[str, ...]) -> None:
    """Raise RequestError for the first request that cannot be checked."""
    for _, source in read_pieces(file, name):
        read_draft(source, holes=holes)


def _kept_open(path: str) -> BinaryIO:
    """Open what may have to be read twice: a pipe is read to its end first."""
    try:
        file = sys.stdin.buffer if path == "-" else opened(path)
        if file.seekable() and path != "-":
            return file
        with file if path != "-" else nullcontext():
            return io.BytesIO(file.read())
    except (OSError, ValueError, AttributeError):  # standard input may be closed, or no file at all
        unread = wording.NO_STDIN if path == "-" else wording.UNREADABLE
    raise RequestError((Problem(unread),))


def _parts(file: BinaryIO, edits: list[ByteEdit]) -> Iterator[_Part]:
    """Yield the file line by line; lines that one edit goes through together."""
    waiting = deque(edits)
    start = 0
    while line := file.readline():
        old, inside = line, []
        while waiting and waiting[0].start < start + len(old):
            edit = waiting.popleft()
            while edit.end > start + len(old):
                old += file.readline()
            inside.append(edit)
        new = _edited(old, start, inside)
        yield _Part(_lines(old), _lines(new), bool(inside))
        start += len(old)


def _lines(data: bytes) -> list[bytes]:
    """Split at line feeds only, as programs that apply a diff do."""
    return io.BytesIO(data).readlines()


def _edited(old: bytes, start: int, edits: Iterable[ByteEdit]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for edit in edits:
        parts += (old[at : edit.start - start], edit.data)
        at = edit.end - start
    return b"".join((*parts, old[at:]))


class _Hunk:
    """Changed lines that lie near each other, with a few lines around them."""

    def __init__(self, before: Iterable[bytes], old_line: int, new_line: int) -> None:
        self.lines = [(b" ", line) for line in before]
        self.old_start, self.new_start = old_line - len(self.lines), new_line - len(self.lines)
        self.unchanged = 0

    def add(self, part: _Part) -> None:
        if not part.is_edited:
            self.lines += [(b" ", line) for line in part.old]
            self.unchanged += 1
            return
        self.lines += [(b"-", line) for line in part.old]
        self.lines += [(b"+", line) for line in part.new]
        self.unchanged = 0

    def written(self) -> Iterator[str]:
        surplus = max(self.unchanged - _CONTEXT, 0)
        lines = self.lines[: len(self.lines) - surplus]
        old = sum(mark != b"+" for mark, _ in lines)
        new = sum(mark != b"-" for mark, _ in lines)
        yield f"@@ -{self.old_start},{old} +{self.new_start},{new} @@\n"
        for mark, line in lines:
            yield (mark + line).decode(errors="replace")
            if not line.endswith(b"\n"):
                yield "\n\\ No newline at end of file\n"


def _hunks(parts: Iterable[_Part]) -> Iterator[str]:
    before: deque[bytes] = deque(maxlen=_CONTEXT)
    hunk: _Hunk | None = None
    old_line = new_line = 1
    for part in parts:
        if hunk is None and part.is_edited:
            hunk = _Hunk(before, old_line, new_line)
        if hunk is not None:
            hunk.add(part)
            if hunk.unchanged > 2 * _CONTEXT:
                yield from hunk.written()
                hunk = None
        before.extend(part.new)
        old_line += len(part.old)
        new_line += len(part.new)
    if hunk is not None:
        yield from hunk.written()
