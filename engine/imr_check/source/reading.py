"""Read a file into text: bytes, at most so many, that have to be UTF-8.

A file is one request, or, as JSON lines, one request on each line.
"""

from __future__ import annotations

import codecs
import sys
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, NoReturn, Protocol

from ..errors import Problem, RequestError
from . import wording
from .limits import MAX_BYTES
from .positions import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

Form = Literal["json", "jsonl", "yaml"]

_FORMS: dict[str, Form] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
ENDINGS = (".json", *_FORMS)
"""Endings of the names of request files, in small letters."""


class Source(NamedTuple):
    """The text of a request, without byte order mark, and the file it stands in.

    ``name`` is the file as the user gave it. The form *jsonl* is JSON that has one line of the file
    to itself; ``first_line`` is that line.
    """

    name: str
    text: str
    form: Form = "json"
    first_line: int = 1

    def __repr__(self) -> str:
        """Leave the text out: a representation may end up in an error message."""
        return f"Source(name={self.name!r}, text=<{len(self.text)} characters>)"


class Unread(NamedTuple):
    """A file, or a line of one, that could not be read into text."""

    name: str
    problems: tuple[Problem, ...]


class Readable(Protocol):
    """An open file, as far as it is needed here."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes, all if it is negative."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line with its end, or the first ``size`` bytes of it."""


class Piece(NamedTuple):
    """What a file says about one request. ``start`` is the byte at which its text begins."""

    start: int
    source: Source | Unread


def form_of(name: str) -> Form:
    """Return the form that the ending of a file name stands for; JSON if it has no known one."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return _FORMS.get(ending, "json")


def read_source(path: str, stdin_name: str = "<stdin>") -> Source:
    """Read and decode the one request in the file at ``path``, or standard input if it is "-".

    Raises RequestError if it cannot be read, is empty, has more than MAX_BYTES bytes or is not
    UTF-8 text.
    """
    name = stdin_name if path == "-" else path
    form: Form = "yaml" if form_of(name) == "yaml" else "json"
    return Source(name, _decode(_read_stdin() if path == "-" else _read_file(path)), form)


def read_sources(path: str, stdin_name: str = "<stdin>") -> Iterator[Source | Unread]:
    """Yield the requests in the file at ``path``, or in standard input if it is "-".

    The name of the file, or ``stdin_name``, says whether it holds one request or one on each line.
    Lines are read as they are asked for. What cannot be read is yielded as well; nothing is raised.
    """
    name = stdin_name if path == "-" else path
    if form_of(name) != "jsonl":
        yield _one(path, stdin_name)
        return
    try:
        file = _stdin() if path == "-" else opened(path)
    except RequestError as error:
        file, problems = None, error.problems
    if file is None:
        yield Unread(name, problems)
        return
    try:
        for piece in read_pieces(file, name):
            yield piece.source
    finally:
        if path != "-":
            file.close()


def read_pieces(file: Readable, name: str) -> Iterator[Piece]:
    """Yield the requests in an open file, with the byte at which each one begins."""
    form = form_of(name)
    if form == "jsonl":
        from .lines import read_lines

        yield from read_lines(file, name)
        return
    data = file.read(MAX_BYTES + 1)
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    source: Source | Unread
    try:
        source = Source(name, _decode(data), form)
    except RequestError as error:
        source = Unread(name, error.problems)
    yield Piece(start, source)


def opened(path: str) -> BinaryIO:
    """Open a file for reading. Raises RequestError."""
    try:
        return open(path, "rb")
    except (FileNotFoundError, NotADirectoryError):
        message = wording.NOT_FOUND
    except IsADirectoryError:
        message = wording.A_FOLDER
    except PermissionError:
        message = wording.NOT_ALLOWED
    except (OSError, ValueError):  # ValueError: a null character in the path
        message = wording.UNREADABLE
    return _refuse(message)


def decoded(data: bytes, first_line: int = 1) -> str:
    """Return the text of UTF-8 bytes. Raises RequestError."""
    null = data.find(b"\0")
    if null >= 0:
        _refuse(wording.NULL_BYTES, *_locate_byte(data, null, first_line))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        wrong = error.start
    return _refuse(wording.NOT_UTF_8, *_locate_byte(data, wrong, first_line))


def is_utf_16(data: bytes) -> bool:
    """Tell whether a file begins like one in UTF-16."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _one(path: str, stdin_name: str) -> Source | Unread:
    try:
        return read_source(path, stdin_name)
    except RequestError as error:
        return Unread(stdin_name if path == "-" else path, error.problems)


def _refuse(message: str, line: int = 0, column: int = 0) -> NoReturn:
    raise RequestError((Problem(message, "", line, column),))


def _read_file(path: str) -> bytes:
    """Return at most MAX_BYTES + 1 bytes, enough to know that there are too many."""
    try:
        with opened(path) as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        pass
    _refuse(wording.UNREADABLE)


def _read_stdin() -> bytes:
    """Return at most MAX_BYTES + 1 bytes of standard input."""
    try:
        data = _stdin().read(MAX_BYTES + 1)
    except (OSError, ValueError):
        data = None
    if data is None:  # also what a non-blocking stream returns while it has nothing
        _refuse(wording.NO_STDIN)
    return data


def _stdin() -> BinaryIO:
    """Return standard input. It is closed or absent in, for example, a windowed program."""
    buffer: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        _refuse(wording.NO_STDIN)
    return buffer


def _decode(data: bytes) -> str:
    """Return the text of a UTF-8 file without its byte order mark."""
    if len(data) > MAX_BYTES:
        _refuse(wording.TOO_LARGE)
    if is_utf_16(data):
        _refuse(wording.UTF_16, 1, 1)
    text = decoded(data.removeprefix(codecs.BOM_UTF8))
    if not text or text.isspace():
        _refuse(wording.EMPTY, 1, 1)
    return text


def _locate_byte(data: bytes, index: int, first_line: int) -> tuple[int, int]:
    """Return line and column of the byte at ``index``, which need not follow UTF-8 text."""
    text = data[:index].decode(errors="replace")
    return Lines(text, first_line).locate(len(text))
