"""Where a report goes: to the screen, and into files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple, TextIO

from ..render.output import FORMATS, renderer
from .settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..render.context import Context
    from ..tally import Tally

_FORMAT_OF_ENDING = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".sarif": "sarif",
    ".xml": "junit",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
}


class Target(NamedTuple):
    """A format and the file that it is written to; None is standard output."""

    format: str
    path: str | None


def targets(form: str | None, outputs: Iterable[str]) -> tuple[Target, ...]:
    """Return where to write what.

    Each of ``outputs`` is FORMAT=FILE, or FILE alone: then the format is ``form``, which is not
    written to standard output any more, or if that was not given what the ending stands for.
    """
    found = [_target(form, output) for output in outputs]
    taken = any("=" not in output for output in outputs) and form is not None
    if not taken:
        found.insert(0, Target(form or "text", None))
    paths = [os.path.abspath(target.path) for target in found if target.path]
    if len(paths) > len(set(paths)):
        raise UsageError("two reports would go to the same file: name another one with --output")
    return tuple(found)


def _target(form: str | None, output: str) -> Target:
    name, equals, path = output.partition("=")
    if equals and name in FORMATS and path:
        return Target(name, path)
    if equals and name.isalpha():
        raise UsageError(f"--output {name}=...: the format must be one of {', '.join(FORMATS)}")
    ending = os.path.splitext(output)[1].lower()
    known = form or _FORMAT_OF_ENDING.get(ending)
    if known is None:
        raise UsageError(
            f"--output {output}: the ending names no format: write FORMAT={output} "
            f"with one of {', '.join(FORMATS)}"
        )
    return Target(known, output)


class Outputs:
    """Writes every piece to every target. Use it in a ``with``: on an error no file appears."""

    def __init__(self, chosen: tuple[Target, ...], contexts: tuple[Context, ...]) -> None:
        pairs = zip(chosen, contexts, strict=True)
        self._renderers = [renderer(target.format, context) for target, context in pairs]
        self._files = [_File(target.path) if target.path else sys.stdout for target in chosen]

    def __enter__(self) -> Outputs:
        for each, file in zip(self._renderers, self._files, strict=True):
            file.write(each.begin())
        return self

    def add(self, pieces: tuple[str, ...]) -> None:
        """Write what is said about one file, a piece for each target."""
        for each, file, piece in zip(self._renderers, self._files, pieces, strict=True):
            file.write(each.add(piece))
            each.first = False

    def finish(self, tally: Tally) -> None:
        """Write the end and let the files appear."""
        for each, file in zip(self._renderers, self._files, strict=True):
            file.write(each.end(tally))
            if isinstance(file, _File):
                file.appear()
            else:
                file.flush()

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            if isinstance(file, _File):
                file.discard()


class _File:
    """A file that gets its name when it is complete."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            folder = os.path.dirname(path) or "."
            handle, self._temporary = tempfile.mkstemp(dir=folder, prefix=".imr-check-")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from None
        self._stream: TextIO = os.fdopen(handle, "w", encoding="utf-8", newline="")

    def write(self, text: str) -> None:
        self._stream.write(text)

    def appear(self) -> None:
        """Give the file its name; what stood there before is replaced at once."""
        self._stream.close()
        try:
            os.chmod(self._temporary, 0o666 & ~_umask())
            os.replace(self._temporary, self._path)
        except OSError as error:
            raise UsageError(f"{self._path} cannot be written: {error.strerror}") from None

    def discard(self) -> None:
        """Remove what never got its name."""
        self._stream.close()
        if os.path.exists(self._temporary):
            os.unlink(self._temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
