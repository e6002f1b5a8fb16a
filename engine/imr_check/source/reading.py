"""Read a file into text: bytes, at most so many, that have to be UTF-8."""

from __future__ import annotations

import codecs
import sys
from typing import NamedTuple, NoReturn

from ..errors import Problem, RequestError
from . import wording
from .limits import MAX_BYTES
from .positions import Lines


class Source(NamedTuple):
    """A file that was read: its name as the user gave it, and its text without byte order mark."""

    name: str
    text: str

    def __repr__(self) -> str:
        """Leave the text out: a representation may end up in an error message."""
        return f"Source(name={self.name!r}, text=<{len(self.text)} characters>)"


def read_source(path: str, stdin_name: str = "<stdin>") -> Source:
    """Read and decode the file at ``path``, or standard input if it is "-".

    Raises RequestError if it cannot be read, is empty, has more than MAX_BYTES bytes or is not
    UTF-8 text.
    """
    if path == "-":
        return Source(stdin_name, _decode(_read_stdin()))
    return Source(path, _decode(_read_file(path)))


def _refuse(message: str, line: int = 0, column: int = 0) -> NoReturn:
    raise RequestError((Problem(message, "", line, column),))


def _read_file(path: str) -> bytes:
    """Return at most MAX_BYTES + 1 bytes, enough to know that there are too many."""
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        message = wording.NOT_FOUND
    except IsADirectoryError:
        message = wording.A_FOLDER
    except PermissionError:
        message = wording.NOT_ALLOWED
    except (OSError, ValueError):  # ValueError: a null character in the path
        message = wording.UNREADABLE
    _refuse(message)


def _read_stdin() -> bytes:
    """Return at most MAX_BYTES + 1 bytes of standard input."""
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError, AttributeError):  # closed, or absent as in a windowed program
        data = None
    if data is None:  # also what a non-blocking stream returns while it has nothing
        _refuse(wording.NO_STDIN)
    return data


def _decode(data: bytes) -> str:
    """Return the text of a UTF-8 file without its byte order mark."""
    if len(data) > MAX_BYTES:
        _refuse(wording.TOO_LARGE)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _refuse(wording.UTF_16, 1, 1)
    data = data.removeprefix(codecs.BOM_UTF8)
    null = data.find(b"\0")
    if null >= 0:
        _refuse(wording.NULL_BYTES, *_locate_byte(data, null))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        wrong = error.start
    else:
        if not text or text.isspace():
            _refuse(wording.EMPTY, 1, 1)
        return text
    _refuse(wording.NOT_UTF_8, *_locate_byte(data, wrong))


def _locate_byte(data: bytes, index: int) -> tuple[int, int]:
    """Return line and column of the byte at ``index``, which need not follow UTF-8 text."""
    text = data[:index].decode(errors="replace")
    return Lines(text).locate(len(text))
