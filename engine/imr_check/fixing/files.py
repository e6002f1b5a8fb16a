"""Mend files: whole or not at all, and nothing but the values that are wrong.

The new file is written beside the old one and then put in its place, so that whatever interrupts
the writing leaves the old file whole. Files of any size are copied piece by piece.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, NoReturn

from ..errors import Problem, RequestError
from ..request.holes import DEFAULT_HOLES
from ..source import Source, wording
from ..source.reading import opened, read_pieces
from .edits import Mended, edits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..source.reading import Readable
    from .edits import Edit

_CHUNK = 64 * 1024


class ByteEdit(NamedTuple):
    """Bytes of a file, from ``start`` to ``end``, and what stands there instead."""

    start: int
    end: int
    data: bytes
    mended: Mended

    def __repr__(self) -> str:
        """Leave the data out: a representation may end up in a log."""
        return f"ByteEdit(start={self.start}, end={self.end}, mended={self.mended})"


def byte_edits(file: Readable, name: str, holes: tuple[str, ...]) -> list[ByteEdit]:
    """Return what mends an open file, from its beginning to its end."""
    found: list[ByteEdit] = []
    for start, source in read_pieces(file, name):
        if isinstance(source, Source):
            found += _in_bytes(source.text, start, edits_of(source, holes))
    return found


def _in_bytes(text: str, start: int, edits: list[Edit]) -> Iterator[ByteEdit]:
    at = 0
    for edit in edits:
        start += len(text[at : edit.start].encode())
        end = start + len(text[edit.start : edit.end].encode())
        yield ByteEdit(start, end, edit.text.encode(), edit.mended)
        start, at = end, edit.end


def write_fixed(path: str, holes: tuple[str, ...] = DEFAULT_HOLES) -> tuple[Mended, ...]:
    """Mend the file at ``path`` in place and return what was mended.

    A file that cannot be read has nothing to mend: a check says why. A link is followed. Raises
    RequestError if the file may not be written, cannot be written, or changes in the meantime.
    """
    if not os.path.isfile(path):  # to open a pipe, for one, might be to wait for ever
        return ()
    target = os.path.realpath(path)
    try:
        file = opened(target)
    except RequestError:
        return ()
    with file:
        before = os.fstat(file.fileno())
        reading = _Digesting(file)
        try:
            edits = byte_edits(reading, path, holes)
        except OSError:
            return ()
        if edits:
            if not os.access(target, os.W_OK):
                _refuse(wording.NOT_WRITABLE)
            _replace(target, file, edits, before, reading.digest())
    return tuple(edit.mended for edit in edits)


def _refuse(message: str) -> NoReturn:
    raise RequestError((Problem(message),))


class _Digesting:
    """An open file that takes a digest of what is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes."""
        return self._seen(self._file.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, or the first ``size`` bytes of it."""
        return self._seen(self._file.readline(size))

    def digest(self) -> bytes:
        """Return the digest of everything that has been read."""
        return self._hash.digest()

    def _seen(self, data: bytes) -> bytes:
        self._hash.update(data)
        return data


def _replace(
    target: str, file: BinaryIO, edits: list[ByteEdit], before: os.stat_result, digest: bytes
) -> None:
    """Put a mended copy in the place of the file at ``target``, which was read as ``file``."""
    try:
        with _copy_beside(target, before) as (temporary, copy):
            file.seek(0)
            old = _Digesting(file)
            _copy(old, copy, edits)
            copy.flush()
            os.fsync(copy.fileno())
            copy.close()
            is_same = _state(os.stat(target)) == _state(before) and old.digest() == digest
            if is_same:
                os.replace(temporary, target)
                _sync_folder(target)
    except OSError:
        is_written = False
    else:
        is_written = True
    if not is_written:
        _refuse(wording.NOT_WRITTEN)
    if not is_same:
        _refuse(wording.CHANGED)


@contextmanager
def _copy_beside(target: str, like: os.stat_result) -> Iterator[tuple[str, BinaryIO]]:
    """Open a new file in the folder of ``target``, for its eyes only; remove what is left of it."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".imr-check-")
    try:
        with os.fdopen(handle, "wb") as copy:
            with suppress(OSError, AttributeError):  # only root may; not everywhere is there a way
                os.chown(temporary, like.st_uid, like.st_gid)
            os.chmod(temporary, stat.S_IMODE(like.st_mode))
            yield temporary, copy
    finally:
        with suppress(FileNotFoundError):  # it has taken the place of the old file
            os.unlink(temporary)


def _copy(old: Readable, new: BinaryIO, edits: list[ByteEdit]) -> None:
    at = 0
    for edit in edits:
        for data in _chunks(old, edit.start - at):
            new.write(data)
        for _ in _chunks(old, edit.end - edit.start):
            pass
        new.write(edit.data)
        at = edit.end
    while data := old.read(_CHUNK):
        new.write(data)


def _chunks(file: Readable, size: int) -> Iterator[bytes]:
    """Yield the next ``size`` bytes of a file, or as many as there are."""
    while size > 0 and (data := file.read(min(size, _CHUNK))):
        size -= len(data)
        yield data


def _state(found: os.stat_result) -> tuple[int, ...]:
    """Return what changes when a file is written to or replaced."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _sync_folder(target: str) -> None:
    """Let the new name reach the disk as well, where the system has a way to do so."""
    with suppress(OSError):
        folder = os.open(os.path.dirname(target), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
