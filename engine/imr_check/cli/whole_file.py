"""Files that appear whole or not at all, whatever goes wrong while they are written."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from .settings import UsageError

if TYPE_CHECKING:
    from typing import TextIO

_USUAL = 0o666


class WholeFile:
    """A file that gets its name when it is complete; until then nothing of that name changes.

    A link is followed. What is no regular file, such as a pipe, is written to as it is.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._target = os.path.realpath(path)
        self._temporary = ""
        self._stream = self._opened()

    def _opened(self) -> TextIO:
        try:
            name = self._path if self._is_special() else self._beside()
            # A name of a request that is not UTF-8 has no way into a file that is.
            return open(name, "w", encoding="utf-8", errors="replace", newline="")
        except OSError as error:
            self._refuse(error)

    def _beside(self) -> int:
        """Open a new file in the same folder, which no folder is searched for."""
        import tempfile  # its import costs more than most checks need it

        folder = os.path.dirname(self._target)
        handle, self._temporary = tempfile.mkstemp(dir=folder, prefix=".imr-check-")
        return handle

    def _is_special(self) -> bool:
        try:
            mode = os.stat(self._path).st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISDIR(mode):
            raise UsageError(f"{self._path} cannot be written: it is a folder")
        return not stat.S_ISREG(mode) or os.path.abspath(self._path).startswith("/dev/")

    def write(self, text: str) -> None:
        """Write what comes next."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._refuse(error)

    def finish(self) -> None:
        """Write what is left to the disk; the file is complete, but has no name yet."""
        try:
            self._stream.close()
            if self._temporary:
                os.chmod(self._temporary, self._mode())
        except OSError as error:
            self._refuse(error)

    def _mode(self) -> int:
        """Return the permissions of what is replaced, or those of a new file."""
        try:
            return stat.S_IMODE(os.stat(self._target).st_mode)
        except OSError:
            mask = os.umask(0)
            os.umask(mask)
            return _USUAL & ~mask

    def appear(self) -> None:
        """Give the finished file its name; what stood there before is replaced at once."""
        if self._temporary:
            try:
                os.replace(self._temporary, self._target)
            except OSError as error:
                self._refuse(error)
            self._temporary = ""

    def discard(self) -> None:
        """Remove what never got its name."""
        with suppress(OSError):  # to close is to write what is left, on a disk that may be full
            self._stream.close()
        if self._temporary:
            with suppress(FileNotFoundError):
                os.unlink(self._temporary)

    def _refuse(self, error: OSError) -> NoReturn:
        raise UsageError(f"{self._path} cannot be written: {error.strerror}") from None


def write_whole(path: str, text: str) -> None:
    """Write a file, whole or not at all. Raises :class:`UsageError`."""
    file = WholeFile(path)
    try:
        file.write(text)
        file.finish()
        file.appear()
    finally:
        file.discard()
